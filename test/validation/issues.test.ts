import { describe, expect, test } from '@jest/globals';
import type { Json } from '../../src/model/json.js';
import { createValidator } from '../../src/validation/create-validator.js';
import { definitions } from '../built-definitions.js';
import { processorTime } from '../processor-time.js';
import { asResource, terminology, told, validator } from './at-hand.js';

describe('Issues', () => {
  test('stand in the order of their places in the resource', () => {
    const resource = asResource({
      resourceType: 'Patient',
      gender: 'x',
      name: [{ family: 1 }, { period: { start: '2020', end: '2019' }, use: 'x' }],
      contact: [{ gender: 'male' }],
      birthDate: 'x',
    });
    expect(validator.validate(resource).map(({ expression }) => expression)).toEqual([
      'Patient.gender',
      'Patient.name[0].family',
      'Patient.name[1].period',
      'Patient.name[1].use',
      'Patient.contact[0]',
      'Patient.birthDate',
    ]);
  });

  test('are the same when the resource is looked at in steps, however short these are', () => {
    const bad = {
      gender: 'x',
      name: [{ family: 1 }, { period: { start: '2020', end: '2019' }, given: ['a', 2], _given: [null, { id: 3 }] }],
    };
    const inner = { resourceType: 'Patient', ...bad, contained: [{ resourceType: 'Patient', ...bad }], contact: [{ gender: 'male' }] };
    const entry = Array.from({ length: 30 }, (_, i) => ({ fullUrl: `urn:uuid:${i}`, resource: { ...inner, id: `p${i}` } }));
    for (const resource of [asResource(inner), asResource({ resourceType: 'Bundle', type: 'collection', entry })]) {
      const issues = validator.validate(resource);
      expect(issues.length).toBeGreaterThan(5);
      const steps = validator.validateInSteps(resource, {}, 0);
      let count = 0;
      let step = steps.next();
      for (; !step.done; step = steps.next()) count++;
      expect(step.value).toEqual(issues);
      expect(count).toBeGreaterThan(3);
    }
  });

  test('are not told of rules that read what is malformed: one fault, one issue', () => {
    const period = (start: Json, end: Json) => ({ resourceType: 'Patient', name: [{ text: 'x', period: { start, end } }] });
    const judged = (resource: Json) => told(validator.validate(asResource(resource)), 'error');
    expect(judged(period('2020', '2019'))).toEqual(['invariant per-1 Patient.name[0].period']);
    expect(judged(period('2020', '2019-02-30'))).toEqual(['value invalid-datetime Patient.name[0].period.end']);
    const contact = { gender: 'male', period: { start: 2020 } };
    expect(judged({ resourceType: 'Patient', contact: [contact] })).toEqual([
      'invariant pat-1 Patient.contact[0]',
      'structure wrong-json-type Patient.contact[0].period.start',
    ]);
    expect(judged({ resourceType: 'Patient', contact: [{ gender: 'male', name: 'x' }] })).toEqual([
      'structure wrong-json-type Patient.contact[0].name',
    ]);
  });

  test('beyond what is wanted are counted; where the validator stopped counting, that is said', () => {
    const wrong = (count: number) => asResource({ resourceType: 'Patient', name: Array.from({ length: count }, () => ({ use: 'x' })) });
    const last = (count: number, most?: number) => {
      const issues = validator.validate(wrong(count), most === undefined ? {} : { most });
      return [issues.length, issues.at(-1)?.message.en];
    };
    expect(last(300)).toEqual([200, expect.stringMatching(/^101 more issues, 101 of them errors/)]);
    expect(last(300, Number.POSITIVE_INFINITY)).toEqual([300, expect.stringContaining('is not in the value set')]);
    expect(last(3000)).toEqual([
      200,
      expect.stringMatching(/^801 more issues, 801 of them errors, are not shown, and others were not counted/),
    ]);
    expect(last(3000, Number.POSITIVE_INFINITY)).toEqual([1001, expect.stringMatching(/^0 more issues.*, and others were not counted/)]);
  });

  test('carry a sentence in English and in Chinese', () => {
    const [issue] = validator.validate(asResource({ resourceType: 'Patient', gender: 'x' }));
    expect(issue?.message.en).toContain('is not in the value set');
    expect(issue?.message.zh).toContain('不属于值集');
  });

  test('name the profile that asked', () => {
    const meta = { profile: ['http://hl7.org/fhir/StructureDefinition/vitalsigns'] };
    const issues = validator.validate(asResource({ resourceType: 'Observation', meta, status: 'final', code: { text: 'x' } }));
    expect(new Set(issues.map(({ profile }) => profile))).toEqual(new Set(['http://hl7.org/fhir/StructureDefinition/vitalsigns|4.0.1']));
  });

  test('on narrative are best practice: a warning, for the resource itself alone, unless set otherwise', () => {
    const resource = asResource({ resourceType: 'Patient', active: true });
    const bundle = asResource({
      resourceType: 'Bundle',
      type: 'collection',
      entry: [{ fullUrl: 'urn:uuid:0b5a1d7e-4f0f-4c0a-9a35-8a4f0f2f7b11', resource }],
    });
    const strict = createValidator({ definitions, terminology });
    expect(told(strict.validate(resource), 'warning')).toEqual(['invariant dom-6 Patient']);
    expect(strict.validate(bundle)).toEqual([]);
    expect(validator.validate(resource)).toEqual([]);
  });
});

describe('A period', () => {
  test.each([
    ['2020-01-01', '2020'],
    ['2020-02-03T10:00:00+08:00', '2020-02-03'],
    ['2020-01-01', '2020-01-01'],
    ['2020-01-01T10:00:00+08:00', '2020-01-01T03:00:00Z'],
  ])('from %s to %s is in order: its end includes all that it may mean', (start, end) => {
    expect(validator.validate(asResource({ resourceType: 'Patient', name: [{ text: 'x', period: { start, end } }] }))).toEqual([]);
  });
});

describe('References are looked up', () => {
  test('in what the caller has at hand', () => {
    const resource = asResource({
      ...{ resourceType: 'Patient', active: true, managingOrganization: { reference: 'urn:uuid:0b5a1d7e-4f0f-4c0a-9a35-8a4f0f2f7b11' } },
    });
    const resolve = () => asResource({ resourceType: 'Patient' });
    expect(told(validator.validate(resource, { resolve }), 'error')).toEqual([
      'structure reference-target-type Patient.managingOrganization',
    ]);
    expect(validator.validate(resource)).toEqual([]);
  });
});

describe('A Bundle of ten times the entries', () => {
  function bundle(entries: number) {
    const entry = Array.from({ length: entries }, (_none, i) => ({
      fullUrl: `http://a.cn/fhir/Observation/${i}`,
      resource: {
        resourceType: 'Observation',
        id: `${i}`,
        status: 'final',
        code: { text: 'x' },
        hasMember: [{ reference: `urn:uuid:${i}` }],
      },
    }));
    return asResource({ resourceType: 'Bundle', type: 'collection', entry });
  }
  /** Of as many entries in so many Bundles. */
  function cost(bundles: number, entries: number): number {
    const resource = bundle(entries);
    return processorTime(5, () => {
      for (let times = 0; times < bundles; times++) validator.validate(resource);
    });
  }

  test('takes no more than about ten times as long', () => {
    cost(10, 1000);
    expect(cost(1, 10_000)).toBeLessThan(4 * cost(10, 1000));
  });
});

test('a Chinese sentence has Chinese quotes and one colon', () => {
  const [issue] = validator.validate(asResource({ resourceType: 'Patient', birthDate: 'x' }));
  expect(issue?.message.zh).toBe('“x” 不是 date：应为真实存在的日期，格式为 YYYY、YYYY-MM 或 YYYY-MM-DD');
});
