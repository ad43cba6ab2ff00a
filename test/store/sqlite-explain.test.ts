/** Every kind of search goes by indexes, as SQLite itself tells; none reads a table from end to end. Source: src/store/port.ts explain */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { IndexEntry, Predicate, Query, ResourceStore, Sort } from '../../src/store/port.js';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import {
  commitOf,
  inside,
  isText,
  isToken,
  isUri,
  keyed,
  layout,
  place,
  point,
  query,
  range,
  reference,
  refersTo,
  text,
  token,
  uri,
  where,
  write,
} from './contract/fixture.js';

const PATIENTS = 2500;
const day = 86_400_000;

let store: ResourceStore;
beforeAll(async () => {
  store = await openSqliteStore(':memory:');
  await store.arrange(layout);
  const patients = Array.from({ length: PATIENTS }, (_, i) =>
    write(`Patient/${i}`, {
      entries: [
        token('identifier', `id${i}`, 'urn:id'),
        token('gender', i % 2 === 0 ? 'male' : 'female'),
        inside('name', `王小${String.fromCodePoint(0x4e00 + (i % 500))}`),
        text('note', `note ${i}`),
        uri('_profile', 'urn:profile'),
        range('birthdate', i * day, (i + 1) * day),
        point('near', (i % 180) - 90, i % 360),
      ],
      sort: [{ slot: 'birthdate', value: i * day }],
      contained: i % 500 === 0 ? [{ type: 'Organization', id: 'o', entries: [text('name', `院${i}`)], sort: [] }] : [],
    }),
  );
  const observation = (i: number): readonly IndexEntry[] => [
    reference('subject', `Patient/${i % PATIENTS}`),
    token('code', String(i % 7), 'urn:code'),
    range('date', i * day, i * day + 1),
    keyed('value', 'mg', i, i + 1),
  ];
  const observations = Array.from({ length: 2 * PATIENTS }, (_, i) =>
    write(`Observation/${i}`, { entries: observation(i), compartments: [`Patient/${i % PATIENTS}`], sort: [{ slot: 'date', value: i }] }),
  );
  await store.commit(commitOf(...patients));
  await store.commit(commitOf(...observations));
}, 60_000);
afterAll(() => store.close());

const all = (...of: readonly Predicate[]): Predicate => ({ kind: 'all', of });
const subject = (predicate: Predicate): Predicate => ({ kind: 'chain', param: 'subject', where: where('Patient', predicate) });
const observed = (predicate: Predicate): Predicate => ({ kind: 'reverse', param: 'subject', where: where('Observation', predicate) });
const inRange = (param: string, low: number, high: number, key?: string): Predicate => ({
  kind: 'match',
  param,
  match: { kind: 'range', ...(key === undefined ? {} : { key }), values: [{ lowBefore: high, highAfter: low }] },
});
const by = (slot: string, descending = false): Sort => ({ slot, descending });
const one = isToken('identifier', 'id7', 'urn:id');
const first = isText('name', 'contains', '一');

/** What is asked, the indexes that find it, and how many statements that takes at most. */
type Case = readonly [name: string, query: Query, indexes: readonly string[], statements: number];

const cases: readonly Case[] = [
  ['a token', query(where('Patient', one), { count: 20 }), ['token', 'resource'], 1],
  ['a token that many have, its first page', query(where('Patient', isToken('gender', 'male')), { count: 20 }), ['token', 'resource'], 1],
  [
    'a reference and a code',
    query(where('Observation', all(refersTo('subject', 'Patient/3'), isToken('code', '3')))),
    ['reference', 'token_of', 'resource'],
    4,
  ],
  [
    'a reference, a code and a date, newest first',
    query(where('Observation', all(refersTo('subject', 'Patient/3'), isToken('code', '3'), inRange('date', 0, 9e12))), {
      sort: [by('date', true)],
      count: 20,
    }),
    ['reference', 'token_of', 'range_of', 'resource'],
    6,
  ],
  [
    'a code, newest first',
    query(where('Observation', isToken('code', '3')), { sort: [by('date', true)], count: 20 }),
    ['token', 'resource'],
    6,
  ],
  [
    'the same, the page before',
    query(where('Observation', isToken('code', '3')), { sort: [by('date')], count: 20, backward: true }),
    ['token', 'resource'],
    4,
  ],
  ['a name by its beginning', query(where('Patient', isText('name', 'prefix', '王小一'))), ['string', 'resource'], 4],
  ['one character in a name', query(where('Patient', first)), ['piece', 'resource'], 4],
  ['four characters in a name', query(where('Patient', isText('name', 'contains', '王小一二'))), ['piece'], 6],
  ['three characters in a name', query(where('Patient', isText('name', 'contains', '王小一'))), ['piece', 'resource'], 4],
  ['a string that is not in pieces', query(where('Patient', isText('note', 'contains', 'e 77'))), ['string', 'resource'], 5],
  ['exact text', query(where('Patient', isText('name', 'exact', '王小一'))), ['string', 'string_raw', 'resource'], 3],
  ['a uri', query(where('Patient', isUri('_profile', 'equal', 'urn:profile')), { count: 20 }), ['uri', 'resource'], 3],
  ['uris below', query(where('Patient', isUri('_profile', 'below', 'urn:')), { count: 20 }), ['uri', 'resource_live', 'resource'], 6],
  ['a day', query(where('Patient', inRange('birthdate', 5 * day, 6 * day))), ['range', 'resource'], 3],
  ['a value with its unit', query(where('Observation', inRange('value', 5, 6, 'mg'))), ['keyed', 'resource'], 4],
  [
    'near a place',
    query(where('Patient', { kind: 'match', param: 'near', match: { kind: 'point', values: [{ ...place(10, 100), chord: 0.01 }] } })),
    ['point', 'resource'],
    4,
  ],
  ['a compartment', query(where('Observation', { kind: 'compartment', name: 'Patient/3' })), ['reference', 'resource'], 2],
  ['ids', query(where('Patient', { kind: 'id', ids: ['1', '2', '3'] })), ['resource_id', 'resource'], 3],
  [
    'when it was updated',
    query(where('Patient', { kind: 'updated', values: [{ lowFrom: 0 }] }), { count: 20 }),
    ['resource_live', 'resource'],
    6,
  ],
  [
    'not',
    query(where('Patient', { kind: 'not', of: isToken('gender', 'male') }), { count: 20 }),
    ['resource_live', 'token_of', 'resource'],
    4,
  ],
  [
    'missing',
    query(where('Patient', { kind: 'not', of: { kind: 'present', param: 'note', entry: 'string' } }), { count: 20 }),
    ['resource_live', 'string_of'],
    6,
  ],
  ['a chain', query(where('Observation', subject(one))), ['token', 'reference', 'resource'], 4],
  [
    'a chain of a chain back',
    query(where('Observation', subject(observed(inRange('value', 5, 6, 'mg'))))),
    ['keyed', 'reference_of', 'resource_id', 'reference', 'resource'],
    5,
  ],
  ['a reverse', query(where('Patient', observed(inRange('value', 5, 6, 'mg')))), ['keyed', 'reference_of', 'resource_id', 'resource'], 5],
  ['a reverse of much', query(where('Patient', observed(isToken('code', '3'))), { count: 20 }), ['resource'], 8],
  ['whole types', query(where('Patient,Observation'), { count: 20 }), ['resource_live', 'resource'], 4],
  ['a whole type by a slot', query(where('Patient'), { sort: [by('birthdate', true)], count: 20 }), ['resource_s1', 'resource'], 3],
  ['a whole type by id', query(where('Patient'), { sort: [by('_id')], count: 20 }), ['resource_id', 'resource'], 3],
  [
    'by entries',
    query(where('Patient', first), { sort: [{ param: 'name', entry: 'string', end: 'low', descending: false }] }),
    ['piece', 'string_of', 'resource'],
    6,
  ],
  [
    'a whole type by entries',
    query(where('Patient'), { sort: [{ param: 'gender', entry: 'token', end: 'low', descending: false }], count: 20 }),
    ['resource_live', 'token_of', 'resource'],
    8,
  ],
  ['contained', query(where('#Organization', isText('name', 'prefix', '院'))), ['string', 'contained', 'resource'], 4],
  ['contained, by id', query(where('#Organization', { kind: 'id', ids: ['o'] })), ['contained_id', 'contained', 'resource'], 4],
];

/** What is kept in memory afterwards. */
const once = ['numbers that stand for names', 'what texts are compressed with'];

describe('a search', () => {
  test.each(cases)('%s', async (_name, asked, indexes, most) => {
    const { steps } = await store.explain(asked);
    expect(steps.filter(({ scans }) => scans).map(({ statement, plan }) => ({ statement, plan }))).toEqual([]);
    expect([...new Set(steps.flatMap((step) => step.indexes))]).toEqual(expect.arrayContaining([...indexes]));
    const asks = steps.filter(({ purpose }) => !once.includes(purpose));
    expect(new Set(asks.map(({ statement }) => statement)).size).toBeLessThanOrEqual(most);
  });

  test('that would look through more than one statement may is done in parts', async () => {
    const { steps } = await store.explain(query(where('Patient', { kind: 'not', of: isToken('gender') })));
    expect(steps.filter(({ purpose }) => purpose === 'where the next candidates begin').length).toBeGreaterThan(0);
  });

  test('tells what is read from end to end, if anything is', async () => {
    const { steps } = await store.explain(query(where('Patient', one)));
    for (const { plan } of steps) expect(plan.length).toBeGreaterThan(0);
    expect(steps.map(({ purpose }) => purpose)).toEqual(expect.arrayContaining(['matches', 'a version of the page']));
  });
});
