import { describe, expect, test } from '@jest/globals';
import type { ElementDefinition, StructureDefinition } from 'fhir/r4.js';
import type { JsonObject } from '../../src/model/json.js';
import type { Issue } from '../../src/model/outcome.js';
import { createValidator } from '../../src/validation/create-validator.js';
import { definitions } from '../built-definitions.js';
import { asResource, terminology, told } from './at-hand.js';

const url = 'http://a.cn/StructureDefinition/p';

/** What a profile whose snapshot holds these elements says of a resource. */
function judged(...what: Parameters<typeof issuesOf>): readonly string[] {
  return told(issuesOf(...what), 'error', 'warning');
}

function issuesOf(resource: JsonObject, elements: readonly ElementDefinition[], more: Partial<StructureDefinition> = {}): readonly Issue[] {
  const [root] = elements;
  const profile: StructureDefinition = {
    ...{ resourceType: 'StructureDefinition', url, name: 'P', status: 'active', kind: 'resource', abstract: false },
    ...{ type: root?.path ?? '', derivation: 'constraint', snapshot: { element: [...elements] }, ...more },
  };
  const known = { ...definitions, structure: (canonical: string) => (canonical === url ? profile : definitions.structure(canonical)) };
  const validator = createValidator({ definitions: known, terminology, bestPractice: 'ignore' });
  return validator.validate(asResource(resource), { profiles: [url] });
}

const patient = { path: 'Patient' };
const observation = { resourceType: 'Observation', status: 'final', code: { text: 'x' } };

function identifiers(...systems: readonly string[]): JsonObject {
  return { resourceType: 'Patient', identifier: systems.map((system) => ({ system, value: '1' })) };
}

function slicedBySystem(slicing: Partial<NonNullable<ElementDefinition['slicing']>>, ...names: readonly string[]): ElementDefinition[] {
  const discriminator = [{ type: 'value' as const, path: 'system' }];
  return [
    patient,
    { path: 'Patient.identifier', slicing: { discriminator, rules: 'open', ...slicing } },
    ...names.flatMap((name) => [
      { path: 'Patient.identifier', sliceName: name, max: '1' },
      { path: 'Patient.identifier.system', fixedUri: `urn:${name}` },
    ]),
  ];
}

describe('Slicing', () => {
  test('open: values of no slice may stand anywhere', () => {
    expect(judged(identifiers('urn:x', 'urn:b', 'urn:y', 'urn:a'), slicedBySystem({}, 'a', 'b'))).toEqual([]);
  });
  test('closed: a value of no slice is an error', () => {
    const found = judged(identifiers('urn:a', 'urn:x'), slicedBySystem({ rules: 'closed' }, 'a', 'b'));
    expect(found).toEqual(['structure slicing-closed Patient.identifier[1]']);
  });
  test('openAtEnd: a value of no slice may only stand last', () => {
    const elements = slicedBySystem({ rules: 'openAtEnd' }, 'a', 'b');
    expect(judged(identifiers('urn:a', 'urn:x'), elements)).toEqual([]);
    expect(judged(identifiers('urn:x', 'urn:a'), elements)).toEqual(['structure slice-after-others Patient.identifier[1]']);
  });
  test('ordered: the slices stand in the order of the profile', () => {
    const elements = slicedBySystem({ ordered: true }, 'a', 'b');
    expect(judged(identifiers('urn:b', 'urn:a'), elements)).toEqual(['structure slice-out-of-order Patient.identifier[1]']);
  });
  test('a slice has at most as many values as it allows', () => {
    expect(judged(identifiers('urn:a', 'urn:a'), slicedBySystem({}, 'a'))).toEqual(['structure slice-too-many Patient']);
  });
  test('a value may not belong to two slices', () => {
    const elements = slicedBySystem({}, 'a');
    const twice = [...elements, { path: 'Patient.identifier', sliceName: 'c' }, { path: 'Patient.identifier.system', fixedUri: 'urn:a' }];
    expect(judged(identifiers('urn:a'), twice)).toEqual(['structure slice-ambiguous Patient.identifier[0]']);
  });
  test('a slice that nothing tells apart is named, not passed over', () => {
    const elements = [...slicedBySystem({}), { path: 'Patient.identifier', sliceName: 'a', min: 1 }];
    expect(judged(identifiers('urn:a'), elements)).toEqual(['processing slice-undecidable Patient']);
  });
  test('by a pattern of the slice itself', () => {
    const elements: ElementDefinition[] = [
      patient,
      { path: 'Patient.identifier', slicing: { discriminator: [{ type: 'pattern', path: '$this' }], rules: 'open' } },
      { path: 'Patient.identifier', sliceName: 'a', min: 1, patternIdentifier: { system: 'urn:a' } },
      { path: 'Patient.identifier.value', min: 1, maxLength: 2 },
    ];
    expect(judged(identifiers('urn:a'), elements)).toEqual([]);
    expect(judged(identifiers('urn:b'), elements)).toEqual(['required slice-required Patient']);
    const long = { resourceType: 'Patient', identifier: [{ system: 'urn:a', value: '123' }] };
    expect(judged(long, elements)).toEqual(['value too-long Patient.identifier[0].value']);
  });
  test('by what exists', () => {
    const elements: ElementDefinition[] = [
      patient,
      { path: 'Patient.name', slicing: { discriminator: [{ type: 'exists', path: 'text' }], rules: 'open' } },
      { path: 'Patient.name', sliceName: 'plain', max: '1' },
      { path: 'Patient.name.text', min: 1 },
      { path: 'Patient.name', sliceName: 'parts', min: 1 },
      { path: 'Patient.name.text', max: '0' },
    ];
    expect(judged({ resourceType: 'Patient', name: [{ text: 'x' }] }, elements)).toEqual(['required slice-required Patient']);
    expect(judged({ resourceType: 'Patient', name: [{ text: 'x' }, { family: 'y' }] }, elements)).toEqual([]);
  });
  test('by type', () => {
    const elements: ElementDefinition[] = [
      { path: 'Observation' },
      { path: 'Observation.value[x]', slicing: { discriminator: [{ type: 'type', path: '$this' }], rules: 'closed' } },
      { path: 'Observation.value[x]', sliceName: 'valueQuantity', type: [{ code: 'Quantity' }] },
      { path: 'Observation.value[x].code', min: 1 },
    ];
    expect(judged({ ...observation, valueString: 'x' }, elements)).toEqual(['structure slicing-closed Observation.value.ofType(string)']);
    const found = judged({ ...observation, valueQuantity: { value: 1 } }, elements);
    expect(found).toEqual(['required required-element Observation.value.ofType(Quantity)']);
  });
  test('by profile', () => {
    const elements: ElementDefinition[] = [
      { path: 'Bundle' },
      { path: 'Bundle.entry', slicing: { discriminator: [{ type: 'profile', path: 'resource' }], rules: 'open' } },
      { path: 'Bundle.entry', sliceName: 'vital', min: 1 },
      { path: 'Bundle.entry.resource', type: [{ code: 'Observation', profile: ['http://hl7.org/fhir/StructureDefinition/vitalsigns'] }] },
    ];
    const bundle = {
      resourceType: 'Bundle',
      type: 'collection',
      entry: [{ fullUrl: 'urn:uuid:0b5a1d7e-4f0f-4c0a-9a35-8a4f0f2f7b11', resource: observation }],
    };
    expect(judged(bundle, elements)).toEqual(['required slice-required Bundle']);
  });
  test('by the type a reference leads to', () => {
    const elements: ElementDefinition[] = [
      { path: 'Observation' },
      { path: 'Observation.performer', slicing: { discriminator: [{ type: 'type', path: 'resolve()' }], rules: 'open' } },
      {
        ...{ path: 'Observation.performer', sliceName: 'organization', max: '0' },
        type: [{ code: 'Reference', targetProfile: ['http://hl7.org/fhir/StructureDefinition/Organization'] }],
      },
    ];
    const contained = [{ resourceType: 'Organization', id: 'o', name: 'x' }];
    const found = judged({ ...observation, contained, performer: [{ reference: '#o' }] }, elements);
    expect(found).toEqual(['structure slice-too-many Observation']);
  });
  test('by the profile of what a reference leads to', () => {
    const elements: ElementDefinition[] = [
      { path: 'Observation' },
      { path: 'Observation.derivedFrom', slicing: { discriminator: [{ type: 'profile', path: 'resolve()' }], rules: 'open' } },
      {
        ...{ path: 'Observation.derivedFrom', sliceName: 'vital', min: 1 },
        type: [{ code: 'Reference', targetProfile: ['http://hl7.org/fhir/StructureDefinition/bodyweight'] }],
      },
    ];
    const weight = {
      ...{ ...observation, id: 'w', subject: { reference: 'Patient/1' }, effectiveDateTime: '2026-01-02', dataAbsentReason: { text: 'x' } },
      category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }] }],
      code: { coding: [{ system: 'http://loinc.org', code: '29463-7' }] },
    };
    const derivedFrom = [{ reference: '#w' }];
    expect(judged({ ...observation, contained: [weight], derivedFrom }, elements)).toEqual([]);
    const found = judged({ ...observation, contained: [{ ...observation, id: 'w' }], derivedFrom }, elements);
    expect(found).toEqual(['required slice-required Observation']);
  });
  test('by what is not at hand: that it was not checked is said, and nothing is refused for it', () => {
    const organization = { code: 'Reference', targetProfile: ['http://hl7.org/fhir/StructureDefinition/Organization'] };
    const slicedBy = (type: 'type' | 'profile'): ElementDefinition[] => [
      { path: 'Observation' },
      { path: 'Observation.performer', slicing: { discriminator: [{ type, path: 'resolve()' }], rules: 'closed' } },
      { path: 'Observation.performer', sliceName: 'organization', min: 1, type: [organization] },
    ];
    const by = (reference: string) => ({ ...observation, performer: [{ reference }] });
    const untold = ['incomplete slice-not-told Observation.performer[0]'];
    expect(judged(by('Organization/1'), slicedBy('type'))).toEqual([]);
    expect(judged(by('Practitioner/1'), slicedBy('type'))).toEqual([
      'required slice-required Observation',
      'structure slicing-closed Observation.performer[0]',
    ]);
    expect(judged(by('urn:uuid:0b5a1d7e-4f0f-4c0a-9a35-8a4f0f2f7b11'), slicedBy('type'))).toEqual(untold);
    expect(judged(by('Organization/1'), slicedBy('profile'))).toEqual(untold);
  });
  test('a slice of a slice may be required where the outer one is not', () => {
    const bySystem = { discriminator: [{ type: 'value' as const, path: 'system' }], rules: 'open' as const };
    const byUse = { discriminator: [{ type: 'value' as const, path: 'use' }], rules: 'closed' as const };
    const elements: ElementDefinition[] = [
      patient,
      { id: 'Patient.identifier', path: 'Patient.identifier', slicing: bySystem },
      { id: 'Patient.identifier:a', path: 'Patient.identifier', sliceName: 'a', slicing: byUse },
      { id: 'Patient.identifier:a.system', path: 'Patient.identifier.system', fixedUri: 'urn:a' },
      { id: 'Patient.identifier:a/b', path: 'Patient.identifier', sliceName: 'a/b', min: 1 },
      { id: 'Patient.identifier:a/b.use', path: 'Patient.identifier.use', fixedCode: 'official' },
    ];
    const of = (use: string) => ({ resourceType: 'Patient', identifier: [{ system: 'urn:a', use }] });
    expect(judged(of('official'), elements)).toEqual([]);
    expect(judged(of('usual'), elements)).toEqual(['required slice-required Patient', 'structure slicing-closed Patient.identifier[0]']);
    expect(judged(identifiers('urn:x'), elements)).toEqual(['required slice-required Patient']);
  });
});

/** What is said of a Patient with an extension `x` on its first name, in its birth date and in its first contact. */
function standing(
  context: StructureDefinition['context'],
  contextInvariant?: string[],
  steps?: (count: number) => void,
): readonly string[] {
  const definition: StructureDefinition = {
    ...{ resourceType: 'StructureDefinition', url, name: 'X', status: 'active', kind: 'complex-type', abstract: false, type: 'Extension' },
    ...{ derivation: 'constraint', snapshot: { element: [{ path: 'Extension' }] }, context },
    ...(contextInvariant === undefined ? {} : { contextInvariant }),
  };
  const known = { ...definitions, structure: (canonical: string) => (canonical === url ? definition : definitions.structure(canonical)) };
  const extension = [{ url, valueString: 'x' }];
  const patient = {
    ...{ resourceType: 'Patient', birthDate: '1980-01-01', _birthDate: { extension: [{ url: 'http://a.cn/y', extension }] } },
    ...{ name: [{ use: 'old', family: 'Li', extension }, { text: 'Wang' }], contact: [{ gender: 'male', name: { text: 'x' }, extension }] },
  };
  const validator = createValidator({ definitions: known, terminology, bestPractice: 'ignore' });
  const issues =
    steps === undefined ? validator.validate(asResource(patient)) : counted(validator.validateInSteps(asResource(patient), {}, 0), steps);
  return told(issues, 'error').map((text) => text.replace('Patient.', ''));
}

/** What a walk in as many steps as there can be gives. */
function counted<T>(walk: Generator<undefined, T>, tell: (steps: number) => void): T {
  for (let count = 0; ; count++) {
    const step = walk.next();
    if (step.done !== true) continue;
    tell(count);
    return step.value;
  }
}

describe('Where an extension may stand', () => {
  const [name, birthDate, contact] = [
    'extension extension-misplaced name[0].extension[0]',
    'extension extension-misplaced birthDate.extension[0].extension[0]',
    'extension extension-misplaced contact[0].extension[0]',
  ];
  test.each([
    ['an element', { type: 'element', expression: 'Patient.contact' }, [birthDate, name]],
    ['a type', { type: 'element', expression: 'HumanName' }, [birthDate, contact]],
    ['an extension', { type: 'extension', expression: 'http://a.cn/y' }, [name, contact]],
    ['an element of a profile', { type: 'element', expression: 'http://a.cn/p#Patient.name:old' }, [birthDate, contact]],
    ['what an expression selects', { type: 'fhirpath', expression: "Patient.name.where(use = 'old') | Patient.contact" }, [birthDate]],
    ['an extension that an expression selects', { type: 'fhirpath', expression: 'Patient.birthDate.extension' }, [name, contact]],
    [
      'what an expression selects of a resource of another type',
      { type: 'fhirpath', expression: 'Observation' },
      [birthDate, name, contact],
    ],
    ['nowhere: an expression that cannot be evaluated', { type: 'fhirpath', expression: 'no.such(' }, [birthDate, name, contact]],
  ] as const)('%s', (_what, context, misplaced) => {
    expect(standing([context])).toEqual(misplaced);
  });
  test('any of several contexts', () => {
    const contexts = [
      { type: 'fhirpath', expression: 'Patient.name' },
      { type: 'element', expression: 'Extension' },
    ] as const;
    expect(standing([...contexts])).toEqual([contact]);
  });
  test('and only where all context invariants hold, of the holder, the extension and the resource', () => {
    const everywhere = [{ type: 'element' as const, expression: 'Element' }];
    expect(standing(everywhere, ["%extension.value = 'x'", '%resource.birthDate = @1980-01-01 and $this.exists()'])).toEqual([]);
    const broken = (place: string) => `extension extension-context-invariant ${place}.extension[0]`;
    expect(standing(everywhere, ["use = 'old'"])).toEqual([broken('birthDate.extension[0]'), broken('contact[0]')]);
    expect(standing(everywhere, ["url = 'http://a.cn/y' or use.exists() or gender.exists()", "%extension.value = 'y'"])).toEqual([
      ...[broken('birthDate.extension[0]'), broken('name[0]'), broken('contact[0]')],
    ]);
  });
  test("is judged with places to let other work in between, for the conditions may be anybody's", () => {
    const anywhere = [{ type: 'element' as const, expression: 'Element' }];
    const counts: number[] = [];
    const tell = (steps: number) => void counts.push(steps);
    for (const conditions of [[], ['true'], ['true', 'exists()']]) expect(standing(anywhere, conditions, tell)).toEqual([]);
    const [none = 0, one = 0, two = 0] = counts;
    expect([one - none, two - one]).toEqual([3, 3]);
  });
  test('whose context invariants are not asked where it may not stand at all', () => {
    expect(standing([{ type: 'element', expression: 'HumanName' }], ['false'])).toEqual([
      ...[birthDate, name.replace('misplaced', 'context-invariant'), contact],
    ]);
  });
});

describe('A profile', () => {
  test('fixes a value, or asks for a part of it', () => {
    const elements: ElementDefinition[] = [
      patient,
      { path: 'Patient.gender', fixedCode: 'male' },
      { path: 'Patient.maritalStatus', patternCodeableConcept: { coding: [{ code: 'M' }] } },
    ];
    const codes = [{ code: 'S' }, { system: 'http://terminology.hl7.org/CodeSystem/v3-MaritalStatus', code: 'M', display: 'Married' }];
    expect(judged({ resourceType: 'Patient', gender: 'male', maritalStatus: { coding: codes } }, elements)).toEqual([]);
    const found = judged({ resourceType: 'Patient', gender: 'female', maritalStatus: { text: 'M' } }, elements);
    expect(found).toEqual(['value fixed-value Patient.gender', 'value pattern-value Patient.maritalStatus']);
  });
  test('bounds values', () => {
    const elements: ElementDefinition[] = [
      { path: 'Observation' },
      { path: 'Observation.value[x]', type: [{ code: 'Quantity' }], minValueQuantity: { value: 0 }, maxValueQuantity: { value: 9.5 } },
    ];
    const place = 'Observation.value.ofType(Quantity)';
    expect(judged({ ...observation, valueQuantity: { value: 9.5 } }, elements)).toEqual([]);
    expect(judged({ ...observation, valueQuantity: { value: -1 } }, elements)).toEqual([`value below-minimum ${place}`]);
    expect(judged({ ...observation, valueQuantity: { value: 9.51 } }, elements)).toEqual([`value above-maximum ${place}`]);
  });
  const kilogram = { system: 'http://unitsofmeasure.org', code: 'kg' };
  const gram = { ...kilogram, code: 'g' };
  const below = (type: string) => [`value below-minimum Observation.value.ofType(${type})`];
  const above = (type: string) => [`value above-maximum Observation.value.ofType(${type})`];
  const undecided = ['value limit-undecided Observation.value.ofType(Quantity)'];
  test.each([
    ['a quantity in a unit that can be converted', { value: 3500, ...gram }, { minValueQuantity: { value: 3.5, ...kilogram } }, []],
    ['a smaller one in a smaller unit', { value: 3499, ...gram }, { minValueQuantity: { value: 3.5, ...kilogram } }, below('Quantity')],
    ['a greater one in a smaller unit', { value: 4001, ...gram }, { maxValueQuantity: { value: 4, ...kilogram } }, above('Quantity')],
    [
      'one of what is measured in other units',
      { value: 1, ...kilogram, code: 'cm' },
      { maxValueQuantity: { value: 4, ...kilogram } },
      undecided,
    ],
    ['one in words only', { value: 1, unit: 'kilos' }, { maxValueQuantity: { value: 4, ...kilogram } }, undecided],
    ['any unit where the limit has none', { value: -1, ...gram }, { minValueQuantity: { value: 0 } }, below('Quantity')],
    ['less than the least', { value: 4, comparator: '<', ...kilogram }, { minValueQuantity: { value: 4, ...kilogram } }, below('Quantity')],
    ['at most the least', { value: 4, comparator: '<=', ...kilogram }, { minValueQuantity: { value: 4, ...kilogram } }, []],
    ['more than something small', { value: 1, comparator: '>', ...kilogram }, { minValueQuantity: { value: 4, ...kilogram } }, []],
    ['more than the most', { value: 4, comparator: '>', ...kilogram }, { maxValueQuantity: { value: 4, ...kilogram } }, above('Quantity')],
    ['a number', 3, { maxValueInteger: 2 }, above('integer')],
    ['a month that may lie after the day', '2024-05', { minValueDateTime: '2024-05-31' }, []],
    ['a month before the day', '2024-04', { minValueDateTime: '2024-05-01' }, below('dateTime')],
    ['a year after the day', '2025', { maxValueDateTime: '2024-05-01' }, above('dateTime')],
    ['a time in another zone', '2024-05-01T07:30:00+08:00', { minValueDateTime: '2024-05-01T00:00:00Z' }, below('dateTime')],
    ['the same time in another zone', '2024-05-01T08:00:00+08:00', { minValueDateTime: '2024-05-01T00:00:00Z' }, []],
    ['a time that is on the day somewhere', '2024-04-30T12:00:00Z', { minValueDateTime: '2024-05-01' }, []],
    ['a time that is on the day nowhere', '2024-04-30T09:59:59Z', { minValueDateTime: '2024-05-01' }, below('dateTime')],
    ['a time of day', '09:59:59.9', { minValueTime: '10:00:00' }, below('time')],
    ['the same time of day, more precise', '10:00:00.000', { maxValueTime: '10:00:00' }, []],
    ['longer ago than a duration before now', '1890-05', { minValueQuantity: { ...kilogram, value: 120, code: 'a' } }, below('dateTime')],
    ['a time within the duration', '1990', { minValueQuantity: { ...kilogram, value: 120, code: 'a' } }, []],
    [
      'later than a duration from now',
      '9990-01-01T00:00:00Z',
      { maxValueQuantity: { ...kilogram, value: 1, code: 'd' } },
      above('dateTime'),
    ],
  ] as const)('bounds %s', (_what, value, limit, found) => {
    const type = typeof value === 'object' ? 'Quantity' : typeof value === 'number' ? 'integer' : /^..:/.test(value) ? 'time' : 'dateTime';
    const elements: ElementDefinition[] = [{ path: 'Observation' }, { path: 'Observation.value[x]', type: [{ code: type }], ...limit }];
    const name = `value${type.charAt(0).toUpperCase()}${type.slice(1)}`;
    expect(judged({ ...observation, [name]: value }, elements)).toEqual(found);
  });
  test('tells a quantity beyond its bounds with its unit', () => {
    const elements: ElementDefinition[] = [
      { path: 'Observation' },
      { path: 'Observation.value[x]', type: [{ code: 'Quantity' }], maxValueQuantity: { value: 4, ...kilogram } },
    ];
    const [issue] = issuesOf({ ...observation, valueQuantity: { value: 4001, ...gram } }, elements);
    expect(issue?.message.en).toBe('Observation.value[x] must be at most 4 kg, found 4001 g');
  });
  test('asks for an extension of a primitive', () => {
    const elements: ElementDefinition[] = [patient, { path: 'Patient.birthDate' }, { path: 'Patient.birthDate.extension', min: 1 }];
    expect(judged({ resourceType: 'Patient', birthDate: '1980' }, elements)).toEqual(['required required-element Patient.birthDate']);
  });
  test('forbids an element', () => {
    const elements: ElementDefinition[] = [patient, { path: 'Patient.photo', max: '0' }];
    expect(judged({ resourceType: 'Patient', photo: [{ title: 'x' }] }, elements)).toEqual(['structure too-many-values Patient']);
  });
  test('whose invariant cannot be evaluated fails, and says why', () => {
    const constraint = [{ key: 'x-1', severity: 'error' as const, human: 'x', expression: 'no.such(' }];
    expect(judged({ resourceType: 'Patient', active: true }, [{ ...patient, constraint }])).toEqual(['invariant x-1 Patient']);
    const [issue] = issuesOf({ resourceType: 'Patient', active: true }, [{ ...patient, constraint }]);
    expect(issue?.message.en).toContain('not evaluated: Expected a term, found the end of the expression');
    expect(issue?.message.zh).toContain('未能求值；应为值、元素名或函数，实际为表达式末尾');
  });
  test('that asks for itself ends', () => {
    const constraint = [{ key: 'x-1', severity: 'error' as const, human: 'x', expression: `conformsTo('${url}')` }];
    expect(judged({ resourceType: 'Patient', active: true }, [{ ...patient, constraint }])).toEqual([]);
  });
  test('of an entry sees the entry as its resource, and what that contains', () => {
    const vitals = 'http://hl7.org/fhir/StructureDefinition/vitalsigns';
    const elements: ElementDefinition[] = [
      { path: 'Bundle' },
      { path: 'Bundle.entry' },
      { path: 'Bundle.entry.resource', type: [{ code: 'Observation', profile: [vitals] }] },
    ];
    const category = [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }] }];
    const contained = [{ resourceType: 'Device', id: 'd' }];
    const entry = [
      {
        fullUrl: 'urn:uuid:0b5a1d7e-4f0f-4c0a-9a35-8a4f0f2f7b11',
        resource: { ...observation, contained, category, subject: { reference: '#d' }, effectiveDateTime: '2024-05-01', valueString: 'x' },
      },
    ];
    const found = judged({ resourceType: 'Bundle', type: 'collection', entry }, elements);
    expect(found).toEqual(['structure reference-target-type Bundle.entry[0].resource.subject']);
  });
  test('that the server demands of a type must be known', () => {
    const validator = createValidator({ definitions, terminology, demanded: (type) => (type === 'Patient' ? ['http://a.cn/none'] : []) });
    expect(told(validator.validate(asResource({ resourceType: 'Patient', active: true })), 'error')).toEqual([
      'not-found profile-not-found Patient',
    ]);
  });
});

describe('A profile says of a reference', () => {
  function subject(rule: object): ElementDefinition[] {
    const type = [{ code: 'Reference', targetProfile: ['http://hl7.org/fhir/StructureDefinition/Patient'], ...rule }];
    return [{ path: 'Observation' }, { path: 'Observation.subject', type }];
  }
  const refersTo = (reference: string) => ({ ...observation, subject: { reference } });
  const contained = [{ resourceType: 'Patient', id: 'p' }];

  test('where its target stands', () => {
    const elements = subject({ aggregation: ['contained'] });
    expect(judged({ ...refersTo('#p'), contained }, elements)).toEqual([]);
    expect(judged(refersTo('Patient/p'), elements)).toEqual(['structure reference-aggregation Observation.subject']);
    expect(judged({ ...refersTo('#p'), contained }, subject({ aggregation: ['referenced', 'bundled'] }))).toEqual([
      'structure reference-aggregation Observation.subject',
    ]);
  });

  test('whether it names a version', () => {
    expect(judged(refersTo('Patient/p/_history/1'), subject({ versioning: 'independent' }))).toEqual([
      'structure reference-versioning Observation.subject',
    ]);
    expect(judged(refersTo('Patient/p'), subject({ versioning: 'specific' }))).toEqual([
      'structure reference-versioning Observation.subject',
    ]);
    expect(judged(refersTo('Patient/p/_history/1'), subject({ versioning: 'specific' }))).toEqual([]);
  });
});

describe('A wrong code', () => {
  test('of a small value set is answered with the codes that are right, in Chinese too', () => {
    const binding = { strength: 'required' as const, valueSet: 'https://lianyi.cn/fhir/ValueSet/gbt-2261-1' };
    const [issue] = issuesOf({ ...observation, code: { text: 'x' } }, [{ path: 'Observation' }, { path: 'Observation.code', binding }]);
    expect(issue?.message.id).toBe('code-required');
    const coding = [{ system: 'http://a.cn/sex', code: 'm' }];
    const [wrong] = issuesOf({ ...observation, code: { coding } }, [{ path: 'Observation' }, { path: 'Observation.code', binding }]);
    expect(wrong?.message.en).toContain('1 (Male), 2 (Female), 9 (Unspecified sex) of urn:oid:2.16.156.10011.2.3.3.4');
    expect(wrong?.message.zh).toContain('urn:oid:2.16.156.10011.2.3.3.4 的 0');
  });
});
