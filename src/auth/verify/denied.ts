/**
 * Tokens that count no longer though they have not expired. A denial is put down in the state store, where all processes see it: each asks
 * for the news every other second, and an own one holds at once. Whoever has heard nothing from the store for a while trusts no token.
 * Source: RFC 7009 §3 (self-contained tokens need more than their own word)
 */
import { poll } from '../../model/poll.js';
import { eachItem, type FoundItem, type StateStore } from '../../store/state.js';
import { storeBehind } from '../sealed-states.js';

/** What is denied: a token, all tokens of a grant, all of an account or a client that were issued before a moment. */
export interface Denial {
  readonly what: 'jti' | 'gid' | 'sub' | 'client';
  readonly id: string;
  /** Milliseconds UTC: tokens issued before are dead; absent: all are. */
  readonly before?: number;
}

/** What of a verified token it is denied by. */
export interface DeniableToken {
  readonly jti: string;
  readonly gid?: string;
  /** Absent where a system acts for itself. */
  readonly sub?: string;
  readonly client: string;
  /** Milliseconds UTC. */
  readonly issued: number;
}

export interface Denied {
  /** Grows with each denial that comes to be known: what was not denied at the same number is not denied now. */
  readonly generation: number;
  has(token: DeniableToken): boolean;
  /** Whether the store was heard from lately enough for tokens to be trusted. */
  isFresh(): boolean;
  /** Asks for the news now. Rejects when the store is not there. */
  refresh(): Promise<void>;
  close(): void;
}

const kind = 'denied';
/** Those put down in the same minute are found together: the news are in the last few. */
const MINUTE = 60_000;
/** How often the news are asked for, and how often all is read again. Milliseconds. */
const POLL = 2000;
const WHOLE = 5 * MINUTE;
/** How far the clocks of processes may differ. */
const SKEW_MINUTES = 2;

const listeners = new WeakMap<StateStore, Set<(denial: Denial, expires: number) => void>>();

/** `lasts`: how long a token may live, in milliseconds: after it the denial is needed no longer. */
export async function deny(states: StateStore, denial: Denial, lasts: number, now = Date.now()): Promise<void> {
  const name = `${denial.what}:${denial.id}`;
  const expires = now + lasts + MINUTE;
  const there = denial.before === undefined ? undefined : await states.get(kind, name);
  const before = there === undefined ? denial.before : later(denial.before, beforeIn(there));
  await states.put({ kind, id: name, value: JSON.stringify({ before }), refs: [minuteRef(now)], expires });
  for (const listener of listeners.get(storeBehind(states)) ?? []) listener(denial, expires);
}

/** No moment: all tokens, whenever they were issued. */
function later(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? undefined : Math.max(one, other);
}

function beforeIn({ value }: FoundItem): number | undefined {
  return (JSON.parse(value) as Pick<Denial, 'before'>).before;
}

function minuteRef(time: number): string {
  return `denied:${Math.floor(time / MINUTE)}`;
}

export interface DeniedOptions {
  readonly now?: () => number;
  /** Milliseconds without a word from the store after which nothing is trusted. */
  readonly patience?: number;
  /** Milliseconds between two looks. */
  readonly pollEvery?: number;
  /** Why the news did not come; told once until they come again. */
  readonly onLoss?: (error: unknown) => void;
}

/** Resolves when all denials are known. */
export async function createDenied(states: StateStore, options: DeniedOptions = {}): Promise<Denied> {
  const { now = Date.now, patience = MINUTE, pollEvery = POLL, onLoss } = options;
  const known = new Map<string, { readonly before: number; readonly expires: number }>();
  let generation = 0;
  let heard = Number.NEGATIVE_INFINITY;
  let whole = Number.NEGATIVE_INFINITY;
  const learn = (name: string, before = Number.POSITIVE_INFINITY, expires = Number.POSITIVE_INFINITY) => {
    const there = known.get(name);
    if (there !== undefined && there.before >= before && there.expires >= expires) return;
    known.set(name, { before: Math.max(before, there?.before ?? before), expires: Math.max(expires, there?.expires ?? expires) });
    generation++;
  };
  const learnItem = (item: FoundItem) => learn(item.id, beforeIn(item), item.expires);
  const own = (denial: Denial, expires: number) => learn(`${denial.what}:${denial.id}`, denial.before, expires);
  const all = listeners.get(storeBehind(states)) ?? new Set();
  listeners.set(storeBehind(states), all.add(own));
  const ask = async () => {
    const asked = now();
    if (asked - whole > WHOLE) {
      for (const [name, { expires }] of known) if (expires <= asked) known.delete(name);
      for await (const item of eachItem(states, kind)) learnItem(item);
      whole = asked;
    } else await readNews(states, heard, asked, learnItem);
    heard = asked;
  };
  let asking: Promise<void> | undefined;
  const refresh = () => {
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  };
  await refresh();
  const polling = poll(pollEvery, refresh, onLoss);
  return {
    get generation() {
      return generation;
    },
    has: (token) => namesOf(token).some((name) => (known.get(name)?.before ?? Number.NEGATIVE_INFINITY) > token.issued),
    isFresh: () => now() - heard <= patience,
    refresh,
    close() {
      polling.close();
      all.delete(own);
    },
  };
}

async function readNews(states: StateStore, since: number, now: number, learn: (item: FoundItem) => void): Promise<void> {
  for (let minute = Math.floor(since / MINUTE) - SKEW_MINUTES; minute <= Math.floor(now / MINUTE) + SKEW_MINUTES; minute++) {
    for await (const item of eachItem(states, kind, minuteRef(minute * MINUTE))) learn(item);
  }
}

function namesOf({ jti, gid, sub, client }: DeniableToken): readonly string[] {
  const names = [`jti:${jti}`, `client:${client}`];
  if (gid !== undefined) names.push(`gid:${gid}`);
  if (sub !== undefined) names.push(`sub:${sub}`);
  return names;
}
