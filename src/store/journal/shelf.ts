/** What an adapter does for the journal: it keeps blocks and segments, and gives them back. */
import type { Block, BlockHead } from './block.js';
import type { SegmentBlock } from './segment.js';

export interface Times {
  /** Half-open [from, before). */
  readonly from: number;
  readonly before: number;
}

export interface BlockTimes<Id> {
  readonly id: Id;
  readonly since: number;
  readonly until: number;
}

export interface Shelf<Id extends string | number> {
  /** Those of a chain that may hold numbers above `after` and up to `upTo`. */
  within(chain: string, after: number, upTo: number): Promise<readonly Block[]>;
  /** The lowest `last` above `after` in a chain. */
  nextLast(chain: string, after: number): Promise<number | undefined>;
  /** Blocks of no segment. */
  tail(): Promise<readonly (BlockHead & { readonly id: Id })[]>;
  /** All segments that may have records of these times. */
  segments(times: Times): Promise<readonly BlockTimes<Id>[]>;
  blocksOf(segment: Id): Promise<readonly SegmentBlock<Id>[]>;
  /** Postings of a bucket, by segment. */
  postings(bucket: number, segments: readonly Id[]): Promise<ReadonlyMap<Id, Buffer>>;
  block(id: Id): Promise<Block | undefined>;
  /** Blocks that may have records of these times, by `since` ascending or by `until` descending, behind one of them. */
  byTime(times: Times, descending: boolean, after: BlockTimes<Id> | undefined, count: number): Promise<readonly BlockTimes<Id>[]>;
}
