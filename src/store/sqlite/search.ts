/**
 * Searches: which condition leads, in windows that leave the event loop free. An ordered source, or the type itself in the order
 * asked for, is walked and the other conditions are asked of each candidate; a source without order is gathered and sorted where it
 * is small. SQLite cannot be interrupted within a statement, so time is looked at between windows. Source: port.ts Query
 */
import type { Position, Predicate, Query, Slice } from '../port.js';
import type { Connection, Row, SqlValue } from './binding.js';
import { probe } from './compile.js';
import { behind, compare, fromSql, type Key, keysOf, orderBy, partsOf } from './order.js';
import { versionsInSteps } from './read.js';
import type { Reader } from './reader.js';
import { type Alternative, type Choice, choose, estimate, FREQUENT, isFarFetched, narrow, type Source, selectOf } from './sources.js';
import { and, join, type Sql, sql } from './sql.js';
import { LONG, type Steps } from './steps.js';

/** Candidates looked at in one step. */
const WINDOW = 2000;
/** Candidates looked at where all that is asked of them first is whether they stand in a list. */
const DEEP = 8000;
/** How often a resource may stand in a source without order, as a rule. */
const TIMES = 4;
/** Rows of a source without order that are still gathered rather than walked past. */
const GATHERED = 200_000;
/** Values that the other conditions compare before a row costs more than it is reckoned to. */
const CHEAP = 8;

/** So many rows, or fewer where much is asked of each: SQLite gives no other work a turn before they are done. */
export function affordable(rows: number, { values }: Sql): number {
  return Math.ceil((rows * CHEAP) / Math.max(CHEAP, values.length));
}

/** The conditions of an all, those of an all inside it included. */
export function conditions(predicate: Predicate): readonly Predicate[] {
  return predicate.kind === 'all' ? predicate.of.flatMap(conditions) : [predicate];
}

/** A row of a result: its number, then the value of each sort. */
function toPosition(row: Row): Position {
  return { number: Number(row[0]), values: row.slice(1).map(fromSql) };
}

interface Asked {
  readonly type: number;
  readonly keys: readonly Key[];
  readonly after: Position | undefined;
  readonly limit: number;
}

/** The positions of the first matches of one type. */
function* positionsOf(reader: Reader, clause: Query['where'][number], query: Omit<Query, 'where'>): Steps<readonly Position[]> {
  const type = reader.names.type(reader.connection, clause.type);
  if (type === undefined) return [];
  const asked: Asked = { type, keys: keysOf(query.sort, reader.slots.of(type)), after: query.after, limit: query.count };
  const parts = conditions(clause.predicate);
  const choice = yield* choose(reader, type, parts);
  if (choice === undefined) {
    // No index has the order of two sorts: what is alike in the first is sorted by SQLite.
    if (asked.keys.length > 1 && isLargeType(reader, type)) yield LONG;
    return (yield* walk(reader, wholeType(asked), probes(reader, type, parts), asked)) ?? [];
  }
  if (choice.driver.length === 0) return [];
  if (choice.rows !== undefined && choice.rows < FREQUENT) return yield* gatherOrMembers(reader, asked, choice, choice.rows);
  if (asked.keys.length === 0 && choice.driver.every((alternative) => alternative.ordered)) {
    return (yield* walk(reader, stream(choice.driver), probes(reader, type, choice.others), asked)) ?? [];
  }
  return yield* gatherOrWalk(reader, asked, choice, parts);
}

export function isLargeType(reader: Reader, type: number): boolean {
  return estimate(reader, [{ from: sql('resource'), where: sql('live = ?', type) }], FREQUENT) >= FREQUENT;
}

function* gatherOrWalk(reader: Reader, asked: Asked, choice: Choice, parts: readonly Predicate[]): Steps<readonly Position[]> {
  if (choice.rows === undefined && isFarFetched(reader, choice.driver)) yield LONG;
  const rows = choice.rows ?? estimate(reader, choice.driver, FREQUENT);
  if (rows < FREQUENT) return yield* gatherOrMembers(reader, asked, choice, rows);
  if (asked.keys.length > 1) yield LONG;
  const all = probes(reader, asked.type, parts);
  const quick = yield* walk(reader, wholeType(asked), all, asked, WINDOW, 1);
  if (quick !== undefined) return quick;
  yield LONG;
  const most = affordable(GATHERED, all);
  if (estimate(reader, choice.driver, most) < most) return gather(reader, asked, choice);
  return (yield* walk(reader, wholeType(asked), all, asked)) ?? [];
}

/**
 * To sort what was gathered, the row of each is read. An index in the order asked for is far smaller: where its beginning is likely to
 * hold a page, it is walked with the numbers of the driver at hand.
 */
function* gatherOrMembers(reader: Reader, asked: Asked, choice: Choice, rows: number): Steps<readonly Position[]> {
  if (asked.keys.length === 0) return gather(reader, asked, choice);
  const resources = Number(reader.connection.statement('SELECT max(n) FROM resource').get([])?.[0]);
  if (2 * asked.limit * resources > rows * DEEP) return gather(reader, asked, choice);
  const members = join(choice.driver.map(selectOf), ' UNION ALL ');
  const condition = and([{ text: `d.n IN (${members.text})`, values: members.values }, probes(reader, asked.type, choice.others)]);
  return (yield* walk(reader, wholeType(asked), condition, asked, DEEP, 1)) ?? gather(reader, asked, choice);
}

function probes(reader: Reader, type: number, parts: readonly Predicate[]): Sql {
  return and(parts.map((part) => probe(reader, type, part, 'd.n')));
}

/** Candidates behind a position, in order, without a limit: one select for each part of the walk. */
type Candidates = (after: Position | undefined) => readonly Sql[];

export function wholeType({ type, keys }: Pick<Asked, 'type' | 'keys'>): Candidates {
  const columns = ['r.n AS n', ...keys.map((key, i) => `${key.column} AS v${i}`)].join(', ');
  // The ids of a type have one index, deleted ones included; every other order has one that begins with `live`.
  const byId = keys[0]?.column === 'r.id';
  const [from, typed] = byId
    ? ['resource AS r INDEXED BY resource_id', sql('r.type = ? AND r.live IS NOT NULL', type)]
    : ['resource AS r', sql('r.live = ?', type)];
  return (after) =>
    partsOf(keys, after).map((part) => {
      const where = and([typed, part]);
      return { text: `SELECT ${columns} FROM ${from} WHERE ${where.text} ORDER BY ${orderBy(keys)}`, values: where.values };
    });
}

export function stream(driver: Source): Candidates {
  return (after) => [withOrder(union(driver, after))];
}

function withOrder(select: Sql): Sql {
  return { text: `${select.text} ORDER BY n`, values: select.values };
}

/** Each resource of the source once. */
export function union(driver: Source, after: Position | undefined): Sql {
  const selects = driver.map((alternative) => {
    const select = selectOf(behindNumber(alternative, after));
    const distinct = driver.length === 1 && !alternative.unique;
    return { text: distinct ? select.text.replace('SELECT ', 'SELECT DISTINCT ') : select.text, values: select.values };
  });
  return join(selects, ' UNION ');
}

function behindNumber(alternative: Alternative, after: Position | undefined): Alternative {
  if (after === undefined) return alternative;
  return { ...alternative, where: and([alternative.where, sql(`${alternative.column} > ?`, after.number)]) };
}

/** undefined: not done within the windows allowed. */
function* walk(
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
    if (condition.text === '1') {
      found.push(...all(reader.connection, `${part.text} LIMIT ?`, [...part.values, wanted]));
      continue;
    }
    // The order of the inner select, which its LIMIT keeps, is the order of the outer one.
    const text = `SELECT d.* FROM (${part.text} LIMIT ${size}) AS d WHERE ${condition.text} LIMIT ?`;
    found.push(...all(reader.connection, text, [...part.values, ...condition.values, wanted]));
    if (found.length >= limit) return undefined;
    const last = reader.connection.statement(`${part.text} LIMIT 1 OFFSET ${size - 1}`).get(part.values);
    if (last !== undefined) return toPosition(last);
    if (i < parts.length - 1) yield;
  }
  return undefined;
}

function all(connection: Connection, text: string, values: readonly SqlValue[]): readonly Position[] {
  return connection.statement(text).all(values).map(toPosition);
}

/** All matches of a small source, sorted. */
function gather(reader: Reader, asked: Asked, { driver, others }: Choice): readonly Position[] {
  const narrowed = narrow(reader, asked.type, driver, others);
  const { connection } = reader;
  if (narrowed.length === 0) return [];
  if (asked.keys.length === 0) return firstOf(connection, narrowed, asked);
  const select = union(narrowed, undefined);
  const columns = ['r.n', ...asked.keys.map((key) => key.column)].join(', ');
  const where = behind(asked.keys, asked.after);
  const text = `SELECT ${columns} FROM (${select.text}) AS d CROSS JOIN resource AS r ON r.n = d.n
 WHERE ${where.text} ORDER BY ${orderBy(asked.keys)} LIMIT ?`;
  return all(connection, text, [...select.values, ...where.values, asked.limit]);
}

/**
 * The first by number. SQLite keeps the first rows as it reads far more quickly than it finds which are different; a resource comes
 * a few times at most, as a rule.
 */
function firstOf(connection: Connection, narrowed: Source, asked: Asked): readonly Position[] {
  const select = union(narrowed, asked.after);
  const different = () => all(connection, `${select.text} ORDER BY n LIMIT ?`, [...select.values, asked.limit]);
  if (narrowed.every((alternative) => alternative.ordered)) return different();
  const selects = join(
    narrowed.map((alternative) => selectOf(behindNumber(alternative, asked.after))),
    ' UNION ALL ',
  );
  const atMost = asked.limit * TIMES;
  const rows = all(connection, `SELECT n FROM (${selects.text}) ORDER BY n LIMIT ?`, [...selects.values, atMost]);
  const found = rows.filter(({ number }, i) => number !== rows[i - 1]?.number);
  if (found.length >= asked.limit || rows.length < atMost) return found.slice(0, asked.limit);
  return different();
}

/**
 * What moved while it was looked for, to a combination of parameters made meanwhile, is looked for anew. Without a pause all was read in
 * one transaction, and nothing moved.
 */
export function* positions(reader: Reader, query: Query): Steps<readonly Position[]> {
  const { connection, names } = reader;
  for (;;) {
    const known = names.params.refresh(connection);
    const walk = positionsOfAll(reader, query);
    let paused = false;
    let step = walk.next();
    for (; !step.done; step = walk.next()) {
      paused = true;
      yield step.value;
    }
    if (!paused || names.params.refresh(connection) === known) return step.value;
    yield;
  }
}

/** Types of one search are walked one after the other, and their first matches merged. */
function* positionsOfAll(reader: Reader, query: Query): Steps<readonly Position[]> {
  const clauses = oncePerType(query.where);
  const found: Position[] = [];
  for (const clause of clauses) {
    found.push(...(yield* positionsOf(reader, clause, query)));
    if (clauses.length > 1) yield;
  }
  if (clauses.length <= 1) return found;
  return found.sort((a, b) => compare(query.sort, a, b)).slice(0, query.count);
}

/** A type that stands twice is asked once, by either predicate. */
export function oncePerType(where: Query['where']): Query['where'] {
  if (where.length <= 1) return where;
  const byType = new Map<string, Predicate>();
  for (const { type, predicate } of where) {
    const before = byType.get(type);
    byType.set(type, before === undefined ? predicate : { kind: 'any', of: [before, predicate] });
  }
  return [...byType].map(([type, predicate]) => ({ type, predicate }));
}

/** `at`: what was found already, the first behind the page included. */
export function* search(reader: Reader, query: Query, at?: readonly Position[]): Steps<Slice> {
  const found = at ?? (yield* positions(reader, { ...query, count: query.count + 1 }));
  const page = found.slice(0, query.count);
  const versions = yield* versionsInSteps(
    reader,
    page.map((position) => position.number),
  );
  const matches = page.flatMap((position) => {
    const version = versions.get(position.number);
    return version === undefined ? [] : [{ version, position }];
  });
  return { matches, more: found.length > query.count };
}
