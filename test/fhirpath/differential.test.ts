/** Our engine beside another one: where they differ, the specification says who is right, and `differences.json` repeats it. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { createComparison, exampleFiles, isKnown, known } from '../../conformance/fhirpath/differential.js';
import { definitions } from '../built-definitions.js';

/** A seeded choice: the same in every run, another with another seed. */
function sample<T>(all: readonly T[], count: number, seed: number): readonly T[] {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return all
    .map((one) => ({ one, at: next() }))
    .sort((a, b) => a.at - b.at)
    .slice(0, count)
    .map(({ one }) => one);
}

test("search parameters, invariants and the suite's expressions give what fhirpath.js gives, but for listed differences", () => {
  const comparison = createComparison(definitions);
  comparison.suite();
  const examples = sample(
    exampleFiles().filter(({ size }) => size < 20_000),
    120,
    20_261_126,
  );
  for (const { name, path } of examples) comparison.example(name, readFileSync(path, 'utf8'));
  const { evaluations, differences } = comparison.result();
  process.stdout.write(`FHIRPath: ${evaluations} evaluations beside fhirpath.js, ${differences.length} kinds of difference\n`);
  expect(differences.filter((one) => !known.some((listed) => isKnown(one, listed)))).toEqual([]);
  expect(evaluations).toBeGreaterThan(3000);
}, 120_000);

test('each listed difference says who is right and why, once', () => {
  expect(known.filter(({ reason }) => reason.length < 20)).toEqual([]);
  expect(new Set(known.map(({ kind, expression }) => `${kind} ${expression}`)).size).toBe(known.length);
});
