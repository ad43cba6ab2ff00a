/** Where searches of the journal read. Source: store/journal/shelf.ts */
import { Buffer } from 'node:buffer';
import { TIME_SPAN } from '../journal/block.js';
import type { BlockTimes, Shelf, Times } from '../journal/shelf.js';
import { type Connection, type SqlValue, toBuffer, translated } from './binding.js';
import { BUCKET, blockSelects, blocksWithin, chainOf, tailSelect, toBlock, toHead } from './journal.js';
import { turn } from './steps.js';

export function createShelf(connection: Connection): Shelf<number> {
  /** Others have a turn between two steps. */
  const step = async <T>(work: () => T): Promise<T> => {
    await turn();
    return translated(work);
  };
  const rows = (sql: string, values: readonly SqlValue[]) => connection.statement(sql).all(values);
  const nextLast = 'SELECT min(last) FROM audit_block WHERE chain = ? AND last > ?';
  return {
    within: (chain, after, upTo) => step(() => blocksWithin(connection, chain, after, upTo)),
    nextLast: (chain, after) =>
      step(() => {
        const last = rows(nextLast, [chainOf(connection, chain) ?? null, after])[0]?.[0] ?? null;
        return last === null ? undefined : Number(last);
      }),
    tail: () => step(() => rows(tailSelect, []).map(toHead)),
    segments: (times) =>
      step(() => rows('SELECT id, since, until FROM audit_segment WHERE until >= ? AND since < ?', boundsOf(times)).map(toTimes)),
    blocksOf: (segment) =>
      step(() => {
        const blocks = toBuffer(rows('SELECT blocks FROM audit_segment WHERE id = ?', [segment])[0]?.[0]) ?? Buffer.alloc(0);
        const numbers = new Float64Array(Uint8Array.from(blocks).buffer);
        return Array.from({ length: numbers.length / 4 }, (_, at) => {
          const [id = 0, start = 0, since = 0, until = 0] = numbers.subarray(4 * at, 4 * at + 4);
          return { id, start, since, until };
        });
      }),
    postings: (bucket, segments) =>
      step(() => {
        const found = new Map<number, Buffer>();
        for (const segment of segments) {
          const postings = toBuffer(rows('SELECT postings FROM audit_posting WHERE place = ?', [bucket * BUCKET + segment])[0]?.[0]);
          if (postings !== null) found.set(segment, postings);
        }
        return found;
      }),
    block: (id) => step(() => rows(`${blockSelects.whole} WHERE b.id = ?`, [id]).map(toBlock)[0]),
    byTime: (times, descending, after, count) => step(() => blocksByTime(connection, times, { descending, after, count })),
  };
}

function toTimes([id, since, until]: readonly SqlValue[]): BlockTimes<number> {
  return { id: Number(id), since: Number(since), until: Number(until) };
}

function boundsOf({ from, before }: Times): readonly [number, number] {
  return [Math.max(from, Number.MIN_SAFE_INTEGER), Math.min(before, Number.MAX_SAFE_INTEGER)];
}

interface Walk {
  readonly descending: boolean;
  readonly after: BlockTimes<number> | undefined;
  readonly count: number;
}

function blocksByTime(connection: Connection, times: Times, { descending, after, count }: Walk): readonly BlockTimes<number>[] {
  const [from, before] = boundsOf(times);
  const [edge, way, step] = descending ? ['until', 'DESC', '<'] : ['since', 'ASC', '>'];
  // How far from its other end a block can reach bounds the walk on both sides.
  const reach = descending ? [from, before + TIME_SPAN] : [from - TIME_SPAN, before];
  const behind = after === undefined ? '' : ` AND (${edge}, id) ${step} (?, ?)`;
  const sql = `SELECT id, since, until FROM audit_block WHERE ${edge} >= ? AND ${edge} < ? AND until >= ? AND since < ?${behind}
 ORDER BY ${edge} ${way}, id ${way} LIMIT ? + 0`;
  const place = after === undefined ? [] : [descending ? after.until : after.since, after.id];
  return connection
    .statement(sql)
    .all([...reach, from, before, ...place, count])
    .map(toTimes);
}
