/**
 * Small documents beside the resources, each under a kind and an id, until it expires: what has expired MongoDB sweeps afterwards, and
 * nothing finds meanwhile. Each verb is one command on one document. Source: store/state.ts
 */
import { randomUUID } from 'node:crypto';
import { StoreUnknown } from '../port.js';
import type { FoundItem, StateItem, StateStore } from '../state.js';
import { BEHIND, type Collections, type ItemDocument } from './collections.js';
import { isDuplicate, isPassing, isUnreachable, translate } from './errors.js';

/** Milliseconds of the last moment a Date can be. */
const LAST = 8.64e15;

export function createStates({ items }: Collections): StateStore {
  return {
    get: (kind, id) => settled(async () => toItem(await items.findOne({ _id: { k: kind, i: id }, ...live() }))),
    // What has expired gives way. One that has not is not found by it, and stands in the way of the insertion that it becomes.
    add: (item) =>
      settled(async () => {
        const document = toDocument(item);
        try {
          await items.replaceOne({ _id: document._id, e: { $lte: new Date() } }, document, { upsert: true });
          return true;
        } catch (error) {
          if (isDuplicate(error)) return false;
          throw error;
        }
      }),
    put: (item, over) =>
      settled(async () => {
        const document = toDocument(item);
        if (over === undefined) return putOver(() => items.replaceOne({ _id: document._id }, document, { upsert: true }));
        const { matchedCount } = await items.replaceOne({ _id: document._id, w: over.revision, ...live() }, document);
        return matchedCount === 1;
      }),
    take: (kind, id) => settled(async () => toItem(await items.findOneAndDelete({ _id: { k: kind, i: id }, ...live() }))),
    list: (kind, { ref, after, count }) =>
      settled(async () => {
        const range = { $gt: { k: kind, i: after ?? '' }, $lt: { k: kind, i: BEHIND } };
        const filter = { _id: range, ...(ref === undefined ? {} : { r: ref }), ...live() };
        const found = await items.find(filter).sort({ _id: 1 }).limit(count).toArray();
        return found.flatMap((document) => toItem(document) ?? []);
      }),
    kinds: () => settled(() => kindsOf(items)),
    removeAll: (ref) => settled(async () => (await items.deleteMany({ r: ref, ...live() })).deletedCount),
  };
}

/** From the first of each kind to the first of the next. */
async function kindsOf(items: Collections['items']): Promise<readonly string[]> {
  const kinds: string[] = [];
  for (;;) {
    const last = kinds.at(-1);
    const behind = last === undefined ? {} : { _id: { $gt: { k: last, i: BEHIND } } };
    const found = await items.findOne(behind, { projection: { _id: 1 }, sort: { _id: 1 } });
    if (found === null) return kinds;
    kinds.push(found._id.k);
  }
}

/** Of two that put what was not there one meets the other's, and puts over it. */
async function putOver(put: () => Promise<unknown>): Promise<true> {
  for (;;) {
    try {
      await put();
      return true;
    } catch (error) {
      if (!isDuplicate(error)) throw error;
    }
  }
}

function live() {
  return { e: { $not: { $lte: new Date() } } };
}

function toDocument({ kind, id, value, refs, expires }: StateItem): ItemDocument {
  return {
    _id: { k: kind, i: id },
    v: value,
    w: randomUUID(),
    ...(refs && { r: [...refs] }),
    ...(expires !== undefined && { e: new Date(Math.min(expires, LAST)) }),
  };
}

function toItem(found: ItemDocument | null): FoundItem | undefined {
  if (found === null) return undefined;
  const { _id, v, w, r, e } = found;
  return { kind: _id.k, id: _id.i, value: v, revision: w, ...(r && { refs: r }), ...(e && { expires: e.getTime() }) };
}

/** The driver tries once more where an answer was lost; where that is lost too, nobody knows. */
async function settled<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (isPassing(error) && !isUnreachable(error))
      throw new StoreUnknown('Whether it was done is not known: MongoDB does not answer', { cause: error });
    throw translate(error);
  }
}
