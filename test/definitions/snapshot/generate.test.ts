import { describe, expect, test } from '@jest/globals';
import type { ElementDefinition, StructureDefinition } from 'fhir/r4.js';
import { officialStructures } from '../../../conformance/snapshot/compared.js';
import { generateSnapshot, type SnapshotResult, withSnapshot } from '../../../src/definitions/snapshot/snapshot.js';

const official = new Map(officialStructures().map((structure) => [structure.url, structure]));
const core = 'http://hl7.org/fhir/StructureDefinition/';
const own = 'http://example.org/fhir/StructureDefinition/';

function profile(id: string, element: readonly ElementDefinition[], more: Partial<StructureDefinition> = {}): StructureDefinition {
  return {
    ...{ resourceType: 'StructureDefinition', id, url: `${own}${id}`, name: id, status: 'draft', kind: 'resource', abstract: false },
    ...{ type: 'Patient', baseDefinition: `${core}Patient`, derivation: 'constraint', differential: { element: [...element] } },
    ...more,
  };
}

const observation = { type: 'Observation', baseDefinition: `${core}Observation` } as const;

function lookUp(...others: readonly StructureDefinition[]) {
  const known = new Map(others.map((structure) => [structure.url, structure]));
  return (canonical: string) => known.get(canonical) ?? official.get(canonical);
}

function elements(result: SnapshotResult): readonly ElementDefinition[] {
  if (result.kind === 'refused') throw new Error(JSON.stringify(result.reasons));
  return result.structure.snapshot?.element ?? [];
}

const made = (structure: StructureDefinition, ...others: readonly StructureDefinition[]) =>
  elements(generateSnapshot(structure, lookUp(structure, ...others)));
const byId = (list: readonly ElementDefinition[], id: string) => list.find((element) => element.id === id);

function reasons(structure: StructureDefinition, ...others: readonly StructureDefinition[]) {
  const result = generateSnapshot(structure, lookUp(structure, ...others));
  return result.kind === 'made' ? [] : result.reasons.map(({ expression, message }) => [message.id, expression]);
}

describe('a snapshot', () => {
  test('has every element of the base, in its order, with what the differential says of some', () => {
    const list = made(
      profile('p', [
        { path: 'Patient.gender', min: 1, mustSupport: true },
        { path: 'Patient.active', max: '0' },
      ]),
    );
    expect(list.map(({ path }) => path)).toEqual(official.get(`${core}Patient`)?.snapshot?.element.map(({ path }) => path));
    expect(byId(list, 'Patient.gender')).toMatchObject({
      min: 1,
      max: '1',
      mustSupport: true,
      base: { path: 'Patient.gender', min: 0, max: '1' },
    });
    expect(byId(list, 'Patient.active')).toMatchObject({ min: 0, max: '0' });
  });

  test('rests on a base that has a differential alone', () => {
    const base = profile('base', [{ path: 'Patient.gender', min: 1 }]);
    const list = made(profile('p', [{ path: 'Patient.active', min: 1 }], { baseDefinition: base.url }), base);
    expect([byId(list, 'Patient.gender')?.min, byId(list, 'Patient.active')?.min]).toEqual([1, 1]);
  });

  test('goes into types where the differential does', () => {
    const list = made(profile('p', [{ path: 'Patient.name.period.start', min: 1 }]));
    expect(list.filter(({ path }) => path.startsWith('Patient.name.')).map(({ path, base }) => [path, base?.path])).toEqual([
      ['Patient.name.id', 'Element.id'],
      ['Patient.name.extension', 'Element.extension'],
      ['Patient.name.use', 'HumanName.use'],
      ['Patient.name.text', 'HumanName.text'],
      ['Patient.name.family', 'HumanName.family'],
      ['Patient.name.given', 'HumanName.given'],
      ['Patient.name.prefix', 'HumanName.prefix'],
      ['Patient.name.suffix', 'HumanName.suffix'],
      ['Patient.name.period', 'HumanName.period'],
      ['Patient.name.period.id', 'Element.id'],
      ['Patient.name.period.extension', 'Element.extension'],
      ['Patient.name.period.start', 'Period.start'],
      ['Patient.name.period.end', 'Period.end'],
    ]);
  });

  test('takes the elements below from the one profile on the type', () => {
    const list = made(
      profile(
        'p',
        [
          { path: 'Observation.referenceRange.low', type: [{ code: 'Quantity', profile: [`${core}SimpleQuantity`] }] },
          { path: 'Observation.referenceRange.low.unit', min: 1 },
        ],
        observation,
      ),
    );
    expect(byId(list, 'Observation.referenceRange.low.comparator')?.max).toBe('0');
  });

  test('follows a reference to the content of another element', () => {
    const list = made(profile('p', [{ path: 'Observation.component.referenceRange.text', min: 1 }], observation));
    expect(byId(list, 'Observation.component.referenceRange')).toMatchObject({ type: [{ code: 'BackboneElement' }] });
    expect(byId(list, 'Observation.component.referenceRange')?.contentReference).toBeUndefined();
    expect(byId(list, 'Observation.component.referenceRange.text')?.min).toBe(1);
  });
});

describe('slices', () => {
  const sliced: ElementDefinition = {
    path: 'Patient.identifier',
    min: 1,
    slicing: { discriminator: [{ type: 'value', path: 'system' }], rules: 'open' },
  };

  test('are copies of the element they slice that need not be there, and their parts follow them', () => {
    const list = made(
      profile('p', [
        { path: 'Patient.identifier.value', min: 1 },
        sliced,
        { path: 'Patient.identifier', sliceName: 'card', max: '1' },
        { path: 'Patient.identifier.system', fixedUri: 'http://example.org/card' },
      ]),
    );
    expect(byId(list, 'Patient.identifier:card')).toMatchObject({ sliceName: 'card', min: 0, max: '1' });
    expect(byId(list, 'Patient.identifier:card')?.slicing).toBeUndefined();
    expect(byId(list, 'Patient.identifier:card.value')?.min).toBe(1);
    expect(byId(list, 'Patient.identifier:card.system')?.fixedUri).toBe('http://example.org/card');
    expect(byId(list, 'Patient.identifier.system')?.fixedUri).toBeUndefined();
  });

  test('of slices stand behind their slice', () => {
    const list = made(
      profile('p', [
        sliced,
        { path: 'Patient.identifier', sliceName: 'a', slicing: { discriminator: [{ type: 'value', path: 'use' }], rules: 'open' } },
        { path: 'Patient.identifier', sliceName: 'a/old', max: '1' },
        { path: 'Patient.identifier', sliceName: 'b' },
      ]),
    );
    expect(list.filter(({ path }) => path === 'Patient.identifier').map(({ id }) => id)).toEqual([
      'Patient.identifier',
      'Patient.identifier:a',
      'Patient.identifier:a/old',
      'Patient.identifier:b',
    ]);
  });

  test('of the base are constrained further under their name', () => {
    const base = profile('base', [sliced, { path: 'Patient.identifier', sliceName: 'card', min: 1 }]);
    const list = made(
      profile('p', [{ id: 'Patient.identifier:card.value', path: 'Patient.identifier.value', min: 1 }], { baseDefinition: base.url }),
      base,
    );
    expect(byId(list, 'Patient.identifier:card')?.min).toBe(1);
    expect(byId(list, 'Patient.identifier:card.value')?.min).toBe(1);
    expect(byId(list, 'Patient.identifier.value')).toBeUndefined();
  });

  test('of extensions are told apart by url without being told', () => {
    const type = [{ code: 'Extension', profile: [`${core}patient-citizenship`] }];
    const list = made(profile('p', [{ path: 'Patient.extension', sliceName: 'citizenship', type }]));
    expect(byId(list, 'Patient.extension')?.slicing?.discriminator).toEqual([{ type: 'value', path: 'url' }]);
    expect(byId(list, 'Patient.extension:citizenship')?.type).toEqual(type);
  });

  test('by type are made of a choice that is named with a type', () => {
    const list = made(
      profile(
        'p',
        [
          { path: 'Observation.valueQuantity', min: 1 },
          { path: 'Observation.valueQuantity.code', min: 1 },
        ],
        observation,
      ),
    );
    expect(byId(list, 'Observation.value[x]')).toMatchObject({
      type: [{ code: 'Quantity' }],
      slicing: { discriminator: [{ type: 'type', path: '$this' }], rules: 'closed' },
    });
    expect(byId(list, 'Observation.value[x]:valueQuantity')).toMatchObject({ min: 1, type: [{ code: 'Quantity' }] });
    expect(byId(list, 'Observation.value[x]:valueQuantity.code')?.min).toBe(1);
  });
});

describe('what contradicts the base is refused at the element that says it', () => {
  const at = (field: string) => `StructureDefinition.differential.element[0].${field}`;
  test.each<readonly [string, ElementDefinition, string, string]>([
    ['a lower minimum', { path: 'Observation.status', min: 0 }, 'differential-widens', at('min')],
    ['a higher maximum', { path: 'Observation.status', max: '*' }, 'differential-widens', at('max')],
    ['a type the base does not allow', { path: 'Observation.issued', type: [{ code: 'Quantity' }] }, 'differential-widens', at('type[0]')],
    [
      'a target the base does not allow',
      { path: 'Observation.subject', type: [{ code: 'Reference', targetProfile: [`${core}Organization`] }] },
      'differential-widens',
      at('type[0].targetProfile[0]'),
    ],
    [
      'a weaker binding',
      { path: 'Observation.status', binding: { strength: 'example', valueSet: 'http://example.org/vs' } },
      'differential-widens',
      at('binding.strength'),
    ],
    ['an element that there is not', { path: 'Observation.colour', min: 1 }, 'differential-element-unknown', at('path')],
    ['an element of another type', { path: 'Patient.name', min: 1 }, 'differential-path', at('path')],
    ['a slice of what is not sliced', { path: 'Observation.category', sliceName: 'a' }, 'slice-without-slicing', at('sliceName')],
  ])('%s', (_, element, id, expression) => {
    expect(reasons(profile('p', [element], observation))).toEqual([[id, expression]]);
  });

  test('and told in Chinese without a word of English', () => {
    const structure = profile('p', [{ path: 'Observation.issued', type: [{ code: 'date' }] }], observation);
    const result = generateSnapshot(structure, lookUp(structure));
    expect(result.kind === 'made' ? [] : result.reasons.map(({ message }) => message.zh)).toEqual([
      'Observation.issued 的 type 为 date；应为基础定义的类型之一（instant）',
    ]);
  });

  test('profiles that rest on each other in a circle', () => {
    const a = profile('a', [{ path: 'Patient.active', min: 1 }], { baseDefinition: `${own}b` });
    const b = profile('b', [{ path: 'Patient.gender', min: 1 }], { baseDefinition: `${own}a` });
    expect(reasons(a, b).map(([id]) => id)).toEqual(['base-unusable']);
    const self = profile('self', [{ path: 'Patient.active', min: 1 }], { baseDefinition: `${own}self` });
    expect(reasons(self)).toEqual([['base-circle', 'StructureDefinition.baseDefinition']]);
  });

  test('a base that is not known', () => {
    const structure = profile('p', [{ path: 'Patient.active', min: 1 }], { baseDefinition: `${own}none` });
    expect(reasons(structure)).toEqual([['base-unknown', 'StructureDefinition.baseDefinition']]);
  });
});

describe('a structure that comes with a snapshot', () => {
  const patient = official.get(`${core}Patient`);
  const whole = patient?.snapshot?.element ?? [];

  test('keeps it where it is complete', () => {
    const structure = profile('p', [{ path: 'Patient.active', min: 1 }], { snapshot: { element: [...whole] } });
    const result = withSnapshot(structure, lookUp());
    expect(result.kind === 'made' && result.structure).toBe(structure);
  });

  test.each<readonly [string, readonly ElementDefinition[]]>([
    ['leaves elements out', whole.filter(({ path }) => path !== 'Patient.gender')],
    ['has no root', whole.slice(1)],
    ['names an element there is not', [...whole, { path: 'Patient.colour' }]],
    ['puts an element elsewhere than below its parent', [...whole, { path: 'Patient.contact.name' }]],
  ])('gets it made anew from the differential where it %s', (_, element) => {
    const structure = profile('p', [{ path: 'Patient.active', min: 1 }], { snapshot: { element: [...element] } });
    const list = elements(withSnapshot(structure, lookUp()));
    expect(list.length).toBe(whole.length);
    expect(byId(list, 'Patient.active')?.min).toBe(1);
  });

  test('is refused where it is not complete and there is no differential', () => {
    const structure = profile('p', [], { snapshot: { element: whole.slice(0, 5) }, differential: undefined });
    const result = withSnapshot(structure, lookUp());
    expect(result.kind === 'refused' && result.reasons[0]?.message.id).toBe('snapshot-incomplete');
  });
});
