/** Notes: what is kept under a name until it expires; MongoDB sweeps them afterwards. Source: port.ts Note */
import type { ClientSession, ObjectId } from 'mongodb';
import { type Note, StoreConflict } from '../port.js';
import type { Collections, NoteDocument } from './collections.js';
import { isDuplicate } from './errors.js';

export async function noteOf({ notes }: Collections, name: string): Promise<Note | undefined> {
  const found = await notes.findOne({ _id: name, e: { $gt: new Date() } });
  return found === null ? undefined : { name, value: found.b, expires: found.e.getTime() };
}

export function toNoteDocument({ name, value, expires }: Note, mark: ObjectId): NoteDocument {
  return { _id: name, b: value, e: new Date(expires), w: mark };
}

/** What has expired gives way. One that has not is not found by the update, and stands in the way of the insertion that it becomes. */
export async function putNotes({ notes }: Collections, session: ClientSession, documents: readonly NoteDocument[]): Promise<void> {
  if (documents.length === 0) return;
  const now = new Date();
  const operations = documents.map(({ _id, b, e, w }) => ({
    updateOne: { filter: { _id, e: { $lte: now } }, update: { $set: { b, e, w } }, upsert: true },
  }));
  try {
    await notes.bulkWrite(operations, { session, ordered: true });
  } catch (error) {
    if (isDuplicate(error)) throw new StoreConflict('A note of this name is there already', { cause: error });
    throw error;
  }
}

/** Whether the commit of this mark has put it down. */
export async function isNoted({ notes }: Collections, { _id, w }: NoteDocument): Promise<boolean> {
  const found = await notes.findOne({ _id }, { projection: { w: 1 } });
  return found?.w.equals(w) === true;
}
