/**
 * Walks through a type by creation number and makes its entries anew, a batch at a time, so that it can be broken off anywhere and goes
 * on there. Resources that were written while it walked, perhaps by a process that did not know of the new parameter yet, are looked at
 * again in the end. Source: store/port.ts search, changes, reindex
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Keys } from '../search/key-versions.js';
import type { Position, ResourceStore, Where } from '../store/port.js';
import { type BatchSetting, reindexBatch } from './batch.js';
import type { Lease, Progress } from './lease.js';
import { type FactStore, openPlace, type Place, type PlaceKeeper, sameKeys } from './record.js';

export interface WalkSetting extends BatchSetting {
  readonly store: FactStore & Pick<ResourceStore, 'search' | 'find' | 'count' | 'read' | 'reindex' | 'changes' | 'lastCursor'>;
  readonly lease: Lease;
  readonly signal: AbortSignal;
  /** What the entries of a type are made by now. */
  readonly keysOf: (type: string) => Keys;
  /** Rest after a batch, as a multiple of what it took: requests come first. */
  readonly rest: number;
  /** Resolves when every process that shares the store makes entries by these keys. */
  readonly settled: () => Promise<void>;
  readonly onProgress: (progress: Progress) => void;
}

/** `changed`: the parameters are others by now, and it has to begin anew. `lost`: another process does it. */
export type Walked = 'complete' | 'changed' | 'lost';

/** Its place is kept until `forgetPlace`. */
export async function walkType(setting: WalkSetting, type: string, keys: Keys): Promise<Walked> {
  const keeper = await openPlace(setting.store, type);
  const { found } = keeper;
  const place = found !== undefined && sameKeys(found.keys, keys) ? found : await begin(setting, type, keys);
  if (place !== found && !(await keeper.put(place))) return 'lost';
  const walked = await walk(setting, type, place, keeper);
  if (walked !== 'complete') return walked;
  await setting.settled();
  return catchUp(setting, new Set([type]), place);
}

/** Types of which nothing is stored need no walk, but something may come while that is found out. */
export async function walkEmpty(setting: WalkSetting, types: readonly string[], cursor: string | undefined): Promise<Walked> {
  await setting.settled();
  return catchUp(setting, new Set(types), { cursor });
}

/** Gives up the place of a type whose walk is over. */
export async function forgetPlace(store: FactStore, type: string): Promise<void> {
  const keeper = await openPlace(store, type);
  if (keeper.found !== undefined) await keeper.put(undefined);
}

export const whole = (type: string): Where => [{ type, predicate: { kind: 'all', of: [] } }];
/** Milliseconds for counting, which only tells how long it will take. */
const COUNTING = 1000;

async function begin({ store }: WalkSetting, type: string, keys: Keys): Promise<Place> {
  const cursor = await store.lastCursor();
  const { total } = await store.count(whole(type), { timeLimit: COUNTING });
  return { keys, done: 0, total, ...(cursor === undefined ? {} : { cursor }) };
}

/** Resources of a batch, and the bytes it is to have: the next is made smaller or larger by those of the last. */
const BATCH = { first: 50, most: 200, again: 20, bytes: 2 * 1024 * 1024 };

async function walk(setting: WalkSetting, type: string, from: Place, keeper: PlaceKeeper): Promise<Walked> {
  let place = from;
  for (let count = BATCH.first, more = true; more; ) {
    const start = performance.now();
    setting.signal.throwIfAborted();
    if (!sameKeys(setting.keysOf(type), place.keys)) return 'changed';
    const after: { readonly after?: Position } = place.after === undefined ? {} : { after: place.after };
    const { matches, more: others } = await setting.store.search({ where: whole(type), sort: [], count, ...after });
    const last = matches.at(-1);
    if (last === undefined) break;
    const versions = matches.map(({ version }) => version);
    await reindexBatch(setting, versions);
    const bytes = versions.reduce((sum, { json }) => sum + (json?.length ?? 0), 0);
    count = Math.max(1, Math.min(BATCH.most, 2 * count, Math.floor((BATCH.bytes * matches.length) / (bytes + 1))));
    more = others;
    place = { ...place, after: last.position, done: place.done + matches.length };
    const progress = { type, done: place.done, total: Math.max(place.total, place.done) };
    setting.onProgress(progress);
    if (!(await keeper.put(place)) || !(await setting.lease.beat(progress))) return 'lost';
    await pause((performance.now() - start) * setting.rest, undefined, { signal: setting.signal });
  }
  return 'complete';
}

/** What was written since the walk began. */
async function catchUp(setting: WalkSetting, types: ReadonlySet<string>, { cursor }: Pick<Place, 'cursor'>): Promise<Walked> {
  const { store, signal, lease } = setting;
  let waiting = new Map<string, { readonly type: string; readonly id: string }>();
  const flush = async (): Promise<boolean> => {
    const versions = await store.read([...waiting.values()]);
    waiting = new Map();
    await reindexBatch(
      setting,
      versions.filter((one) => one !== undefined),
    );
    return lease.beat({ type: [...types][0] ?? '', done: 1, total: 1 });
  };
  for await (const { type, id } of store.changes(cursor, { live: false, signal })) {
    if (!types.has(type)) continue;
    waiting.set(`${type}/${id}`, { type, id });
    if (waiting.size >= BATCH.again && !(await flush())) return 'lost';
  }
  signal.throwIfAborted();
  return (await flush()) ? 'complete' : 'lost';
}
