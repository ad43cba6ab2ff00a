/** Exact totals, window by window; and the keys that many criteria find. Source: port.ts count, find */
import type { Key } from '../../model/resource.js';
import type { Count, Where } from '../port.js';
import { estimate, FREQUENT, isFarFetched, selectOf } from './alternatives.js';
import { fromText } from './binding.js';
import { probe } from './compile.js';
import { conditions } from './conjuncts.js';
import { byCreation } from './order.js';
import type { Reader } from './reader.js';
import { isLargeType, oncePerType, positions } from './search.js';
import { choose, narrow } from './sources.js';
import { and, type Sql, sql } from './sql.js';
import { LONG, type Steps } from './steps.js';
import { FIRST_CONTAINED, tableOf } from './table.js';
import { affordable, type Candidates, stream, union, wholeType } from './walk.js';

/** Candidates counted in one step. */
const WINDOW = 20_000;
/** Rows of one part of an index, none of them twice, that are counted without more ado. */
const AT_ONCE = 20_000;
/** Rows of a source without order that are counted by one statement. */
const WHOLE = 200_000;

/** The total so far grows in `progress`, for those who stop before the end. */
export function* count(reader: Reader, where: Where, progress: { total: number }): Steps<Count> {
  const { params } = reader.names;
  const known = params.refresh(reader.connection);
  for (const clause of oncePerType(where)) yield* countType(reader, clause, progress);
  // What has been gathered under a new parameter meanwhile was not looked at.
  return { total: progress.total, exact: params.refresh(reader.connection) === known };
}

function* countType(reader: Reader, clause: Where[number], progress: { total: number }): Steps<void> {
  const type = reader.names.type(reader.connection, clause.type);
  if (type === undefined) return;
  const parts = conditions(clause.predicate);
  const probes = (of: typeof parts) => and(of.map((part) => probe(reader, type, part, 'd.n')));
  const table = tableOf(reader, type);
  const whole = wholeType({ type, table, order: byCreation });
  const choice = yield* choose(reader, type, parts);
  if (choice === undefined) {
    const all = sql('live = ?', type);
    if (isLargeType(reader, { type, table })) yield LONG;
    if (parts.length === 0) progress.total += single(reader, { ...all, text: `SELECT count(*) FROM ${table} WHERE ${all.text}` });
    else yield* countWindows(reader, whole, probes(parts), progress);
    return;
  }
  const [first] = choice.driver;
  if (first?.unique && !first.joined && choice.driver.length === 1 && choice.others.length === 0) {
    const rows = estimate(reader, choice.driver, AT_ONCE);
    if (rows < AT_ONCE) {
      progress.total += rows;
      return;
    }
  }
  if (isFarFetched(reader, choice.driver) || (choice.rows ?? estimate(reader, choice.driver, FREQUENT)) >= FREQUENT) yield LONG;
  const narrowed = narrow(reader, type, choice.driver, choice.others);
  const [only] = narrowed;
  if (only === undefined) return;
  const ordered = choice.driver.every((alternative) => alternative.ordered);
  if (choice.others.length > 0 && ordered && (choice.rows ?? FREQUENT) >= FREQUENT) {
    yield* countWindows(reader, stream(choice.driver), probes(choice.others), progress);
    return;
  }
  const most = affordable(WHOLE, probes(parts));
  if (choice.others.length > 0 && (choice.rows ?? FREQUENT) >= FREQUENT && estimate(reader, choice.driver, most) >= most) {
    yield* countWindows(reader, whole, probes(parts), progress);
    return;
  }
  const select = narrowed.length === 1 && only.unique ? selectOf(only) : union(narrowed, undefined);
  progress.total += single(reader, { text: `SELECT count(*) FROM (${select.text})`, values: select.values });
}

function single({ connection }: Reader, select: Sql): number {
  return Number(connection.statement(select.text).get(select.values)?.[0]);
}

function* countWindows(reader: Reader, candidates: Candidates, condition: Sql, progress: { total: number }): Steps<void> {
  if (condition.text === '0') return;
  const step = affordable(WINDOW, condition);
  let after: Parameters<Candidates>[0];
  for (;;) {
    const [part] = candidates(after);
    if (part === undefined) return;
    const text = `SELECT count(*) FROM (${part.text} LIMIT ${step}) AS d WHERE ${condition.text}`;
    progress.total += single(reader, { text, values: [...part.values, ...condition.values] });
    const last = reader.connection.statement(`${part.text} LIMIT 1 OFFSET ${step - 1}`).get(part.values);
    if (last === undefined) return;
    after = { number: Number(last[0]), values: [] };
    yield;
  }
}

const keySql = 'SELECT type, id, version FROM resource WHERE n = ?';
const containerSql = 'SELECT r.type, r.id, r.version FROM contained AS c CROSS JOIN resource AS r ON r.n = c.container WHERE c.n = ?';

/** A resource inside another is found by the key of the other. */
export function* instancesOf(reader: Reader, where: Where, atMost: number): Steps<readonly Key[]> {
  const found = yield* positions(reader, { where, sort: [], count: atMost });
  const { connection, names } = reader;
  return found.flatMap(({ number }) => {
    const row = connection.statement(number < FIRST_CONTAINED ? keySql : containerSql).get([number]);
    if (row === undefined) return [];
    return [{ type: names.typeName(connection, Number(row[0])), id: fromText(String(row[1])), version: Number(row[2]) }];
  });
}

/** Each criterion for itself; the same shapes share their prepared statements. */
export function* findAll(reader: Reader, wheres: readonly Where[], atMost: number): Steps<readonly (readonly Key[])[]> {
  const found: (readonly Key[])[] = [];
  for (const where of wheres) {
    found.push(yield* instancesOf(reader, where, atMost));
    yield;
  }
  return found;
}
