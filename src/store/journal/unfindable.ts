/**
 * Records that are there and that no search finds, because whoever can write the database has changed where searches look: the numbers of
 * their keys, their times, the postings of a segment. Source: store/audit-log.ts
 */
import type { AuditPlace } from '../audit-log.js';
import { type Block, keyNumber, placesOf, recordsOf } from './block.js';
import { BUCKETS, bucketOf, hasPosting, postingsOf } from './segment.js';
import type { BlockTimes, Shelf, Times } from './shelf.js';

const always: Times = { from: Number.NEGATIVE_INFINITY, before: Number.POSITIVE_INFINITY };
/** Blocks asked for at once. */
const TOGETHER = 256;

/** At most `most`. */
export async function unfindable<Id extends string | number>(shelf: Shelf<Id>, most: number): Promise<readonly AuditPlace[]> {
  // What comes later is in the tail, and what leaves the tail is in a segment by then.
  const left = new Set<Id>(await allBlocks(shelf));
  const found: AuditPlace[] = [];
  const look = async ({ id, since, until }: BlockTimes<Id>, isFound: IsFound) => {
    const block = await shelf.block(id);
    left.delete(id);
    if (block !== undefined) found.push(...strayIn(block, (time) => time >= since && time <= until, isFound));
  };
  for (const head of await shelf.tail()) {
    const { ends, keys } = placesOf(head);
    await look(head, (key, at) => keys.subarray(ends[at - 1] ?? 0, ends[at]).includes(key));
    if (found.length >= most) break;
  }
  for (const segment of await shelf.segments(always)) {
    if (found.length >= most) break;
    const buckets = await bucketsOf(shelf, segment.id);
    for (const block of await shelf.blocksOf(segment.id)) {
      const times = { id: block.id, since: Math.max(block.since, segment.since), until: Math.min(block.until, segment.until) };
      await look(times, (key, at) => hasPosting(buckets[bucketOf(key)], key, block.start + at));
    }
  }
  for (const id of left) {
    if (found.length >= most) break;
    await look({ id, ...everyTime }, () => false);
  }
  return found.slice(0, most);
}

const everyTime = { since: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY };

async function allBlocks<Id extends string | number>(shelf: Shelf<Id>): Promise<readonly Id[]> {
  const ids: Id[] = [];
  for (let after: BlockTimes<Id> | undefined; ; ) {
    const blocks = await shelf.byTime(always, false, after, TOGETHER);
    ids.push(...blocks.map(({ id }) => id));
    after = blocks.at(-1);
    if (after === undefined || blocks.length < TOGETHER) return ids;
  }
}

async function bucketsOf<Id extends string | number>(shelf: Shelf<Id>, segment: Id): Promise<readonly Float64Array[]> {
  const buckets: Float64Array[] = [];
  for (let bucket = 0; bucket < BUCKETS; bucket++) buckets.push(postingsOf((await shelf.postings(bucket, [segment])).get(segment)));
  return buckets;
}

type IsFound = (key: number, at: number) => boolean;

function strayIn(block: Block, isInTime: (time: number) => boolean, isFound: IsFound): readonly AuditPlace[] {
  const { numbers, times } = placesOf(block);
  const recordAt = recordsOf(block);
  const isStray = (at: number) => !isInTime(times[at] ?? 0) || !recordAt(at).keys.every((key) => isFound(keyNumber(key), at));
  return [...numbers].flatMap((number, at) => (number !== 0 && isStray(at) ? [{ chain: block.chain, number }] : []));
}
