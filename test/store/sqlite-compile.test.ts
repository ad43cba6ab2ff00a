/** Predicates as SQL: the text, the bound values, and that SQLite walks an index in order instead of sorting. Source: src/store/sqlite/compile.ts */
import { afterAll, describe, expect, test } from '@jest/globals';
import { type Predicate, type Sort, StoreCostly } from '../../src/store/port.js';
import { selectOf } from '../../src/store/sqlite/alternatives.js';
import { connect, reasonOf, storeError } from '../../src/store/sqlite/binding.js';
import { probe } from '../../src/store/sqlite/compile.js';
import { after as firstBehind } from '../../src/store/sqlite/conditions.js';
import { createNames } from '../../src/store/sqlite/names.js';
import { orderOf } from '../../src/store/sqlite/order.js';
import { COMPARTMENT } from '../../src/store/sqlite/params.js';
import { prepareSchema } from '../../src/store/sqlite/schema.js';
import { createSlots } from '../../src/store/sqlite/slots.js';
import { choose, narrow, source } from '../../src/store/sqlite/sources.js';
import { always, type Sql } from '../../src/store/sqlite/sql.js';
import { affordable, stream, union, wholeType } from '../../src/store/sqlite/walk.js';
import { isText, isToken, isUri, layout, refersTo, where } from './contract/fixture.js';

const connection = connect(':memory:', { readOnly: false, busyTimeout: 0 });
prepareSchema(connection, { location: ':memory:', readOnly: false, software: '' });
const names = createNames();
const slots = createSlots();
for (const _ of slots.arrange(connection, names, layout));
const type = names.makeType(connection, 'Observation');
const patient = names.makeType(connection, 'Patient');
const ids = {
  code: names.params.makeOne(connection, type, 'token', 'code'),
  subject: names.params.makeOne(connection, type, 'reference', 'subject'),
  note: names.params.makeOne(connection, type, 'string', 'note'),
  url: names.params.makeOne(connection, type, 'uri', 'url'),
  day: names.params.makeOne(connection, type, 'range', 'date', 8),
  open: names.params.makeOne(connection, type, 'range', 'date', 101),
  compartment: names.params.makeOne(connection, type, 'reference', COMPARTMENT),
  name: names.params.makeOne(connection, patient, 'string', 'name'),
  loinc: names.makeSystem(connection, 'http://loinc.org'),
};
const manySystems = Array.from({ length: 20 }, (_, at) => `urn:system:${at}`);
for (const system of [...manySystems, 'x']) names.makeSystem(connection, system);
const lookup = { connection, names };
afterAll(() => connection.close());

const sorted = (sort: Sort, backward = false) =>
  ({ type, table: 'resource', order: orderOf(lookup, { type, slots: slots.of(type) }, [sort], backward) }) as const;

const oneLine = ({ text, values }: Sql) => [text.replace(/\s+/g, ' '), ...values];

describe('a condition asked of a candidate', () => {
  const cases: readonly (readonly [string, Predicate, readonly unknown[]])[] = [
    [
      'system and code',
      isToken('code', '8480-6', 'http://loinc.org'),
      [
        'EXISTS (SELECT 1 FROM token AS e1 INDEXED BY token_of WHERE e1.resource = d.n AND param = ? AND code = ? AND system = ?)',
        ids.code,
        '8480-6',
        ids.loinc,
      ],
    ],
    ['a system nobody ever wrote', isToken('code', '8480-6', 'urn:unheard'), ['0']],
    ['a parameter nobody ever wrote', isToken('unheard', 'x'), ['0']],
    [
      'a prefix up to the next character over the surrogates',
      isText('note', 'prefix', '\ud7ff'),
      [
        'EXISTS (SELECT 1 FROM string AS e1 INDEXED BY string_of WHERE e1.resource = d.n AND param = ? AND value >= ? AND value < ?)',
        ids.note,
        '\ud7ff',
        '\ue000',
      ],
    ],
    [
      'exact text, where what was sent is the value or is not',
      isText('note', 'exact', 'Ab'),
      [
        "EXISTS (SELECT 1 FROM string AS e1 INDEXED BY string_of WHERE e1.resource = d.n AND param = ? AND (raw = 0 AND value = ? OR raw > '' AND raw = ?))",
        ids.note,
        'Ab',
        'Ab',
      ],
    ],
    [
      'many references as one array',
      refersTo('subject', ...Array.from({ length: 9 }, (_, i) => `Patient/${i}`)),
      [
        'EXISTS (SELECT 1 FROM reference AS e1 INDEXED BY reference_of WHERE e1.resource = d.n AND param = ? AND +target IN (SELECT value FROM json_each(?)))',
        ids.subject,
        JSON.stringify(Array.from({ length: 9 }, (_, i) => `Patient/${i}`)),
      ],
    ],
    [
      'prefixes that are alternatives, planned as one look at the entries of the candidate',
      isText('note', 'prefix', 'a', 'b'),
      [
        'EXISTS (SELECT 1 FROM string AS e1 INDEXED BY string_of WHERE e1.resource = d.n AND param = ? AND (+value >= ? AND +value < ? OR +value >= ? AND +value < ?))',
        ids.note,
        'a',
        'b',
        'b',
        'c',
      ],
    ],
    [
      'codes of many systems as one array of pairs',
      { kind: 'match', param: 'code', match: { kind: 'token', values: manySystems.map((system, at) => ({ system, code: `c${at}` })) } },
      [
        'EXISTS (SELECT 1 FROM token AS e1 INDEXED BY token_of WHERE e1.resource = d.n AND param = ? AND (+code, system) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?)))',
        ids.code,
        JSON.stringify(manySystems.map((system, at) => [`c${at}`, names.system(connection, system)])),
      ],
    ],
    ['all with a part that is never true', { kind: 'all', of: [isToken('code', 'x'), { kind: 'any', of: [] }] }, ['0']],
    ['not of what is never true', { kind: 'not', of: isUri('unheard', 'equal', 'x') }, ['1']],
  ];
  test.each(cases)('%s', (_name, predicate, expected) => {
    expect(oneLine(probe(lookup, type, predicate, 'd.n'))).toEqual(expected);
  });

  test('a chain inside a chain has names of its own for each table', () => {
    const chain: Predicate = {
      kind: 'chain',
      param: 'subject',
      where: where('Patient', { kind: 'reverse', param: 'subject', where: where('Observation', isToken('code', 'x')) }),
    };
    const { text } = probe(lookup, type, chain, 'd.n');
    const aliases = [...text.matchAll(/ AS (\w+)/g)].map(([, alias]) => alias);
    expect(aliases).toEqual(['f1', 't1', 'm2', 'f2', 'e3']);
  });
});

describe('a search of many conditions', () => {
  const letters = Array.from({ length: 20 }, (_, at) => String.fromCharCode(97 + at));
  const parts = letters.slice(0, 10).map((first) => isText('note', 'prefix', ...letters.map((letter) => first + letter)));

  test('holds each of them once, however many alternatives lead', () => {
    const [only, ...others] = narrow(lookup, type, source(lookup, type, parts[0] ?? isText('note', 'prefix', 'a')) ?? [], parts.slice(1));
    const { text, values } = selectOf(only ?? { column: '', from: always, where: always, ordered: false, unique: false });
    expect(others).toEqual([]);
    expect(text.match(/EXISTS/g)).toHaveLength(9);
    expect(values).toHaveLength(20 * 3 + 9 * (1 + 20 * 2));
  });

  test('lets other work have a turn after fewer candidates, and after each condition that is weighed', () => {
    const asking = (length: number) => ({ text: '1', values: Array.from({ length }, () => 'x') });
    expect([0, 8, 16, 400].map((length) => affordable(2000, asking(length)))).toEqual([2000, 2000, 1000, 40]);
    // So many that the first is not taken at once.
    for (const letter of letters.slice(0, 10)) {
      const rows = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
 INSERT INTO string (param, value, resource, raw) SELECT ?, ? || 'a', i, 0 FROM n`;
      connection.statement(rows).run([ids.note, letter]);
    }
    expect([...choose(lookup, type, parts)]).toHaveLength(parts.length);
  });

  test('takes a prefix of any length', () => {
    expect([
      firstBehind('a'.repeat(1_000_000)),
      firstBehind('a\u{10ffff}\u{10ffff}'),
      firstBehind('\u{1f600}'),
      firstBehind('\u{10ffff}'),
    ]).toEqual([`${'a'.repeat(999_999)}b`, 'b', '\u{1f601}', new Uint8Array(0)]);
  });

  test('is planned in milliseconds', () => {
    const begun = performance.now();
    const { text } = probe(lookup, type, { kind: 'all', of: parts }, 'd.n');
    connection.statement(`SELECT 1 FROM resource AS d WHERE ${text}`);
    expect(performance.now() - begun).toBeLessThan(400);
  });
});

describe('what SQLite does not take', () => {
  const numbers = (length: number) => Array.from({ length }, (_, at) => at);
  test.each<[string, string, readonly number[]]>([
    [
      'too many values',
      `SELECT 1 WHERE 1 IN (${numbers(40_000)
        .map(() => '?')
        .join(', ')})`,
      [],
    ],
    [
      'too deep an expression',
      `SELECT 1 WHERE ${numbers(2_000)
        .map((at) => `n = ${at}`)
        .join(' OR ')}`,
      [],
    ],
    ['too many columns', `SELECT ${numbers(3_000).join(', ')}`, []],
    ['too long a text', `SELECT length(zeroblob(${2 ** 31}))`, []],
  ])('%s is too costly, not a fault of the server', (_name, text, values) => {
    let met: unknown;
    try {
      connection.statement(text.replace(' WHERE n', ' FROM resource WHERE n')).all(values);
    } catch (error) {
      met = storeError(error);
    }
    expect(met).toBeInstanceOf(StoreCostly);
  });

  test('a mistake in a statement stays one', () => {
    let met: unknown;
    try {
      connection.statement('SELECT nothing FROM nowhere');
    } catch (error) {
      met = storeError(error);
    }
    expect(met).not.toBeInstanceOf(StoreCostly);
    expect(reasonOf(met)).toContain('syntax error');
  });
});

describe('what a search walks', () => {
  const plan = ({ text, values }: Sql) =>
    connection
      .statement(`EXPLAIN QUERY PLAN ${text}`)
      .all(values)
      .map((row) => String(row[3]));
  const sourceOf = (predicate: Predicate) => source(lookup, type, predicate) ?? [];

  test.each<readonly [string, Predicate, readonly string[]]>([
    ['a code', isToken('code', 'x'), ['SEARCH c USING PRIMARY KEY (param=? AND code=? AND resource>?)']],
    ['a reference', refersTo('subject', 'Patient/1'), ['SEARCH c USING PRIMARY KEY (param=? AND target=? AND resource>?)']],
    ['a uri', isUri('url', 'equal', 'x'), ['SEARCH c USING PRIMARY KEY (param=? AND value=? AND resource>?)']],
    ['a compartment', { kind: 'compartment', name: 'Patient/1' }, ['SEARCH c USING PRIMARY KEY (param=? AND target=? AND resource>?)']],
    [
      'two references, merged',
      refersTo('subject', 'Patient/1', 'Patient/2'),
      [
        'MERGE (UNION)',
        'LEFT',
        'SEARCH c USING PRIMARY KEY (param=? AND target=? AND resource>?)',
        'RIGHT',
        'SEARCH c USING PRIMARY KEY (param=? AND target=? AND resource>?)',
      ],
    ],
  ])('%s comes in order of creation from its index, behind the position', (_name, predicate, expected) => {
    const driver = sourceOf(predicate);
    expect(driver.every((alternative) => alternative.ordered)).toBe(true);
    const [select] = stream(driver)({ number: 5, values: [] });
    expect(plan(select ?? { text: '', values: [] })).toEqual(expected);
  });

  test('an overlap is bounded on both sides of the low end by the class of width, where there is one', () => {
    const select = union(
      sourceOf({ kind: 'match', param: 'date', match: { kind: 'range', values: [{ lowBefore: 2e12, highAfter: 1e12 }] } }),
      undefined,
    );
    const bounds = plan(select).filter((line) => line.startsWith('SEARCH'));
    expect(bounds).toEqual(['SEARCH c USING PRIMARY KEY (param=? AND low>? AND low<?)', 'SEARCH c USING PRIMARY KEY (param=? AND low<?)']);
    const low = Number(select.values[1]);
    expect(low).toBeLessThan(1e12 - 1e8);
    expect(low).toBeGreaterThan(1e12 - 1.1e8);
  });

  test.each<readonly [string, Sort, string]>([
    ['_lastUpdated', { slot: '_lastUpdated', descending: false }, 'SEARCH r USING COVERING INDEX resource_updated (live=? AND updated>?)'],
    ['_id', { slot: '_id', descending: false }, 'SEARCH r USING INDEX resource_id (type=? AND id>?)'],
    ['a slot', { slot: 'date', descending: false }, 'SEARCH r USING COVERING INDEX resource_s1 (live=? AND s1>?)'],
  ])('a type sorted by %s walks its index from the position', (_name, sort, expected) => {
    const parts = wholeType(sorted(sort))({ number: 5, values: ['5'] });
    expect(parts.map(plan)).toEqual([[expected]]);
  });

  test('a type sorted by a slot walks those without a value apart', () => {
    const parts = wholeType(sorted({ slot: 'date', descending: true }))(undefined);
    expect(parts.map((part) => plan(part)[0])).toEqual([
      'SEARCH r USING COVERING INDEX resource_s1 (live=? AND s1>?)',
      'SEARCH r USING COVERING INDEX resource_s1 (live=? AND s1=?)',
    ]);
  });
});
