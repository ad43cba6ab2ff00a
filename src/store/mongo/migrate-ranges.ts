/**
 * Schema 2 → 3: the unit of a quantity was part of the parameter's name and is a key of the range now. What else is new in a document
 * (which strings were sent, what stands inside them, places, contained resources) comes with its new entries, when it is reindexed.
 */
import type { Document } from 'mongodb';
import type { ResourceDocument } from './collections.js';
import type { MigrationStep } from './migrate-versions.js';

const batch = 2_000;

export const migrateRanges: MigrationStep = async ({ resources }, after) => {
  const behind = after === undefined ? {} : { _id: { $gt: after } };
  const found = await resources
    .find<Pick<ResourceDocument, '_id' | 'v' | 'r'>>(behind, { projection: { v: 1, r: 1 }, sort: { _id: 1 }, limit: batch })
    .toArray();
  const operations = found.flatMap(({ _id, v, r = [] }) => {
    const renamed = r.map((range) => ({ ...range, p: withKey(range.p) }));
    const isSame = renamed.every(({ p }, index) => p === r[index]?.p);
    const filter: Document = { _id, v };
    return isSame ? [] : [{ updateOne: { filter, update: { $set: { r: renamed } } } }];
  });
  if (operations.length > 0) await resources.bulkWrite(operations, { ordered: false });
  return { after: found.length === batch ? found.at(-1)?._id : undefined, changed: operations.length };
};

/** `Observation.value%7curn:s%7cmg:0` → `Observation.value=|urn:s|mg:0` */
function withKey(name: string): string {
  const lane = name.indexOf('%7c');
  const end = name.lastIndexOf(':');
  if (lane < 0 || end < lane) return name;
  const key = name.slice(lane, end).replace(/%([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return `${name.slice(0, lane)}=${key}${name.slice(end)}`;
}
