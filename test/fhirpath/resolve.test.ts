import { describe, expect, test } from '@jest/globals';
import type { EvaluationServices, Item } from '../../src/fhirpath/expression.js';
import { evaluate, resource, values } from './evaluate.js';

function about(subject: string) {
  return resource(
    `{ "resourceType": "Observation", "subject": ${subject}, "contained": [{ "resourceType": "Patient", "id": "c", "active": true }] }`,
  );
}

const nobody: EvaluationServices = { resolve: () => undefined, memberOf: () => undefined, conformsTo: () => undefined };

describe('resolve()', () => {
  const cases: readonly (readonly [string, boolean])[] = [
    ['{ "reference": "Patient/123" }', true],
    ['{ "reference": "Patient/123/_history/4" }', true],
    ['{ "reference": "https://example.org/fhir/Patient/123" }', true],
    ['{ "reference": "#c" }', true],
    ['{ "reference": "urn:uuid:8e3a1c9e-0000-4000-8000-000000000000", "type": "Patient" }', true],
    ['{ "identifier": { "value": "1" }, "type": "Patient" }', true],
    ['{ "reference": "Group/123" }', false],
    ['{ "reference": "#d" }', false],
    ['{ "reference": "Patient" }', false],
    ['{ "reference": "urn:uuid:8e3a1c9e-0000-4000-8000-000000000000" }', false],
    ['{ "display": "somebody" }', false],
  ];
  test.each(cases)('without a store, where(resolve() is Patient) of %s: %s', (subject, chosen) => {
    expect(evaluate('Observation.subject.where(resolve() is Patient)', about(subject), { services: nobody })).toHaveLength(chosen ? 1 : 0);
    expect(evaluate('Observation.subject.where(resolve() is Patient)', about(subject))).toHaveLength(chosen ? 1 : 0);
  });

  test('who can fetch is asked first, with the reference and the item that holds it', () => {
    const asked: (readonly [string, Item])[] = [];
    const found: Item = { type: 'Patient', value: { resourceType: 'Patient', birthDate: '1990' } };
    const resolve = (reference: string, from: Item) => {
      asked.push([reference, from]);
      return found;
    };
    expect(values('subject.resolve().birthDate', about('{ "reference": "Patient/1" }'), { services: { ...nobody, resolve } })).toEqual([
      '1990',
    ]);
    expect(asked.map(([reference, from]) => [reference, from.type])).toEqual([['Patient/1', 'Reference']]);
  });

  test('a contained resource is found whole', () => {
    expect(values('subject.resolve().active', about('{ "reference": "#c" }'))).toEqual([true]);
  });
});

describe('memberOf() and conformsTo()', () => {
  const patient = resource('{"resourceType":"Patient","gender":"male"}');

  test('what nobody can decide is empty for value sets and an error for profiles', () => {
    expect(values("gender.memberOf('http://example.org/vs')", patient, { services: nobody })).toEqual([]);
    expect(() => values("conformsTo('http://example.org/profile')", patient, { services: nobody })).toThrow('not known');
  });

  test('the answer of who can is taken', () => {
    const services: EvaluationServices = {
      ...nobody,
      memberOf: (item, url) => item.value === 'male' && url === 'http://example.org/vs',
      conformsTo: () => false,
    };
    expect(values("gender.memberOf('http://example.org/vs')", patient, { services })).toEqual([true]);
    expect(values("conformsTo('http://hl7.org/fhir/StructureDefinition/Patient')", patient, { services })).toEqual([false]);
  });
});

describe('subsumes() and checkModifiers()', () => {
  const condition = resource(`{ "resourceType": "Condition", "code": { "coding": [{ "code": "a" }, { "code": "b" }] },
    "modifierExtension": [{ "url": "http://example.org/not", "valueBoolean": true }] }`);

  test('who knows the code system decides; nobody gives nothing', () => {
    const subsumes = (broader: Item, narrower: Item) => broader.value !== narrower.value && broader.type === 'Coding';
    expect(values('code.coding[0].subsumes(%resource.code.coding[1])', condition, { services: { ...nobody, subsumes } })).toEqual([true]);
    expect(values('code.coding[0].subsumedBy(%resource.code.coding[0])', condition, { services: { ...nobody, subsumes } })).toEqual([
      false,
    ]);
    expect(values('code.coding[0].subsumes(%resource.code.coding[1])', condition, { services: nobody })).toEqual([]);
  });

  test('a modifier extension that the expression does not name is an error', () => {
    expect(values("checkModifiers('http://example.org/not').code.coding.code", condition)).toEqual(['a', 'b']);
    expect(() => values("checkModifiers('http://example.org/other')", condition)).toThrow('"http://example.org/not" is not understood');
  });
});
