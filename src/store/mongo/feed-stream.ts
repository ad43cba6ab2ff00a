/** What was committed, as the change stream of the current versions tells it: in the order of the commits, once a majority has them. */
import { type Document, MongoServerError, type Timestamp } from 'mongodb';
import type { Collections, FeedRow, ResumeToken } from './collections.js';
import { cursorId } from './reader.js';

/** What one reply of the stream held, and up to where that is everything. */
export interface Batch {
  readonly rows: readonly FeedRow[];
  readonly token: ResumeToken;
}

interface Cursor {
  readonly id: unknown;
  readonly nextBatch: readonly FeedRow[];
  readonly postBatchResumeToken: ResumeToken;
}

const most = 1_000;

/**
 * Batches without end; an empty one when nothing came for `wait` milliseconds. Every version comes into being by an insert or a replace;
 * what changes a document otherwise (its index entries, say) makes no version.
 */
export async function* batches(
  collections: Collections,
  begin: { readonly resumeAfter: ResumeToken } | { readonly startAtOperationTime: Timestamp },
  wait: () => number,
): AsyncGenerator<Batch, never> {
  const { client, db } = collections;
  const pipeline = [
    { $changeStream: begin },
    { $match: { operationType: { $in: ['insert', 'replace'] } } },
    { $project: { k: '$documentKey._id', v: '$fullDocument.v', u: '$fullDocument.u', m: '$fullDocument.m' } },
  ];
  // Whole replies rather than the driver's stream: what came together is copied together, and nothing waits for more.
  const session = client.startSession({ causalConsistency: false });
  let open: unknown;
  try {
    const options = { session, readPreference: 'primary' } as const;
    const reply = await db.command(
      { aggregate: 'resources', pipeline, cursor: { batchSize: 0 }, readConcern: { level: 'majority' } },
      options,
    );
    open = cursorId(cursorOf(reply).id);
    for (;;) {
      const more = { getMore: open, collection: 'resources', batchSize: most, maxTimeMS: wait() };
      const { id, nextBatch, postBatchResumeToken } = cursorOf(await db.command(more, options));
      if (cursorId(id).isZero()) throw new StreamEnded('The collection was dropped or renamed while it was followed');
      yield { rows: nextBatch.map(({ k, v, u, m }) => ({ k, v, u, m })), token: postBatchResumeToken };
    }
  } finally {
    if (open !== undefined) await db.command({ killCursors: 'resources', cursors: [open] }, { session }).catch(() => undefined);
    await session.endSession();
  }
}

/** What was followed is no longer there; another may be in its place. */
class StreamEnded extends Error {
  override readonly name = 'StreamEnded';
}

function cursorOf(reply: Document): Cursor {
  return reply.cursor as Cursor;
}

const lost = new Set([136, 280, 286]); // CappedPositionLost, ChangeStreamFatalError, ChangeStreamHistoryLost

/** The stream does not go on from where it was. */
export function isHistoryLost(error: unknown): boolean {
  return error instanceof StreamEnded || (error instanceof MongoServerError && lost.has(Number(error.code)));
}
