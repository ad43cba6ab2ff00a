/**
 * How far the feed goes, and who makes it. Rows and the place up to which the change stream was copied are one document whose id is the
 * next number: of two processes that take themselves for the holder of the lease only one can write it, and whoever dies leaves nothing
 * half done and no transaction open. So no version is lost or told twice; the lease only spares work done in vain.
 */
import { randomBytes } from 'node:crypto';
import type { Collection, Document, ObjectId, Timestamp } from 'mongodb';
import type { Collections, FeedDocument, FeedRow, FeedState, ResumeToken } from './collections.js';
import { isDuplicate } from './errors.js';
import { cursorId, type FindReply, readCommand } from './reader.js';

/** Milliseconds that a holder may be silent. */
const lease = 4_000;

/** Another process makes the feed now. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

function stateOf({ db }: Collections): Collection<FeedState> {
  return db.collection<FeedState>('state');
}

/** Whether the feed is now ours to make. By the clock of the server, so that those of the processes do not matter. */
export async function takeUp(collections: Collections, me: ObjectId): Promise<boolean> {
  const begin = { id: randomBytes(5).toString('hex'), until: new Date(0), builds: [] };
  try {
    await stateOf(collections).updateOne({ _id: 'feed' }, { $setOnInsert: begin }, { upsert: true });
  } catch (error) {
    // Another process inserted it at the same moment.
    if (!isDuplicate(error)) throw error;
  }
  const free: Document = { _id: 'feed', $or: [{ holder: me }, { $expr: { $lt: ['$until', '$$NOW'] } }] };
  const taken = { holder: me, until: { $add: ['$$NOW', lease] } };
  return (await stateOf(collections).updateOne(free, [{ $set: taken }])).matchedCount === 1;
}

export async function release(collections: Collections, me: ObjectId): Promise<void> {
  await stateOf(collections).updateOne({ _id: 'feed', holder: me }, { $set: { until: new Date(0) }, $unset: { holder: '' } });
}

/** `undefined` takes a field away. */
export type StateChange = { readonly [Field in 'of' | 'place' | 'overlap' | 'build' | 'builds']?: FeedState[Field] | undefined };

/** Records it and renews the lease. Throws LeaseLost. */
export async function note(collections: Collections, me: ObjectId, change: StateChange): Promise<void> {
  const set: Record<string, unknown> = { until: { $add: ['$$NOW', lease] } };
  for (const [field, value] of Object.entries(change)) set[field] = value === undefined ? '$$REMOVE' : { $literal: value };
  const { matchedCount } = await stateOf(collections).updateOne({ _id: 'feed', holder: me }, [{ $set: set }]);
  if (matchedCount === 0) throw new LeaseLost('Another process makes the feed');
}

/** Adds rows behind the last number and gives the new one. Throws LeaseLost where another process did so before. */
export async function append(collections: Collections, last: number, rows: readonly FeedRow[], token?: ResumeToken): Promise<number> {
  if (rows.length === 0) return last;
  try {
    await collections.feed.insertOne({ _id: last + 1, r: rows, ...(token && { token }) });
  } catch (error) {
    if (isDuplicate(error)) throw new LeaseLost('Another process has written what comes next');
    throw error;
  }
  return last + rows.length;
}

/** How far the feed goes. */
export interface Standing {
  readonly state: FeedState;
  readonly last: number;
  /** Up to where in the change stream it is complete; undefined until it has been made from what was there. */
  readonly token: ResumeToken | undefined;
}

/** Undefined where no process has begun a feed. */
export async function standing({ db }: Collections): Promise<Standing | undefined> {
  const end = { count: { $size: '$r' }, token: 1 };
  const feed = (await readCommand(db, { find: 'feed', projection: end, sort: { _id: -1 }, limit: 1, singleBatch: true })) as FindReply;
  const [document] = feed.cursor.firstBatch as readonly { _id: number; count: number; token?: ResumeToken }[];
  // Later than the feed, so that a place for its last number is not older than it.
  const known = { find: 'state', filter: { _id: 'feed' }, limit: 1, singleBatch: true };
  const reply = (await readCommand(db, known, feed.operationTime)) as FindReply;
  const [state] = reply.cursor.firstBatch as unknown as readonly FeedState[];
  if (state === undefined) return undefined;
  const last = document === undefined ? 0 : document._id + document.count - 1;
  const token = state.place?.last === last ? state.place.token : document?.token;
  return { state, last, token: state.build === undefined ? token : undefined };
}

export async function documentsFrom({ db }: Collections, start: number): Promise<readonly FeedDocument[]> {
  // In pieces of at most a thousand rows: a few of them stay far below the limit of a reply.
  const command = { find: 'feed', filter: { _id: { $gte: start } }, sort: { _id: 1 }, limit: 4, singleBatch: true };
  return ((await readCommand(db, command)) as FindReply).cursor.firstBatch as unknown as readonly FeedDocument[];
}

/** The id of the document that holds the number, if there is one. */
export async function documentWith({ db }: Collections, number: number): Promise<number | undefined> {
  const filter = { _id: { $lte: number } };
  const projection = { count: { $size: '$r' } };
  const command = { find: 'feed', filter, projection, sort: { _id: -1 }, limit: 1, singleBatch: true };
  const [found] = ((await readCommand(db, command)) as FindReply).cursor.firstBatch as readonly { _id: number; count: number }[];
  return found !== undefined && number < found._id + found.count ? found._id : undefined;
}

/**
 * By what the collection is told from one that was put in its place, by mongorestore for instance. A place in the change stream says it
 * only where it is that of an event: from a mere moment the stream would go on in whatever has the name now, and tell once more of
 * all that was put back, or of what is gone.
 */
export async function resourcesId({ db }: Collections): Promise<string> {
  const reply = await db.command({ listCollections: 1, filter: { name: 'resources' } }, { promoteBuffers: true });
  const [found] = reply.cursor.firstBatch as readonly { readonly info: { readonly uuid: Buffer } }[];
  if (found === undefined) throw new Error('There is no collection "resources"');
  return found.info.uuid.toString('hex');
}

/** The place of a moment in the change stream, before what happened in it. Tokens compare as their texts do. */
export async function tokenAt({ db }: Collections, moment: Timestamp): Promise<string> {
  const pipeline = [{ $changeStream: { startAtOperationTime: moment } }];
  const { cursor }: Document = await db.command({ aggregate: 'resources', pipeline, cursor: { batchSize: 0 } });
  await db.command({ killCursors: 'resources', cursors: [cursorId(cursor.id)] });
  return (cursor.postBatchResumeToken as ResumeToken)._data;
}
