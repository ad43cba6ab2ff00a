import { describe, expect, test } from '@jest/globals';
import { Decimal, type Json } from '../../src/model/json.js';
import { primitives } from '../../src/validation/primitives.js';

/** Source: R4 datatypes.html#primitive */
const forms: Readonly<Record<string, { readonly good: readonly Json[]; readonly bad: readonly Json[] }>> = {
  date: {
    good: ['1980', '1980-02', '1980-02-29', '2000-02-29', '0001-01-01', '9999-12-31'],
    bad: [
      '',
      '80',
      '0000',
      '1900-02-29',
      '2023-02-29',
      '1980-00',
      '1980-13',
      '1980-04-31',
      '1980-1',
      '1980-02-29T',
      '1980-02-29Z',
      '１９８０',
    ],
  },
  dateTime: {
    good: [
      '1980',
      '1980-02-29',
      '2024-05-01T23:59:60Z',
      '2024-05-01T10:00:00.123456789+08:00',
      '2024-05-01T10:00:00-00:00',
      '2024-05-01T10:00:00+14:00',
    ],
    bad: [
      '2024-05-01T10:00:00',
      '2024-05-01T10:00Z',
      '2024-05-01T24:00:00Z',
      '2024-05-01 10:00:00Z',
      '2024-05-01T10:00:00+14:30',
      '2024-05T10:00:00Z',
    ],
  },
  instant: {
    good: ['2024-05-01T10:00:00Z', '2024-05-01T10:00:00.1+08:00'],
    bad: ['2024', '2024-05-01', '2024-05-01T10:00:00', '2024-05-01T10:00:00+8:00'],
  },
  time: { good: ['00:00:00', '23:59:60', '10:00:00.5'], bad: ['24:00:00', '10:00', '10:00:00Z', '10:00:00.', '1:00:00'] },
  integer: { good: [0, -2147483648, 2147483647], bad: [2147483648, -2147483649, 1.5, new Decimal('1.0'), new Decimal('1e2')] },
  unsignedInt: { good: [0, 2147483647], bad: [-1] },
  positiveInt: { good: [1, 2147483647], bad: [0] },
  decimal: { good: [0, -1.5, new Decimal('1.10'), new Decimal('1e2'), new Decimal('12345678901234567890.1')], bad: [] },
  code: { good: ['a', 'a b', '中 文'], bad: ['', ' a', 'a ', 'a  b', 'a\tb'] },
  id: { good: ['a', 'A-1.b', 'x'.repeat(64)], bad: ['', 'a_b', 'x'.repeat(65), 'a b', '中', 'a/b'] },
  uri: {
    good: ['http://a.cn', 'urn:oid:2.16.156', 'urn:uuid:0b5a1d7e-4f0f-4c0a-9a35-8a4f0f2f7b11', 'urn:isbn:1', 'x'],
    bad: ['', 'a b', 'urn:oid:x', 'urn:uuid:1'],
  },
  oid: {
    good: ['urn:oid:1.0', 'urn:oid:2.16.156.10011.1.3'],
    bad: ['2.16', 'urn:oid:3.1', 'urn:oid:1', 'urn:oid:1.', 'urn:oid:1.01', 'urn:oid:1..2'],
  },
  uuid: {
    good: ['urn:uuid:0b5a1d7e-4f0f-4c0a-9a35-8a4f0f2f7b11'],
    bad: [
      'urn:uuid:0B5A1D7E-4f0f-4c0a-9a35-8a4f0f2f7b11',
      'urn:uuid:0b5a1d7e4f0f4c0a9a358a4f0f2f7b11',
      'urn:uuid:0b5a1d7e-4f0f-4c0a-9a35-8a4f0f2f7b1g',
    ],
  },
  base64Binary: { good: ['YWJj', 'YQ==', 'YW I=', 'YWJj\nYWJj'], bad: ['', 'YWJ', 'YQ=', 'YQ===', '=YQ=', 'YW-_', '中中中中'] },
  string: {
    good: ['a', ' ', '\t\r\n', '😀', '😀'.repeat(1_000_000), 'x'.repeat(1_048_576)],
    bad: ['', '\u0000', '\u001f', 'x'.repeat(1_048_577)],
  },
};

describe('A primitive has the form that R4 gives its type', () => {
  test.each(Object.entries(forms))('%s', (type, { good, bad }) => {
    const isValid = primitives[type]?.isValid;
    expect(good.filter((value) => isValid?.(value) !== true)).toEqual([]);
    expect(bad.filter((value) => isValid?.(value) !== false)).toEqual([]);
  });
});
