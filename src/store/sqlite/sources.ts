/**
 * Predicates that can name all they match, found from an index; some in order of creation. The rarest condition of a search leads, and
 * the others are asked of each row it gives.
 */
import type { Match, Predicate, RangeTest, Where } from '../port.js';
import { toText } from './binding.js';
import { params, probe } from './compile.js';
import { after, beginsWith, below, rangeTest, type TokenMatch, tokenTests, updatedTest, uris } from './conditions.js';
import { type EntryTable, OPEN_BOTH, OPEN_HIGH, OPEN_LOW } from './entries.js';
import type { Lookup } from './names.js';
import { COMPARTMENT, type Param } from './params.js';
import { always, among, and, join, LISTED, never, type Sql, sql } from './sql.js';
import { LONG, type Steps, wholly } from './steps.js';

/** Rows that name resources: `SELECT column FROM from WHERE where`. */
export interface Alternative {
  readonly column: string;
  readonly from: Sql;
  readonly where: Sql;
  /** Its rows come in order of creation from an index. */
  readonly ordered: boolean;
  /** No resource comes twice. */
  readonly unique: boolean;
  /** Each of its rows is found through other tables, and so costs more. */
  readonly joined?: boolean;
  /** What is read to find its rows, where that may be far more than they are. */
  readonly scanned?: Scan;
}

interface Scan {
  readonly from: Sql;
  readonly where: Sql;
}

/** All the resources a predicate matches, and none else: the union of its alternatives. */
export type Source = readonly Alternative[];

type Clause = Where[number];

/** All that match, found from an index; undefined where only probing helps. */
export function source(lookup: Lookup, type: number, predicate: Predicate): Source | undefined {
  switch (predicate.kind) {
    case 'all':
      return smallest(lookup, type, predicate.of);
    case 'any':
      return unionOf(predicate.of.map((part) => source(lookup, type, part)));
    case 'not':
      return undefined;
    case 'id':
      return fromResource(and([sql('type = ?', type), among('id', predicate.ids.map(toText)), sql('live IS NOT NULL')]), 'resource_id');
    case 'updated':
      return predicate.values.flatMap((test) => fromResource(and([sql('live = ?', type), updatedTest(test)]), 'resource_updated'));
    case 'present':
      return fromEntries(predicate.entry, params(lookup, type, predicate.entry, predicate.param), [
        { where: always, ordered: false, unique: false },
      ]);
    case 'match':
      return sourceOfMatch(lookup, type, predicate.param, predicate.match);
    case 'compartment':
      return fromEntries('reference', params(lookup, type, 'reference', COMPARTMENT), [
        { where: sql('target = ?', toText(predicate.name)), ordered: true, unique: true },
      ]);
    case 'chain':
      return unionOf(predicate.where.map((clause) => sourceOfChain(lookup, type, predicate.param, clause)));
    case 'reverse':
      return unionOf(predicate.where.map((clause) => sourceOfReverse(lookup, type, predicate.param, clause)));
  }
}

/** A union that needs no more than this many sub-selects; SQLite allows 500. */
const MOST_ALTERNATIVES = 40;

function unionOf(sources: readonly (Source | undefined)[]): Source | undefined {
  const all: Alternative[] = [];
  for (const one of sources) {
    if (one === undefined) return undefined;
    all.push(...one);
  }
  return all.length > MOST_ALTERNATIVES ? undefined : all;
}

/** How many rows the source has, counted up to `cap`. */
export function estimate({ connection }: Lookup, source: readonly Scan[], cap: number): number {
  let rows = 0;
  for (const { from, where } of source) {
    if (rows >= cap) break;
    const counted = connection.statement(`SELECT count(*) FROM (SELECT 1 FROM ${from.text} WHERE ${where.text} LIMIT ?)`);
    rows += Number(counted.get([...from.values, ...where.values, cap - rows])?.[0]);
  }
  return rows;
}

/** Whether so much is to be read to find the rows of the source that even to count a few of them may take long. */
export function isFarFetched(lookup: Lookup, source: Source): boolean {
  return source.some(({ scanned }) => scanned !== undefined && estimate(lookup, [scanned], FREQUENT) >= FREQUENT);
}

export interface Choice {
  readonly driver: Source;
  /** How many rows the driver has, up to the cap; undefined where there was nothing to choose from. */
  readonly rows: number | undefined;
  readonly others: readonly Predicate[];
}

/** So few rows are probed as quickly as anything else is found. */
const FEW = 50;

/** Beyond this many rows a condition is simply frequent. */
export const FREQUENT = 2000;

/** The rarest of the conditions that have a source, and the others. A step for each that is looked at. */
export function* choose(lookup: Lookup, type: number, parts: readonly Predicate[]): Steps<Choice | undefined> {
  const candidates = parts.flatMap((part) => {
    const driver = source(lookup, type, part);
    return driver === undefined ? [] : [{ driver, others: parts.filter((other) => other !== part) }];
  });
  const [only] = candidates;
  if (candidates.length <= 1) return only === undefined ? undefined : { ...only, rows: undefined };
  const isJoined = ({ driver }: { driver: Source }) => Number(driver.some((alternative) => alternative.joined));
  let best: Choice | undefined;
  for (const candidate of candidates.toSorted((a, b) => isJoined(a) - isJoined(b))) {
    // What is found through other tables is not worth a look where little is to be probed anyway.
    if (best?.rows !== undefined && best.rows < FEW && isJoined(candidate)) break;
    if (isFarFetched(lookup, candidate.driver)) yield LONG;
    const rows = estimate(lookup, candidate.driver, best?.rows ?? FREQUENT);
    if (best?.rows === undefined || rows < best.rows) best = { ...candidate, rows };
    yield;
  }
  return best;
}

function smallest(lookup: Lookup, type: number, parts: readonly Predicate[]): Source | undefined {
  const choice = wholly(choose(lookup, type, parts));
  return choice === undefined ? undefined : narrow(lookup, type, choice.driver, choice.others);
}

/** The source with further conditions asked of each of its rows. They are written once, however many alternatives it has. */
export function narrow(lookup: Lookup, type: number, chosen: Source, others: readonly Predicate[]): Source {
  if (others.length === 0 || chosen.length === 0) return chosen;
  const [only] = chosen;
  const [driver, start] = chosen.length === 1 && only !== undefined ? [only, only.where] : [together(chosen), always];
  const where = and([start, ...others.map((part) => probe(lookup, type, part, driver.column))]);
  return where.text === '0' ? [] : [{ ...driver, where, scanned: driver.scanned ?? { from: driver.from, where: start } }];
}

function together(alternatives: Source): Alternative {
  const select = join(alternatives.map(selectOf), ' UNION ');
  return { column: 'u.n', from: sql(`(${select.text}) AS u`, ...select.values), where: always, ordered: false, unique: true };
}

interface Test {
  readonly where: Sql;
  readonly ordered: boolean;
  readonly unique: boolean;
  readonly index?: string;
}

/** What has an order is walked under each integer of the parameter for itself, all else under all of them at once. */
function fromEntries(table: EntryTable, ids: readonly number[], tests: readonly Test[]): Source {
  const possible = ids.length === 0 ? [] : tests.filter((test) => test.where.text !== '0');
  const apart = ids.length * possible.length <= MOST_ALTERNATIVES;
  return possible.flatMap((test) =>
    (test.ordered && apart ? ids.map((id) => [id]) : [ids]).map((some) => ({
      column: 'c.resource',
      from: sql(`${table} AS c ${test.index === undefined ? 'NOT INDEXED' : `INDEXED BY ${test.index}`}`),
      where: and([among('param', some), test.where]),
      ordered: test.ordered && some.length === 1,
      unique: test.unique,
    })),
  );
}

function fromResource(where: Sql, index: string): Source {
  if (where.text === '0') return [];
  return [{ column: 'c.n', from: sql(`resource AS c INDEXED BY ${index}`), where, ordered: false, unique: true }];
}

function sourceOfMatch(lookup: Lookup, type: number, param: string, match: Match): Source | undefined {
  if (match.kind === 'range') return sourceOfRange(lookup, type, param, match.values);
  const ids = params(lookup, type, match.kind, param);
  if (ids.length === 0) return [];
  const found = fromEntries(match.kind, ids, testsOf(lookup, match));
  return found.length > MOST_ALTERNATIVES ? undefined : found;
}

function testsOf(lookup: Lookup, match: Exclude<Match, { kind: 'range' }>): readonly Test[] {
  switch (match.kind) {
    case 'token':
      return tokenSources(lookup, match);
    case 'reference':
      return equalities('target', match.targets.map(toText));
    case 'uri':
      return match.how === 'equal'
        ? equalities('value', uris(lookup, match.values))
        : match.values.map((prefix) => ({ where: below(prefix), ordered: false, unique: false }));
    case 'string':
      return match.how === 'prefix'
        ? match.values.map(prefixSource)
        : exactSources(match.values.filter((value) => value !== '').map(toText));
  }
}

/** Few values are walked side by side, each in order; many are gathered. */
function equalities(column: string, values: readonly (string | number)[], unique = true): readonly Test[] {
  const different = [...new Set(values)];
  if (different.length > LISTED) return [{ where: among(column, different), ordered: false, unique: false }];
  return different.map((value) => ({ where: sql(`${column} = ?`, value), ordered: true, unique }));
}

function prefixSource(prefix: string): Test {
  return { where: beginsWith(prefix), ordered: false, unique: false };
}

function exactSources(sent: readonly string[]): readonly Test[] {
  return [
    ...equalities('value', sent, false).map((test) => ({ ...test, where: and([test.where, sql('raw = 0')]) })),
    ...equalities('raw', sent, false).map((test) => ({ ...test, where: and([sql("raw > ''"), test.where]), index: 'string_raw' })),
  ];
}

function tokenSources(lookup: Lookup, match: TokenMatch): readonly Test[] {
  const few = match.values.length <= LISTED;
  const single = (value: TokenMatch['values'][number]) => tokenTests(lookup, { kind: 'token', values: [value] });
  if (!few) return tokenTests(lookup, match).map((where) => ({ where, ordered: false, unique: false }));
  return match.values.flatMap((value) =>
    single(value).map((where) => ({
      where,
      ordered: value.code !== undefined,
      unique: value.code !== undefined && value.system !== undefined,
    })),
  );
}

/** The class of width bounds the low end on both sides, so that an overlap reads only its neighbourhood. */
function sourceOfRange(lookup: Lookup, type: number, name: string, tests: readonly RangeTest[]): Source | undefined {
  const widths = byWidth(lookup.names.params.find(lookup.connection, type, 'range', name));
  if (widths.length * tests.length > MOST_ALTERNATIVES) return undefined;
  return widths.flatMap(([width, ids]) =>
    tests.map((test) => {
      const where = and([among('param', ids), lowBounds(test, width), rangeTest(test)]);
      return { column: 'c.resource', from: sql('range AS c NOT INDEXED'), where, ordered: false, unique: false };
    }),
  );
}

function byWidth(params: readonly Param[]): readonly (readonly [width: number, ids: readonly number[]])[] {
  const ids = new Map<number, number[]>();
  for (const { id, width } of params) ids.set(width, [...(ids.get(width) ?? []), id]);
  return [...ids].sort(([a], [b]) => a - b);
}

function lowBounds(test: RangeTest, width: number): Sql {
  if (width === OPEN_LOW || width === OPEN_BOTH) return sql('low = ?', Number.NEGATIVE_INFINITY);
  const until =
    test.highTo === undefined || test.highTo >= (test.lowBefore ?? Number.POSITIVE_INFINITY) ? [] : [sql('low <= ?', test.highTo)];
  if (width === OPEN_HIGH || test.highAfter === undefined) return and(until);
  // A little wider than the class, for what rounding may have done to the difference of the two ends.
  const from = test.highAfter - 10 ** width * 1.000001 - Math.abs(test.highAfter) * 1e-15;
  return and([...(from > (test.lowFrom ?? Number.NEGATIVE_INFINITY) ? [sql('low >= ?', from)] : []), ...until]);
}

/** Chains go from the resources that satisfy the inner predicate to those that refer to them. */
function sourceOfChain(lookup: Lookup, type: number, name: string, clause: Clause): Source | undefined {
  const target = lookup.names.type(lookup.connection, clause.type);
  const param = among('f.param', params(lookup, type, 'reference', name));
  if (param.text === '0' || target === undefined) return [];
  return source(lookup, target, clause.predicate)?.map((inner) => ({
    column: 'f.resource',
    from: joined(inner, 'CROSS JOIN resource AS t ON t.n = i.n CROSS JOIN reference AS f NOT INDEXED'),
    where: and([param, sql('f.target = ? || t.id', toText(`${clause.type}/`))]),
    ordered: false,
    unique: false,
    joined: true,
    scanned: inner.scanned ?? inner,
  }));
}

function sourceOfReverse(lookup: Lookup, type: number, name: string, clause: Clause): Source | undefined {
  const from = lookup.names.type(lookup.connection, clause.type);
  const param = from === undefined ? never : among('f.param', params(lookup, from, 'reference', name));
  if (from === undefined || param.text === '0') return [];
  const prefix = `${lookup.names.typeName(lookup.connection, type)}/`;
  return source(lookup, from, clause.predicate)?.map((inner) => ({
    column: 't.n',
    from: joined(
      inner,
      'CROSS JOIN reference AS f INDEXED BY reference_of ON f.resource = i.n CROSS JOIN resource AS t INDEXED BY resource_id',
    ),
    where: and([
      param,
      sql(
        'f.target >= ? AND f.target < ? AND t.type = ? AND t.id = substr(f.target, ?) AND t.live IS NOT NULL',
        prefix,
        after(prefix),
        type,
        Array.from(prefix).length + 1,
      ),
    ]),
    ordered: false,
    unique: false,
    joined: true,
    scanned: inner.scanned ?? inner,
  }));
}

function joined(inner: Alternative, others: string): Sql {
  const select = selectOf(inner);
  return { text: `(${select.text}) AS i ${others}`, values: select.values };
}

/** The rows of an alternative, named n. */
export function selectOf({ column, from, where }: Alternative): Sql {
  return { text: `SELECT ${column} AS n FROM ${from.text} WHERE ${where.text}`, values: [...from.values, ...where.values] };
}
