/**
 * Searches that one statement answers, matches and versions together: what equal values in an index lead to, where that is little or its
 * beginning holds a page, and the beginning of an order where all that is asked for is known to be frequent. The numbers that stand for
 * parameters are compared in the same statement, so that no transaction is needed. Source: port.ts search
 */
import type { Position, Predicate, Query, Slice, Version } from '../port.js';
import { estimate, isFutile, isKnownFrequent, MANY, noteFutile, type Source } from './alternatives.js';
import { fromText, type Row, toBuffer } from './binding.js';
import { probe } from './compile.js';
import { conditions } from './conjuncts.js';
import { fromSql, orderOf } from './order.js';
import { LARGE, methodOf, PACK } from './read.js';
import { type Reader, slotsOf } from './reader.js';
import { cost, narrow, source } from './sources.js';
import { and, type Sql } from './sql.js';
import { tableOf } from './table.js';
import { type Asked, affordable, gatheringSelect, stream, WINDOW, wholeType, windowSelect } from './walk.js';

/** undefined: more than that is needed. */
export function pageAtOnce(reader: Reader, query: Query): Slice | undefined {
  const [clause, another] = query.where;
  const { sort, after, count, backward = false } = query;
  if (clause === undefined || another !== undefined || count >= PACK) return undefined;
  const type = reader.names.type(reader.connection, clause.type);
  if (type === undefined || tableOf(reader, type) === 'contained') return undefined;
  const parts = conditions(clause.predicate);
  if (parts.length === 0 || !parts.every(isPlain)) return undefined;
  const order = orderOf(reader, { type, slots: slotsOf(reader, type) }, sort, backward);
  if (order.keys.some(({ found }) => found)) return undefined;
  const found = selectFor(reader, { type, table: 'resource', sort, order, after, limit: count + 1 }, parts);
  return found && pageOf(reader, clause.type, found, query);
}

/** Found and asked without a look at other tables of rows, and without a statement to find out how. */
function isPlain(predicate: Predicate): boolean {
  switch (predicate.kind) {
    case 'not':
      return isPlain(predicate.of);
    case 'match':
      return predicate.match.kind !== 'point' && (predicate.match.kind !== 'string' || predicate.match.how !== 'contains');
    case 'all':
    case 'any':
      return predicate.of.every(isPlain);
    case 'chain':
    case 'reverse':
      return false;
    default:
      return true;
  }
}

interface Selected {
  readonly select: Sql;
  /** Where it has no whole page there may be more, which another way finds. */
  readonly partial: boolean;
}

interface Candidate {
  readonly part: Predicate;
  readonly driver: Source;
}

function selectFor(reader: Reader, asked: Asked, parts: readonly Predicate[]): Selected | undefined {
  const candidates = parts.flatMap((part): readonly Candidate[] => {
    const driver = source(reader, asked.type, part);
    return driver === undefined ? [] : [{ part, driver }];
  });
  if (candidates.some(({ driver }) => driver.length === 0)) return undefined;
  const equal = candidates.filter(({ driver }) => driver.every(({ ordered, unique }) => ordered || unique));
  const sorted = equal.length > 1 ? equal.toSorted((a, b) => cost(a.driver) - cost(b.driver)) : equal;
  const [first] = sorted;
  if (first === undefined) return undefined;
  const others = ({ part }: Candidate) => parts.filter((other) => other !== part);
  const isWalked = asked.order.keys.length === 0 && first.driver.every(({ ordered }) => ordered);
  if (isWalked && parts.length === 1) return walking(reader, asked, stream(first.driver, asked.order), []);
  const few = sorted.find(({ driver }) => estimate(reader, driver, MANY) < MANY);
  if (few !== undefined) {
    const narrowed = narrow(reader, asked.type, few.driver, others(few));
    return narrowed.length === 0 ? undefined : { select: gatheringSelect(narrowed, asked), partial: false };
  }
  // Where nothing else leads anywhere, its beginning is what any other way would look at first.
  if (isWalked && candidates.length === 1) return walking(reader, asked, stream(first.driver, asked.order), others(first));
  if (asked.order.keys.length > 1 || !candidates.every(({ driver }) => isKnownFrequent(reader, driver))) return undefined;
  if (isWalked) return walking(reader, asked, stream(first.driver, asked.order), others(first));
  return asked.order.keys.length === 1 ? walking(reader, asked, wholeType(asked), parts) : undefined;
}

function walking(reader: Reader, asked: Asked, candidates: ReturnType<typeof stream>, parts: readonly Predicate[]): Selected | undefined {
  const [part, more] = candidates(asked.after);
  const condition = and(parts.map((one) => probe(reader, asked.type, one, 'd.n')));
  if (part === undefined || condition.text === '0') return undefined;
  const select = windowSelect(part, condition, asked.limit, affordable(WINDOW, condition));
  const partial = more !== undefined || condition.text !== '1';
  return partial && isFutile(reader, select) ? undefined : { select, partial };
}

type Packed = readonly [
  n: number,
  id: string,
  version: number,
  updated: number,
  method: number,
  bytes: number,
  ...values: (string | number | null)[],
];

function pageOf(reader: Reader, type: string, { select, partial }: Selected, { sort, count, backward }: Query): Slice | undefined {
  const row = reader.connection.statement(withVersions(select, sort.length)).get(select.values);
  if (row === undefined || row[0] !== reader.names.params.highest() || row[3]) return undefined;
  const found: readonly Packed[] = JSON.parse(String(row[1]));
  if (found.some(([, , , , , bytes]) => bytes > LARGE)) return undefined;
  if (partial && found.length <= count) {
    noteFutile(reader, select);
    return undefined;
  }
  const matches = unpack(reader, type, row, found.slice(0, count));
  return { matches: backward ? matches.reverse() : matches, more: found.length > count };
}

/** SQLite's JSON has 15 digits of a number with a fraction or a very large one: whether one is among what is sorted by is the last column. */
const isInexact = (value: string) => `(typeof(${value}) = 'real' AND (${value} <> CAST(${value} AS INTEGER) OR abs(${value}) >= 1e15))`;

function withVersions({ text }: Sql, sorts: number): string {
  const names = Array.from({ length: sorts }, (_, i) => `p.v${i}`);
  const fractions = names.length === 0 ? '0' : `max(${names.map(isInexact).join(' OR ')})`;
  const values = ['b.n', 'b.id', 'b.version', 'b.updated', 'b.method', 'octet_length(b.json)', ...names].join(', ');
  return `SELECT (SELECT max(id) FROM param), json_group_array(json_array(${values})),
 CAST(group_concat(CASE WHEN octet_length(b.json) <= ${LARGE} THEN b.json END, '') AS BLOB), ${fractions}
 FROM (${text}) AS p CROSS JOIN resource AS b ON b.n = p.n`;
}

function unpack({ connection, bodies }: Reader, type: string, row: Row, found: readonly Packed[]): Slice['matches'][number][] {
  const texts = toBuffer(row[2]);
  let from = 0;
  return found.map(([number, id, version, lastUpdated, method, bytes, ...values]) => {
    const json = texts && bodies.readPart(connection, texts, from, from + bytes);
    from += bytes;
    const found: Version = { type, id: fromText(id), version, lastUpdated, method: methodOf(method), json };
    return { version: found, position: { number, values: values.map(fromSql) } satisfies Position };
  });
}
