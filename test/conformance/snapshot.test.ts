/** Snapshots made anew, beside those that were published and those of other generators; what differs is listed with the reason. */
import { describe, expect, test } from '@jest/globals';
import type { Difference } from '../../conformance/snapshot/compare.js';
import { compareOfficial, comparePackage } from '../../conformance/snapshot/compared.js';
import { cases, compareOutlines, recordedOutlines } from '../../conformance/snapshot/hl7.js';
import { type Against, sortDifferences } from '../../conformance/snapshot/known.js';

function expectKnown(different: readonly Difference[], against: Against): void {
  const { unknown, seen } = sortDifferences(different, against);
  expect(unknown).toEqual([]);
  for (const [known, count] of seen) expect([known.why, count]).toEqual([known.why, known.structures]);
}

describe('snapshots made anew', () => {
  test("R4's own structures come out as published, but for what is listed", () => {
    const { structures, different } = compareOfficial();
    expect([structures, structures - new Set(different.map(({ structure }) => structure)).size]).toEqual([649, 475]);
    expectKnown(different, 'published');
  });

  test('the profiles of the local package come out of their differentials alone as they are', () => {
    const { structures, different } = comparePackage();
    expect(structures).toBeGreaterThan(20);
    expectKnown(different, 'package');
  });

  test("our cases come out as HL7's generator made them, but for what is listed", () => {
    expect(recordedOutlines().size).toBe(cases().length);
    expectKnown(compareOutlines(cases(), recordedOutlines()), 'hl7');
  });
});
