import { describe, expect, test } from '@jest/globals';
import { parsePolicy, policyText, readPolicy } from '../../src/access/policy/read-policy.js';
import { definitions } from '../built-definitions.js';

const read = (text: string) => parsePolicy(text, definitions, 'p.yaml');
const role = (lines: string) => `version: 1\nshared: []\nroles:\n  doctor:\n    title: { en: d, zh: 医 }\n    sees: all\n${lines}`;
const said = (text: string): string => {
  try {
    read(text);
    return 'right';
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : '';
  }
};

describe('the default policy', () => {
  const policy = readPolicy(undefined, definitions);
  const letters = (name: string, type: string) => {
    const acts = ['create', 'read', 'update', 'delete', 'search'] as const;
    return acts.flatMap((act) => (policy.roles.get(name)?.may(act, type) ? [act.charAt(0)] : [])).join('');
  };

  test('has the nine roles', () => {
    expect([...policy.roles.keys()]).toEqual([
      'system-integration',
      'clinician',
      'patient',
      'guardian',
      'analyst',
      'auditor',
      'system-admin',
      'security-admin',
      'audit-admin',
    ]);
  });

  test.each([
    ['system-integration', 'Encounter', 'crud'],
    ['clinician', 'Observation', 'crud'],
    ['clinician', 'Encounter', 'r'],
    ['clinician', 'ValueSet', 'r'],
    ['patient', 'Observation', 'crud'],
    ['patient', 'Condition', 'r'],
    ['analyst', 'Observation', 'r'],
    ['analyst', 'Consent', ''],
    ['auditor', 'AuditEvent', 'r'],
    ['auditor', 'Patient', ''],
    ['system-admin', 'ValueSet', 'crud'],
    ['system-admin', 'Patient', ''],
    ['security-admin', 'Patient', ''],
    ['security-admin', 'AuditEvent', ''],
    ['audit-admin', 'AuditEvent', 'r'],
    ['clinician', 'AuditEvent', ''],
    ['system-integration', 'AuditEvent', ''],
  ])('lets %s do with %s: "%s"', (name, type, expected) => {
    expect(letters(name, type).replace('s', '')).toBe(expected);
  });

  test('keeps the powers of administration apart', () => {
    const rights = (name: string) => [...(policy.roles.get(name)?.rights ?? [])].sort();
    expect(rights('system-admin')).toEqual(['chooseIds', 'configure', 'setInstitution']);
    expect(rights('security-admin')).toEqual(['manageAccounts']);
    expect(rights('audit-admin')).toEqual(['audit']);
  });

  test('is a document that is right when it is written to a file of one’s own', () => {
    expect(said(policyText(undefined))).toBe('right');
  });
});

describe('a policy document', () => {
  test('may be JSON', () => {
    const text = JSON.stringify({ version: 1, shared: [], roles: { r: { title: { en: 'r', zh: '角' }, may: { '*': 'rs' }, sees: [] } } });
    expect(read(text).roles.get('r')?.may('read', 'Patient')).toBe(true);
  });

  test('gives the letters of the type, before those of its groups, before those for all', () => {
    const groups = 'groups: { one: [Patient, Observation], two: [Observation] }\n';
    const found = read(groups + role("    may: { '*': r, one: c, two: d, Patient: '' }")).roles.get('doctor');
    const all = (type: string) => (['create', 'read', 'delete'] as const).filter((act) => found?.may(act, type));
    expect([all('Patient'), all('Observation'), all('Encounter')]).toEqual([[], ['create', 'delete'], ['read']]);
  });

  test.each([
    ['{', 'is not right'],
    ['version: 2\nshared: []\nroles: { r: {} }', 'version: must be 1'],
    ['version: 1\nshared: []', 'the document: must have "roles"'],
    [role('    may: { Patient: sr }'), 'roles.doctor.may.Patient: must be letters of "cruds" in this order'],
    [role('    may: { Patient: rs }\n    sees2: all'), 'roles.doctor: has "sees2", which is not known'],
    [role('    may: { Pateint: rs }'), 'roles.doctor.may: "Pateint" is no type of resources, and no group'],
    [role('    may: {}\n    rights: [everything]'), 'roles.doctor.rights.0: must be one of setInstitution'],
    [role('    may: {}\n    relationship: { days: -1 }'), 'roles.doctor.relationship.days: must be >= 0'],
    ['version: 1\nshared: [Nobody]\nroles: { r: { title: { en: r, zh: r }, may: {}, sees: all } }', 'shared: "Nobody" is no type'],
    [
      'version: 1\ngroups: { g: [X] }\nshared: []\nroles: { r: { title: { en: r, zh: r }, may: {}, sees: all } }',
      'groups.g: "X" is no type',
    ],
    ['a: &a [x]\nb: *a', 'is not right'],
  ])('that is not right is refused: %j', (text, sentence) => {
    expect(said(text)).toContain(sentence);
    expect(said(text)).toMatch(/^ConfigError: The policy p.yaml is not right:\n/);
  });

  test('that is not there is told by its name', () => {
    expect(() => readPolicy('/nowhere/p.yaml', definitions)).toThrow('/nowhere/p.yaml');
  });
});
