/**
 * The feed: the sequence of the commits, which the one writer at a time gives. Who follows is woken by the commits of this process and
 * looks by itself for those of others. Source: port.ts changes
 */
import { type Change, type ChangesOptions, StoreUnavailable } from '../port.js';
import { fromText, storeError } from './binding.js';
import type { Lookup } from './names.js';
import { methodOf } from './read.js';
import { turn } from './steps.js';

/** Changes read at once. */
const BATCH = 500;
/** Milliseconds between two looks for what other processes wrote. */
const CALM = 250;

/** Those who wait for news. */
export interface Followers {
  /** How often there was news. */
  heard(): number;
  /** Resolves when there was news beyond `heard`, when the signal says so, when all is over, or after a while. */
  news(heard: number, signal: AbortSignal | undefined): Promise<void>;
  /** Something was committed. */
  wake(): void;
  /** The store is closed. */
  end(): void;
  ended(): boolean;
}

export function createFollowers(): Followers {
  const waiting = new Set<() => void>();
  let count = 0;
  let over = false;
  const wake = () => {
    count++;
    for (const go of [...waiting]) go();
  };
  return {
    heard: () => count,
    news(heard, signal) {
      if (over || heard !== count || signal?.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const go = () => {
          waiting.delete(go);
          signal?.removeEventListener('abort', go);
          clearTimeout(timer);
          resolve();
        };
        const timer = setTimeout(go, CALM);
        waiting.add(go);
        signal?.addEventListener('abort', go);
      });
    },
    wake,
    end() {
      over = true;
      wake();
    },
    ended: () => over,
  };
}

/** Where the feed ends now. */
export function feedEnd({ connection }: Pick<Lookup, 'connection'>): number {
  return Number(connection.statement('SELECT max(seq) FROM feed').get([])?.[0] ?? 0);
}

export function changes(lookup: Lookup, followers: Followers, after: string | undefined, options: ChangesOptions): AsyncIterable<Change> {
  // Taken here and not at the first step of the walk: later commits are none of it.
  const last = options.live || followers.ended() ? Number.POSITIVE_INFINITY : feedEnd(lookup);
  return walk(lookup, followers, after, last, options);
}

async function* walk(
  lookup: Lookup,
  followers: Followers,
  after: string | undefined,
  last: number,
  { live, signal }: ChangesOptions,
): AsyncGenerator<Change, void> {
  const over = () => followers.ended() || (signal?.aborted ?? false);
  let seq = over() ? 0 : placeOf(lookup, after);
  while (!over() && seq < last) {
    const heard = followers.heard();
    const rows = rowsBehind(lookup, seq);
    for (const row of rows) {
      seq = row[0];
      if (over() || seq > last) return;
      yield toChange(lookup, row);
    }
    if (rows.length === BATCH) await turn();
    else if (live) await followers.news(heard, signal);
    else return;
  }
}

/**
 * A cursor names what stands at its place too: where another store, or this one before it was set back, has something else there, what
 * follows is not what whoever has the cursor has not seen yet.
 */
function cursorOf(seq: number, version: number, updated: number): string {
  return `${seq}-${version}-${updated.toString(36)}`;
}

const standingSql = `SELECT f.version, coalesce(v.updated, r.updated) FROM feed AS f CROSS JOIN resource AS r ON r.n = f.resource
 LEFT JOIN version AS v ON r.version <> f.version AND v.resource = f.resource AND v.version = f.version WHERE f.seq = ?`;

/** Throws StoreUnavailable for what was never given as a cursor here. */
function placeOf({ connection }: Lookup, cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  const seq = /^[1-9][0-9]{0,14}(?=-)/.exec(cursor)?.[0];
  const [version, updated] = (seq && connection.statement(standingSql).get([Number(seq)])) || [];
  if (cursorOf(Number(seq), Number(version), Number(updated)) === cursor) return Number(seq);
  const text = cursor.slice(0, 40);
  throw new StoreUnavailable(`The feed of changes has no place "${text}": it was given by another store, or this one was set back since`);
}

export function lastCursor(lookup: Lookup): string | undefined {
  const seq = feedEnd(lookup);
  const [version, updated] = lookup.connection.statement(standingSql).get([seq]) ?? [];
  return seq === 0 ? undefined : cursorOf(seq, Number(version), Number(updated));
}

type ChangeRow = readonly [seq: number, type: number, id: string, version: number, updated: number, method: number];

/** Rows come as one text: each row of its own costs the binding several microseconds. */
const changesSql = `SELECT json_group_array(json_array(seq, type, id, version, updated, method)) FROM (
 SELECT f.seq, r.type, r.id, f.version, coalesce(v.updated, r.updated) AS updated, coalesce(v.method, r.method) AS method
 FROM feed AS f CROSS JOIN resource AS r ON r.n = f.resource
 LEFT JOIN version AS v ON r.version <> f.version AND v.resource = f.resource AND v.version = f.version
 WHERE f.seq > ? ORDER BY f.seq LIMIT ${BATCH})`;

function rowsBehind({ connection }: Lookup, seq: number): readonly ChangeRow[] {
  try {
    return JSON.parse(String(connection.statement(changesSql).get([seq])?.[0])) as readonly ChangeRow[];
  } catch (error) {
    throw storeError(error);
  }
}

function toChange({ connection, names }: Lookup, [seq, type, id, version, lastUpdated, method]: ChangeRow): Change {
  const typeName = names.typeName(connection, type);
  return { cursor: cursorOf(seq, version, lastUpdated), type: typeName, id: fromText(id), version, lastUpdated, method: methodOf(method) };
}
