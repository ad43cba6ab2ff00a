import { describe, expect, test } from '@jest/globals';
import type { CodeSystem } from 'fhir/r4.js';
import { wholly } from '../../src/model/in-steps.js';
import { emptyClosure, extendedClosure } from '../../src/terminology/closure.js';
import { codeContent } from '../../src/terminology/code-system.js';

const codes = Array.from({ length: 100 }, (_, i) => `k${i}`);
const concept = codes.map((code, i) => ({ code, property: [{ code: 'parent', valueCode: `k${i + 1}` }] }));
const chain = codeContent({ resourceType: 'CodeSystem', status: 'active', content: 'complete', concept } as CodeSystem);
const added = codes.map((code) => ({ system: 'urn:chain', code }));

describe('a closure table (terminology-service.html#closure)', () => {
  test('has a row for each code and each that is above it', () => {
    expect(wholly(extendedClosure(emptyClosure, added, () => chain, 100_000)).rows).toHaveLength((100 * 99) / 2);
  });

  test('is not gone on with where it has more rows than it may, and others are let in meanwhile', () => {
    const steps = extendedClosure(emptyClosure, added, () => chain, 1000);
    let pauses = 0;
    let step = steps.next();
    for (; !step.done; step = steps.next()) pauses++;
    expect(step.value.rows).toHaveLength(1001);
    expect(pauses).toBeGreaterThan(10);
  });
});
