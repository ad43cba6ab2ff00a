/** What is meant to break it, or to take for ever: a reason each, never an error of its own, and soon. */
import { describe, expect, test } from '@jest/globals';
import type { ElementDefinition, StructureDefinition } from 'fhir/r4.js';
import { officialStructures } from '../../../conformance/snapshot/compared.js';
import { generateSnapshot } from '../../../src/definitions/snapshot/snapshot.js';

const official = new Map(officialStructures().map((structure) => [structure.url, structure]));
const core = 'http://hl7.org/fhir/StructureDefinition/';

type LookUp = (canonical: string) => StructureDefinition | undefined;

const profile = (element: readonly unknown[], more: Partial<StructureDefinition> = {}): StructureDefinition => ({
  ...{ resourceType: 'StructureDefinition', url: 'http://x/p', name: 'P', status: 'draft', kind: 'resource', abstract: false },
  ...{ type: 'Patient', baseDefinition: `${core}Patient`, derivation: 'constraint' },
  differential: { element: element as ElementDefinition[] },
  ...more,
});

function outcome(structure: StructureDefinition, others: LookUp = () => undefined): readonly string[] {
  const result = generateSnapshot(structure, (canonical) => others(canonical) ?? official.get(canonical));
  return result.kind === 'made' ? ['made'] : [...new Set(result.reasons.map(({ message }) => message.id))];
}

const many = (count: number, one: (at: number) => unknown) => Array.from({ length: count }, (_, at) => one(at));
const slicing = { discriminator: [{ type: 'value', path: 'url' }], rules: 'open' };

function slicedAtEachLevel(depth: number): readonly unknown[] {
  const elements: unknown[] = [];
  let path = 'Patient';
  for (let level = 0; level < depth; level++) {
    path += '.extension';
    elements.push({ id: path, path, slicing }, ...['a', 'b', 'c'].map((sliceName) => ({ id: `${path}:${sliceName}`, path, sliceName })));
  }
  return elements;
}

describe('a hostile differential is refused', () => {
  test.each<readonly [string, readonly unknown[], readonly string[]]>([
    ['of 100,000 elements', many(100_000, (at) => ({ path: `Patient.x${at}` })), ['snapshot-too-large']],
    ['of 10,000 elements that there are not', many(10_000, (at) => ({ path: `Patient.x${at}` })), ['differential-element-unknown']],
    ['that says the same 10,000 times', many(10_000, () => ({ path: 'Patient.active' })), ['differential-twice']],
    ['of a path without end', [{ path: `Patient${'.extension'.repeat(20_000)}` }], ['differential-path']],
    ['that doubles at each level', slicedAtEachLevel(40), ['snapshot-too-large']],
    [
      'of slices of slices without end',
      [
        { path: 'Patient.identifier', slicing },
        { path: 'Patient.identifier', sliceName: 'a/'.repeat(5_000) },
      ],
      ['slice-name'],
    ],
    ['named as what every object has', [{ path: 'Patient.__proto__' }, { path: 'Patient.constructor' }], ['differential-element-unknown']],
    [
      'of parts that are no elements',
      [null, 1, [], {}, { path: 1 }, { path: 'Patient', type: 'x' }, { path: 'Patient.name', contentReference: 5 }],
      ['differential-unreadable'],
    ],
  ])('%s', (_, element, expected) => {
    expect(outcome(profile(element))).toEqual(expected);
  });
});

describe('what a hostile profile rests on', () => {
  const own: readonly unknown[] = [{ path: 'Patient.active', min: 1 }];

  test('may be a chain without end', () => {
    const next: LookUp = (url) => {
      const at = /^http:\/\/x\/b(\d+)$/.exec(url)?.[1];
      return at === undefined ? undefined : profile(own, { url, baseDefinition: `http://x/b${Number(at) + 1}` });
    };
    expect(outcome(profile(own, { baseDefinition: 'http://x/b0' }), next)).toEqual(['base-unusable']);
  });

  test('may be extensions of extensions that branch without end', () => {
    const next: LookUp = (url) => {
      const at = /^http:\/\/x\/d(\d+)/.exec(url)?.[1];
      if (at === undefined) return undefined;
      const slices = many(5, (slice) => [
        {
          ...{ id: `Extension.extension:s${slice}`, path: 'Extension.extension', sliceName: `s${slice}` },
          type: [{ code: 'Extension', profile: [`http://x/d${Number(at) + 1}-${slice}`] }],
        },
        { id: `Extension.extension:s${slice}.extension`, path: 'Extension.extension.extension', min: 0 },
      ]).flat();
      return profile(slices, { url, type: 'Extension', baseDefinition: `${core}Extension` });
    };
    const element = [
      { path: 'Patient.extension', sliceName: 'a', type: [{ code: 'Extension', profile: ['http://x/d0'] }] },
      { path: 'Patient.extension.extension', min: 0 },
    ];
    expect(outcome(profile(element), next)).toEqual(['snapshot-too-large']);
  });

  test('may have a snapshot of any shape', () => {
    const element = [
      { path: 'Patient', constraint: 5 },
      { path: 'Patient.active', type: 5 },
    ] as unknown as ElementDefinition[];
    const broken: StructureDefinition = { ...profile([]), url: 'http://x/broken', snapshot: { element } };
    const find: LookUp = (url) => (url === broken.url ? broken : undefined);
    expect(outcome(profile(own, { baseDefinition: broken.url }), find)).toEqual(['base-unusable']);
  });
});

test('names are only names', () => {
  const sliceName = '"\'`process.exit()\n\u0000__proto__';
  const structure = profile([
    { path: 'Patient.identifier', slicing },
    { path: 'Patient.identifier', sliceName },
  ]);
  const result = generateSnapshot(structure, (canonical) => official.get(canonical));
  expect(result.kind === 'made' && result.structure.snapshot?.element.some(({ id }) => id === `Patient.identifier:${sliceName}`)).toBe(
    true,
  );
});
