/** The journal in its tables: blocks as they come, segments of those that have come together. Source: store/audit-log.ts */
import type { AuditSheet } from '../audit-log.js';
import { type Block, type BlockHead, placesOf, SPAN, toBlocks, withoutOlder } from '../journal/block.js';
import { takenIn } from '../journal/chain.js';
import { BUCKETS, enoughFor, makeSegment, SEGMENT_BLOCKS, SEGMENT_RECORDS } from '../journal/segment.js';
import { StoreConflict } from '../port.js';
import { type Connection, fromText, type Row, type SqlValue, toBuffer, toText } from './binding.js';

export function chainOf(connection: Connection, name: string): number | undefined {
  const row = connection.statement('SELECT id FROM audit_chain WHERE name = ?').get([toText(name)]);
  return row && Number(row[0]);
}

export function makeChain(connection: Connection, name: string): number {
  return chainOf(connection, name) ?? connection.statement('INSERT INTO audit_chain (name) VALUES (?)').run([toText(name)]).inserted;
}

/** Those that have a record or a seal. */
export function chainsOf(connection: Connection): readonly string[] {
  const has = `EXISTS (SELECT 1 FROM audit_block AS b WHERE b.chain = c.id)
 OR EXISTS (SELECT 1 FROM audit_seal AS s WHERE s.n > c.id << 32 AND s.n < (c.id + 1) << 32)`;
  const rows = connection.statement(`SELECT c.name FROM audit_chain AS c WHERE ${has} ORDER BY c.name`).all([]);
  return rows.map(([name]) => fromText(String(name)));
}

const headColumns = 'b.id, c.name, b.first, b.last, b.since, b.until, b.records, b.places';
export const blockSelects = {
  head: `SELECT ${headColumns} FROM audit_block AS b CROSS JOIN audit_chain AS c ON c.id = b.chain`,
  whole: `SELECT ${headColumns}, b.bodies FROM audit_block AS b CROSS JOIN audit_chain AS c ON c.id = b.chain`,
};

export function toHead([id, name, first, last, since, until, records, places]: Row): BlockHead & { readonly id: number } {
  return {
    id: Number(id),
    chain: fromText(String(name)),
    first: Number(first),
    last: Number(last),
    since: Number(since),
    until: Number(until),
    records: Number(records),
    places: toBuffer(places) ?? Buffer.alloc(0),
  };
}

export function toBlock(row: Row): Block & { readonly id: number } {
  return { ...toHead(row), bodies: toBuffer(row.at(-1)) ?? Buffer.alloc(0) };
}

/** Blocks of a chain that may hold numbers above `after` and up to `upTo`. */
export function blocksWithin(connection: Connection, chain: string, after: number, upTo: number): readonly Block[] {
  const id = chainOf(connection, chain);
  if (id === undefined) return [];
  const within = `${blockSelects.whole} WHERE b.chain = ? AND b.last > ? AND b.last < ? AND b.first <= ?`;
  return connection
    .statement(within)
    .all([id, after, upTo + SPAN, upTo])
    .map(toBlock);
}

/** Inside a transaction, before its first write: throws StoreConflict where a place is taken, or stands twice on them and those that wait. */
export function refuseTakenPlaces(connection: Connection, sheets: readonly AuditSheet[], waiting: readonly AuditSheet[]): void {
  for (const [nth, { chain, numbers }] of sheets.entries()) {
    const [least = 0, most = 0] = [numbers[0], numbers.at(-1)];
    const twice = numbers.find((number, row) => row > 0 && number === numbers[row - 1]);
    if (twice !== undefined) throw new StoreConflict(`The journal was given two records ${twice} of the chain ${chain}`);
    const others = [...waiting, ...sheets.slice(0, nth)].filter((other) => other.chain === chain).map((other) => other.numbers);
    const there = [
      ...others.filter((other) => (other[0] ?? 0) <= most && (other.at(-1) ?? 0) >= least),
      ...numbersWithin(connection, chain, least, most),
    ];
    const taken = there.length === 0 ? undefined : takenIn(there, new Set(numbers));
    if (taken !== undefined) throw new StoreConflict(`The journal has a record ${taken} of the chain ${chain} already`);
  }
}

function numbersWithin(connection: Connection, chain: string, least: number, most: number): readonly Uint32Array[] {
  const id = chainOf(connection, chain);
  if (id === undefined) return [];
  const within = 'SELECT b.places FROM audit_block AS b WHERE b.chain = ? AND b.last >= ? AND b.last < ? AND b.first <= ?';
  const rows = connection.statement(within).all([id, least, most + SPAN, most]);
  return rows.map(([places]) => placesOf({ places: toBuffer(places) ?? Buffer.alloc(0) }).numbers);
}

export function append(connection: Connection, sheets: readonly AuditSheet[]): void {
  const highest = 'SELECT max(ifnull((SELECT max(id) FROM audit_block), 0), ifnull((SELECT max(id) FROM audit_segment), 0))';
  // A number that was purged is not given again: segments tell by it which blocks are in them.
  let id = Number(connection.statement(highest).get([])?.[0]);
  const put = connection.statement('INSERT INTO audit_block VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  for (const block of toBlocks(sheets)) {
    const { first, last, since, until, places, bodies } = block;
    put.run([++id, makeChain(connection, block.chain), first, last, since, until, block.records, places, bodies]);
  }
}

export const tailSelect = `${blockSelects.head} WHERE b.id > ifnull((SELECT max(id) FROM audit_segment), 0) ORDER BY b.id`;

const tailSizeSql = 'SELECT sum(records), count(*) FROM audit_block WHERE id > ifnull((SELECT max(id) FROM audit_segment), 0)';

/** Above every number of a segment. */
export const BUCKET = 2 ** 40;

/** Inside a transaction: a segment of the blocks that are in none, where they are enough for one. */
export function closeSegment(connection: Connection): void {
  const [records = 0, count = 0] = connection.statement(tailSizeSql).get([]) ?? [];
  if (Number(records) < SEGMENT_RECORDS && Number(count) < SEGMENT_BLOCKS) return;
  const blocks = enoughFor(connection.statement(tailSelect).all([]).map(toHead));
  const last = blocks?.at(-1)?.id;
  if (blocks === undefined || last === undefined) return;
  const { since, until, blocks: within, buckets } = makeSegment(blocks);
  const numbers = Float64Array.from(within.flatMap((block) => [block.id, block.start, block.since, block.until]));
  const segment: readonly SqlValue[] = [last, since, until, new Uint8Array(numbers.buffer)];
  connection.statement('INSERT INTO audit_segment (id, since, until, blocks) VALUES (?, ?, ?, ?)').run(segment);
  const post = connection.statement('INSERT INTO audit_posting (place, postings) VALUES (?, ?)');
  for (const { bucket, postings } of buckets) post.run([bucket * BUCKET + last, postings]);
}

/** Inside a transaction: removes records of before, those of at most so many blocks; how many, and whether there may be more. */
export function purgeSome(connection: Connection, before: number, count: number): { readonly removed: number; readonly more: boolean } {
  const old = connection
    .statement(`${blockSelects.whole} WHERE b.since < ? ORDER BY b.since LIMIT ? + 0`)
    .all([before, count])
    .map(toBlock);
  let removed = 0;
  for (const block of old) {
    const left = block.until < before ? undefined : withoutOlder(block, before);
    removed += block.records - (left?.records ?? 0);
    if (left === undefined) connection.statement('DELETE FROM audit_block WHERE id = ?').run([block.id]);
    else {
      const replace = 'UPDATE audit_block SET first = ?, last = ?, since = ?, until = ?, records = ?, places = ?, bodies = ? WHERE id = ?';
      const { first, last, since, until, records, places, bodies } = left;
      connection.statement(replace).run([first, last, since, until, records, places, bodies, block.id]);
    }
  }
  for (const [segment = null] of connection.statement('SELECT id FROM audit_segment WHERE until < ?').all([before])) {
    // The last one tells where those that are in none begin.
    const newest = connection.statement('SELECT max(id) FROM audit_segment').get([])?.[0];
    if (segment !== newest) removeSegment(connection, Number(segment));
  }
  return { removed, more: old.length === count };
}

function removeSegment(connection: Connection, segment: number): void {
  const remove = connection.statement('DELETE FROM audit_posting WHERE place = ?');
  for (let bucket = 0; bucket < BUCKETS; bucket++) remove.run([bucket * BUCKET + segment]);
  connection.statement('DELETE FROM audit_segment WHERE id = ?').run([segment]);
}
