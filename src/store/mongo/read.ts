/** Reads by key: current versions and named ones. */
import type { Key } from '../../model/resource.js';
import type { Version } from '../port.js';
import { coalesce } from './coalesce.js';
import type { Collections, VersionDocument } from './collections.js';
import { documentId, toVersion, versionFields, versionId } from './documents.js';
import { cursorId, type FindReply, readCommand } from './reader.js';

type Stored = Pick<VersionDocument, '_id' | 'v' | 'u' | 'm' | 'j'>;
type FindById = (id: string) => Promise<Stored | undefined>;

export type Read = (keys: readonly Key[]) => Promise<readonly (Version | undefined)[]>;

export function reads(collections: Collections): Read {
  const current = byId(collections, 'resources');
  const superseded = byId(collections, 'versions');

  const readOne = async (key: Key): Promise<Version | undefined> => {
    const id = documentId(key);
    // Current first: a version is copied before it is replaced, so what is no longer here is there.
    const now = await current(id);
    if (now === undefined) return undefined;
    if (key.version === undefined || key.version === now.v) return toVersion(now);
    if (key.version > now.v) return undefined;
    const old = await superseded(versionId(id, key.version));
    return old && toVersion(old);
  };

  return (keys) => Promise.all(keys.map(readOne));
}

/** Gathers what is asked for at the same time. */
function byId({ db }: Collections, from: 'resources' | 'versions'): FindById {
  const together = async (ids: readonly string[]): Promise<readonly (Stored | undefined)[]> => {
    const different = [...new Set(ids)];
    const filter = { _id: different.length === 1 ? different[0] : { $in: different } };
    const command = {
      find: from,
      filter,
      projection: versionFields,
      limit: different.length,
      batchSize: different.length + 1,
    };
    const { cursor } = (await readCommand(db, command)) as FindReply;
    const found = new Map((cursor.firstBatch as readonly Stored[]).map((document) => [document._id, document]));
    if (String(cursor.id) !== '0') await readRest(different, found, cursor.id);
    return ids.map((id) => found.get(id));
  };

  /** The reply was full (16 MB): what is missing, half at a time. */
  const readRest = async (ids: readonly string[], found: Map<string, Stored>, cursor: unknown): Promise<void> => {
    await db.command({ killCursors: from, cursors: [cursorId(cursor)] });
    const missing = ids.filter((id) => !found.has(id));
    const half = Math.ceil(missing.length / 2);
    for (const part of [missing.slice(0, half), missing.slice(half)]) {
      if (part.length === 0) continue;
      for (const document of await together(part)) if (document) found.set(document._id, document);
    }
  };

  return coalesce(together, { atOnce: 2, most: 256 });
}
