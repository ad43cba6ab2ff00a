import { expect, test } from '@jest/globals';
import { predicateText } from '../../src/search/predicate-text.js';
import type { Match, Predicate } from '../../src/store/port.js';

const text = (predicate: Predicate, language: 'en' | 'zh' = 'en') =>
  predicateText('Observation', predicate, { language, isTime: (_, param) => param === 'date' });
const match = (param: string, one: Match): Predicate => ({ kind: 'match', param, match: one });
const code: Predicate = match('code', { kind: 'token', values: [{ system: 'http://loinc.org', code: '718-7' }] });

test.each<[string, Predicate]>([
  ['code = http://loinc.org|718-7', code],
  [
    'code = a or b (no system) or s|',
    match('code', { kind: 'token', values: [{ code: 'a' }, { system: null, code: 'b' }, { system: 's' }] }),
  ],
  ['subject = Patient/1', match('subject', { kind: 'reference', targets: ['Patient/1'] })],
  ['name begins with "zhang" or "张"', match('name', { kind: 'string', how: 'prefix', values: ['zhang', '张'] })],
  ['url is at or under urn:a', match('url', { kind: 'uri', how: 'below', values: ['urn:a'] })],
  [
    'date {low ≥ 2020-01-01T00:00:00.000Z, high ≤ 2021-01-01T00:00:00.000Z}',
    match('date', { kind: 'range', values: [{ lowFrom: Date.UTC(2020, 0), highTo: Date.UTC(2021, 0) }] }),
  ],
  ['value-quantity [||g] {high > 5}', match('value-quantity', { kind: 'range', key: '||g', values: [{ highAfter: 5 }] })],
  ['near within 1000.000 km of 0.0000|90.0000', match('near', { kind: 'point', values: [pointAt(1000)] })],
  ['_id = a or b', { kind: 'id', ids: ['a', 'b'] }],
  ['nothing', { kind: 'any', of: [] }],
  ['everything', { kind: 'all', of: [] }],
  [
    'code is present and not (code = http://loinc.org|718-7) and (_id = a or belongs to Patient/1)',
    {
      kind: 'all',
      of: [
        { kind: 'present', param: 'code', entry: 'token' },
        { kind: 'not', of: code },
        {
          kind: 'any',
          of: [
            { kind: 'id', ids: ['a'] },
            { kind: 'compartment', name: 'Patient/1' },
          ],
        },
      ],
    },
  ],
  [
    'subject leads to Patient (_id = a)',
    { kind: 'chain', param: 'subject', where: [{ type: 'Patient', predicate: { kind: 'id', ids: ['a'] } }] },
  ],
  [
    'is referred to by subject of Observation (code = http://loinc.org|718-7)',
    { kind: 'reverse', param: 'subject', where: [{ type: 'Observation', predicate: code }] },
  ],
  ['_lastUpdated {low < 1970-01-01T00:00:00.001Z}', { kind: 'updated', values: [{ lowBefore: 1 }] }],
])('%s', (expected, predicate) => {
  expect(text(predicate)).toBe(expected);
});

test('in Chinese the words are Chinese, the values as they are', () => {
  expect(text({ kind: 'all', of: [code, { kind: 'not', of: { kind: 'id', ids: ['a'] } }] }, 'zh')).toBe(
    'code = http://loinc.org|718-7 且 非 (_id = a)',
  );
});

/** 0° N 90° E, and so many kilometres on the sphere of the earth around it. */
function pointAt(kilometres: number) {
  return { x: 0, y: 1, z: 0, chord: 2 * Math.sin(kilometres / 2 / 6371) };
}
