import { describe, expect, test } from '@jest/globals';
import { parseSearchNumber } from '../../src/search/types/number.js';
import { nextUp, type Prefix, prefixes, rangeTests, splitPrefix } from '../../src/search/types/range.js';

describe('a number has the width of its precision', () => {
  test.each([
    ['100', 99.5, 100.5],
    ['100.00', 99.995, 100.005],
    ['1e2', 95, 105],
    ['1.00e2', 99.5, 100.5],
    ['0.8', 0.75, 0.85],
    ['5.40e-3', 0.005395, 0.005405],
    ['-2.5', -2.55, -2.45],
    ['-0', -0.5, 0.5],
    ['+7', 6.5, 7.5],
  ])('%s is [%d, %d)', (text, low, high) => {
    expect(parseSearchNumber(text)).toMatchObject({ low, high });
  });

  test.each(['', 'x', '1.', '.5', '1e', '0x10', 'Infinity', '1e999', '1,5', ' 1'])('"%s" is no number', (text) => {
    expect(parseSearchNumber(text)).toBeUndefined();
  });
});

test('the next number up is one step away', () => {
  expect([nextUp(1), nextUp(0), nextUp(-1), nextUp(Number.POSITIVE_INFINITY)]).toEqual([
    1 + Number.EPSILON,
    Number.MIN_VALUE,
    -1 + Number.EPSILON / 2,
    Number.POSITIVE_INFINITY,
  ]);
});

test('prefixes are taken off, what has none is equality', () => {
  expect([splitPrefix('lt5'), splitPrefix('5'), splitPrefix('ap2024')]).toEqual([
    { prefix: 'lt', rest: '5' },
    { prefix: 'eq', rest: '5' },
    { prefix: 'ap', rest: '2024' },
  ]);
});

/** The prefixes by which the search value finds an entry. */
function finding(
  search: { low: number; high: number; from: number; to: number; nearFrom: number; nearTo: number },
  low: number,
  high: number,
): readonly Prefix[] {
  return prefixes.filter((prefix) =>
    rangeTests(prefix, search).some(
      (one) =>
        low >= (one.lowFrom ?? -Infinity) &&
        low < (one.lowBefore ?? Infinity) &&
        high > (one.highAfter ?? -Infinity) &&
        high <= (one.highTo ?? Infinity),
    ),
  );
}

describe('comparisons of numbers ignore precision, equality does not', () => {
  const hundred = parseSearchNumber('100') ?? { low: 0, high: 0, from: 0, to: 0, nearFrom: 0, nearTo: 0 };
  test.each<[string, number, readonly string[]]>([
    ['exactly the value', 100, ['eq', 'ge', 'le', 'ap']],
    ['within its precision', 100.4, ['eq', 'gt', 'ge', 'sa', 'ap']],
    ['just outside', 100.5, ['ne', 'gt', 'ge', 'sa', 'ap']],
    ['below', 99.4, ['ne', 'lt', 'le', 'eb', 'ap']],
    ['far', 150, ['ne', 'gt', 'ge', 'sa']],
  ])('%s', (_, value, expected) => {
    expect(finding(hundred, value, nextUp(value))).toEqual(expected);
  });
});

describe('comparisons of dates are comparisons of ranges', () => {
  const search = { low: 10, high: 20, from: 10, to: 20, nearFrom: 8, nearTo: 22 };
  test.each<[string, number, number, readonly string[]]>([
    ['the same', 10, 20, ['eq', 'ge', 'le', 'ap']],
    ['inside', 12, 14, ['eq', 'ge', 'le', 'ap']],
    ['around', 5, 25, ['ne', 'gt', 'lt', 'ge', 'le', 'ap']],
    ['over the end', 15, 25, ['ne', 'gt', 'ge', 'le', 'ap']],
    ['over the start', 5, 15, ['ne', 'lt', 'ge', 'le', 'ap']],
    ['after', 20, 25, ['ne', 'gt', 'ge', 'sa', 'ap']],
    ['long after', 30, 40, ['ne', 'gt', 'ge', 'sa']],
    ['before', 2, 10, ['ne', 'lt', 'le', 'eb', 'ap']],
    ['without an end', 12, Infinity, ['ne', 'gt', 'ge', 'le', 'ap']],
    ['without a start', -Infinity, 15, ['ne', 'lt', 'ge', 'le', 'ap']],
  ])('%s', (_, low, high, expected) => {
    expect(finding(search, low, high)).toEqual(expected);
  });
});
