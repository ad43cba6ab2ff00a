import { describe, expect, test } from '@jest/globals';
import type { ElementDefinition, StructureDefinition } from 'fhir/r4.js';
import { checkProfile } from '../../src/validation/check-profile.js';
import { createValidator } from '../../src/validation/create-validator.js';
import { definitions } from '../built-definitions.js';
import { asResource, terminology, told } from './at-hand.js';

const url = 'http://a.cn/StructureDefinition/p';

function profileOf(elements: readonly ElementDefinition[], more: Partial<StructureDefinition> = {}): StructureDefinition {
  return {
    ...{ resourceType: 'StructureDefinition', url, name: 'P', status: 'active', kind: 'resource', abstract: false },
    ...{ type: 'Patient', derivation: 'constraint', snapshot: { element: [...elements] }, ...more },
  };
}

function faults(elements: readonly ElementDefinition[], more: Partial<StructureDefinition> = {}): readonly string[] {
  return checkProfile(profileOf(elements, more), { definitions, terminology }).map(
    ({ severity, message, expression }) => `${severity} ${message.id} ${expression}`,
  );
}

const root = { path: 'Patient' };
const constraint = (expression: string) => [{ key: 'p-1', severity: 'error' as const, human: 'x', expression }];

describe('A profile that cannot be compiled is told what is wrong with it', () => {
  test('and one that can be has no faults', () => {
    expect(faults([root, { path: 'Patient.name', min: 1 }])).toEqual([]);
  });
  test.each<[string, readonly ElementDefinition[], Partial<StructureDefinition>, string]>([
    ['no snapshot', [], {}, 'profile-no-snapshot StructureDefinition.snapshot'],
    ['a type that R4 does not have', [root], { type: 'Patent' }, 'profile-type-unknown StructureDefinition.type'],
    [
      'an element that the type does not have',
      [root, { path: 'Patient.nickname' }],
      {},
      'profile-element-unknown StructureDefinition.snapshot.element[1].path',
    ],
    [
      'a type of an element that R4 does not have',
      [root, { path: 'Patient.name', type: [{ code: 'Name' }] }],
      {},
      'profile-type-unknown StructureDefinition.snapshot.element[1].type[0].code',
    ],
    [
      'a cardinality that is none',
      [root, { path: 'Patient.name', max: 'x' }],
      {},
      'profile-cardinality StructureDefinition.snapshot.element[1]',
    ],
    [
      'a minimum above the maximum',
      [root, { path: 'Patient.name', min: 2, max: '1' }],
      {},
      'profile-cardinality StructureDefinition.snapshot.element[1]',
    ],
    [
      'a slice that nothing tells from the others',
      [
        root,
        { path: 'Patient.identifier', slicing: { rules: 'open', discriminator: [{ type: 'value', path: 'system' }] } },
        { path: 'Patient.identifier', sliceName: 'a' },
      ],
      {},
      'profile-slice-undecidable StructureDefinition.snapshot.element[2]',
    ],
    [
      'a discriminator that leads to no element',
      [
        root,
        { path: 'Patient.identifier', slicing: { rules: 'open', discriminator: [{ type: 'value', path: 'systm' }] } },
        { path: 'Patient.identifier', sliceName: 'a' },
        { path: 'Patient.identifier.system', fixedUri: 'http://a.cn/x' },
      ],
      {},
      'profile-discriminator-unknown StructureDefinition.snapshot.element[1].slicing.discriminator[0].path',
    ],
    [
      'a fixed value of another type',
      [root, { path: 'Patient.implicitRules', type: [{ code: 'uri' }], fixedCode: 'a' }],
      {},
      'profile-value-type StructureDefinition.snapshot.element[1].fixed',
    ],
    [
      'an expression that is no FHIRPath',
      [{ ...root, constraint: constraint('name.exists(') }],
      {},
      'profile-expression StructureDefinition.snapshot.element[0].constraint[0].expression',
    ],
    [
      'a function that FHIRPath does not have',
      [{ ...root, constraint: constraint('name.exits()') }],
      {},
      'profile-expression StructureDefinition.snapshot.element[0].constraint[0].expression',
    ],
    [
      'a regular expression that is none',
      [{ ...root, constraint: constraint(`id.matches('[')`) }],
      {},
      'profile-expression StructureDefinition.snapshot.element[0].constraint[0].expression',
    ],
    [
      'a regular expression that could run for ever',
      [{ ...root, constraint: constraint(`id.matches('(a+)+$')`) }],
      {},
      'profile-expression StructureDefinition.snapshot.element[0].constraint[0].expression',
    ],
    ['a base that is itself', [root], { baseDefinition: url }, 'profile-circular StructureDefinition.baseDefinition'],
    [
      'more elements than can be compiled',
      [root, ...Array.from({ length: 100_000 }, () => ({ path: 'Patient.name' }))],
      {},
      'profile-too-large StructureDefinition.snapshot',
    ],
    [
      'elements deeper than can be compiled',
      [root, ...Array.from({ length: 200 }, (_item, at) => ({ path: `Patient${'.extension'.repeat(at + 1)}` }))],
      {},
      'profile-too-deep StructureDefinition.snapshot',
    ],
  ])('%s', (_name, elements, more, fault) => {
    expect(faults(elements, more)).toEqual([`error ${fault}`]);
  });
  test('none of the profiles of R4 and of the local packages has a fault', () => {
    const urls = definitions.resourceTypes.flatMap((type) => definitions.localProfiles(type));
    expect(urls.length).toBeGreaterThan(5);
    const found = [...urls, 'http://hl7.org/fhir/StructureDefinition/bp'].flatMap((one) => {
      const structure = definitions.structure(one);
      const issues = structure === undefined ? undefined : checkProfile(structure, { definitions, terminology });
      return issues?.map(({ message }) => `${one}: ${message.en}`) ?? [`${one} is not there`];
    });
    expect(found).toEqual([]);
  });
});

/** What a validator that knows these profiles says. */
function judged(resource: Parameters<typeof asResource>[0], profiles: readonly StructureDefinition[]): readonly string[] {
  const byUrl = new Map(profiles.map((profile) => [profile.url, profile]));
  const known = { ...definitions, structure: (canonical: string) => byUrl.get(canonical) ?? definitions.structure(canonical) };
  const validator = createValidator({ definitions: known, terminology, bestPractice: 'ignore' });
  return told(validator.validate(asResource(resource), { profiles: profiles.map((profile) => profile.url) }), 'error', 'warning');
}

describe('A hostile profile', () => {
  test('with 100,000 elements is not compiled, and says so', () => {
    const large = profileOf([root, ...Array.from({ length: 100_000 }, () => ({ path: 'Patient.name', min: 1 }))]);
    expect(judged({ resourceType: 'Patient', active: true }, [large])).toEqual(['too-costly profile-not-compiled Patient']);
  });
  test('that asks for itself comes to an end', () => {
    const own = profileOf([
      { ...root, type: [{ code: 'Patient', profile: [url] }] },
      { path: 'Patient.name', min: 1 },
    ]);
    expect(judged({ resourceType: 'Patient', active: true }, [own])).toEqual(['required required-element Patient']);
  });
  test('and those that ask for one another in a circle come to an end', () => {
    const circle = [0, 1, 2].map((at) =>
      profileOf(
        [
          { ...root, type: [{ code: 'Patient', profile: [`${url}${(at + 1) % 3}`] }] },
          { path: `Patient.${['name', 'gender', 'birthDate'][at]}`, min: 1 },
        ],
        { url: `${url}${at}` },
      ),
    );
    const missing = ['name', 'gender', 'birthDate'].map(() => 'required required-element Patient');
    expect(judged({ resourceType: 'Patient', active: true }, circle)).toEqual(missing);
  });
  test('runs no code, whatever its names, urls and codes hold', () => {
    const marks = [
      '"',
      "'",
      '`',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it must not be one
      '${globalThis.hacked = 1}',
      '\n',
      '*/',
      '\u2028',
      '\u2029',
      '\\',
      '</script>',
      '"]; globalThis.hacked = 1; //',
    ];
    const nasty = `x${marks.join('')}`;
    const profile = profileOf([
      root,
      { path: 'Patient.identifier', slicing: { rules: 'closed', discriminator: [{ type: 'value', path: 'system' }] } },
      ...marks.flatMap((mark, at) => [
        { path: 'Patient.identifier', sliceName: `${at}${mark}`, max: '1' },
        { path: 'Patient.identifier.system', fixedUri: `urn:${mark}`, min: 1 },
      ]),
      { path: 'Patient.gender', fixedCode: nasty },
      { path: `Patient.${nasty}`, min: 1 },
      { path: 'Patient.__proto__', min: 1 },
      {
        path: 'Patient.name',
        constraint: [
          {
            key: nasty,
            severity: 'error',
            human: nasty,
            expression: `family = '${nasty.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`,
          },
        ],
      },
    ]);
    const patient = {
      resourceType: 'Patient',
      identifier: [...marks.map((mark) => ({ system: `urn:${mark}` })), { system: nasty }],
      gender: nasty,
      name: [{ family: nasty }],
      [nasty]: nasty,
    };
    const found = judged(patient, [profile]);
    expect('hacked' in globalThis).toBe(false);
    expect(found).toContain(`structure slicing-closed Patient.identifier[${marks.length}]`);
    expect(found).toContain('structure unknown-element Patient');
  });
});
