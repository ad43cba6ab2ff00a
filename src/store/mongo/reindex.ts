/**
 * New entries for what is stored. An update of fields, neither insert nor replacement: the feed, which is made of those two, does not see it.
 * Source: port.ts reindex
 */
import type { Reindex } from '../port.js';
import type { Collections, ResourceDocument, SlotField } from './collections.js';
import { containedIn, replaceContained } from './contained.js';
import { documentId, foundBy, type Slots, toContained } from './documents.js';
import type { Member } from './member.js';

export interface Reindexing {
  readonly collections: Collections;
  readonly slots: Slots;
  readonly creation: () => number;
  readonly member: Member;
}

type Current = Pick<ResourceDocument, '_id' | 't' | 'v' | 'u' | 'c'>;

/** In the order given: whether it was done. */
export async function reindex(reindexing: Reindexing, of: readonly Reindex[]): Promise<readonly boolean[]> {
  if (of.length === 0) return [];
  const { slots, collections } = reindexing;
  const { resources } = collections;
  const alone = of.filter(({ contained = [] }) => contained.length === 0);
  const operations = alone.map((one) => ({
    updateOne: { filter: { ...current(one), c: { $exists: false } }, update: change(one, slots) },
  }));
  const matched = operations.length === 0 ? 0 : (await resources.bulkWrite(operations, { ordered: false })).matchedCount;
  if (matched === of.length) return of.map(() => true);
  const rows = await resources.find<Current>({ _id: { $in: of.map(documentId) } }, { projection: { v: 1, c: 1, t: 1 } }).toArray();
  const now = new Map(rows.map((row) => [row._id, row]));
  const done: boolean[] = [];
  for (const one of of) {
    const row = now.get(documentId(one));
    if (row?.v !== one.version || row.t !== one.type) done.push(false);
    else if (row.c === undefined && alone.includes(one)) done.push(true);
    else done.push(await withContained(reindexing, one));
  }
  return done;
}

function current({ type, id, version }: Reindex) {
  return { _id: documentId({ type, id }), v: version, t: type };
}

function change(one: Reindex, slots: Slots) {
  const fields = foundBy(one, slots);
  const all = ['k', 'n', 'f', 'r', 'g', 'c', ...(slots.get(one.type)?.values() ?? [])];
  const gone = all.filter((field) => !(field in fields)).map((field) => [field, ''] as const);
  return {
    ...(Object.keys(fields).length > 0 && { $set: fields }),
    ...(gone.length > 0 && { $unset: Object.fromEntries(gone) as Record<SlotField, ''> }),
  };
}

async function withContained({ collections, slots, creation, member }: Reindexing, one: Reindex): Promise<boolean> {
  const { client, resources } = collections;
  const { contained = [], compartments, type, id, version } = one;
  const documentsOf = ({ u }: Current) =>
    contained.map((inner) => toContained({ type, id, version, lastUpdated: u, compartments }, inner, creation(), slots));
  return client.withSession(async (session) => {
    await member.enlist(session);
    return session.withTransaction(
      async () => {
        const before = await resources.findOneAndUpdate(current(one), change(one, slots), { projection: { u: 1, c: 1 }, session });
        if (before === null) return false;
        await replaceContained(collections, session, containedIn(before), documentsOf(before));
        return true;
      },
      { readConcern: { level: 'snapshot' }, writeConcern: { w: 'majority', journal: true }, readPreference: 'primary' },
    );
  });
}
