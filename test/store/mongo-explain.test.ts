/** What each kind of search costs MongoDB: an index serves it, and what is read is near to what is found. Source: src/store/mongo/explain.ts */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Predicate, Query, Sort } from '../../src/store/port.js';
import { mongoExpected, type OpenedMongo, openMongo } from '../mongo-store.js';
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

const people = 2_000;
const day = 86_400_000;
const names = ['王小明', '李建国', '张伟芳', '陈磊'];

const person = (n: number) =>
  write(`Patient/${n}`, {
    lastUpdated: 1e12 + n,
    entries: [
      token('identifier', `MR${n}`, 'urn:mr'),
      token('gender', n % 2 === 0 ? 'male' : 'female'),
      inside('name', `${names[n % 4]}${n % 100}`),
      text('address', `street ${n % 200}`),
      uri('profile', `urn:p:${n % 50}`),
      range('birthdate', n * day, (n + 1) * day),
      point('near', (n % 170) - 85, (n * 7) % 360),
    ],
    sort: [{ slot: 'birthdate', value: n * day }],
    compartments: [`Patient/${n}`],
  });
const observation = (n: number) =>
  write(`Observation/${n}`, {
    entries: [
      token('code', `c${n % 20}`, 'urn:loinc'),
      reference('subject', `Patient/${n}`),
      range('date', n * day, n * day + 1),
      keyed('value-quantity', '|urn:ucum|mg', n, n + 0.5),
    ],
    sort: [{ slot: 'date', value: n }],
    compartments: [`Patient/${n}`],
  });

(mongoExpected ? describe : describe.skip)('an explained search on MongoDB', () => {
  let opened: OpenedMongo;
  beforeAll(async () => {
    opened = await openMongo();
    await opened.store.arrange(layout);
    for (let at = 0; at < people; at += 500) {
      const numbers = Array.from({ length: 500 }, (_, i) => at + i);
      await opened.store.commit(commitOf(...numbers.flatMap((n) => [person(n), observation(n)])));
    }
  }, 120_000);
  afterAll(() => opened.close());

  const ranged = (param: string, lowFrom: number, lowBefore: number, key?: string): Predicate => ({
    kind: 'match',
    param,
    match: { kind: 'range', values: [{ lowFrom, lowBefore }], ...(key !== undefined && { key }) },
  });
  const all = (...of: readonly Predicate[]): Predicate => ({ kind: 'all', of });
  const near: Predicate = { kind: 'match', param: 'near', match: { kind: 'point', values: [{ ...place(10, 305), chord: 0.01 }] } };
  const has = (predicate: Predicate): Predicate => ({ kind: 'reverse', param: 'subject', where: where('Observation', predicate) });
  const chain = (predicate: Predicate): Predicate => ({ kind: 'chain', param: 'subject', where: where('Patient', predicate) });
  const by = (slot: string, descending = false): Sort => ({ slot, descending });

  /** `most`: keys and documents that may be read for the first 20. */
  const cases: readonly (readonly [name: string, type: string, predicate: Predicate, most: number, more?: Partial<Query>])[] = [
    ['a token', 'Patient', isToken('identifier', 'MR7', 'urn:mr'), 2],
    ['a token of many', 'Patient', isToken('gender', 'male'), 50],
    ['two tokens', 'Patient', all(isToken('gender', 'male'), isToken('identifier', 'MR8')), 4],
    ['a system', 'Patient', isToken('identifier', undefined, 'urn:mr'), 120],
    ['a reference', 'Observation', refersTo('subject', 'Patient/7'), 4],
    ['a compartment', 'Observation', { kind: 'compartment', name: 'Patient/7' }, 4],
    ['a uri', 'Patient', isUri('profile', 'equal', 'urn:p:7'), 50],
    ['uris below', 'Patient', isUri('profile', 'below', 'urn:p:4'), 1_000],
    ['a prefix', 'Patient', isText('name', 'prefix', '王小明7'), 300],
    ['an exact string', 'Patient', isText('name', 'exact', '王小明8'), 60],
    ['what is inside a string: a gram', 'Patient', isText('name', 'contains', '建国1'), 150],
    ['what is inside a string: less', 'Patient', isText('name', 'contains', '明12'), 150],
    ['what is inside a string: more', 'Patient', isText('name', 'contains', '李建国13'), 150],
    ['what is inside strings without grams', 'Patient', isText('address', 'contains', 'eet 19'), 6_000],
    ['a range', 'Patient', ranged('birthdate', 500 * day, 510 * day), 50],
    ['a range with a key', 'Observation', ranged('value-quantity', 500, 510, '|urn:ucum|mg'), 50],
    ['a place', 'Patient', near, 200],
    ['ids', 'Patient', { kind: 'id', ids: ['7', '8'] }, 6],
    ['updated', 'Patient', { kind: 'updated', values: [{ lowFrom: 1e12 + 7, lowBefore: 1e12 + 9 }] }, 100],
    ['present', 'Patient', { kind: 'present', param: 'near', entry: 'point' }, 5_000],
    ['not', 'Patient', { kind: 'not', of: isToken('gender', 'male') }, 200],
    ['any', 'Patient', { kind: 'any', of: [isToken('identifier', 'MR7'), isText('name', 'exact', '陈磊3')] }, 100],
    ['a chain to one', 'Observation', chain(isToken('identifier', 'MR7')), 8],
    ['a chain to many', 'Observation', chain(isToken('gender', 'male')), 1_500],
    ['a reverse chain from many', 'Patient', has(isToken('code', 'c7')), 1_000],
    ['a whole type', 'Patient', all(), 50],
    ['by a slot', 'Patient', all(), 50, { sort: [by('birthdate', true)] }],
    ['by a slot, rising', 'Patient', isToken('gender', 'male'), 200, { sort: [by('birthdate')] }],
    ['by two slots', 'Patient', all(), 100, { sort: [by('birthdate'), by('family', true)] }],
    ['by id', 'Patient', all(), 50, { sort: [by('_id')] }],
    ['by last updated, backward', 'Patient', all(), 50, { sort: [by('_lastUpdated')], backward: true }],
    ['backward', 'Patient', isToken('gender', 'male'), 50, { backward: true }],
    [
      'by entries',
      'Patient',
      isText('name', 'exact', '王小明8'),
      100,
      { sort: [{ param: 'name', entry: 'string', end: 'low', descending: false }] },
    ],
  ];

  test.each(cases)('%s: an index serves it', async (_name, type, predicate, most, more = {}) => {
    const { steps } = await opened.store.explain(query(where(type, predicate), { count: 20, ...more }));
    expect(steps.length).toBeGreaterThan(0);
    expect(steps.filter(({ scans }) => scans)).toEqual([]);
    for (const { indexes, plan } of steps) expect({ plan, indexes: indexes.length }).not.toMatchObject({ indexes: 0 });
    const read = steps.reduce((sum, { keysExamined = 0, documentsExamined = 0 }) => sum + Math.max(keysExamined, documentsExamined), 0);
    expect({ steps, read: Math.max(read, most) }).toEqual({ steps, read: most });
    expect((await opened.store.search(query(where(type, predicate), { count: 20, ...more }))).matches.length).toBeGreaterThan(0);
  });

  test('each step tells the command, its plan and what it cost, the links first', async () => {
    const { steps } = await opened.store.explain(query(where('Observation', chain(isToken('identifier', 'MR7'))), { count: 20 }));
    expect(steps.map(({ purpose, indexes, rows }) => ({ purpose, indexes, rows }))).toEqual([
      { purpose: 'what the chain leads to over "subject"', indexes: ['keys'], rows: 1 },
      { purpose: 'matches', indexes: ['keys'], rows: 1 },
    ]);
    expect(JSON.parse(steps[1]?.statement ?? '')).toMatchObject({ find: 'resources', filter: { k: 'Observation.subject>Patient/7' } });
    expect(steps[1]?.plan.join('\n')).toContain('IXSCAN | keys | k: ["Observation.subject>Patient/7"');
    expect(steps[1]).toMatchObject({ keysExamined: 1, documentsExamined: 1, milliseconds: expect.any(Number) });
  });
});
