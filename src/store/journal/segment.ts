/**
 * What a key leads to, for many blocks at once: when enough blocks have come together they become a segment, whose postings (part of a
 * key's number, place of the record) are sorted and put down by buckets of keys. A search then reads one bucket of each segment, and
 * looks only through those blocks that are not in one yet. Written once, in order, they cost a fraction of a row for each key.
 */
import { Buffer } from 'node:buffer';
import { type BlockHead, placesOf } from './block.js';

/** A segment is made of so many records, or so many blocks. */
export const SEGMENT_RECORDS = 16_384;
export const SEGMENT_BLOCKS = 2_048;

export const BUCKETS = 512;
/** What of a key's number its bucket does not say. */
const WITHIN = 2 ** 32 / BUCKETS;
/** Above every place of a record in a segment. */
const PLACES = 2 ** 16;

/** Of a block of a segment: its id, where its records begin, and their times. */
export interface SegmentBlock<Id> {
  readonly id: Id;
  readonly start: number;
  readonly since: number;
  readonly until: number;
}

export interface MadeSegment<Id> {
  readonly since: number;
  readonly until: number;
  readonly blocks: readonly SegmentBlock<Id>[];
  readonly buckets: readonly { readonly bucket: number; readonly postings: Buffer }[];
}

type Head<Id> = Pick<BlockHead, 'since' | 'until' | 'places'> & { readonly id: Id };

/** Blocks that make a segment: whether they do, and which of them; the order is that in which they came. */
export function enoughFor<B extends Pick<BlockHead, 'records'>>(blocks: readonly B[]): readonly B[] | undefined {
  let records = 0;
  for (const [at, block] of blocks.entries()) {
    records += block.records;
    if (records >= SEGMENT_RECORDS || at + 1 >= SEGMENT_BLOCKS) return blocks.slice(0, at + 1);
  }
  return undefined;
}

export function makeSegment<Id>(heads: readonly Head<Id>[]): MadeSegment<Id> {
  const blocks: SegmentBlock<Id>[] = [];
  const all = heads.map(placesOf);
  const postings = new Float64Array(all.reduce((sum, { keys }) => sum + keys.length, 0));
  let [start, count] = [0, 0];
  for (const [nth, { id, since, until }] of heads.entries()) {
    blocks.push({ id, start, since, until });
    const { ends = new Uint32Array(0), keys = new Uint32Array(0) } = all[nth] ?? {};
    for (let [at, key] = [0, 0]; at < ends.length; at++) {
      for (const end = ends[at] ?? 0; key < end; key++) postings[count++] = (keys[key] ?? 0) * PLACES + start + at;
    }
    start += ends.length;
  }
  return {
    since: Math.min(...blocks.map(({ since }) => since)),
    until: Math.max(...blocks.map(({ until }) => until)),
    blocks,
    buckets: bucketsOf(postings.sort()),
  };
}

/** Of postings in order, with what of each is not said by its bucket. */
function bucketsOf(sorted: Float64Array): MadeSegment<unknown>['buckets'] {
  const buckets: { readonly bucket: number; readonly postings: Buffer }[] = [];
  for (let from = 0; from < sorted.length; ) {
    const bucket = bucketOf((sorted[from] ?? 0) / PLACES);
    const base = bucket * WITHIN * PLACES;
    const to = firstFrom(sorted, base + WITHIN * PLACES);
    const within = sorted.slice(from, to).map((posting) => posting - base);
    buckets.push({ bucket, postings: Buffer.from(within.buffer) });
    from = to;
  }
  return buckets;
}

export function bucketOf(key: number): number {
  return Math.floor(key / WITHIN);
}

/** Of a bucket, as it is stored. */
export function postingsOf(stored: Buffer | undefined): Float64Array {
  return stored === undefined ? new Float64Array(0) : new Float64Array(Uint8Array.from(stored).buffer);
}

/** Whether a bucket tells that the record at this place of the segment has the key. */
export function hasPosting(postings: Float64Array | undefined, key: number, place: number): boolean {
  const wanted = (key % WITHIN) * PLACES + place;
  return postings !== undefined && postings[firstFrom(postings, wanted)] === wanted;
}

/** Where those begin that are not below. */
function firstFrom(all: Float64Array, low: number): number {
  let [from, to] = [0, all.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((all[middle] ?? 0) < low) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** Places in the segment of the records that have the key, ascending, as its bucket tells them. */
export function placesIn(postings: Buffer | undefined, key: number): readonly number[] {
  const all = postingsOf(postings);
  const low = (key % WITHIN) * PLACES;
  let from = firstFrom(all, low);
  const found: number[] = [];
  for (let posting = all[from]; posting !== undefined && posting < low + PLACES; posting = all[++from]) found.push(posting - low);
  return [...new Set(found)];
}
