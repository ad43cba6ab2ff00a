import { expect, test } from '@jest/globals';
import { comparePositions } from '../../src/store/sort-order.js';

const at = (...values: (string | number | null)[]) => ({ values, number: 0 });

test('absent values come first, numbers by value, strings by code point', () => {
  const rising = [null, -5, 0.5, 3, 20];
  expect([...rising].reverse().sort((a, b) => comparePositions(at(a), at(b), [{ slot: 's', descending: false }]))).toEqual(rising);
  const texts = [null, '', 'Z', 'a', 'ab', '，', '\u{20bb7}'];
  expect([...texts].reverse().sort((a, b) => comparePositions(at(a), at(b), [{ slot: 's', descending: false }]))).toEqual(texts);
});

test('a descending sort turns the order round, and the next sort decides between equals', () => {
  const sort = [
    { slot: 'a', descending: true },
    { slot: 'b', descending: false },
  ];
  const expected = [at(2, 'x'), at(1, 'a'), at(1, 'b'), at(null, 'a')];
  expect([...expected].reverse().sort((a, b) => comparePositions(a, b, sort))).toEqual(expected);
  expect(comparePositions(at(1, 'a'), { values: [1, 'a'], number: 7 }, sort)).toBe(0);
});
