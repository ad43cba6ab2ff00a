import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../../src/model/json.js';
import { asResource, exampleNamed, told, validator } from '../at-hand.js';

const url = 'http://hospital.cn/Measure/beds';
const populations = 'http://terminology.hl7.org/CodeSystem/measure-population';
const code = (name: string, system = 'http://hospital.cn/codes'): JsonObject => ({ code: { coding: [{ system, code: name }] } });
const criteria = { criteria: { language: 'text/cql', expression: 'x' } };
const measure = (group: readonly JsonObject[], more: JsonObject = {}): JsonObject => ({
  resourceType: 'Measure',
  url,
  status: 'active',
  group,
  ...more,
});
const wards = [
  { ...code('a'), population: [{ ...code('numerator', populations), ...criteria }], stratifier: [{ ...code('sex'), ...criteria }] },
  { ...code('b'), population: [{ ...code('numerator', populations), ...criteria }] },
];

function judged(definition: JsonObject, group: readonly JsonObject[]): readonly string[] {
  const report = asResource({
    resourceType: 'MeasureReport',
    status: 'complete',
    type: 'summary',
    measure: url,
    period: { start: '2024', end: '2024' },
    group,
  });
  const resolveCanonical = (canonical: string) => (canonical === url ? asResource(definition) : undefined);
  return told(validator.validate(report, { resolveCanonical }), 'error', 'warning');
}

describe('A MeasureReport is checked against its Measure', () => {
  test.each<readonly [string, JsonObject, readonly JsonObject[], readonly string[]]>([
    [
      'one that fits',
      measure(wards),
      [{ ...code('a'), population: [{ ...code('numerator', populations), count: 3 }], stratifier: [{ code: [code('sex').code ?? null] }] }],
      [],
    ],
    [
      'one group without a code',
      measure([{ population: [{ ...code('numerator', populations), ...criteria }] }]),
      [{ population: [{ ...code('numerator', populations), count: 3 }] }],
      [],
    ],
    ['a group that is not there', measure(wards), [code('c')], ['business-rule measure-group-unknown MeasureReport.group[0]']],
    [
      'a group without a code where there are two',
      measure(wards),
      [{ measureScore: { value: 1 } }],
      ['business-rule measure-group-unknown MeasureReport.group[0]'],
    ],
    [
      'a population that is not there, and one that is missing',
      measure(wards),
      [{ ...code('a'), population: [{ ...code('denominator', populations), count: 3 }] }],
      [
        'business-rule measure-population-missing MeasureReport.group[0]',
        'business-rule measure-population-unknown MeasureReport.group[0].population[0]',
      ],
    ],
    [
      'a stratifier that is not there',
      measure(wards),
      [{ ...code('a'), stratifier: [{ code: [code('age').code ?? null] }] }],
      ['business-rule measure-stratifier-unknown MeasureReport.group[0].stratifier[0]'],
    ],
    [
      'a score of what is only counted',
      measure([{ population: [{ ...code('numerator', populations), ...criteria }] }], {
        scoring: code('cohort', 'http://terminology.hl7.org/CodeSystem/measure-scoring').code,
      }),
      [{ population: [{ ...code('numerator', populations), count: 3 }], measureScore: { value: 1 } }],
      ['business-rule measure-score-of-cohort MeasureReport.group[0].measureScore'],
    ],
    ['a group twice', measure(wards), [code('a'), code('a')], ['business-rule measure-group-repeated MeasureReport.group[1]']],
  ])('%s', (_name, definition, group, expected) => {
    expect(judged(definition, group)).toEqual(expected);
  });

  test('a code without its system is one of the Measure, as in the official example, where other things are wrong', () => {
    const official = exampleNamed('Measure-hiv-indicators');
    const issues = validator.validate(exampleNamed('MeasureReport-hiv-indicators'), { resolveCanonical: () => official });
    expect(told(issues, 'error')).toEqual([
      'business-rule measure-score-of-cohort MeasureReport.group[0].measureScore',
      'business-rule measure-score-of-cohort MeasureReport.group[1].measureScore',
      'business-rule measure-score-of-cohort MeasureReport.group[2].measureScore',
      'business-rule measure-stratifier-unknown MeasureReport.group[2].stratifier[0]',
    ]);
    const group = [{ code: { coding: [{ code: 'c' }] } }];
    expect(judged(measure(wards), group)).toContain('business-rule measure-group-unknown MeasureReport.group[0]');
  });
  test('a Measure that is not at hand is a warning', () => {
    expect(judged(measure(wards), []).concat(judged({ resourceType: 'Patient' }, [code('x')]))).toContain(
      'not-found measure-not-found MeasureReport.measure',
    );
  });
});
