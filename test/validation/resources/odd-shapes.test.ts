import { describe, expect, test } from '@jest/globals';
import { isObject, type Json, type JsonObject } from '../../../src/model/json.js';
import { resourceRules } from '../../../src/validation/resources/list.js';
import { asResource, changed, conformanceFile, exampleNamed, validator } from '../at-hand.js';

const { bases } = JSON.parse(conformanceFile('resource-cases.json')) as { readonly bases: Readonly<Record<string, JsonObject>> };
const response = {
  resourceType: 'QuestionnaireResponse',
  questionnaire: 'http://a.cn/q',
  status: 'completed',
  subject: { reference: 'Patient/1' },
  item: [
    { linkId: '1', answer: [{ valueBoolean: true }] },
    { linkId: '2', answer: [{ valueInteger: 1 }] },
  ],
};
const report = {
  resourceType: 'MeasureReport',
  measure: 'http://a.cn/m',
  group: [{ code: { text: 'a' }, population: [{ code: { text: 'b' } }] }],
};
const measure = {
  resourceType: 'Measure',
  scoring: { text: 'x' },
  group: [{ code: { text: 'a' }, population: [{ code: { text: 'b' } }] }],
};

const odd: readonly Json[] = [null, 1, true, '', 'x(', '__proto__', [], {}, [null], [1, 'x'], [[{}]], { a: {} }];

/** Every path of a value: `item.0.linkId`. */
function pathsOf(value: Json | undefined, path = ''): readonly string[] {
  const at = (key: string | number) => (path === '' ? `${key}` : `${path}.${key}`);
  if (Array.isArray(value)) return value.flatMap((one: Json, index) => [at(index), ...pathsOf(one, at(index))]);
  if (!isObject(value)) return [];
  return Object.keys(value).flatMap((key) => [at(key), ...pathsOf(value[key], at(key))]);
}

const questionnaire = bases['a questionnaire'] ?? {};
const definitions: Readonly<Record<string, JsonObject>> = { Questionnaire: questionnaire, Measure: measure };
const resolveCanonical = (_canonical: string, type: string) => asResource(definitions[type] ?? {});

describe('A rule of a resource type looks at whatever it is given', () => {
  test.each([...Object.values(bases), response, report].map((base) => [String(base.resourceType), base] as const))('%s', (_type, base) => {
    for (const path of pathsOf(base).filter((one) => one !== 'resourceType')) {
      for (const value of odd) {
        const resource = asResource(changed(base, path, value));
        expect(() => validator.validate(resource, { resolveCanonical })).not.toThrow();
      }
    }
  });

  test.each([
    [questionnaire, response],
    [measure, report],
  ])('and so for the definition it asks for', (definition, asking) => {
    for (const path of pathsOf(definition)) {
      for (const value of odd) {
        const found = asResource({ ...(changed(definition, path, value) as JsonObject), resourceType: String(definition.resourceType) });
        expect(() => validator.validate(asResource(asking), { resolveCanonical: () => found })).not.toThrow();
      }
    }
  });

  test('each type that has one is among those tried', () => {
    const tried = new Set([...Object.values(bases), response, report].map(({ resourceType }) => resourceType));
    expect([...resourceRules.keys()].filter((type) => !tried.has(type))).toEqual([]);
  });
});

describe("R4's own responses", () => {
  test('fit their Questionnaires', () => {
    const resolve = () => exampleNamed('Questionnaire-gcs');
    const issues = validator.validate(exampleNamed('QuestionnaireResponse-gcs'), { resolveCanonical: resolve });
    expect(issues.map(({ message }) => message.id).filter((id) => id.startsWith('questionnaire'))).toEqual([]);
  });
});
