/** Source: R4 search.html#chaining, search.html#has */
import { describe, expect, test } from '@jest/globals';
import type { Access } from '../../src/access/access.js';
import type { Predicate } from '../../src/store/port.js';
import { faultOf, parametersOf, planOf, predicateOf, search } from './fixture.js';

/** `subject>Patient(organization>Organization(name))`, `patient<Observation(code)`; what is contained, which is asked the same, left out */
function shown(predicate: Predicate | undefined): string {
  if (predicate === undefined) return '';
  switch (predicate.kind) {
    case 'all':
    case 'any':
      return predicate.of.map(shown).join(predicate.kind === 'all' ? ' & ' : ' | ');
    case 'not':
      return `!${shown(predicate.of)}`;
    case 'chain':
    case 'reverse':
      return `${predicate.param}${predicate.kind === 'chain' ? '>' : '<'}${predicate.where
        .filter(({ type }) => !type.startsWith('#'))
        .map((one) => `${one.type}(${shown(one.predicate)})`)
        .join('+')}`;
    case 'match':
    case 'present':
      return predicate.kind === 'present' ? `${predicate.param}?` : predicate.param;
    default:
      return predicate.kind;
  }
}

describe('a chain leads from reference to reference', () => {
  test.each([
    ['Observation?subject:Patient.organization.name=x', 'subject>Patient(organization>Organization(name))'],
    ['Observation?subject:Patient.general-practitioner:Practitioner.name=x', 'subject>Patient(general-practitioner>Practitioner(name))'],
    [
      'Observation?patient.organization.partof.partof.partof.name=x',
      'patient>Patient(organization>Organization(partof>Organization(partof>Organization(partof>Organization(name)))))',
    ],
    ['Observation?patient.name:exact=x', 'patient>Patient(name)'],
    ['Observation?patient.gender:not=male', 'patient>Patient(!gender)'],
    ['Observation?patient.birthdate:missing=true', 'patient>Patient(!birthdate?)'],
    ['Observation?patient:Patient._id=1', 'patient & patient>Patient(id) | patient>'],
    ['Observation?patient:Patient._lastUpdated=gt2020', 'patient>Patient(updated)'],
    ['Observation?patient:Patient._list=42', 'patient>Patient(item<List(id))'],
    ['Observation?patient:Patient._has:Condition:patient:code=x', 'patient>Patient(patient<Condition(code))'],
    ['Observation?subject._has:Device:patient:identifier=x', 'subject>Patient(patient<Device(identifier))'],
    ['Patient?_has:Observation:patient:_has:AuditEvent:entity:agent=Practitioner/1', 'patient<Observation(entity<AuditEvent(agent))'],
    ['Patient?_has:Observation:patient:performer:Practitioner.name=x', 'patient<Observation(performer>Practitioner(name))'],
    ['Patient?_has:Observation:patient:code:not=x', 'patient<Observation(!code)'],
    ['Patient?_has:Observation:patient:value-quantity:missing=true', 'patient<Observation(!value-quantity?)'],
  ])('%s', (query, expected) => {
    expect(shown(predicateOf(query))).toBe(expected);
  });

  test('without a type every target that has the parameter is meant, and those alone from which the rest leads on', () => {
    expect(shown(predicateOf('Observation?subject.organization.name=x'))).toBe(
      'subject>Device(organization>Organization(name))+Patient(organization>Organization(name))+Location(organization>Organization(name))',
    );
    expect(shown(predicateOf('Observation?subject.general-practitioner.name=x'))).toBe(
      'subject>Patient(general-practitioner>Practitioner(name)+Organization(name))',
    );
  });

  test('repeated chains ask each for itself', () => {
    expect(shown(predicateOf('Patient?general-practitioner.name=Joe&general-practitioner:Practitioner.address-state=MN'))).toBe(
      'general-practitioner>Practitioner(name)+Organization(name) & general-practitioner>Practitioner(address-state)',
    );
  });
});

describe('a chain that leads nowhere is refused', () => {
  test.each([
    ['Patient?birthdate.year=1', 'is no reference parameter (it is a date)'],
    ['Observation?subject.nonsense=x', 'nonsense'],
    ['Observation?subject.organization.nonsense=x', 'nonsense'],
    ['Observation?subject:Patient.nonsense.name=x', 'nonsense'],
    ['Observation?subject:Organization.name=x', 'Organization'],
    ['Observation?subject:identifier.name=x', ':identifier'],
    ['QuestionnaireResponse?questionnaire.title=x', 'canonical'],
    ['QuestionnaireResponse?questionnaire:Questionnaire.title=x', 'canonical'],
    ['QuestionnaireResponse?_filter=questionnaire.title sw x', 'canonical'],
    ['Questionnaire?_has:QuestionnaireResponse:questionnaire:status=completed', 'canonical'],
    ['Patient?_has:Nonsense:patient:code=x', 'no resource type "Nonsense"'],
    ['Patient?_has:Observaton:patient:code=x', 'perhaps Observation is meant'],
    ['Patient?_has:Observation:patient=x', 'is not complete; expected _has:Type:reference:parameter'],
    ['Observation?subject:Pateint.name=x', 'perhaps Patient is meant'],
    ['Patient?_has:Observation:code:code=x', 'no reference parameter that leads to Patient'],
    ['Practitioner?_has:Condition:patient:code=x', 'leads to Practitioner'],
    ['Observation?patient.birthdate=yesterday', 'yesterday'],
  ])('%s', (query, text) => {
    const fault = faultOf(() => planOf(query));
    expect(fault?.status).toBe(400);
    expect(fault?.text).toContain(text);
  });

  test('and one that leads to far too many places', () => {
    for (const query of [
      'Provenance?target.subject.subject.subject.identifier=x',
      `List?${'item.'.repeat(6)}_id=x`,
      `List?${'item.'.repeat(4)}_id=x`,
      `Patient?${'_has:Observation:subject:_has:Provenance:target:'.repeat(40)}_id=1`,
    ]) {
      expect(faultOf(() => planOf(query))?.status).toBe(400);
    }
  });
});

const of = (type: string): Predicate => ({ kind: 'compartment', name: type });

test('what is contained is asked the same, and needs no leave of its own to be seen in what may be seen', () => {
  const access: Access = { restriction: (_, type) => of(type) };
  const [{ predicate } = { predicate: undefined }] = search.plan(
    ['Observation'],
    parametersOf('patient.organization:Organization._id:not=1'),
    access,
  ).where;
  const other: Predicate = { kind: 'not', of: { kind: 'id', ids: ['1'] } };
  const organizations: Predicate = {
    kind: 'chain',
    param: 'organization',
    where: [
      { type: 'Organization', predicate: { kind: 'all', of: [other, of('Organization')] } },
      { type: '#Organization', predicate: other },
    ],
  };
  const patients: Predicate = {
    kind: 'chain',
    param: 'patient',
    where: [
      { type: 'Patient', predicate: { kind: 'all', of: [organizations, of('Patient')] } },
      { type: '#Patient', predicate: organizations },
    ],
  };
  expect(predicate).toEqual({ kind: 'all', of: [patients, of('Observation')] });
});

test('every level is asked under the restriction of its own type', () => {
  const access: Access = { restriction: (_, type) => (type === 'Organization' ? undefined : of(type)) };
  const plan = (type: string, query: string) => search.plan([type], parametersOf(query), access).where[0]?.predicate;
  const inside = (predicate: Predicate | undefined): unknown =>
    predicate?.kind === 'all'
      ? predicate.of.map(inside)
      : predicate?.kind === 'chain' || predicate?.kind === 'reverse'
        ? predicate.where.flatMap((one) => (one.type.startsWith('#') ? [] : [[one.type, inside(one.predicate)]]))
        : predicate?.kind === 'compartment'
          ? predicate.name
          : predicate?.kind;
  expect(inside(plan('Observation', 'patient.general-practitioner:Practitioner.name=x'))).toEqual([
    [['Patient', [[['Practitioner', ['match', 'Practitioner']]], 'Patient']]],
    'Observation',
  ]);
  expect(inside(plan('Patient', '_list=1'))).toEqual([[['List', ['id', 'List']]], 'Patient']);
  expect(inside(plan('Observation', '_filter=patient[gender eq male].general-practitioner.name sw x'))).toEqual([
    [['Patient', ['match', [['Practitioner', ['match', 'Practitioner']]], 'Patient']]],
    'Observation',
  ]);
  expect(faultOf(() => plan('Observation', 'patient.organization.name=x'))).toMatchObject({ status: 403, code: 'forbidden' });
});
