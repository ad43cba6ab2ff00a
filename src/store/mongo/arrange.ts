/**
 * Collections and indexes. The fields that hold sort values (s1, s2, …) are numbered per type, because MongoDB has at most
 * 64 indexes on a collection and types sort by different things; what a number means is written down and never changes.
 */
import { type IndexDescription, MongoServerError } from 'mongodb';
import { type Layout, StoreUnavailable } from '../port.js';
import type { Collections, SlotField, SlotTable } from './collections.js';
import type { Slots } from './documents.js';

const mostSlots = 56;

/** What is written once and read in the order of its ids. */
const inOrder = {
  clusteredIndex: { key: { _id: 1 }, unique: true },
  storageEngine: { wiredTiger: { configString: 'block_compressor=zstd' } },
};

/** Resolves when all indexes are complete; gives the fields of the slots. */
export async function arrange(collections: Collections, layout: Layout): Promise<Slots> {
  const { resources, contained, versions, locks } = collections;
  await makeCollection(collections, 'resources', {});
  await makeCollection(collections, 'contained', {});
  await makeCollection(collections, 'versions', inOrder);
  await makeCollection(collections, 'feed', inOrder);
  await makeCollection(collections, 'locks', {});
  await makeCollection(collections, 'state', {});
  const table = await assignSlots(collections, layout);
  await resources.createIndexes([...resourceIndexes(table)]);
  await contained.createIndexes([...resourceIndexes(table)]);
  await versions.createIndexes([...versionIndexes]);
  await locks.createIndexes([{ key: { e: 1 }, name: 'expiry', expireAfterSeconds: 0 }]);
  return new Map(Object.entries(table).map(([type, fields]) => [type, new Map(Object.entries(fields))]));
}

async function makeCollection({ db }: Collections, name: string, options: object): Promise<void> {
  try {
    await db.createCollection(name, options);
  } catch (error) {
    const exists = error instanceof MongoServerError && error.code === 48;
    if (!exists) throw error;
  }
}

/** As `updated` on `resources`; the moment it ended stands in it too, so that a walk does not fetch what had ended before. */
const versionIndexes: readonly IndexDescription[] = [{ name: 'superseded', key: { t: 1, u: 1, o: -1, e: 1 } }];

/** The indexes on `resources` that a table of slots needs. */
function resourceIndexes(table: SlotTable): readonly IndexDescription[] {
  const numbers = Object.values(table).flatMap((fields) => Object.values(fields));
  const slots = [...new Set(numbers)].sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)));
  return [
    { name: 'keys', key: { k: 1, o: 1 } },
    { name: 'strings', key: { n: 1, o: 1 }, partialFilterExpression: { n: { $exists: true } } },
    { name: 'ranges', key: { 'r.p': 1, 'r.l': 1, 'r.h': 1, o: 1 }, partialFilterExpression: { r: { $exists: true } } },
    { name: 'places', key: { 'g.p': 1, 'g.z': 1, 'g.x': 1, 'g.y': 1, o: 1 }, partialFilterExpression: { g: { $exists: true } } },
    { name: 'type', key: { t: 1, o: 1 } },
    { name: 'updated', key: { t: 1, u: 1, o: -1 } },
    ...slots.map((slot) => ({ name: `slot ${slot}`, key: { t: 1, [slot]: 1, o: -1 } }) as IndexDescription),
  ];
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

/** Whether every index is there and built. */
export async function isArranged({ resources, versions, locks }: Collections, slots: Slots): Promise<boolean> {
  const table: SlotTable = Object.fromEntries([...slots].map(([type, fields]) => [type, Object.fromEntries(fields)]));
  const present = new Set<string>();
  for (const collection of [resources, versions, locks]) {
    for await (const { spec } of collection.aggregate<{ spec: { name: string } }>([{ $indexStats: {} }])) present.add(spec.name);
  }
  return [...resourceIndexes(table), ...versionIndexes, { name: 'expiry' }].every(({ name }) => name !== undefined && present.has(name));
}
