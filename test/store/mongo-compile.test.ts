/** What a predicate becomes in MongoDB, as data. Source: src/store/mongo/compile.ts */
import { describe, expect, test } from '@jest/globals';
import { compileWhere, type LocalPredicate, type Order } from '../../src/store/mongo/compile.js';
import { keysOf } from '../../src/store/mongo/gather-keys.js';
import { behind } from '../../src/store/mongo/keys.js';
import { behindPosition } from '../../src/store/mongo/pages.js';

const observation = (predicate: LocalPredicate) => [{ type: 'Observation', predicate }];
const code: LocalPredicate = {
  kind: 'match',
  param: 'code',
  match: { kind: 'token', values: [{ system: 'http://loinc.org', code: '8480-6' }] },
};
const final: LocalPredicate = { kind: 'match', param: 'status', match: { kind: 'token', values: [{ code: 'final' }] } };
const everything: LocalPredicate = { kind: 'all', of: [] };
const day = 86_400_000;

const cases: readonly (readonly [name: string, predicate: LocalPredicate, order: Order, filter: object])[] = [
  ['a token is one key, and the key names the type', code, 'keys', { k: 'Observation.code|http://loinc.org|8480-6' }],
  ['a code in any system', final, 'keys', { k: 'Observation.status=final' }],
  [
    'alternatives are one list',
    {
      kind: 'match',
      param: 'status',
      match: { kind: 'token', values: [{ code: 'final' }, { system: null, code: 'x' }, { code: 'final' }] },
    },
    'keys',
    { k: { $in: ['Observation.status=final', 'Observation.status!x'] } },
  ],
  [
    'a system alone is a range of keys, met by one of them; it gives no order, so the type may',
    { kind: 'match', param: 'code', match: { kind: 'token', values: [{ system: 'urn:a|b' }] } },
    'keys',
    { $and: [{ t: 'Observation' }, { k: { $elemMatch: { $gte: 'Observation.code|urn:a%7cb|', $lt: 'Observation.code|urn:a%7cb}' } } }] },
  ],
  [
    'values stand as values, whatever is in them',
    { kind: 'match', param: 'url', match: { kind: 'uri', how: 'equal', values: ['$where', '{"$gt":""}'] } },
    'keys',
    { k: { $in: ['Observation.url^$where', 'Observation.url^{"$gt":""}'] } },
  ],
  [
    'a name of a parameter cannot pretend to be a key',
    { kind: 'match', param: 'a=b|c', match: { kind: 'reference', targets: ['Patient/1'] } },
    'keys',
    { k: 'Observation.a%3db%7cc>Patient/1' },
  ],
  [
    'a prefix is a range of strings',
    { kind: 'match', param: 'name', match: { kind: 'string', how: 'prefix', values: ['王'] } },
    'none',
    { n: { $elemMatch: { $gte: 'Observation.name<王', $lt: 'Observation.name<玌' } } },
  ],
  [
    'an exact string is a key',
    { kind: 'match', param: 'name', match: { kind: 'string', how: 'exact', values: ['王'] } },
    'keys',
    { k: 'Observation.name"王' },
  ],
  ['a compartment is a key', { kind: 'compartment', name: 'Patient/1' }, 'keys', { k: 'Observation.@Patient/1' }],
  [
    'all conditions stand side by side',
    { kind: 'all', of: [code, final] },
    'keys',
    { $and: [{ k: 'Observation.code|http://loinc.org|8480-6' }, { k: 'Observation.status=final' }] },
  ],
  [
    'the type stands where its index gives the order',
    code,
    'type',
    { $and: [{ t: 'Observation' }, { k: 'Observation.code|http://loinc.org|8480-6' }] },
  ],
  ['all of a type', everything, 'keys', { t: 'Observation' }],
  ['nothing', { kind: 'any', of: [] }, 'none', { _id: { $in: [] } }],
  [
    'not means that no entry matches',
    { kind: 'not', of: final },
    'none',
    { $and: [{ t: 'Observation' }, { $nor: [{ k: 'Observation.status=final' }] }] },
  ],
  ['ids', { kind: 'id', ids: ['a', 'b'] }, 'keys', { $and: [{ t: 'Observation' }, { _id: { $in: ['Observation/a', 'Observation/b'] } }] }],
  [
    'present',
    { kind: 'present', param: 'code', entry: 'token' },
    'none',
    { k: { $elemMatch: { $gte: 'Observation.code=', $lt: 'Observation.code>' } } },
  ],
  [
    'updated',
    { kind: 'updated', values: [{ highAfter: 5, lowBefore: 9 }] },
    'none',
    { $and: [{ t: 'Observation' }, { u: { $gte: 5, $lt: 9 } }] },
  ],
];

describe('a predicate compiled for MongoDB', () => {
  test.each(cases)('%s', (_name, predicate, order, filter) => {
    expect(compileWhere(observation(predicate), order)).toEqual(filter);
  });

  test('bounds of a range hold in one entry, whatever its class of span', () => {
    const predicate: LocalPredicate = {
      kind: 'match',
      param: 'date',
      match: { kind: 'range', values: [{ lowFrom: 1, lowBefore: 2, highTo: 3 }] },
    };
    const names = ['0', 'd', 'm', 'y', '~'].map((sign) => `Observation.date:${sign}`);
    expect(compileWhere(observation(predicate), 'none')).toEqual({
      r: { $elemMatch: { p: { $in: names }, l: { $gte: 1, $lt: 2 }, h: { $lte: 3 } } },
    });
  });

  test('an overlap scans each class from no further back than the class is long', () => {
    const from = 20_000 * day;
    const values = [{ highAfter: from, lowBefore: from + day }];
    const filter = compileWhere(observation({ kind: 'match', param: 'date', match: { kind: 'range', values } }), 'none') as unknown as {
      $or: readonly { r: { $elemMatch: { p: string; l: { $gte?: number; $lt: number }; h: object } } }[];
    };
    const scans = filter.$or.map(({ r }) => r.$elemMatch);
    expect(scans.map(({ p }) => p.at(-1))).toEqual(['0', 'd', 'm', 'y', '~']);
    const back = scans.map(({ l }) => (l.$gte === undefined ? undefined : Math.round((from - l.$gte) / day)));
    expect(back).toEqual([0, 1, 32, 381, undefined]);
    for (const { l, h } of scans) expect([l.$lt, h]).toEqual([from + day, { $gt: from }]);
  });

  test('types are alternatives, each with its own predicate', () => {
    const where = [...observation(code), { type: 'Patient', predicate: everything }];
    expect(compileWhere(where, 'keys')).toEqual({ $or: [{ k: 'Observation.code|http://loinc.org|8480-6' }, { t: 'Patient' }] });
  });

  test('types of which only an equal key is asked are one list of keys', () => {
    const refers: LocalPredicate = { kind: 'match', param: 'x', match: { kind: 'reference', targets: ['Patient/1', 'Patient/2'] } };
    const where = ['Basic', 'List'].map((type) => ({ type, predicate: refers }));
    const keys = ['Basic', 'List'].flatMap((type) => [`${type}.x>Patient/1`, `${type}.x>Patient/2`]);
    expect(compileWhere(where, 'keys')).toEqual({ k: { $in: keys } });
    expect(compileWhere([{ type: 'Patient', predicate: everything }, ...where], 'keys')).toEqual({
      $or: [{ k: { $in: keys } }, { t: 'Patient' }],
    });
  });

  test('behind a position: the same value and created later, or a value beyond, of whatever kind', () => {
    const after = { values: [5], number: 7 };
    const rising = behindPosition({ t: 'Observation' }, { fields: [{ field: 's1', falling: false }], backward: false }, after);
    const ties = { $and: [{ t: 'Observation' }, { s1: 5 }, { o: { $gt: 7 } }] };
    expect(rising).toEqual({
      $or: [ties, { $and: [{ t: 'Observation' }, { s1: { $gt: 5 } }] }, { $and: [{ t: 'Observation' }, { s1: { $gte: '' } }] }],
    });
    const falling = behindPosition({ t: 'Observation' }, { fields: [{ field: 's1', falling: true }], backward: false }, after);
    expect(falling).toEqual({
      $or: [ties, { $and: [{ t: 'Observation' }, { s1: { $lt: 5 } }] }, { $and: [{ t: 'Observation' }, { s1: null }] }],
    });
  });
});

describe('keys', () => {
  test('an entry that stands twice is one key; a derived string has no exact key', () => {
    const token = { kind: 'token', param: 'code', system: 's', code: 'c' } as const;
    const keys = keysOf('Patient', 'Patient/1', [token, token, { kind: 'string', param: 'name', value: 'wang', raw: '' }], ['Patient/1']);
    expect(keys).toEqual({ k: ['Patient.code=c', 'Patient.code|s|c', 'Patient.@Patient/1'], n: ['Patient.name<wang'] });
  });

  test('a reference to what is contained has a key more that names the container, and no URL with a fragment has it', () => {
    const targets = ['#p', 'Observation/1#p', 'Patient/1'];
    const entries = targets.map((target) => ({ kind: 'reference', param: 'subject', target }) as const);
    const begin = 'Observation.subject';
    expect(keysOf('Observation', 'Observation/1', entries, [])).toEqual({
      k: [`${begin}>#p`, `${begin}#Observation/1#p`, `${begin}>Observation/1#p`, `${begin}>Patient/1`],
    });
  });

  test('what stands inside strings is kept in threes; one of which nothing is kept has a mark, unless it stands in another', () => {
    const string = { kind: 'string', param: 'name' } as const;
    const keys = (...entries: readonly { readonly value: string; readonly within?: true }[]) =>
      keysOf(
        'Patient',
        'Patient/1',
        entries.map((entry) => ({ ...string, ...entry, raw: entry.value })),
        [],
      ).n;
    expect(keys({ value: '张三丰', within: true }, { value: '张' })).toEqual([
      'Patient.name<张三丰',
      'Patient.name<张',
      'Patient.name~张三丰',
      'Patient.name~三丰',
      'Patient.name~丰',
    ]);
    expect(keys({ value: '张三', within: true }, { value: '李' })).toEqual([
      'Patient.name<张三',
      'Patient.name<李',
      'Patient.name~张三',
      'Patient.name~三',
      'Patient.name~',
    ]);
  });

  test.each([
    [86_400_000, 'd'],
    [25 * 3_600_000, 'd'],
    [31 * 86_400_000, 'm'],
    [366 * 86_400_000, 'y'],
    [400 * 86_400_000, '~'],
    [Number.POSITIVE_INFINITY, '~'],
    [0.1, '0'],
  ])('a range %d long is of the class %s', (length, sign) => {
    expect(keysOf('Patient', 'Patient/1', [{ kind: 'range', param: 'd', low: 0, high: length }], []).r).toEqual([
      { p: `Patient.d:${sign}`, l: 0, h: length },
    ]);
  });

  test.each([
    ['a', 'b'],
    ['a\u{10ffff}', 'b'],
    ['\ud7ff', '\ue000'],
    ['\u{10ffff}', undefined],
  ])('what begins with %j ends before %j, by code point', (prefix, end) => {
    expect(behind(prefix)).toBe(end);
  });
});
