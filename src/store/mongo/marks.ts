/**
 * Whose version is it? Every version carries the mark of the write that made it, so that a write whose answer was lost
 * can be looked for, in the current state and, if others wrote since, among the superseded versions.
 */
import type { ObjectId } from 'mongodb';
import type { Collections } from './collections.js';
import { versionId } from './documents.js';

export interface Marked {
  readonly _id: string;
  readonly v: number;
  readonly w: ObjectId;
}

/** Which of these versions were written by the write that has their mark. */
export async function written(collections: Collections, documents: readonly Marked[]): Promise<ReadonlySet<Marked>> {
  const projection = { v: 1, w: 1 };
  const ids = documents.map(({ _id }) => _id);
  const current = new Map(
    (await collections.resources.find<Marked>({ _id: { $in: ids } }, { projection }).toArray()).map((row) => [row._id, row]),
  );
  const older = documents.filter(({ _id, v }) => (current.get(_id)?.v ?? 0) > v).map(({ _id, v }) => versionId(_id, v));
  const rows = older.length === 0 ? [] : await collections.versions.find<Marked>({ _id: { $in: older } }, { projection }).toArray();
  const superseded = new Map(rows.map((row) => [row._id, row]));
  const isWritten = ({ _id, v, w }: Marked) => {
    const now = current.get(_id);
    return now?.v === v ? now.w.equals(w) : superseded.get(versionId(_id, v))?.w.equals(w) === true;
  };
  return new Set(documents.filter(isWritten));
}
