/**
 * Walks: candidates in the order asked for, window by window, of which each is asked the other conditions; or all matches gathered and
 * sorted. SQLite cannot be interrupted within a statement, so time is looked at between windows. Source: port.ts Query
 */
import type { Position, Sort } from '../port.js';
import { type Source, selectOf } from './alternatives.js';
import type { Connection, Row, SqlValue } from './binding.js';
import { behind, behindNumber, byCreation, compare, fromSql, type Order, orderBy, partsOf } from './order.js';
import type { Reader } from './reader.js';
import { and, join, LIMITED, type Sql, sql } from './sql.js';
import { LONG, type Steps } from './steps.js';
import type { RowTable } from './table.js';

/** Candidates looked at in one step. */
export const WINDOW = 2000;
/** How often a resource may stand in a source without order, as a rule. */
const TIMES = 4;
/** Values that the other conditions compare before a row costs more than it is reckoned to. */
const CHEAP = 8;

/** So many rows, or fewer where much is asked of each: SQLite gives no other work a turn before they are done. */
export function affordable(rows: number, { values }: Sql): number {
  return Math.ceil((rows * CHEAP) / Math.max(CHEAP, values.length));
}

export interface Asked {
  readonly type: number;
  readonly table: RowTable;
  readonly sort: readonly Sort[];
  readonly order: Order;
  readonly after: Position | undefined;
  readonly limit: number;
}

/** A row of a result: its number, then the value of each sort. */
function toPosition(row: Row): Position {
  return { number: Number(row[0]), values: row.slice(1).map(fromSql) };
}

function all(connection: Connection, text: string, values: readonly SqlValue[]): readonly Position[] {
  return connection.statement(text).all(values).map(toPosition);
}

/** Candidates behind a position, in order, without a limit: one select for each part of the walk. */
export type Candidates = (after: Position | undefined) => readonly Sql[];

export function wholeType({ type, table, order }: Pick<Asked, 'type' | 'table' | 'order'>): Candidates {
  // The ids of a type have one index, deleted ones included; every other order has one that begins with `live`.
  const byId = order.keys[0]?.column === 'r.id';
  const [from, typed] = byId
    ? [`${table} AS r INDEXED BY ${table}_id`, sql('r.type = ? AND r.live IS NOT NULL', type)]
    : [`${table} AS r`, sql('r.live = ?', type)];
  return (after) =>
    partsOf(order, after).map((part) => {
      const where = and([typed, part]);
      return { text: `SELECT ${columnsOf(order)} FROM ${from} WHERE ${where.text} ORDER BY ${orderBy(order)}`, values: where.values };
    });
}

type Direction = Pick<Order, 'backward'>;

export function stream(driver: Source, direction: Direction = byCreation): Candidates {
  return (after) => [withOrder(union(driver, after, direction), direction)];
}

function withOrder(select: Sql, { backward }: Direction): Sql {
  return { text: `${select.text} ORDER BY n${backward ? ' DESC' : ''}`, values: select.values };
}

/** Each resource of the source once. */
export function union(driver: Source, after: Position | undefined, direction: Direction = byCreation): Sql {
  const selects = selectsOf(driver, after, direction).map((select, at) => {
    const distinct = driver.length === 1 && !driver[at]?.unique;
    return { text: distinct ? select.text.replace('SELECT ', 'SELECT DISTINCT ') : select.text, values: select.values };
  });
  return join(selects, ' UNION ');
}

function selectsOf(driver: Source, after: Position | undefined, direction: Direction): readonly Sql[] {
  return driver.map((alternative) => {
    const where = and([alternative.where, behindNumber(alternative.column, direction, after)]);
    return selectOf({ ...alternative, where });
  });
}

/** undefined: not done within the windows allowed. */
export function* walk(
  reader: Reader,
  candidates: Candidates,
  condition: Sql,
  asked: Asked,
  size = WINDOW,
  windows = Number.POSITIVE_INFINITY,
): Steps<readonly Position[] | undefined> {
  if (condition.text === '0') return [];
  const found: Position[] = [];
  const step = affordable(size, condition);
  let after = asked.after;
  for (let window = 0; ; ) {
    const next = yield* walkParts(reader, candidates(after), condition, found, asked.limit, step);
    if (next === undefined) return found;
    if (++window >= windows) return undefined;
    after = next;
    yield LONG;
  }
}

/** One window, over as many parts as it reaches; the position it ends at where more may follow. */
function* walkParts(
  reader: Reader,
  parts: readonly Sql[],
  condition: Sql,
  found: Position[],
  limit: number,
  size: number,
): Steps<Position | undefined> {
  for (const [i, part] of parts.entries()) {
    const wanted = limit - found.length;
    if (wanted <= 0) return undefined;
    const { text, values } = windowSelect(part, condition, wanted, size);
    found.push(...all(reader.connection, text, values));
    if (condition.text === '1') continue;
    if (found.length >= limit) return undefined;
    const last = endOfWindow(reader, part, size);
    if (last !== undefined) return last;
    if (i < parts.length - 1) yield;
  }
  return undefined;
}

/** The last candidate of a window that is full. */
function endOfWindow({ connection }: Reader, part: Sql, size: number): Position | undefined {
  const last = connection.statement(`${part.text} LIMIT 1 OFFSET ${size - 1}`).get(part.values);
  return last && toPosition(last);
}

/** Candidates in whatever order that has an index, of which the first in the order asked for are kept. */
export function* sift(reader: Reader, candidates: Candidates, condition: Sql, asked: Asked): Steps<readonly Position[]> {
  if (condition.text === '0') return [];
  const step = affordable(WINDOW, condition);
  let best: readonly Position[] = [];
  for (let from: Position | undefined; ; ) {
    const [part] = candidates(from);
    if (part === undefined) return best;
    const text = `SELECT d.n FROM (${part.text} LIMIT ${step}) AS d WHERE ${condition.text}`;
    const some = ordered(reader.connection, { text, values: [...part.values, ...condition.values] }, asked);
    const { sort, order, limit } = asked;
    best = [...best, ...some].sort((a, b) => compare(sort, order.backward, a, b)).slice(0, limit);
    from = endOfWindow(reader, part, step);
    if (from === undefined) return best;
    yield LONG;
  }
}

/** The first of those the select names, in the order asked for. */
function ordered(connection: Connection, select: Sql, asked: Asked): readonly Position[] {
  const { text, values } = orderedSelect(select, asked);
  return all(connection, text, values);
}

function orderedSelect(select: Sql, { order, table, after, limit }: Asked): Sql {
  const where = behind(order, after);
  const text = `SELECT ${columnsOf(order)} FROM (${select.text}) AS d CROSS JOIN ${table} AS r ON r.n = d.n
 WHERE ${where.text} ORDER BY ${orderBy(order)} ${LIMITED}`;
  return { text, values: [...select.values, ...where.values, limit] };
}

/** The number of a row, then what it is sorted by. */
function columnsOf({ keys }: Order): string {
  return ['r.n AS n', ...keys.map((key, i) => `${key.column} AS v${i}`)].join(', ');
}

/** `gather` as one select, for sources that are small. */
export function gatheringSelect(narrowed: Source, asked: Asked): Sql {
  const { order, after, limit } = asked;
  if (order.keys.length > 0) return orderedSelect(union(narrowed, undefined), asked);
  const select = withOrder(union(narrowed, after, order), order);
  return { text: `${select.text} ${LIMITED}`, values: [...select.values, limit] };
}

/** The first of one part of a walk that satisfy the condition, among so many candidates. */
export function windowSelect(part: Sql, condition: Sql, limit: number, size: number): Sql {
  if (condition.text === '1') return { text: `${part.text} ${LIMITED}`, values: [...part.values, limit] };
  // The order of the inner select, which its LIMIT keeps, is the order of the outer one.
  const text = `SELECT d.* FROM (${part.text} LIMIT ${size}) AS d WHERE ${condition.text} ${LIMITED}`;
  return { text, values: [...part.values, ...condition.values, limit] };
}

/** All matches of a small source, sorted. */
export function gather({ connection }: Reader, narrowed: Source, asked: Asked): readonly Position[] {
  if (narrowed.length === 0) return [];
  if (asked.order.keys.length === 0) return firstOf(connection, narrowed, asked);
  return ordered(connection, union(narrowed, undefined), asked);
}

/**
 * The first by number. SQLite keeps the first rows as it reads far more quickly than it finds which are different; a resource comes
 * a few times at most, as a rule.
 */
function firstOf(connection: Connection, narrowed: Source, { order, after, limit }: Asked): readonly Position[] {
  const different = () => {
    const select = withOrder(union(narrowed, after, order), order);
    return all(connection, `${select.text} ${LIMITED}`, [...select.values, limit]);
  };
  if (narrowed.every((alternative) => alternative.ordered)) return different();
  const selects = join(selectsOf(narrowed, after, order), ' UNION ALL ');
  const select = withOrder({ text: `SELECT n FROM (${selects.text})`, values: selects.values }, order);
  const atMost = limit * TIMES;
  const rows = all(connection, `${select.text} ${LIMITED}`, [...select.values, atMost]);
  const found = rows.filter(({ number }, i) => number !== rows[i - 1]?.number);
  if (found.length >= limit || rows.length < atMost) return found.slice(0, limit);
  return different();
}
