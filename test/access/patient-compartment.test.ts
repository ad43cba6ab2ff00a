/** Source: R4 compartmentdefinition-patient.html */
import { describe, expect, test } from '@jest/globals';
import { createPatientCompartment } from '../../src/access/policy/patient-compartment.js';
import { definitions } from '../built-definitions.js';

const compartment = createPatientCompartment(definitions);

describe('whose record a resource stands in', () => {
  test.each([
    'Account',
    'AllergyIntolerance',
    'Basic',
    'Claim',
    'Communication',
    'Composition',
    'Coverage',
    'Device',
    'DocumentReference',
    'EnrollmentRequest',
    'Invoice',
    'List',
    'MedicationDispense',
    'Observation',
    'QuestionnaireResponse',
    'Task',
  ])('%s: by whom it is about alone', (type) => {
    expect(compartment.within(type, ['1'])).toEqual({
      kind: 'match',
      param: 'patient',
      match: { kind: 'reference', targets: ['Patient/1'] },
    });
  });

  test.each(['Appointment', 'AppointmentResponse', 'Schedule'])('%s: has no primary subject, so by the definition', (type) => {
    expect(compartment.within(type, ['1'])).toEqual({ kind: 'any', of: [{ kind: 'compartment', name: 'Patient/1' }] });
  });

  test('a Patient is its own, whatever links to it', () => {
    expect(compartment.within('Patient', ['1', '2'])).toEqual({ kind: 'id', ids: ['1', '2'] });
  });

  test.each(['AuditEvent', 'Group', 'Person', 'Provenance', 'Practitioner', 'Organization', 'Bundle'])('%s: in nobody’s', (type) => {
    expect(compartment.within(type, ['1'])).toBeUndefined();
  });

  test('a Binary stands where its security context does', () => {
    expect(compartment.within('Binary', ['1'])).toEqual({ kind: 'present', param: 'security-context', entry: 'reference' });
  });

  test('every type of the definition is known, by a parameter that it has', () => {
    const members = definitions.compartment('Patient')?.resource?.filter(({ param = [] }) => param.length > 0) ?? [];
    const kept = members.map(({ code }) => code).filter((type) => !['AuditEvent', 'Group', 'Person', 'Provenance'].includes(type));
    for (const type of kept) {
      const found = compartment.membership(type);
      const params = found?.kind === 'subject' ? [found.param] : found?.kind === 'named' ? found.params : [];
      const codes = definitions.searchParameters(type).map(({ code }) => code);
      expect([type, params.every((param) => codes.includes(param)), found !== undefined]).toEqual([type, true, true]);
    }
    expect(kept.length).toBeGreaterThan(55);
  });
});
