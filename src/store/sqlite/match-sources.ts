/** Matches of entries as rows of their tables. Source: port.ts Match */
import type { Match, RangeTest } from '../port.js';
import { type Alternative, estimate, MOST_ALTERNATIVES, type Source } from './alternatives.js';
import { toText } from './binding.js';
import { entryTable, params, probeMatch } from './compile.js';
import {
  beginsWith,
  below,
  compared,
  holds,
  keyTest,
  pointBand,
  pointTest,
  rangeTest,
  type TokenMatch,
  tokenTests,
  uris,
} from './conditions.js';
import { type EntryTable, PIECED } from './entry-tables.js';
import type { Lookup } from './names.js';
import type { Param } from './params.js';
import { MOST_IN_PIECE, rarest } from './pieces.js';
import { OPEN_BOTH, OPEN_HIGH, OPEN_LOW } from './rows.js';
import { always, among, and, LISTED, type Sql, sql } from './sql.js';

type StringMatch = Match & { kind: 'string' };
type RangeMatch = Match & { kind: 'range' };

export interface Test {
  readonly where: Sql;
  readonly ordered: boolean;
  readonly unique: boolean;
  readonly index?: string;
}

/** What has an order is walked under each integer of the parameter for itself, all else under all of them at once. */
export function fromEntries(table: EntryTable, ids: readonly number[], tests: readonly Test[]): Source {
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

export function sourceOfMatch(lookup: Lookup, type: number, param: string, match: Match): Source | undefined {
  if (match.kind === 'range') return sourceOfRange(lookup, type, param, match);
  if (match.kind === 'string' && match.how === 'contains') return sourceOfContains(lookup, type, param, match);
  const ids = params(lookup, type, match.kind, param);
  if (ids.length === 0) return [];
  const found = match.kind === 'point' ? sourceOfPoint(ids, match) : fromEntries(match.kind, ids, testsOf(lookup, match));
  return found.length > MOST_ALTERNATIVES ? undefined : found;
}

function testsOf(lookup: Lookup, match: Exclude<Match, { kind: 'range' | 'point' }>): readonly Test[] {
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
      if (match.how === 'equal') return equalSources(match.values.map(toText));
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

/** A value may have been sent in several ways. */
function equalSources(folded: readonly string[]): readonly Test[] {
  return equalities('value', folded, false).map((test) => ({ ...test, ordered: false, where: and([test.where, sql("raw <> ''")]) }));
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

/** Those in pieces by these; the others of the parameter are looked through, unless they are too many for one statement. */
function sourceOfContains(lookup: Lookup, type: number, param: string, match: StringMatch): Source | undefined {
  const all = lookup.names.params.find(lookup.connection, type, 'string', param);
  const pieces = params(lookup, type, 'piece', param);
  const whole = all.flatMap(({ id, width }) => (width === PIECED && !match.values.includes('') ? [] : [id]));
  const through = lookedThrough(lookup, whole, match);
  if (through === undefined) return undefined;
  const found = match.values.flatMap((value) => {
    if (value === '') return [];
    const piece = rarest(value, (one) => estimate(lookup, fromEntries('piece', pieces, [equalPiece(one)]), MOST_IN_PIECE));
    const test = piece === undefined ? pieceBeginning(value) : equalPiece(piece);
    const rest =
      piece === undefined || piece === value ? always : probeMatch(lookup, type, param, { ...match, values: [value] }, 'c.resource');
    return fromEntries('piece', pieces, [test]).map((alternative) => ({ ...alternative, where: and([alternative.where, rest]) }));
  });
  const both = [...through, ...found.filter(({ where }) => where.text !== '0')];
  return both.length > MOST_ALTERNATIVES ? undefined : both;
}

function equalPiece(piece: string): Test {
  return { where: sql('text = ?', toText(piece)), ordered: true, unique: true };
}

function pieceBeginning(value: string): Test {
  return { where: beginsWith(value, 'text'), ordered: false, unique: false };
}

/** Entries that one statement may look through. */
const LOOKED_THROUGH = 50_000;

function lookedThrough(lookup: Lookup, ids: readonly number[], { values }: StringMatch): Source | undefined {
  const found = fromEntries('string', ids, [{ where: holds(values), ordered: false, unique: false }]);
  const scans = found.map(({ from }) => ({ from, where: among('param', ids) }));
  if (estimate(lookup, scans, LOOKED_THROUGH) >= LOOKED_THROUGH) return undefined;
  return found.map((alternative, at) => ({ ...alternative, scanned: scans[at] }));
}

function sourceOfPoint(ids: readonly number[], { values }: Match & { kind: 'point' }): Source {
  return values.flatMap((test) => {
    const found = fromEntries('point', ids, [{ where: pointTest(test), ordered: false, unique: false }]);
    const band = pointBand(test);
    return found.map((alternative) => ({
      ...alternative,
      scanned: { from: alternative.from, where: and([among('param', ids), band]) },
    }));
  });
}

/** The class of width bounds the low end on both sides, so that an overlap reads only its neighbourhood. */
function sourceOfRange(lookup: Lookup, type: number, name: string, match: RangeMatch): Source | undefined {
  const table = entryTable(match);
  const key = keyTest(lookup, match.key);
  const widths = key.text === '0' ? [] : byWidth(lookup.names.params.find(lookup.connection, type, table, name));
  const bands = match.values.map((test) => ({ test, widths: alike(widths, test, match.key === undefined ? FINE : COARSE) }));
  if (bands.reduce((sum, band) => sum + band.widths.length, 0) > MOST_ALTERNATIVES) return undefined;
  return bands.flatMap(({ test, widths: some }) =>
    some.map(([width, ids]): Alternative => {
      const where = and([among('param', ids), key, lowBounds(test, width), rangeTest(test)]);
      return { column: 'c.resource', from: sql(`${table} AS c NOT INDEXED`), where, ordered: false, unique: false };
    }),
  );
}

/** What part of the bound the width of a class may be that is read with narrower ones: of moments, and of quantities. */
const FINE = 1e-6;
const COARSE = 1e-3;

type Widths = readonly (readonly [width: number, ids: readonly number[]])[];

/**
 * Classes so narrow beside the bound that hardly more is read where all begin as the widest of them does; each of its own would be a
 * select of its own.
 */
function alike(widths: Widths, { highAfter, lowBefore, highTo }: RangeTest, part: number): Widths {
  const bound = highAfter === undefined || lowBefore !== undefined || highTo !== undefined ? 0 : Math.abs(highAfter);
  const isNarrow = ([width]: Widths[number]) => width < OPEN_LOW && 10 ** width <= bound * part;
  const narrow = widths.filter(isNarrow);
  const widest = narrow.at(-1);
  if (widest === undefined) return widths;
  return [[widest[0], narrow.flatMap(([, ids]) => ids)], ...widths.filter((one) => !isNarrow(one))];
}

function byWidth(params: readonly Param[]): Widths {
  const ids = new Map<number, number[]>();
  for (const { id, width } of params) ids.set(width, [...(ids.get(width) ?? []), id]);
  return [...ids].sort(([a], [b]) => a - b);
}

function lowBounds(test: RangeTest, width: number): Sql {
  if (width === OPEN_LOW || width === OPEN_BOTH) return sql('low = ?', Number.NEGATIVE_INFINITY);
  const until =
    test.highTo === undefined || test.highTo >= (test.lowBefore ?? Number.POSITIVE_INFINITY) ? [] : [compared('low <=', test.highTo)];
  if (width === OPEN_HIGH || test.highAfter === undefined) return and(until);
  // A little wider than the class, for what rounding may have done to the difference of the two ends.
  const from = test.highAfter - 10 ** width * 1.000001 - Math.abs(test.highAfter) * 1e-15;
  return and([...(from > (test.lowFrom ?? Number.NEGATIVE_INFINITY) ? [compared('low >=', from)] : []), ...until]);
}
