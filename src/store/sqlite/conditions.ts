/** What a search asks of the columns of one entry. Source: port.ts Match, RangeTest */
import type { Match, RangeTest } from '../port.js';
import { type SqlValue, toText } from './binding.js';
import type { Lookup } from './names.js';
import { always, among, and, never, or, type Sql, sql } from './sql.js';

/** What a match asks of the columns of one entry. */
export function matches(lookup: Lookup, match: Match): Sql {
  switch (match.kind) {
    case 'token':
      return or(tokenTests(lookup, match));
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

export function beginsWith(prefix: string): Sql {
  if (prefix === '') return always;
  return sql('value >= ? AND value < ?', toText(prefix), after(toText(prefix)));
}

/** The smallest text, by code point, behind all that begin with `prefix`; its last character is raised by one, over the surrogates. */
export function after(prefix: string): SqlValue {
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

export type TokenMatch = Match & { kind: 'token' };

export function tokenTests(lookup: Lookup, match: TokenMatch): readonly Sql[] {
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
    const id = system === null ? 0 : lookup.names.system(lookup.connection, system);
    return id === undefined ? never : and([code, sql('system = ?', id)]);
  });
}

export function rangeTest(test: RangeTest): Sql {
  return and([
    ...(test.lowFrom === undefined ? [] : [sql('low >= ?', test.lowFrom)]),
    ...(test.lowBefore === undefined ? [] : [sql('low < ?', test.lowBefore)]),
    ...(test.highAfter === undefined ? [] : [sql('high > ?', test.highAfter)]),
    ...(test.highTo === undefined ? [] : [sql('high <= ?', test.highTo)]),
  ]);
}

/** A point [u, next up): high > a is u ≥ a, high ≤ b is u < b. */
export function updatedTest(test: RangeTest): Sql {
  return and([
    ...[test.lowFrom, test.highAfter].flatMap((from) => (from === undefined ? [] : [sql('updated >= ?', from)])),
    ...[test.lowBefore, test.highTo].flatMap((before) => (before === undefined ? [] : [sql('updated < ?', before)])),
  ]);
}
