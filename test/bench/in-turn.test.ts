/** Works of the bench that are timed in one process: each has its turns, and none is left out. */
import { describe, expect, test } from '@jest/globals';
import { inTurn } from '../../bench/validate/in-turn.js';
import { bundleOf, sampleOf, singleSubjects } from '../../bench/validate/subjects.js';

describe('works in turn', () => {
  test('each has as many turns as the others, one after the other, once warm', () => {
    const order: string[] = [];
    const work = (name: string) => () => {
      if (order.at(-1) !== name) order.push(name);
    };
    inTurn([work('a'), work('b')], { rounds: 2, milliseconds: 1 });
    expect(order.join('')).toMatch(/^(ab){3}$/);
  });

  test('gives what a call takes, in microseconds', () => {
    const spin = () => {
      const end = performance.now() + 2;
      while (performance.now() < end);
    };
    const [slow = 0, quick = 0] = inTurn([spin, () => {}], { rounds: 1, milliseconds: 5 });
    expect(slow).toBeGreaterThanOrEqual(2000);
    expect(quick).toBeLessThan(slow);
  });
});

describe('what validators are given', () => {
  test('is each a resource with its type, and as many examples as were asked for', () => {
    const subjects = [...singleSubjects(), sampleOf(5)];
    const types = subjects.flatMap(({ texts }) => texts.map((text) => (JSON.parse(text) as { resourceType: string }).resourceType));
    expect(types.slice(0, 5)).toEqual(['Patient', 'Patient', 'Observation', 'Observation', 'Patient']);
    expect(types).toHaveLength(10);
    expect(types.every((type) => /^[A-Z]/.test(type))).toBe(true);
  });

  test('is a Bundle of as many entries as were asked for', () => {
    expect(bundleOf(25).entry).toHaveLength(25);
  });
});
