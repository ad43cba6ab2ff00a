import { describe, expect, test } from '@jest/globals';
import { formatQuery, parseQuery } from '../../src/interactions/query.js';

describe('Queries', () => {
  test.each([
    ['', []],
    [
      'a=1&a=2',
      [
        ['a', '1'],
        ['a', '2'],
      ],
    ],
    ['name=%E5%BC%A0+%2B', [['name', '张 +']]],
    [
      'a=b=c&d&&=e',
      [
        ['a', 'b=c'],
        ['d', ''],
        ['', 'e'],
      ],
    ],
    ['subject%3APatient.name=x', [['subject:Patient.name', 'x']]],
  ])('"%s" keeps order and repetition', (text, expected) => {
    expect(parseQuery(text)).toEqual(expected);
  });

  test('more than a hundred parameters are refused as soon as they are met, empty ones do not count', () => {
    expect(parseQuery('&'.repeat(1_000_000))).toEqual([]);
    expect(parseQuery('a=1&'.repeat(100))).toHaveLength(100);
    expect(() => parseQuery('a=1&'.repeat(101))).toThrow('at most 100 parameters');
  });

  test('what is written is read again', () => {
    const parameters = [
      ['code:in', 'http://a|b,c$d'],
      ['name', '张 &+=%#?'],
      ['empty', ''],
    ] as const;
    expect(parseQuery(formatQuery(parameters))).toEqual(parameters);
    expect(
      formatQuery([
        ['identifier', 'urn:a|1'],
        ['date', 'ge2020-01-01T00:00:00+08:00'],
      ]),
    ).toBe('identifier=urn:a|1&date=ge2020-01-01T00:00:00%2B08:00');
  });
});
