/**
 * Predicates as conditions on one candidate. Values are always bound. Which tables and indexes there are is in schema.ts.
 * Source: port.ts Predicate; R4 search.html
 */
import type { Match, Predicate, Where } from '../port.js';
import { toText } from './binding.js';
import { after, matches, updatedTest } from './conditions.js';
import type { EntryTable } from './entry-tables.js';
import type { Lookup } from './names.js';
import { COMPARTMENT } from './params.js';
import { always, among, and, inTime, never, not, or, type Sql, sql } from './sql.js';
import { isContainedType, type RowTable, tableOf } from './table.js';

/** Whether the candidate whose number is the expression `n` satisfies the predicate. */
export function probe(lookup: Lookup, type: number, predicate: Predicate, n: string): Sql {
  switch (predicate.kind) {
    case 'all':
      return and(predicate.of.map((part) => probe(lookup, type, part, n)));
    case 'any':
      return or(predicate.of.map((part) => probe(lookup, type, part, n)));
    case 'not':
      return not(probe(lookup, type, predicate.of, n));
    case 'id':
      return probeResource(tableOf(lookup, type), n, among('id', predicate.ids.map(toText)));
    case 'updated':
      return probeResource(tableOf(lookup, type), n, or(predicate.values.map(updatedTest)));
    case 'present':
      return probeEntry(n, predicate.entry, params(lookup, type, predicate.entry, predicate.param), always);
    case 'match':
      return probeMatch(lookup, type, predicate.param, predicate.match, n);
    case 'compartment':
      return probeEntry(n, 'reference', params(lookup, type, 'reference', COMPARTMENT), sql('target = ?', toText(predicate.name)));
    case 'chain':
      return or(predicate.where.map((clause) => probeChain(lookup, type, predicate.param, clause, n)));
    case 'reverse':
      return or(predicate.where.map((clause) => probeReverse(lookup, type, predicate.param, clause, n)));
  }
}

type Clause = Where[number];

export function entryTable(match: Match): EntryTable {
  return match.kind === 'range' && match.key !== undefined ? 'keyed' : match.kind;
}

export function probeMatch(lookup: Lookup, type: number, name: string, match: Match, n: string): Sql {
  const table = entryTable(match);
  return probeEntry(n, table, params(lookup, type, table, name), matches(lookup, match));
}

function probeResource(table: RowTable, n: string, condition: Sql): Sql {
  if (condition.text === '0') return never;
  const x = `x${depth(n)}`;
  return { text: `EXISTS (SELECT 1 FROM ${table} AS ${x} WHERE ${x}.n = ${n} AND ${condition.text})`, values: condition.values };
}

export function params({ connection, names }: Lookup, type: number, kind: EntryTable, name: string): readonly number[] {
  return names.params.find(connection, type, kind, name).map(({ id }) => id);
}

function probeEntry(n: string, table: EntryTable, ids: readonly number[], condition: Sql): Sql {
  if (ids.length === 0 || condition.text === '0') return never;
  const e = `e${depth(n)}`;
  const where = and([sql(`${e}.resource = ${n}`), among('param', ids), condition]);
  return { text: `EXISTS (SELECT 1 FROM ${table} AS ${e} INDEXED BY ${table}_of WHERE ${where.text})`, values: where.values };
}

function probeChain(lookup: Lookup, type: number, name: string, clause: Clause, n: string): Sql {
  const ids = params(lookup, type, 'reference', name);
  const target = lookup.names.type(lookup.connection, clause.type);
  if (ids.length === 0 || target === undefined) return never;
  const condition = probe(lookup, target, clause.predicate, inside(n));
  if (condition.text === '0') return never;
  const [f, t] = [`f${depth(n)}`, inside(n).split('.')[0] ?? ''];
  if (isContainedType(clause.type)) return probeInside({ f, t, n, ids, target, container: containerOf(lookup, type, n) }, condition);
  const prefix = toText(`${clause.type}/`);
  const param = among(`${f}.param`, ids);
  const inner = and([inTime(`${t}.n`), condition]);
  return {
    text: `EXISTS (SELECT 1 FROM reference AS ${f} INDEXED BY reference_of CROSS JOIN resource AS ${t} INDEXED BY resource_id
 WHERE ${f}.resource = ${n} AND ${param.text} AND ${f}.target >= ? AND ${f}.target < ?
 AND ${t}.type = ? AND ${t}.id = substr(${f}.target, ?) AND ${t}.live IS NOT NULL AND ${inner.text})`,
    values: [...param.values, prefix, after(prefix), target, Array.from(prefix).length + 1, ...inner.values],
  };
}

interface InsideLink {
  readonly f: string;
  readonly t: string;
  readonly n: string;
  readonly ids: readonly number[];
  readonly target: number;
  readonly container: string;
}

/** What is contained is named by its own id, and stands in the same container. */
function probeInside({ f, t, n, ids, target, container }: InsideLink, condition: Sql): Sql {
  const param = among(`${f}.param`, ids);
  const inner = and([inTime(`${t}.n`), condition]);
  return {
    text: `EXISTS (SELECT 1 FROM contained AS ${t} INDEXED BY contained_in CROSS JOIN reference AS ${f} INDEXED BY reference_of
 WHERE ${t}.container = ${container} AND ${t}.type = ? AND ${f}.resource = ${n} AND ${param.text} AND ${f}.target = '#' || ${t}.id
 AND ${inner.text})`,
    values: [target, ...param.values, ...inner.values],
  };
}

function containerOf(lookup: Lookup, type: number, n: string): string {
  const o = `o${depth(n)}`;
  return tableOf(lookup, type) === 'contained' ? `(SELECT ${o}.container FROM contained AS ${o} WHERE ${o}.n = ${n})` : n;
}

function probeReverse(lookup: Lookup, type: number, name: string, clause: Clause, n: string): Sql {
  const from = lookup.names.type(lookup.connection, clause.type);
  const ids = from === undefined ? [] : params(lookup, from, 'reference', name);
  if (from === undefined || ids.length === 0 || tableOf(lookup, type) === 'contained') return never;
  const f = `f${depth(n)}`;
  const me = `m${depth(n)}`;
  const condition = probe(lookup, from, clause.predicate, `${f}.resource`);
  if (condition.text === '0') return never;
  const inner = and([inTime(`${f}.resource`), condition]);
  const prefix = `${lookup.names.typeName(lookup.connection, type)}/`;
  const param = among(`${f}.param`, ids);
  return {
    text: `EXISTS (SELECT 1 FROM resource AS ${me} CROSS JOIN reference AS ${f}
 WHERE ${me}.n = ${n} AND ${param.text} AND ${f}.target = ? || ${me}.id AND ${inner.text})`,
    values: [...param.values, prefix, ...inner.values],
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
