import { expect, test } from '@jest/globals';
import type { StructureDefinition } from 'fhir/r4.js';
import { profileFaults } from '../../scripts/profile-faults.js';
import { generateSnapshot } from '../../src/definitions/snapshot/snapshot.js';
import { definitions } from '../built-definitions.js';

const url = 'http://example.org/fhir/StructureDefinition/undecidable';
const undecidable: StructureDefinition = {
  ...{ resourceType: 'StructureDefinition', url, name: 'U', status: 'draft', kind: 'resource', abstract: false, type: 'Patient' },
  ...{ baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Patient', derivation: 'constraint' },
  differential: {
    element: [
      { path: 'Patient.identifier', slicing: { discriminator: [{ type: 'value', path: 'system' }], rules: 'open' } },
      { path: 'Patient.identifier', sliceName: 'x' },
    ],
  },
};

test('the profiles of the packages can all be compiled', () => {
  const canonicals = definitions.resourceTypes.flatMap((type) => definitions.localProfiles(type));
  expect(canonicals.length).toBeGreaterThan(5);
  expect(profileFaults(definitions, canonicals)).toEqual([]);
});

test('one that cannot be is named with the reason, and stops the build', () => {
  const result = generateSnapshot(undecidable, definitions.structure);
  const structure = (canonical: string) =>
    canonical === url && result.kind === 'made' ? result.structure : definitions.structure(canonical);
  const [fault = ''] = profileFaults({ ...definitions, structure }, [url]);
  expect(fault).toMatch(
    /^http:\/\/example\.org\/fhir\/StructureDefinition\/undecidable cannot be compiled: StructureDefinition\.snapshot\.element\[\d+\]/,
  );
});
