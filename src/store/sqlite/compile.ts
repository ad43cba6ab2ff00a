/**
 * Predicates as SQL. Each can be asked of one candidate (`probe`); many can also name all they match (`source`), some of these in
 * order of creation. Values are always bound. Source: R4 search.html; the design of the indexes is in schema.ts
 */
import type { Match, Predicate, RangeTest, Where } from '../port.js';
import { type Connection, type SqlValue, toText } from './binding.js';
import { type EntryTable, OPEN_BOTH, OPEN_HIGH, OPEN_LOW } from './entries.js';
import type { Names } from './names.js';

export interface Sql {
  readonly text: string;
  readonly values: readonly SqlValue[];
}

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
}

/** All the resources a predicate matches, and none else: the union of its alternatives. */
export type Source = readonly Alternative[];

export interface Compiler {
  readonly connection: Connection;
  readonly names: Names;
  /** How many rows the source has, counted up to `cap`. */
  estimate(source: Source, cap: number): number;
}

export const always: Sql = { text: '1', values: [] };
export const never: Sql = { text: '0', values: [] };

export function sql(text: string, ...values: readonly SqlValue[]): Sql {
  return { text, values };
}

export function join(parts: readonly Sql[], between: string): Sql {
  return { text: parts.map((part) => part.text).join(between), values: parts.flatMap((part) => part.values) };
}

export function and(parts: readonly Sql[]): Sql {
  if (parts.some((part) => part.text === '0')) return never;
  const real = parts.filter((part) => part.text !== '1');
  return real.length === 0 ? always : join(real, ' AND ');
}

function or(parts: readonly Sql[]): Sql {
  if (parts.some((part) => part.text === '1')) return always;
  const real = parts.filter((part) => part.text !== '0');
  if (real.length === 0) return never;
  const joined = join(real, ' OR ');
  return real.length === 1 ? joined : { text: `(${joined.text})`, values: joined.values };
}

function not(part: Sql): Sql {
  if (part.text === '0') return always;
  if (part.text === '1') return never;
  return { text: `NOT (${part.text})`, values: part.values };
}

/** More values than this travel as one JSON array, so that the text of the statement stays the same. */
const LISTED = 8;

export function among(column: string, values: readonly SqlValue[]): Sql {
  const different = [...new Set(values)];
  if (different.length === 0) return never;
  if (different.length === 1) return sql(`${column} = ?`, ...different);
  if (different.length <= LISTED) return sql(`${column} IN (${different.map(() => '?').join(', ')})`, ...different);
  return sql(`${column} IN (SELECT value FROM json_each(?))`, JSON.stringify(different));
}

/** Whether the candidate whose number is the expression `n` satisfies the predicate. */
export function probe(compiler: Compiler, type: number, predicate: Predicate, n: string): Sql {
  switch (predicate.kind) {
    case 'all':
      return and(predicate.of.map((part) => probe(compiler, type, part, n)));
    case 'any':
      return or(predicate.of.map((part) => probe(compiler, type, part, n)));
    case 'not':
      return not(probe(compiler, type, predicate.of, n));
    case 'id':
      return probeResource(n, among('id', predicate.ids.map(toText)));
    case 'updated':
      return probeResource(n, or(predicate.values.map(updatedTest)));
    case 'present':
      return probeEntry(n, predicate.entry, presence(compiler, type, predicate), always);
    case 'match':
      return probeEntry(
        n,
        predicate.match.kind,
        params(compiler, type, predicate.match.kind, predicate.param),
        matches(compiler, predicate.match),
      );
    case 'compartment':
      return probeEntry(n, 'reference', compartment(compiler, type), sql('target = ?', toText(predicate.name)));
    case 'chain':
      return or(predicate.where.map((clause) => probeChain(compiler, type, predicate.param, clause, n)));
    case 'reverse':
      return or(predicate.where.map((clause) => probeReverse(compiler, type, predicate.param, clause, n)));
  }
}

type Clause = Where[number];

function probeResource(n: string, condition: Sql): Sql {
  if (condition.text === '0') return never;
  const x = `x${depth(n)}`;
  return { text: `EXISTS (SELECT 1 FROM resource AS ${x} WHERE ${x}.n = ${n} AND ${condition.text})`, values: condition.values };
}

function params(compiler: Compiler, type: number, kind: Match['kind'], name: string): readonly number[] {
  if (kind === 'range') return compiler.names.rangeParams(compiler.connection, type, name).map((param) => param.id);
  const id = compiler.names.param(compiler.connection, type, kind, name);
  return id === undefined ? [] : [id];
}

function presence(compiler: Compiler, type: number, predicate: Predicate & { kind: 'present' }): readonly number[] {
  return params(compiler, type, predicate.entry, predicate.param);
}

function compartment(compiler: Compiler, type: number): readonly number[] {
  const id = compiler.names.param(compiler.connection, type, 'compartment', '');
  return id === undefined ? [] : [id];
}

function probeEntry(n: string, table: EntryTable, ids: readonly number[], condition: Sql): Sql {
  if (ids.length === 0 || condition.text === '0') return never;
  const e = `e${depth(n)}`;
  const where = and([sql(`${e}.resource = ${n}`), among('param', ids), condition]);
  return { text: `EXISTS (SELECT 1 FROM ${table} AS ${e} INDEXED BY ${table}_of WHERE ${where.text})`, values: where.values };
}

/** What a match asks of the columns of one entry. */
function matches(compiler: Compiler, match: Match): Sql {
  switch (match.kind) {
    case 'token':
      return or(tokenTests(compiler, match));
    case 'reference':
      return among('target', match.targets.map(toText));
    case 'uri':
      return match.how === 'equal' ? among('value', match.values.map(toText)) : or(match.values.map(beginsWith));
    case 'string':
      return match.how === 'prefix' ? or(match.values.map(beginsWith)) : or(exactTests(match.values));
    case 'range':
      return or(match.values.map(rangeTest));
  }
}

function beginsWith(prefix: string): Sql {
  if (prefix === '') return always;
  return sql('value >= ? AND value < ?', toText(prefix), after(toText(prefix)));
}

/** The smallest text, by code point, behind all that begin with `prefix`; its last character is raised by one, over the surrogates. */
function after(prefix: string): SqlValue {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    if (last < 0x10ffff) return String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1);
  }
  // Only U+10FFFF: a BLOB is behind every text.
  return new Uint8Array(0);
}

function exactTests(values: readonly string[]): readonly Sql[] {
  const sent = values.filter((value) => value !== '').map(toText);
  if (sent.length === 0) return [];
  return [and([sql('raw = 0'), among('value', sent)]), and([sql("raw > ''"), among('raw', sent)])];
}

type TokenMatch = Match & { kind: 'token' };

function tokenTests(compiler: Compiler, match: TokenMatch): readonly Sql[] {
  const bySystem = new Map<string | null | undefined, { codes: string[]; any: boolean }>();
  for (const { system, code } of match.values) {
    const group = bySystem.get(system) ?? { codes: [], any: false };
    bySystem.set(system, group);
    if (code === undefined) group.any = true;
    else group.codes.push(toText(code));
  }
  return [...bySystem].map(([system, { codes, any }]) => {
    const code = any ? always : among('code', codes);
    if (system === undefined) return code;
    const id = system === null ? 0 : compiler.names.system(compiler.connection, system);
    return id === undefined ? never : and([code, sql('system = ?', id)]);
  });
}

function rangeTest(test: RangeTest): Sql {
  return and([
    ...(test.lowFrom === undefined ? [] : [sql('low >= ?', test.lowFrom)]),
    ...(test.lowBefore === undefined ? [] : [sql('low < ?', test.lowBefore)]),
    ...(test.highAfter === undefined ? [] : [sql('high > ?', test.highAfter)]),
    ...(test.highTo === undefined ? [] : [sql('high <= ?', test.highTo)]),
  ]);
}

/** A point [u, next up): high > a is u ≥ a, high ≤ b is u < b. */
function updatedTest(test: RangeTest): Sql {
  return and([
    ...[test.lowFrom, test.highAfter].flatMap((from) => (from === undefined ? [] : [sql('updated >= ?', from)])),
    ...[test.lowBefore, test.highTo].flatMap((before) => (before === undefined ? [] : [sql('updated < ?', before)])),
  ]);
}

function probeChain(compiler: Compiler, type: number, name: string, clause: Clause, n: string): Sql {
  const param = compiler.names.param(compiler.connection, type, 'reference', name);
  const target = compiler.names.type(compiler.connection, clause.type);
  if (param === undefined || target === undefined) return never;
  const inner = probe(compiler, target, clause.predicate, inside(n));
  if (inner.text === '0') return never;
  const [f, t] = [`f${depth(n)}`, inside(n).split('.')[0]];
  const prefix = toText(`${clause.type}/`);
  return {
    text: `EXISTS (SELECT 1 FROM reference AS ${f} INDEXED BY reference_of CROSS JOIN resource AS ${t} INDEXED BY resource_id
 WHERE ${f}.resource = ${n} AND ${f}.param = ? AND ${f}.target >= ? AND ${f}.target < ?
 AND ${t}.type = ? AND ${t}.id = substr(${f}.target, ?) AND ${t}.live IS NOT NULL AND ${inner.text})`,
    values: [param, prefix, after(prefix), target, Array.from(prefix).length + 1, ...inner.values],
  };
}

function probeReverse(compiler: Compiler, type: number, name: string, clause: Clause, n: string): Sql {
  const from = compiler.names.type(compiler.connection, clause.type);
  const param = from === undefined ? undefined : compiler.names.param(compiler.connection, from, 'reference', name);
  if (from === undefined || param === undefined) return never;
  const f = `f${depth(n)}`;
  const me = `m${depth(n)}`;
  const inner = probe(compiler, from, clause.predicate, `${f}.resource`);
  if (inner.text === '0') return never;
  const prefix = `${compiler.names.typeName(compiler.connection, type)}/`;
  return {
    text: `EXISTS (SELECT 1 FROM resource AS ${me} CROSS JOIN reference AS ${f}
 WHERE ${me}.n = ${n} AND ${f}.param = ? AND ${f}.target = ? || ${me}.id AND ${inner.text})`,
    values: [param, prefix, ...inner.values],
  };
}

/** Names of tables inside one another must differ: a candidate is `d.n`, inside it `t1.n` or `f1.resource`, and so on. */
function depth(n: string): number {
  const digits = /\d+/.exec(n)?.[0];
  return digits === undefined ? 1 : Number(digits) + 1;
}

function inside(n: string): string {
  return `t${depth(n)}.n`;
}

/** All that match, found from an index; undefined where only probing helps. */
export function source(compiler: Compiler, type: number, predicate: Predicate): Source | undefined {
  switch (predicate.kind) {
    case 'all':
      return smallest(compiler, type, predicate.of);
    case 'any':
      return unionOf(predicate.of.map((part) => source(compiler, type, part)));
    case 'not':
      return undefined;
    case 'id':
      return fromResource(and([sql('type = ?', type), among('id', predicate.ids.map(toText)), sql('live IS NOT NULL')]), 'resource_id');
    case 'updated':
      return predicate.values.flatMap((test) => fromResource(and([sql('live = ?', type), updatedTest(test)]), 'resource_updated'));
    case 'present':
      return fromEntries(predicate.entry, presence(compiler, type, predicate), [{ where: always, ordered: false, unique: false }]);
    case 'match':
      return sourceOfMatch(compiler, type, predicate.param, predicate.match);
    case 'compartment':
      return fromEntries('reference', compartment(compiler, type), [
        { where: sql('target = ?', toText(predicate.name)), ordered: true, unique: true },
      ]);
    case 'chain':
      return unionOf(predicate.where.map((clause) => sourceOfChain(compiler, type, predicate.param, clause)));
    case 'reverse':
      return unionOf(predicate.where.map((clause) => sourceOfReverse(compiler, type, predicate.param, clause)));
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

/** The rarest of the conditions that have a source, and the others. */
export function choose(compiler: Compiler, type: number, parts: readonly Predicate[]): Choice | undefined {
  const candidates = parts.flatMap((part) => {
    const driver = source(compiler, type, part);
    return driver === undefined ? [] : [{ driver, others: parts.filter((other) => other !== part) }];
  });
  const [only] = candidates;
  if (candidates.length <= 1) return only === undefined ? undefined : { ...only, rows: undefined };
  const isJoined = ({ driver }: { driver: Source }) => Number(driver.some((alternative) => alternative.joined));
  let best: Choice | undefined;
  for (const candidate of candidates.toSorted((a, b) => isJoined(a) - isJoined(b))) {
    // What is found through other tables is not worth a look where little is to be probed anyway.
    if (best?.rows !== undefined && best.rows < FEW && isJoined(candidate)) break;
    const rows = compiler.estimate(candidate.driver, best?.rows ?? FREQUENT);
    if (best?.rows === undefined || rows < best.rows) best = { ...candidate, rows };
  }
  return best;
}

function smallest(compiler: Compiler, type: number, parts: readonly Predicate[]): Source | undefined {
  const choice = choose(compiler, type, parts);
  return choice === undefined ? undefined : narrow(compiler, type, choice.driver, choice.others);
}

/** The source with further conditions asked of each of its rows. */
export function narrow(compiler: Compiler, type: number, chosen: Source, others: readonly Predicate[]): Source {
  if (others.length === 0) return chosen;
  const narrowed: Alternative[] = [];
  for (const alternative of chosen) {
    const where = and([alternative.where, ...others.map((part) => probe(compiler, type, part, alternative.column))]);
    if (where.text !== '0') narrowed.push({ ...alternative, where });
  }
  return narrowed;
}

interface Test {
  readonly where: Sql;
  readonly ordered: boolean;
  readonly unique: boolean;
  readonly index?: string;
}

function fromEntries(table: EntryTable, ids: readonly number[], tests: readonly Test[]): Source {
  return ids.flatMap((id) =>
    tests
      .filter((test) => test.where.text !== '0')
      .map((test) => ({
        column: 'c.resource',
        from: sql(`${table} AS c ${test.index === undefined ? 'NOT INDEXED' : `INDEXED BY ${test.index}`}`),
        where: and([sql('param = ?', id), test.where]),
        ordered: test.ordered,
        unique: test.unique,
      })),
  );
}

function fromResource(where: Sql, index: string): Source {
  if (where.text === '0') return [];
  return [{ column: 'c.n', from: sql(`resource AS c INDEXED BY ${index}`), where, ordered: false, unique: true }];
}

function sourceOfMatch(compiler: Compiler, type: number, param: string, match: Match): Source | undefined {
  if (match.kind === 'range') return sourceOfRange(compiler, type, param, match.values);
  const ids = params(compiler, type, match.kind, param);
  if (ids.length === 0) return [];
  const found = fromEntries(match.kind, ids, testsOf(compiler, match));
  return found.length > MOST_ALTERNATIVES ? undefined : found;
}

function testsOf(compiler: Compiler, match: Exclude<Match, { kind: 'range' }>): readonly Test[] {
  switch (match.kind) {
    case 'token':
      return tokenSources(compiler, match);
    case 'reference':
      return equalities('target', match.targets.map(toText));
    case 'uri':
      return match.how === 'equal' ? equalities('value', match.values.map(toText)) : match.values.map(prefixSource);
    case 'string':
      return match.how === 'prefix'
        ? match.values.map(prefixSource)
        : exactSources(match.values.filter((value) => value !== '').map(toText));
  }
}

/** Few values are walked side by side, each in order; many are gathered. */
function equalities(column: string, values: readonly string[], unique = true): readonly Test[] {
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

function tokenSources(compiler: Compiler, match: TokenMatch): readonly Test[] {
  const few = match.values.length <= LISTED;
  const single = (value: TokenMatch['values'][number]) => tokenTests(compiler, { kind: 'token', values: [value] });
  if (!few) return tokenTests(compiler, match).map((where) => ({ where, ordered: false, unique: false }));
  return match.values.flatMap((value) =>
    single(value).map((where) => ({
      where,
      ordered: value.code !== undefined,
      unique: value.code !== undefined && value.system !== undefined,
    })),
  );
}

/** The class of width bounds the low end on both sides, so that an overlap reads only its neighbourhood. */
function sourceOfRange(compiler: Compiler, type: number, name: string, tests: readonly RangeTest[]): Source | undefined {
  const widths = compiler.names.rangeParams(compiler.connection, type, name);
  if (widths.length * tests.length > MOST_ALTERNATIVES) return undefined;
  return widths.flatMap(({ id, width }) =>
    tests.map((test) => {
      const where = and([sql('param = ?', id), lowBounds(test, width), rangeTest(test)]);
      return { column: 'c.resource', from: sql('range AS c NOT INDEXED'), where, ordered: false, unique: false };
    }),
  );
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
function sourceOfChain(compiler: Compiler, type: number, name: string, clause: Clause): Source | undefined {
  const param = compiler.names.param(compiler.connection, type, 'reference', name);
  const target = compiler.names.type(compiler.connection, clause.type);
  if (param === undefined || target === undefined) return [];
  return source(compiler, target, clause.predicate)?.map((inner) => ({
    column: 'f.resource',
    from: joined(inner, 'CROSS JOIN resource AS t ON t.n = i.n CROSS JOIN reference AS f NOT INDEXED'),
    where: sql('f.param = ? AND f.target = ? || t.id', param, toText(`${clause.type}/`)),
    ordered: false,
    unique: false,
    joined: true,
  }));
}

function sourceOfReverse(compiler: Compiler, type: number, name: string, clause: Clause): Source | undefined {
  const from = compiler.names.type(compiler.connection, clause.type);
  const param = from === undefined ? undefined : compiler.names.param(compiler.connection, from, 'reference', name);
  if (from === undefined || param === undefined) return [];
  const prefix = `${compiler.names.typeName(compiler.connection, type)}/`;
  return source(compiler, from, clause.predicate)?.map((inner) => ({
    column: 't.n',
    from: joined(
      inner,
      'CROSS JOIN reference AS f INDEXED BY reference_of ON f.resource = i.n CROSS JOIN resource AS t INDEXED BY resource_id',
    ),
    where: sql(
      'f.param = ? AND f.target >= ? AND f.target < ? AND t.type = ? AND t.id = substr(f.target, ?) AND t.live IS NOT NULL',
      param,
      prefix,
      after(prefix),
      type,
      Array.from(prefix).length + 1,
    ),
    ordered: false,
    unique: false,
    joined: true,
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
