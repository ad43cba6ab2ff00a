/**
 * Schema 1 → 2: superseded versions get what a walk through the history of a type needs beside them. Those of one instance follow each
 * other, so that the next document tells when one ended; for the last of them the current version does.
 */
import type { Collections, ResourceDocument, SupersededDocument } from './collections.js';
import { toKey, versionId } from './documents.js';

/** One batch behind `after`; gives where it ended, or undefined at the end, and how many documents it has changed. */
export type MigrationStep = (
  collections: Collections,
  after: string | undefined,
) => Promise<{ readonly after: string | undefined; readonly changed: number }>;

const batch = 2_000;

type Old = Pick<SupersededDocument, '_id' | 'v' | 'u'>;
type Current = Pick<ResourceDocument, '_id' | 'v' | 'u' | 'o'>;

export const migrateVersions: MigrationStep = async ({ versions, resources }, after) => {
  // One more than is changed: it ends the last one, if it is of the same instance.
  const behind = after === undefined ? {} : { _id: { $gt: after } };
  const found = await versions.find<Old>(behind, { projection: { v: 1, u: 1 }, sort: { _id: 1 }, limit: batch + 1 }).toArray();
  const instances = [...new Set(found.map(({ _id }) => instanceOf(_id)))];
  const rows = await resources.find<Current>({ _id: { $in: instances } }, { projection: { v: 1, u: 1, o: 1 } }).toArray();
  const current = new Map(rows.map((row) => [row._id, row]));
  const operations = found.slice(0, batch).map(({ _id, v, u }, index) => {
    const instance = instanceOf(_id);
    const now = current.get(instance);
    const next = found[index + 1];
    const follower = next?._id === versionId(instance, v + 1) ? next : now?.v === v + 1 ? now : undefined;
    // Without a follower it is the copy of a current version, which a crash left: it ends when that one does.
    const fields = { t: toKey(_id).type, o: now?.o ?? 0, e: follower?.u ?? u };
    return { updateOne: { filter: { _id }, update: { $set: fields } } };
  });
  if (operations.length > 0) await versions.bulkWrite(operations, { ordered: false });
  return { after: found.length > batch ? found[batch - 1]?._id : undefined, changed: operations.length };
};

function instanceOf(id: string): string {
  return id.slice(0, id.lastIndexOf('/'));
}
