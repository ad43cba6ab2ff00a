/**
 * Searches of the journal: what may hold a record comes in the order of its earliest (or latest) time and is opened only when nothing
 * before it is left: a segment becomes those of its blocks that have all keys, a block becomes its records. Source: store/audit-log.ts
 */
import type { AuditLog, AuditQuery, AuditRecord } from '../audit-log.js';
import { compareCodePoints } from '../code-points.js';
import { type Block, keyNumber, placesOf, recordsOf } from './block.js';
import { createHeap } from './heap.js';
import { bucketOf, placesIn } from './segment.js';
import type { BlockTimes, Shelf, Times } from './shelf.js';

type Found = Awaited<ReturnType<AuditLog['search']>>;

/** Where a record is, or what may hold some. */
interface Node {
  /** No record in it comes before this time in the order that is asked for. */
  readonly time: number;
  readonly open?: () => Promise<readonly Node[]>;
  readonly record?: Candidate;
}

interface Candidate {
  readonly time: number;
  readonly chain: string;
  readonly number: number;
  /** Reads it. */
  readonly read: () => AuditRecord;
}

interface Asked {
  readonly query: AuditQuery;
  readonly keys: readonly number[];
  readonly times: Times;
}

export async function searchJournal<Id extends string | number>(shelf: Shelf<Id>, query: AuditQuery): Promise<Found> {
  const asked: Asked = { query, keys: [...new Set(query.keys.map(keyNumber))], times: timesOf(query) };
  const compare = orderOf(query);
  const heap = createHeap<Node>((a, b) => compareNodes(a, b, compare));
  for (const node of await (asked.keys.length === 0 ? byTime(shelf, asked, undefined) : byKeys(shelf, asked))) heap.push(node);
  const records: AuditRecord[] = [];
  for (let node = heap.pop(); node !== undefined; node = heap.pop()) {
    if (node.open !== undefined) for (const one of await node.open()) heap.push(one);
    const record = node.record?.read();
    // Another text may have the same number.
    if (record === undefined || !query.keys.every((key) => record.keys.includes(key))) continue;
    if (records.length === query.count) return { records, more: true };
    records.push(record);
  }
  return { records, more: false };
}

/** Where one is asked to go on the first page's times end there too. */
function timesOf({ from = Number.NEGATIVE_INFINITY, before = Number.POSITIVE_INFINITY, after, descending }: AuditQuery): Times {
  if (after === undefined) return { from, before };
  return descending ? { from, before: Math.min(before, after.time + 1) } : { from: Math.max(from, after.time), before };
}

type Placed = Pick<Candidate, 'time' | 'chain' | 'number'>;
type Compare = (a: Placed, b: Placed) => number;

function orderOf({ descending }: AuditQuery): Compare {
  const ascending: Compare = (a, b) => a.time - b.time || compareCodePoints(a.chain, b.chain) || a.number - b.number;
  return descending ? (a, b) => ascending(b, a) : ascending;
}

/** What is to be opened goes before records of the same time: it may hold some that come before them. */
function compareNodes(a: Node, b: Node, compare: Compare): number {
  if (a.record !== undefined && b.record !== undefined) return compare(a.record, b.record);
  const by = compare({ time: a.time, chain: '', number: 0 }, { time: b.time, chain: '', number: 0 });
  return by || Number(a.record !== undefined) - Number(b.record !== undefined);
}

function edgeOf({ since, until }: Pick<BlockTimes<unknown>, 'since' | 'until'>, { descending }: AuditQuery): number {
  return descending ? until : since;
}

function overlaps({ since, until }: Pick<BlockTimes<unknown>, 'since' | 'until'>, { from, before }: Times): boolean {
  return until >= from && since < before;
}

/** Blocks looked for at once. */
const TOGETHER = 64;

/** Some blocks, and behind them those that follow. */
async function byTime<Id extends string | number>(
  shelf: Shelf<Id>,
  asked: Asked,
  after: BlockTimes<Id> | undefined,
): Promise<readonly Node[]> {
  const blocks = await shelf.byTime(asked.times, asked.query.descending, after, TOGETHER);
  const nodes: Node[] = blocks.map((block) => blockNode(shelf, asked, block, undefined));
  const last = blocks.at(-1);
  if (last === undefined || blocks.length < TOGETHER) return nodes;
  return [...nodes, { time: edgeOf(last, asked.query), open: () => byTime(shelf, asked, last) }];
}

/** `at`: the places in the block that have the keys; undefined: all. */
function blockNode<Id extends string | number>(
  shelf: Shelf<Id>,
  asked: Asked,
  block: BlockTimes<Id>,
  at: readonly number[] | undefined,
): Node {
  return {
    time: edgeOf(block, asked.query),
    open: async () => {
      const found = await shelf.block(block.id);
      return found === undefined ? [] : recordNodes(asked, found, at);
    },
  };
}

function recordNodes({ query, times }: Asked, block: Block, at: readonly number[] | undefined): readonly Node[] {
  const places = placesOf(block);
  const compare = orderOf(query);
  let recordAt: ((at: number) => AuditRecord) | undefined;
  return (at ?? [...places.numbers.keys()]).flatMap((place): readonly Node[] => {
    const [number = 0, time = 0] = [places.numbers[place], places.times[place]];
    if (number === 0 || time < times.from || time >= times.before) return [];
    const read = () => {
      recordAt ??= recordsOf(block);
      return recordAt(place);
    };
    const record = { time, chain: block.chain, number, read };
    if (query.after !== undefined && compare(record, query.after) <= 0) return [];
    return [{ time, record }];
  });
}

/** The tail first: of a segment that is made meanwhile its blocks are known by then. */
async function byKeys<Id extends string | number>(shelf: Shelf<Id>, asked: Asked): Promise<readonly Node[]> {
  const tail = await shelf.tail();
  const nodes = tail.flatMap((block): readonly Node[] => {
    const at = overlaps(block, asked.times) ? withAll(placesOf(block), asked.keys) : [];
    return at.length === 0 ? [] : [blockNode(shelf, asked, block, at)];
  });
  const seen = new Set(tail.map(({ id }) => id));
  const { query } = asked;
  const segments = [...(await shelf.segments(asked.times))].sort((a, b) => (query.descending ? b.until - a.until : a.since - b.since));
  const postings = createPostings(
    shelf,
    asked,
    segments.map(({ id }) => id),
  );
  for (const segment of segments) {
    const open = async () => {
      const places = await postings(segment.id);
      if (places.length === 0) return [];
      return inBlocks(await shelf.blocksOf(segment.id), places, seen).map(({ block, at }) => blockNode(shelf, asked, block, at));
    };
    nodes.push({ time: edgeOf(segment, query), open });
  }
  return nodes;
}

function withAll({ numbers, ends, keys }: ReturnType<typeof placesOf>, wanted: readonly number[]): readonly number[] {
  const found: number[] = [];
  for (let at = 0, start = 0; at < numbers.length; at++) {
    const end = ends[at] ?? 0;
    const has = (key: number) => {
      for (let i = start; i < end; i++) if (keys[i] === key) return true;
      return false;
    };
    if (wanted.every(has)) found.push(at);
    start = end;
  }
  return found;
}

function inBlocks<Id>(
  blocks: readonly (BlockTimes<Id> & { readonly start: number })[],
  places: readonly number[],
  seen: ReadonlySet<Id>,
): readonly { readonly block: BlockTimes<Id>; readonly at: readonly number[] }[] {
  const found: { block: BlockTimes<Id>; at: number[] }[] = [];
  let next = 0;
  for (const [i, block] of blocks.entries()) {
    const end = blocks[i + 1]?.start ?? Number.POSITIVE_INFINITY;
    const at: number[] = [];
    for (let place = places[next]; place !== undefined && place < end; place = places[++next]) at.push(place - block.start);
    if (at.length > 0 && !seen.has(block.id)) found.push({ block, at });
  }
  return found;
}

/** Places in a segment that have all keys. They are fetched for some segments at a time, in the order in which these are opened. */
function createPostings<Id extends string | number>(shelf: Shelf<Id>, { keys }: Asked, order: readonly Id[]) {
  const fetched = new Map<Id, readonly (Buffer | undefined)[]>();
  let next = 0;
  // The first page often needs only one.
  let many = 4;
  return async (segment: Id): Promise<readonly number[]> => {
    while (!fetched.has(segment) && next < order.length) {
      const some = order.slice(next, next + many);
      next += many;
      many = TOGETHER;
      const buckets = await Promise.all(keys.map((key) => shelf.postings(bucketOf(key), some)));
      for (const id of some)
        fetched.set(
          id,
          buckets.map((postings) => postings.get(id)),
        );
    }
    const [first = [], ...others] = keys.map((key, at) => placesIn(fetched.get(segment)?.[at], key));
    fetched.delete(segment);
    const sets = others.map((places) => new Set(places));
    return first.filter((place) => sets.every((places) => places.has(place)));
  };
}
