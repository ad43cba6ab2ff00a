import { describe, expect, test } from '@jest/globals';
import { run } from '../end-to-end/command.js';

const explain = (...args: readonly string[]) => run(['explain-profile', ...args]);
const core = 'http://hl7.org/fhir/StructureDefinition';

describe('lianyi explain-profile', () => {
  test('finds a profile by the last part of its url', async () => {
    const { code, stdout } = await explain('cn-patient');
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^https:\/\/lianyi\.cn\/fhir\/StructureDefinition\/cn-patient\|/)]);
  });

  test.each([
    ['cn-patent', /Nearest: .*https:\/\/lianyi\.cn\/fhir\/StructureDefinition\/cn-patient/],
    [`${core}/bp|9.9`, /not known in version 9\.9; known: 4\.0\.1\n$/],
    ['http://example.org/fhir/StructureDefinition/quite-another-thing', /quite-another-thing is not known here\n$/],
    ['Pateint', /Nearest: Patient/],
  ])('says what there is instead of %s', async (name, sentence) => {
    expect(await explain(name)).toEqual({ code: 1, stdout: '', stderr: expect.stringMatching(sentence) });
  });
});
