/**
 * Collections, and the fields that hold sort values (s1, s2, …): they are numbered per type, because MongoDB has at most
 * 64 indexes on a collection and types sort by different things; what a number means is written down and never changes.
 */
import { MongoServerError } from 'mongodb';
import { type Layout, StoreUnavailable } from '../port.js';
import type { Collections, SlotField, SlotTable } from './collections.js';
import type { Slots } from './documents.js';

const mostSlots = 56;

/** What is written once and read in the order of its ids. */
const inOrder = {
  clusteredIndex: { key: { _id: 1 }, unique: true },
  storageEngine: { wiredTiger: { configString: 'block_compressor=zstd' } },
};

export interface Arrangement {
  readonly table: SlotTable;
  /** The fields of the slots. */
  readonly slots: Slots;
}

/** Makes the collections and gives every slot its field. */
export async function arrange(collections: Collections, layout: Layout): Promise<Arrangement> {
  await makeCollection(collections, 'resources', {});
  await makeCollection(collections, 'contained', {});
  await makeCollection(collections, 'versions', inOrder);
  await makeCollection(collections, 'feed', inOrder);
  await makeCollection(collections, 'locks', {});
  await makeCollection(collections, 'notes', {});
  await makeCollection(collections, 'items', {});
  await makeCollection(collections, 'audit', inOrder);
  await makeCollection(collections, 'segments', {});
  await makeCollection(collections, 'postings', inOrder);
  await makeCollection(collections, 'seals', inOrder);
  await makeCollection(collections, 'state', {});
  const table = await assignSlots(collections, layout);
  const slots = new Map(Object.entries(table).map(([type, fields]) => [type, new Map(Object.entries(fields))]));
  return { table, slots };
}

async function makeCollection({ db }: Collections, name: string, options: object): Promise<void> {
  try {
    await db.createCollection(name, options);
  } catch (error) {
    const exists = error instanceof MongoServerError && error.code === 48;
    if (!exists) throw error;
  }
}

/** Gives every slot of the layout a field, keeping those it has. Another process may do so at the same moment. */
async function assignSlots({ state }: Collections, layout: Layout): Promise<SlotTable> {
  for (;;) {
    const known = await state.findOne({ _id: 'slots' });
    const before = known?.types ?? {};
    const types = withSlots(before, layout);
    if (known === null) {
      const { upsertedCount } = await state.updateOne({ _id: 'slots' }, { $setOnInsert: { types, turn: 1 } }, { upsert: true });
      if (upsertedCount === 1) return types;
      continue;
    }
    if (JSON.stringify(types) === JSON.stringify(before)) return types;
    const { matchedCount } = await state.updateOne({ _id: 'slots', turn: known.turn }, { $set: { types }, $inc: { turn: 1 } });
    if (matchedCount === 1) return types;
  }
}

export function withSlots(before: SlotTable, layout: Layout): SlotTable {
  const types: Record<string, Record<string, SlotField>> = {};
  for (const [type, fields] of Object.entries(before)) types[type] = { ...fields };
  for (const [type, { sorts }] of Object.entries(layout.types)) {
    const fields = types[type] ?? {};
    for (const slot of sorts) fields[slot] ??= `s${Object.keys(fields).length + 1}`;
    if (Object.keys(fields).length > mostSlots) {
      throw new StoreUnavailable(`${type} is to be sorted by ${Object.keys(fields).length} slots; MongoDB has room for ${mostSlots}`);
    }
    if (Object.keys(fields).length > 0) types[type] = fields;
  }
  return types;
}
