/**
 * Tables of concepts that no CodeSystem names any more go, some time after. A load that is running holds a claim on the digest it is about
 * to name, from before its first block until the CodeSystem is stored; what is claimed is not swept, and what is being swept waits to be
 * claimed. Source: store/concept-blocks.ts
 */
import { setTimeout as pause } from 'node:timers/promises';
import { retireTable, tableNotes } from './concept-blocks.js';
import { isAway } from './over-outages.js';
import type { Position, ResourceStore, Version } from './port.js';
import type { StateStore } from './state.js';

const CLAIM = 'concept-table-claim';
/** Milliseconds for which a claim holds without being renewed; after a crash nobody has to wait longer. */
const HOLDS = 60_000;
const RENEWED = 15_000;
/** Milliseconds between two attempts to claim what somebody else has. */
const AGAIN = 200;
/** After so many attempts whoever waits is told why. */
const WORTH_SAYING = 10;
/** Milliseconds in which others that are reading a table have read it. */
const STAYS = 600_000;

/** Throws an Error where somebody else holds the claim and does not let go of it. `onWait`: somebody does, and is waited for. */
export async function withClaim<T>(states: StateStore, digest: string, work: () => Promise<T>, onWait = () => {}): Promise<T> {
  const since = Date.now();
  for (let waits = 0; !(await claim(states, digest)); waits++) {
    if (waits === WORTH_SAYING) onWait();
    if (Date.now() - since > 2 * HOLDS) throw new Error('The same table is being loaded by another process: try again when it is done');
    await pause(AGAIN);
  }
  // Where the store is away the work hears of it, and the claim is renewed or ends by itself.
  const renewing = setInterval(() => void states.put(claimOf(digest)).catch(() => undefined), RENEWED);
  try {
    return await work();
  } finally {
    clearInterval(renewing);
    await states.take(CLAIM, digest).catch(unlessAway);
  }
}

/** What the store is not there for is left to the time, or to others. */
function unlessAway(error: unknown): void {
  if (!isAway(error)) throw error;
}

function claim(states: StateStore, digest: string): Promise<boolean> {
  return states.add(claimOf(digest));
}

const claimOf = (digest: string) => ({ kind: CLAIM, id: digest, value: '{}', expires: Date.now() + HOLDS });

export interface Swept {
  readonly store: Pick<ResourceStore, 'states' | 'search'>;
  /** The table that a CodeSystem names. */
  readonly digestOf: (version: Version) => string | undefined;
}

/** After a load: where the store is away the next sweep makes up for it. */
export async function sweepBehind(swept: Swept): Promise<void> {
  await sweepTables(swept).catch(unlessAway);
}

/** How many were let go. */
export async function sweepTables({ store, digestOf }: Swept): Promise<number> {
  const known = new Set<string>();
  for await (const { digest } of tableNotes(store.states)) known.add(digest);
  const claimed: string[] = [];
  try {
    for (const digest of known) if (await claim(store.states, digest)) claimed.push(digest);
    const since = Date.now();
    const named = await namedTables({ store, digestOf });
    // What took so long may be claimed by others now.
    if (Date.now() - since > HOLDS / 2) return 0;
    const gone = claimed.filter((digest) => !named.has(digest));
    for (const digest of gone) await retireTable(store.states, digest, Date.now() + STAYS);
    return gone.length;
  } finally {
    for (const digest of claimed) await store.states.take(CLAIM, digest);
  }
}

/** Code systems read at once; some are large. */
const PAGE = 20;

/** The tables that code systems of the store name, with those that do. */
export async function namedTables({ store, digestOf }: Pick<Swept, 'digestOf'> & { readonly store: Pick<ResourceStore, 'search'> }) {
  const named = new Map<string, Version[]>();
  let after: Position | undefined;
  do {
    const where = [{ type: 'CodeSystem', predicate: { kind: 'all', of: [] } as const }];
    const slice = await store.search({ where, sort: [], count: PAGE, ...(after === undefined ? {} : { after }) });
    for (const { version } of slice.matches) {
      const digest = digestOf(version);
      if (digest !== undefined) named.set(digest, [...(named.get(digest) ?? []), version]);
    }
    after = slice.more ? slice.matches.at(-1)?.position : undefined;
  } while (after !== undefined);
  return named;
}

export interface Sweeping {
  /** Something was let go: what nothing names any more is swept some time after. */
  soon(): void;
  /** Waits for a sweep that is under way. */
  close(): Promise<void>;
}

/** `after`: milliseconds. `onTrouble`: a sweep failed; the next one makes up for it. */
export function createSweeping(swept: Swept, after: number, onTrouble: (error: unknown) => void): Sweeping {
  let timer: NodeJS.Timeout | undefined;
  let underway: Promise<void> | undefined;
  const sweep = () => {
    timer = undefined;
    underway = sweepTables(swept).then(() => undefined, onTrouble);
  };
  return {
    soon() {
      timer ??= setTimeout(sweep, after).unref();
    },
    async close() {
      clearTimeout(timer);
      await underway;
    },
  };
}
