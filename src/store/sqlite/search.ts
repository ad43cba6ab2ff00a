/**
 * Searches: which condition leads. An ordered source, or the type itself in the order asked for, is walked and the other conditions are
 * asked of each candidate; a source without order is gathered and sorted where it is small. Source: port.ts Query
 */
import type { Position, Predicate, Query, Slice } from '../port.js';
import { estimate, FREQUENT, isFarFetched, selectOf } from './alternatives.js';
import { probe } from './compile.js';
import { conditions } from './conjuncts.js';
import { byCreation, compare, orderOf } from './order.js';
import { matchesAt } from './read.js';
import { type Reader, slotsOf } from './reader.js';
import { type Choice, choose, FEW, narrow } from './sources.js';
import { and, join, type Sql, sql } from './sql.js';
import { LONG, type Steps } from './steps.js';
import { tableOf } from './table.js';
import { type Asked, affordable, gather, sift, stream, WINDOW, walk, wholeType } from './walk.js';

/** Candidates looked at where all that is asked of them first is whether they stand in a list. */
const DEEP = 8000;
/** Where so much is to be read to find what leads, the first candidates of the type may hold a page already. */
const SEVERAL = 300;
const FIRST = 500;
/** Rows of a source without order that are still gathered rather than walked past. */
const GATHERED = 200_000;

/** The positions of the first matches of one type. */
function* positionsOf(reader: Reader, clause: Query['where'][number], query: Omit<Query, 'where'>): Steps<readonly Position[]> {
  const type = reader.names.type(reader.connection, clause.type);
  if (type === undefined) return [];
  const { sort, after, count: limit, backward = false } = query;
  const order = orderOf(reader, { type, slots: slotsOf(reader, type) }, sort, backward);
  const asked: Asked = { type, table: tableOf(reader, type), sort, order, after, limit };
  const parts = conditions(clause.predicate);
  const choice = yield* choose(reader, type, parts);
  if (choice !== undefined && choice.driver.length === 0) return [];
  if (choice?.rows !== undefined && choice.rows < FREQUENT) return yield* gatherOrMembers(reader, asked, choice, choice.rows);
  if (order.keys[0]?.found) return yield* siftOrGather(reader, asked, choice, parts);
  if (choice === undefined) {
    // No index has the order of two sorts: what is alike in the first is sorted by SQLite.
    if (order.keys.length > 1 && isLargeType(reader, asked)) yield LONG;
    return (yield* walk(reader, wholeType(asked), probes(reader, type, parts), asked)) ?? [];
  }
  if (order.keys.length === 0 && choice.driver.every((alternative) => alternative.ordered)) {
    return (yield* walk(reader, stream(choice.driver, order), probes(reader, type, choice.others), asked)) ?? [];
  }
  return yield* gatherOrWalk(reader, asked, choice, parts);
}

export function isLargeType(reader: Reader, { type, table }: Pick<Asked, 'type' | 'table'>): boolean {
  return estimate(reader, [{ from: sql(table), where: sql('live = ?', type) }], FREQUENT) >= FREQUENT;
}

/** What is sorted by its entries is looked at whole: at once where it is little, otherwise window by window. */
function* siftOrGather(reader: Reader, asked: Asked, choice: Choice | undefined, parts: readonly Predicate[]): Steps<readonly Position[]> {
  if (choice !== undefined) {
    if (isFarFetched(reader, choice.driver)) yield LONG;
    if (estimate(reader, choice.driver, FREQUENT) < FREQUENT) return gathered(reader, asked, choice);
  }
  yield LONG;
  if (choice?.driver.every((alternative) => alternative.ordered)) {
    return yield* sift(reader, stream(choice.driver), probes(reader, asked.type, choice.others), asked);
  }
  return yield* sift(reader, wholeType({ ...asked, order: byCreation }), probes(reader, asked.type, parts), asked);
}

function* gatherOrWalk(reader: Reader, asked: Asked, choice: Choice, parts: readonly Predicate[]): Steps<readonly Position[]> {
  const all = probes(reader, asked.type, parts);
  const isJoined = choice.driver.some((alternative) => alternative.joined);
  if (isJoined && choice.rows === undefined && asked.order.keys.length <= 1 && isFarFetched(reader, choice.driver, SEVERAL)) {
    const soon = yield* walk(reader, wholeType(asked), all, asked, FIRST, 1);
    if (soon !== undefined) return soon;
  }
  if (choice.rows === undefined && isFarFetched(reader, choice.driver)) yield LONG;
  const rows = choice.rows ?? estimate(reader, choice.driver, FREQUENT);
  if (rows < FREQUENT) return yield* gatherOrMembers(reader, asked, choice, rows);
  if (asked.order.keys.length > 1) yield LONG;
  const quick = yield* walk(reader, wholeType(asked), all, asked, WINDOW, 1);
  if (quick !== undefined) return quick;
  yield LONG;
  const most = affordable(GATHERED, all);
  if (estimate(reader, choice.driver, most) < most) return gathered(reader, asked, choice);
  return (yield* walk(reader, wholeType(asked), all, asked)) ?? [];
}

/**
 * To sort what was gathered, the row of each is read. An index in the order asked for is far smaller: where its beginning is likely to
 * hold a page, it is walked with the numbers of the driver at hand.
 */
function* gatherOrMembers(reader: Reader, asked: Asked, choice: Choice, rows: number): Steps<readonly Position[]> {
  const [first] = asked.order.keys;
  if (first === undefined || first.found || asked.table === 'contained' || rows < FEW) return gathered(reader, asked, choice);
  const resources = Number(reader.connection.statement('SELECT max(n) FROM resource').get([])?.[0]);
  if (2 * asked.limit * resources > rows * DEEP) return gathered(reader, asked, choice);
  const members = join(choice.driver.map(selectOf), ' UNION ALL ');
  const condition = and([{ text: `d.n IN (${members.text})`, values: members.values }, probes(reader, asked.type, choice.others)]);
  return (yield* walk(reader, wholeType(asked), condition, asked, DEEP, 1)) ?? gathered(reader, asked, choice);
}

function gathered(reader: Reader, asked: Asked, { driver, others }: Choice): readonly Position[] {
  return gather(reader, narrow(reader, asked.type, driver, others), asked);
}

function probes(reader: Reader, type: number, parts: readonly Predicate[]): Sql {
  return and(parts.map((part) => probe(reader, type, part, 'd.n')));
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
  return found.sort((a, b) => compare(query.sort, query.backward ?? false, a, b)).slice(0, query.count);
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

/** `at`: what was found already, the first behind the page included. A walk backward ends at the beginning of its page. */
export function* search(reader: Reader, query: Query, at?: readonly Position[]): Steps<Slice> {
  const found = at ?? (yield* positions(reader, { ...query, count: query.count + 1 }));
  const page = found.slice(0, query.count);
  const matches = yield* matchesAt(reader, query.backward ? page.reverse() : page);
  return { matches, more: found.length > query.count };
}
