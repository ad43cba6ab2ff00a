/** What a search asks of the columns of one entry. Source: port.ts Match, RangeTest */
import type { Match, PointTest, RangeTest } from '../port.js';
import { type SqlValue, toReal, toText } from './binding.js';
import type { Lookup } from './names.js';
import { always, among, and, LISTED, never, or, type Sql, sql } from './sql.js';

/**
 * What a match asks of the columns of one entry of a candidate. Where ranges are alternatives, a plus keeps SQLite from planning a
 * search of the index for each: a candidate has few entries, and the time to plan would grow with every alternative.
 */
export function matches(lookup: Lookup, match: Match): Sql {
  switch (match.kind) {
    case 'token':
      return or(tokenTests(lookup, match, '+code'));
    case 'reference':
      return listed('target', match.targets.map(toText));
    case 'uri':
      return match.how === 'equal'
        ? listed('value', uris(lookup, match.values))
        : or(match.values.map((prefix) => below(prefix, '+value')));
    case 'string':
      if (match.how === 'contains') return holds(match.values);
      if (match.how === 'equal') return and([sql("raw <> ''"), listed('value', match.values.map(toText))]);
      return match.how === 'prefix'
        ? or(match.values.map((prefix) => beginsWith(prefix, scanned('value', match.values))))
        : or(exactTests(match.values));
    case 'range':
      return and([keyTest(lookup, match.key), or(match.values.map((test) => rangeTest(test, scanned('low', match.values))))]);
    case 'point':
      return or(match.values.map((test) => pointTest(test, scanned('z', match.values))));
  }
}

/** Ranges of one key are in a table of their own; a key that nobody ever wrote has none. */
export function keyTest({ connection, names }: Lookup, key: string | undefined): Sql {
  if (key === undefined) return always;
  const number = names.system(connection, key);
  return number === undefined ? never : sql('key = ?', number);
}

/** More than what rounding can do to a number of the unit sphere. */
const ROUNDING = 1e-12;

/** The height bounds what is read, the distance decides. */
export function pointTest(test: PointTest, height = 'z'): Sql {
  const { x, y, z, chord } = test;
  const distance = '(x - ?) * (x - ?) + (y - ?) * (y - ?) + (z - ?) * (z - ?) <= ?';
  return and([pointBand(test, height), sql(distance, x, x, y, y, z, z, chord * chord)]);
}

export function pointBand({ z, chord }: PointTest, height = 'z'): Sql {
  return sql(`${height} >= ? AND ${height} <= ?`, z - chord - ROUNDING, z + chord + ROUNDING);
}

/** What stands inside the folded value of what was sent. */
export function holds(values: readonly string[]): Sql {
  return and([sql("raw <> ''"), or(values.map(inside))]);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: an escaped text may have them in pairs, of which only whole ones count
const escaped = /^[\u0000-\u0002]/;

function inside(value: string): Sql {
  if (value === '') return always;
  if (!escaped.test(value)) return sql('instr(value, ?) > 0', toText(value));
  const marked = (text: string) => `replace(replace(${text}, char(1, 1), char(65534)), char(1, 2), char(65535))`;
  return sql(`instr(${marked('value')}, ${marked('?')}) > 0`, toText(value));
}

/** For the same reason: the index would be searched for every value of a long list, for each candidate. */
function listed(column: string, values: readonly SqlValue[]): Sql {
  return among(values.length > LISTED ? `+${column}` : column, values);
}

function scanned(column: string, alternatives: readonly unknown[]): string {
  return alternatives.length > 1 ? `+${column}` : column;
}

/** The numbers of those that were ever written. */
export function uris({ connection, names }: Lookup, values: readonly string[]): readonly number[] {
  return values.flatMap((value) => names.system(connection, value) ?? []);
}

/** A URI that begins so. */
export function below(prefix: string, column = 'value'): Sql {
  const begins = beginsWith(prefix, 'uri');
  return prefix === '' ? always : { text: `${column} IN (SELECT id FROM system WHERE ${begins.text})`, values: begins.values };
}

export function beginsWith(prefix: string, column = 'value'): Sql {
  if (prefix === '') return always;
  return sql(`${column} >= ? AND ${column} < ?`, toText(prefix), after(toText(prefix)));
}

/** The smallest text, by code point, behind all that begin with `prefix`; its last character is raised by one, over the surrogates. */
export function after(prefix: string): SqlValue {
  for (let end = prefix.length; end > 0; ) {
    const pair = end > 1 ? (prefix.codePointAt(end - 2) ?? 0) : 0;
    const last = pair > 0xffff ? pair : prefix.charCodeAt(end - 1);
    end -= last > 0xffff ? 2 : 1;
    if (last < 0x10ffff) return prefix.slice(0, end) + String.fromCodePoint(last === 0xd7ff ? 0xe000 : last + 1);
  }
  // Only U+10FFFF: a BLOB is behind every text.
  return new Uint8Array(0);
}

function exactTests(values: readonly string[]): readonly Sql[] {
  const sent = values.filter((value) => value !== '').map(toText);
  if (sent.length === 0) return [];
  return [and([sql('raw = 0'), listed('value', sent)]), and([sql("raw > ''"), among('raw', sent)])];
}

export type TokenMatch = Match & { kind: 'token' };

/** One test for each system, where they are few. `column` is how a long list names the code. */
export function tokenTests(lookup: Lookup, match: TokenMatch, column = 'code'): readonly Sql[] {
  const bySystem = new Map<string | null | undefined, { codes: string[]; any: boolean }>();
  for (const { system, code } of match.values) {
    const group = bySystem.get(system) ?? { codes: [], any: false };
    bySystem.set(system, group);
    if (code === undefined) group.any = true;
    else group.codes.push(toText(code));
  }
  const known = [...bySystem].flatMap(([system, group]) => {
    const id = system === undefined ? undefined : system === null ? 0 : lookup.names.system(lookup.connection, system);
    return system === undefined || id !== undefined ? [{ id, ...group }] : [];
  });
  return known.length > LISTED ? pairTests(known, column) : known.map((group) => tokenTest(group, column));
}

interface TokenGroup {
  /** undefined: whatever the system is. */
  readonly id: number | undefined;
  readonly codes: readonly string[];
  readonly any: boolean;
}

function tokenTest({ id, codes, any }: TokenGroup, column: string): Sql {
  const code = any ? always : among(codes.length > LISTED ? column : 'code', codes);
  return id === undefined ? code : and([code, sql('system = ?', id)]);
}

function pairTests(groups: readonly TokenGroup[], column: string): readonly Sql[] {
  const whole = groups.flatMap(({ id, any }) => (any && id !== undefined ? [id] : []));
  const pairs = groups.flatMap(({ id, any, codes }) => (any || id === undefined ? [] : codes.map((code) => [code, id])));
  const listed = sql(`(${column}, system) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))`, JSON.stringify(pairs));
  return [
    ...groups.filter(({ id }) => id === undefined).map((group) => tokenTest(group, column)),
    ...(whole.length === 0 ? [] : [among('system', whole)]),
    ...(pairs.length === 0 ? [] : [listed]),
  ];
}

export function rangeTest(test: RangeTest, low = 'low'): Sql {
  return and([
    ...(test.lowFrom === undefined ? [] : [compared(`${low} >=`, test.lowFrom)]),
    ...(test.lowBefore === undefined ? [] : [compared(`${low} <`, test.lowBefore)]),
    ...(test.highAfter === undefined ? [] : [compared('high >', test.highAfter)]),
    ...(test.highTo === undefined ? [] : [compared('high <=', test.highTo)]),
  ]);
}

/** What stands before the number may be an expression, which would compare a text as a text. */
export function compared(before: string, value: number): Sql {
  const real = toReal(value);
  return sql(typeof real === 'string' ? `${before} CAST(? AS REAL)` : `${before} ?`, real);
}

/** A point [u, next up): high > a is u ≥ a, high ≤ b is u < b. */
export function updatedTest(test: RangeTest): Sql {
  return and([
    ...[test.lowFrom, test.highAfter].flatMap((from) => (from === undefined ? [] : [sql('updated >= ?', from)])),
    ...[test.lowBefore, test.highTo].flatMap((before) => (before === undefined ? [] : [sql('updated < ?', before)])),
  ]);
}
