/**
 * Predicates that can name all they match, found from an index; some in order of creation. The rarest condition of a search leads, and
 * the others are asked of each row it gives.
 */
import type { Predicate, Where } from '../port.js';
import { type Alternative, estimate, FREQUENT, isFarFetched, rowsOf, type Source, selectOf, unionOf } from './alternatives.js';
import { toText } from './binding.js';
import { params, probe } from './compile.js';
import { after, updatedTest } from './conditions.js';
import { conditions } from './conjuncts.js';
import { fromEntries, sourceOfMatch } from './match-sources.js';
import type { Lookup } from './names.js';
import { COMPARTMENT } from './params.js';
import { always, among, and, inTime, join, never, type Sql, sql } from './sql.js';
import { LONG, type Steps, wholly } from './steps.js';
import { isContainedType, type RowTable, tableOf } from './table.js';

type Clause = Where[number];

/** All that match, found from an index; undefined where only probing helps. */
export function source(lookup: Lookup, type: number, predicate: Predicate): Source | undefined {
  switch (predicate.kind) {
    case 'all':
      return smallest(lookup, type, conditions(predicate));
    case 'any':
      return unionOf(predicate.of.map((part) => source(lookup, type, part)));
    case 'not':
      return undefined;
    case 'id':
      return fromRows(
        tableOf(lookup, type),
        'id',
        and([sql('type = ?', type), among('id', predicate.ids.map(toText)), sql('live IS NOT NULL')]),
      );
    case 'updated':
      return predicate.values.flatMap((test) =>
        fromRows(tableOf(lookup, type), 'updated', and([sql('live = ?', type), updatedTest(test)])),
      );
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

export interface Choice {
  readonly driver: Source;
  /** How many rows the driver has, up to the cap; undefined where there was nothing to choose from. */
  readonly rows: number | undefined;
  readonly others: readonly Predicate[];
}

/** So few rows are probed as quickly as anything else is found. */
export const FEW = 50;

/** The rarest of the conditions that have a source, and the others. A step for each that is looked at. */
export function* choose(lookup: Lookup, type: number, parts: readonly Predicate[]): Steps<Choice | undefined> {
  const candidates = parts.flatMap((part) => {
    const driver = source(lookup, type, part);
    return driver === undefined ? [] : [{ driver, others: parts.filter((other) => other !== part) }];
  });
  const [only] = candidates;
  if (candidates.length <= 1) return only === undefined ? undefined : { ...only, rows: undefined };
  let best: Choice | undefined;
  for (const candidate of candidates.toSorted((a, b) => cost(a.driver) - cost(b.driver))) {
    // Nothing else is worth a look where little is to be probed anyway.
    if (best?.rows !== undefined && best.rows < FEW) break;
    if (isFarFetched(lookup, candidate.driver)) yield LONG;
    const rows = estimate(lookup, candidate.driver, best?.rows ?? FREQUENT);
    if (best?.rows === undefined || rows < best.rows) best = { ...candidate, rows };
    yield;
  }
  return best;
}

/** What is to be looked at first: equal values in order, then the rest, then what is found through other tables. */
export function cost(driver: Source): number {
  if (driver.some((alternative) => alternative.joined)) return 3;
  if (!driver.every((alternative) => alternative.ordered)) return 2;
  return driver.every(({ from }) => from.text.startsWith('reference ')) ? 0 : 1;
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

/** What comes twice is left to whoever asks: to find out here would cost more than to look at it twice. */
function together(alternatives: Source): Alternative {
  const select = join(alternatives.map(selectOf), ' UNION ALL ');
  return { column: 'u.n', from: sql(`(${select.text}) AS u`, ...select.values), where: always, ordered: false, unique: false };
}

function fromRows(table: RowTable, index: 'id' | 'updated', where: Sql): Source {
  if (where.text === '0') return [];
  return [{ column: 'c.n', from: sql(`${table} AS c INDEXED BY ${table}_${index}`), where, ordered: false, unique: true }];
}

/** Chains go from the resources that satisfy the inner predicate to those that refer to them. */
function sourceOfChain(lookup: Lookup, type: number, name: string, clause: Clause): Source | undefined {
  const target = lookup.names.type(lookup.connection, clause.type);
  const param = among('f.param', params(lookup, type, 'reference', name));
  if (param.text === '0' || target === undefined) return [];
  const inner = source(lookup, target, clause.predicate);
  if (isContainedType(clause.type)) return through(inner, insideLink(tableOf(lookup, type), param));
  return through(inner, {
    column: 'f.resource',
    others: 'CROSS JOIN resource AS t ON t.n = i.n CROSS JOIN reference AS f NOT INDEXED',
    where: and([inTime('i.n'), param, sql('f.target = ? || t.id', toText(`${clause.type}/`))]),
  });
}

/** From what is contained to what refers to it in the same container: that itself, or what stands beside it. */
function insideLink(table: RowTable, param: Sql): Link {
  const beside = 'CROSS JOIN contained AS o INDEXED BY contained_in ON o.container = t.container';
  const [between, from] = table === 'contained' ? [beside, 'o.n'] : ['', 't.container'];
  return {
    column: 'f.resource',
    others: `CROSS JOIN contained AS t ON t.n = i.n ${between} CROSS JOIN reference AS f INDEXED BY reference_of ON f.resource = ${from}`,
    where: and([inTime('i.n'), param, sql("f.target = '#' || t.id")]),
  };
}

function sourceOfReverse(lookup: Lookup, type: number, name: string, clause: Clause): Source | undefined {
  const from = lookup.names.type(lookup.connection, clause.type);
  const param = from === undefined ? never : among('f.param', params(lookup, from, 'reference', name));
  if (from === undefined || param.text === '0' || tableOf(lookup, type) === 'contained') return [];
  const prefix = `${lookup.names.typeName(lookup.connection, type)}/`;
  const inner = source(lookup, from, clause.predicate);
  return through(inner, {
    column: 't.n',
    others: 'CROSS JOIN reference AS f INDEXED BY reference_of ON f.resource = i.n CROSS JOIN resource AS t INDEXED BY resource_id',
    where: and([
      inTime('i.n'),
      param,
      sql(
        'f.target >= ? AND f.target < ? AND t.type = ? AND t.id = substr(f.target, ?) AND t.live IS NOT NULL',
        prefix,
        after(prefix),
        type,
        Array.from(prefix).length + 1,
      ),
    ]),
  });
}

interface Link {
  readonly column: string;
  /** What the rows `i` are joined with. */
  readonly others: string;
  readonly where: Sql;
}

/**
 * From the resources of a source over a link to others. What comes twice is looked at twice, but for what came over a link itself: there it
 * may come very often.
 */
function through(inner: Source | undefined, { column, others, where }: Link): Source | undefined {
  if (inner === undefined || inner.length === 0) return inner;
  const select = join(inner.map(selectOf), ' UNION ALL ');
  const rows = inner.some((alternative) => alternative.joined) ? { ...select, text: `SELECT DISTINCT n FROM (${select.text})` } : select;
  const read = rowsOf(inner.map((alternative) => alternative.scanned ?? alternative));
  return [
    {
      column,
      from: { text: `(${rows.text}) AS i ${others}`, values: rows.values },
      where,
      ordered: false,
      unique: false,
      joined: true,
      scanned: { from: { text: `(${read.text})`, values: read.values }, where: always },
    },
  ];
}
