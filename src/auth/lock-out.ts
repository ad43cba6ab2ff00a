/**
 * Guessing is made slow: each try is counted before it is judged, and past a few failures the next ones wait for growing times, for the
 * name that is tried and for the address they come from. Nothing is locked for good, so that no stranger locks an account; a device on
 * which its owner has signed in before is counted for itself, so that strangers do not make its owner wait either.
 * Source: GB/T 22239-2019 8.1.4.1 (等保三级, 身份鉴别: 登录失败处理); NIST SP 800-63B 5.2.2
 */
import type { StateStore } from '../store/state.js';

export interface Counter {
  /** What is counted: `name:…`, `address:…`. */
  readonly id: string;
  /** Failures that cost no wait. */
  readonly free: number;
}

interface Failures {
  readonly count: number;
  /** Milliseconds UTC: no try is judged before. */
  readonly until: number;
}

const kind = 'failures';
const minute = 60_000;
const longestWait = 15 * minute;
const remembered = 24 * 60 * minute;
const tries = 50;

/**
 * Counts one try by each of the counters. The moment before which nothing is judged (milliseconds UTC), where one of them says so; that
 * try counts no further.
 */
export async function countTry(states: StateStore, counters: readonly Counter[], now: number): Promise<number | undefined> {
  for (const counter of counters) {
    const until = await countOne(states, counter, now);
    if (until !== undefined) return until;
  }
  return undefined;
}

async function countOne(states: StateStore, { id, free }: Counter, now: number): Promise<number | undefined> {
  for (let left = tries; left > 0; left--) {
    const item = await states.get(kind, id);
    const seen: Failures = item === undefined || (item.expires ?? 0) <= now ? { count: 0, until: 0 } : JSON.parse(item.value);
    if (seen.until > now) return seen.until;
    const count = seen.count + 1;
    const value: Failures = { count, until: count < free ? 0 : now + wait(count - free) };
    const next = { kind, id, value: JSON.stringify(value), expires: now + remembered };
    if (item === undefined ? await states.add(next) : await states.put(next, item)) return undefined;
  }
  // So many at the same moment for the same thing are no person's.
  return now + minute;
}

/** Of tries to sign in with a name; `key` is as `accountKey` makes it. */
export function nameCounter(key: string): string {
  return `name:${key}`;
}

/** Of tries to give a code of the account with that id. */
export function codeCounter(id: string): string {
  return `code:${id}`;
}

/** By administration: nobody waits for what was before. */
export async function forget(states: StateStore, counters: readonly string[]): Promise<void> {
  for (const id of counters) await states.take(kind, id);
}

/** It was no failure: the try is not counted, and what is in `cleared` begins anew. */
export async function forgive(states: StateStore, counters: readonly Counter[], cleared: readonly Counter[]): Promise<void> {
  await forget(
    states,
    cleared.map(({ id }) => id),
  );
  for (const { id, free } of counters) {
    if (cleared.some((counter) => counter.id === id)) continue;
    for (let left = tries; left > 0; left--) {
      const item = await states.get(kind, id);
      if (item === undefined) break;
      const seen: Failures = JSON.parse(item.value);
      const count = Math.max(0, seen.count - 1);
      const value: Failures = { count, until: count < free ? 0 : seen.until };
      if (await states.put({ ...item, value: JSON.stringify(value) }, item)) break;
    }
  }
}

function wait(over: number): number {
  return Math.min(longestWait, minute * 2 ** Math.min(over, 10));
}
