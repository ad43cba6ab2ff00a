/**
 * Walks through a type by creation number and makes its entries anew, a batch at a time, so that it can be broken off anywhere and goes
 * on there; then through the resources of any type that contain one of it, whose entries are made with theirs. Resources that were written while it walked, perhaps by a process that did not know of the new parameter yet, are looked at
 * again in the end. Source: store/port.ts search, changes, reindex
 */
import { setTimeout as pause } from 'node:timers/promises';
import { keyText } from '../model/resource.js';
import type { Keys } from '../search/key-versions.js';
import type { Position, ResourceStore, Slice, Version, Where } from '../store/port.js';
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
const inside = (type: string): Where => whole(`#${type}`);
export const everywhere = (type: string): Where => [...whole(type), ...inside(type)];
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
  for (let count = BATCH.first; ; ) {
    const start = performance.now();
    setting.signal.throwIfAborted();
    if (!sameKeys(setting.keysOf(type), place.keys)) return 'changed';
    const after: { readonly after?: Position } = place.after === undefined ? {} : { after: place.after };
    const where = place.inside ? inside(type) : whole(type);
    const { matches, more } = await setting.store.search({ where, sort: [], count, ...after });
    const versions = once(matches.map(({ version }) => version));
    await reindexBatch(setting, versions);
    const bytes = versions.reduce((sum, { json }) => sum + (json?.length ?? 0), 0);
    count = Math.max(1, Math.min(BATCH.most, 2 * count, Math.floor((BATCH.bytes * matches.length) / (bytes + 1))));
    if (place.inside && !more) return 'complete';
    place = next(place, matches, more);
    const progress = { type, done: place.done, total: Math.max(place.total, place.done) };
    setting.onProgress(progress);
    if (!(await keeper.put(place)) || !(await setting.lease.beat(progress))) return 'lost';
    await pause((performance.now() - start) * setting.rest, undefined, { signal: setting.signal });
  }
}

/** Something may contain several of the type. */
function once(versions: readonly Version[]): readonly Version[] {
  return [...new Map(versions.map((version) => [keyText(version), version])).values()];
}

function next({ after, ...place }: Place, matches: Slice['matches'], more: boolean): Place {
  const position = matches.at(-1)?.position ?? after;
  const done = place.inside ? place.done : place.done + matches.length;
  if (!more) return { ...place, done, inside: true };
  return { ...place, done, ...(position === undefined ? {} : { after: position }) };
}

/** What was written since the walk began: of the types, or what may contain one of them. */
async function catchUp(setting: WalkSetting, types: ReadonlySet<string>, { cursor }: Pick<Place, 'cursor'>): Promise<Walked> {
  const { store, signal, lease } = setting;
  let waiting = new Map<string, { readonly type: string; readonly id: string }>();
  const flush = async (): Promise<boolean> => {
    const versions = (await store.read([...waiting.values()])).filter((one) => one !== undefined);
    waiting = new Map();
    await reindexBatch(
      setting,
      versions.filter((one) => types.has(one.type) || mayContain(one)),
    );
    return lease.beat({ type: [...types][0] ?? '', done: 1, total: 1 });
  };
  for await (const { type, id } of store.changes(cursor, { live: false, signal })) {
    waiting.set(`${type}/${id}`, { type, id });
    if (waiting.size >= BATCH.again && !(await flush())) return 'lost';
  }
  signal.throwIfAborted();
  return (await flush()) ? 'complete' : 'lost';
}

/** Whatever it contains: to make entries anew changes nothing where they are right. */
function mayContain({ json }: Version): boolean {
  return json?.includes('"contained"') ?? false;
}
