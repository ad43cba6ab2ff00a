/** What is remembered of a body must not keep the body. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from '@jest/globals';
import { ownText } from '../../src/model/own-text.js';

const LENGTH = 400_000;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Megabytes that are held after `keep` took a few characters out of each of fifty long texts. */
function held(keep: (cut: string) => string): number {
  collect();
  const before = process.memoryUsage().heapUsed;
  const kept = Array.from({ length: 50 }, (_, at) => keep(`${at} ${'苏州市姑苏区'.repeat(LENGTH / 6)}`.slice(5, 30)));
  collect();
  expect(kept).toHaveLength(50);
  return (process.memoryUsage().heapUsed - before) / 2 ** 20;
}

test('a cut out of a long text can live without it', () => {
  expect(ownText('江苏省苏州市姑苏区人民路一号')).toBe('江苏省苏州市姑苏区人民路一号');
  expect(ownText('')).toBe('');
  const views = held((cut) => cut);
  expect(views).toBeGreaterThan(20);
  expect(held(ownText)).toBeLessThan(views / 4);
});
