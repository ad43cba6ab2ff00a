/** Segments of the journal, made behind what is written, by whichever process finds enough blocks. Source: store/journal/segment.ts */
import type { ClientSession } from 'mongodb';
import { enoughFor, makeSegment, SEGMENT_BLOCKS, SEGMENT_RECORDS } from '../journal/segment.js';
import type { BlockDocument, Collections } from './collections.js';
import type { Member } from './member.js';

export interface SegmentMaker {
  /** Told of what was written. */
  written(blocks: readonly Pick<BlockDocument, 'n'>[]): void;
  /** Resolves when nothing is under way. */
  close(): Promise<void>;
}

/** Part of what makes a segment, after which it is looked whether there is enough for one: others may write too. */
const PART = 4;

export function createSegmentMaker(collections: Collections, member: Member): SegmentMaker {
  let [blocks, records] = [0, 0];
  let running: Promise<void> | undefined;
  return {
    written(more) {
      [blocks, records] = [blocks + more.length, more.reduce((sum, { n }) => sum + n, records)];
      if (running !== undefined || (blocks < SEGMENT_BLOCKS / PART && records < SEGMENT_RECORDS / PART)) return;
      [blocks, records] = [0, 0];
      running = makeSegments(collections, member)
        // Another process made it, or MongoDB does not serve: what is in no segment is found all the same, and is tried again.
        .catch(() => undefined)
        .finally(() => {
          running = undefined;
        });
    },
    close: async () => {
      await running;
    },
  };
}

async function makeSegments(collections: Collections, member: Member): Promise<void> {
  for (;;) {
    const found = await collections.audit
      .find({ tail: 1 }, { projection: { b: 0 } })
      .sort({ _id: 1 })
      .toArray();
    const enough = enoughFor(found.map(({ _id, s, u, n, p }) => ({ id: _id, since: s, until: u, records: n, places: p })));
    if (enough === undefined) return;
    const session = collections.client.startSession();
    try {
      await member.enlist(session);
      await session.withTransaction(() => putSegment(collections, session, makeSegment(enough)));
    } finally {
      await session.endSession();
    }
  }
}

/** Throws where another process has had one of the blocks. */
async function putSegment(
  { audit, segments, postings }: Collections,
  session: ClientSession,
  { since, until, blocks, buckets }: ReturnType<typeof makeSegment<string>>,
): Promise<void> {
  const ids = blocks.map(({ id }) => id);
  const _id = ids.at(-1) ?? '';
  const { modifiedCount } = await audit.updateMany({ _id: { $in: ids }, tail: 1 }, { $unset: { tail: '' } }, { session });
  if (modifiedCount !== ids.length) throw new Error('Another process has made a segment of these blocks');
  const numbers = Float64Array.from(blocks.flatMap((block) => [block.start, block.since, block.until]));
  await segments.insertOne({ _id, s: since, u: until, i: ids, b: Buffer.from(numbers.buffer) }, { session });
  await postings.insertMany(
    buckets.map(({ bucket, postings: p }) => ({ _id: { b: bucket, s: _id }, p })),
    { session },
  );
}
