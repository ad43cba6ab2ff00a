import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { CodeSystem, ValueSet, ValueSetCompose } from 'fhir/r4.js';
import { readIndex } from '../../src/definitions/index-file.js';
import { createTerminology } from '../../src/terminology/create-terminology.js';
import { definitions } from '../built-definitions.js';

const folder = join(process.cwd(), 'dist', 'definitions');
const r4 = createTerminology(definitions);
const standing = { generation: definitions.generation, supplements: [], codeSystems: [] };
const valueSet = (id: string) => `http://hl7.org/fhir/ValueSet/${id}`;

describe("R4's own value sets", () => {
  test.each([
    ['administrative-gender|4.0.1', { code: 'male' }, 'in'],
    ['administrative-gender', { code: 'Male' }, 'out'],
    ['administrative-gender', { system: 'http://hl7.org/fhir/administrative-gender', code: 'female' }, 'in'],
    ['administrative-gender', { system: 'http://example.org', code: 'female' }, 'out'],
    ['administrative-gender', { system: 'http://hl7.org/fhir/administrative-gender' }, 'out'],
    ['observation-status', { code: 'final' }, 'in'],
    ['units-of-time', { code: 'wk' }, 'in'],
    ['units-of-time', { code: 'weeks' }, 'out'],
    ['ucum-units', { system: 'http://unitsofmeasure.org', code: 'mg' }, 'in'],
    ['ucum-units', { system: 'http://unitsofmeasure.org', code: 'mcg' }, 'out'],
    ['all-time-units', { system: 'http://unitsofmeasure.org', code: 'wk' }, 'in'],
    ['all-time-units', { system: 'http://unitsofmeasure.org', code: 'cm' }, 'out'],
    ['all-distance-units', { system: 'http://unitsofmeasure.org', code: '[in_i]' }, 'in'],
    ['condition-code', { system: 'http://snomed.info/sct', code: '38341003' }, 'undecided'],
    ['condition-code', { system: 'http://example.org', code: '1' }, 'out'],
    ['iso3166-1-2', { system: 'urn:iso:std:iso:3166', code: 'CN' }, 'in'],
    ['iso3166-1-2', { system: 'urn:iso:std:iso:3166', code: 'XY' }, 'out'],
    ['iso3166-1-3', { system: 'urn:iso:std:iso:3166', code: 'CN' }, 'out'],
    ['iso3166-1-3', { system: 'urn:iso:std:iso:3166', code: 'CHN' }, 'undecided'],
    ['none-such', { code: 'a' }, 'undecided'],
  ] as const)('%s %j is %s', (id, coding, expected) => {
    expect(r4.membership(valueSet(id), coding)).toBe(expected);
  });

  test.each([
    ['mimetypes', 'in', ['application/fhir+json', 'text/plain; charset=UTF-8', 'image/svg+xml', 'application/pdf', 'json', 'xml']],
    ['mimetypes', 'out', ['pdf', 'text/', '/plain', 'text/plain;', 'text plain', 'text/html<script>', '']],
    [
      'all-languages',
      'in',
      ['zh', 'zh-CN', 'zh-Hans-CN', 'EN-us', 'sl-rozaj-biske', 'de-CH-x-phonebk', 'x-private', 'i-klingon', 'es-419'],
    ],
    ['all-languages', 'in', ['yue', 'zh-cmn-Hans-CN', 'qaa', 'zh-QM', 'und', 'zh-min-nan']],
    ['all-languages', 'out', ['zz', 'zh-Zzzx-CN', 'zh-QZZ', 'zh-cmm', 'sl-nosuch']],
    ['all-languages', 'out', ['zh_CN', 'z', 'chinese-language-of-the-north', 'zh-', 'a-DE', 'zh-CN-CN-', '中文']],
    ['currencies', 'in', ['CNY', 'USD', 'EUR', 'HKD', 'XXX', 'XAU']],
    ['currencies', 'out', ['RMB', 'cny', 'ZZZ', '元']],
    ['timezones', 'in', ['Asia/Shanghai', 'Asia/Urumqi', 'UTC']],
    ['timezones', 'out', ['Beijing', 'Asia/Nowhere', '+08:00']],
  ] as const)('%s holds by its grammar or table: %s %j', (id, expected, codes) => {
    for (const code of codes) expect([code, r4.membership(valueSet(id), { code })]).toEqual([code, expected]);
  });

  test('a long tag is judged in no time', () => {
    const start = performance.now();
    expect(r4.membership(valueSet('all-languages'), { code: `zh${'-abcde'.repeat(20_000)}_` })).toBe('out');
    expect(r4.membership(valueSet('mimetypes'), { code: `text/plain${';a=b'.repeat(20_000)};` })).toBe('out');
    expect(performance.now() - start).toBeLessThan(500);
  });

  test('every required binding of R4 can be decided, but for one LOINC answer list', () => {
    const bound = new Set<string>();
    for (const [url] of readIndex(folder)?.rows.StructureDefinition ?? []) {
      for (const { binding } of definitions.structure(url)?.snapshot?.element ?? []) {
        if (binding?.strength === 'required' && url.startsWith('http://hl7.org/fhir/')) bound.add(binding.valueSet ?? 'none');
      }
    }
    expect(bound.size).toBeGreaterThanOrEqual(224);
    const undecided = [...bound].filter((canonical) => {
      const systems = definitions.valueSet(canonical)?.compose?.include.map(({ system }) => system) ?? [];
      const asked = [
        { code: 'no such code' },
        ...systems.map((system) => ({ code: 'no such code', ...(system === undefined ? {} : { system }) })),
      ];
      return asked.some((coding) => r4.membership(canonical, coding) !== 'out');
    });
    expect(undecided).toEqual(['http://loinc.org/vs/LL379-9|4.0.1']);
  });

  test('each code that a value set of R4 lists, or its code system holds, is in it', () => {
    const wrong: string[] = [];
    for (const [url] of readIndex(folder)?.rows.ValueSet ?? []) {
      const found = definitions.valueSet(url);
      if (found?.compose?.exclude !== undefined) continue;
      for (const include of found?.compose?.include ?? []) {
        if (include.filter !== undefined || include.valueSet !== undefined || include.system === undefined) continue;
        for (const { code } of include.concept ?? definitions.codeSystem(include.system)?.concept ?? []) {
          if (r4.membership(url, { system: include.system, code }) !== 'in') wrong.push(`${url} ${code}`);
        }
      }
    }
    // task-code asks for version 3.6.0 of a code system that is here in 4.0.1.
    expect(wrong.filter((line) => !line.startsWith(valueSet('task-code ')))).toEqual([]);
    expect(wrong).toHaveLength(7);
  });

  test('whether a code is known is for its code system to say', () => {
    expect(r4.known({ system: 'http://hl7.org/fhir/administrative-gender', code: 'male' })).toBe('in');
    expect(r4.known({ system: 'http://hl7.org/fhir/administrative-gender', code: 'man' })).toBe('out');
    expect(r4.known({ system: 'http://snomed.info/sct', code: '1' })).toBe('undecided');
    expect(r4.known({ system: 'http://terminology.hl7.org/CodeSystem/service-type', code: 'none' })).toBe('undecided');
    expect(r4.known({ system: 'urn:iso:std:iso:3166', code: 'CN' })).toBe('in');
    expect(r4.known({ system: 'urn:iso:std:iso:3166', code: 'China' })).toBe('out');
    expect(r4.known({ system: 'urn:iso:std:iso:3166', code: 'CHN' })).toBe('undecided');
    expect(r4.known({ system: 'urn:iso:std:iso:3166', code: 'CN-11' })).toBe('undecided');
    expect(r4.known({ system: 'http://example.org', code: '1' })).toBe('undecided');
    expect(r4.known({ code: '1' })).toBe('undecided');
    expect(r4.hasValueSet(valueSet('administrative-gender|4.0.1'))).toBe(true);
    expect(r4.hasValueSet(valueSet('administrative-gender|3.0.0'))).toBe(false);
    expect(r4.isCaseSensitive('http://hl7.org/fhir/administrative-gender')).toBe(true);
    expect(r4.isCaseSensitive('http://example.org')).toBe(true);
  });
});

const animals: CodeSystem = {
  resourceType: 'CodeSystem',
  url: 'urn:animals',
  status: 'active',
  content: 'complete',
  caseSensitive: false,
  property: [
    { code: 'legs', type: 'integer' },
    { code: 'diet', type: 'code' },
  ],
  concept: [
    {
      code: 'mammal',
      concept: [
        { code: 'cat', display: '猫', property: [{ code: 'legs', valueInteger: 4 }] },
        { code: 'bat', property: [{ code: 'legs', valueInteger: 2 }] },
      ],
    },
    { code: 'bird', property: [{ code: 'child', valueCode: 'hen' }] },
    { code: 'hen', property: [{ code: 'legs', valueInteger: 2 }] },
    { code: 'dodo', property: [{ code: 'status', valueCode: 'retired' }] },
    { code: 'kitten', property: [{ code: 'parent', valueCode: 'cat' }] },
  ],
};
const partly: CodeSystem = {
  resourceType: 'CodeSystem',
  url: 'urn:partly',
  status: 'active',
  content: 'fragment',
  concept: [{ code: 'a' }],
};

function terminologyOf(composes: Readonly<Record<string, ValueSetCompose>>) {
  const sets = new Map(
    Object.entries(composes).map(([url, compose]) => [url, { resourceType: 'ValueSet', status: 'active', compose } as ValueSet]),
  );
  const systems = new Map([animals, partly].map((one) => [one.url ?? '', one]));
  return createTerminology({ valueSet: (url) => sets.get(url), codeSystem: (url) => systems.get(url), ...standing });
}

const codes = ['mammal', 'cat', 'bat', 'bird', 'hen', 'dodo', 'kitten'];
function members(compose: ValueSetCompose): readonly string[] {
  const terminology = terminologyOf({ x: compose });
  return codes.filter((code) => terminology.membership('x', { system: 'urn:animals', code }) === 'in');
}

describe('intensional value sets', () => {
  test.each([
    ['concept', 'is-a', 'mammal', ['mammal', 'cat', 'bat', 'kitten']],
    ['concept', 'descendent-of', 'mammal', ['cat', 'bat', 'kitten']],
    ['concept', 'is-not-a', 'mammal', ['bird', 'hen', 'dodo']],
    ['concept', 'generalizes', 'kitten', ['mammal', 'cat', 'kitten']],
    ['concept', 'is-a', 'bird', ['bird', 'hen']],
    ['concept', 'in', 'cat,hen', ['cat', 'hen']],
    ['code', 'regex', '.at', ['cat', 'bat']],
    ['code', 'in', 'cat, bat', ['cat', 'bat']],
    ['code', 'not-in', 'mammal,cat,bat', ['bird', 'hen', 'dodo', 'kitten']],
    ['legs', '=', '2', ['bat', 'hen']],
    ['legs', 'exists', 'true', ['cat', 'bat', 'hen']],
    ['legs', 'exists', 'false', ['mammal', 'bird', 'dodo', 'kitten']],
    ['parent', '=', 'mammal', ['cat', 'bat']],
    ['child', '=', 'kitten', ['cat']],
    ['display', '=', '猫', ['cat']],
    ['diet', 'exists', 'true', []],
  ] as const)('%s %s %s', (property, op, value, expected) => {
    expect(members({ include: [{ system: 'urn:animals', filter: [{ property, op, value }] }] })).toEqual(expected);
  });

  test.each([
    ['an unknown property', 'colour', '=', 'red'],
    ['a pattern that looks back', 'code', 'regex', '(a)\\1'],
    ['a broken pattern', 'code', 'regex', '('],
  ] as const)('%s decides nothing', (_, property, op, value) => {
    const terminology = terminologyOf({ x: { include: [{ system: 'urn:animals', filter: [{ property, op, value }] }] } });
    expect(terminology.membership('x', { system: 'urn:animals', code: 'cat' })).toBe('undecided');
    expect(terminology.membership('x', { system: 'urn:other', code: 'cat' })).toBe('out');
  });

  test('several filters must all hold', () => {
    const filter = [
      { property: 'concept', op: 'is-a', value: 'mammal' },
      { property: 'legs', op: '=', value: '2' },
    ] as const;
    expect(members({ include: [{ system: 'urn:animals', filter: [...filter] }] })).toEqual(['bat']);
  });

  test('inactive codes are out where the value set says so', () => {
    expect(members({ inactive: false, include: [{ system: 'urn:animals' }] })).toEqual(codes.filter((code) => code !== 'dodo'));
    expect(members({ include: [{ system: 'urn:animals' }] })).toEqual(codes);
  });

  test('what is excluded is out; where the exclusion cannot be judged, nothing is', () => {
    const include = [{ system: 'urn:animals' }];
    expect(members({ include, exclude: [{ system: 'urn:animals', concept: [{ code: 'cat' }] }] })).toEqual(
      codes.filter((code) => code !== 'cat'),
    );
    const terminology = terminologyOf({ x: { include, exclude: [{ valueSet: ['unknown'] }] } });
    expect(terminology.membership('x', { system: 'urn:animals', code: 'cat' })).toBe('undecided');
  });

  test('codes are compared as their code system says', () => {
    const terminology = terminologyOf({
      whole: { include: [{ system: 'urn:animals' }] },
      listed: { include: [{ system: 'urn:animals', concept: [{ code: 'cat' }] }] },
      partly: { include: [{ system: 'urn:partly' }] },
    });
    expect(terminology.membership('whole', { system: 'urn:animals', code: 'CAT' })).toBe('in');
    expect(terminology.membership('listed', { system: 'urn:animals', code: 'Cat' })).toBe('in');
    expect(terminology.isCaseSensitive('urn:animals')).toBe(false);
    expect(terminology.membership('partly', { code: 'a' })).toBe('in');
    expect(terminology.membership('partly', { code: 'A' })).toBe('undecided');
  });

  test('a version of a code system that is not here decides nothing', () => {
    const terminology = terminologyOf({ x: { include: [{ system: 'urn:animals', version: '7' }] } });
    expect(terminology.membership('x', { system: 'urn:animals', code: 'cat' })).toBe('undecided');
  });
});

describe('imported value sets', () => {
  const cats = { include: [{ system: 'urn:animals', concept: [{ code: 'cat' }, { code: 'kitten' }] }] };
  const named = { include: [{ system: 'urn:partly', concept: [{ code: 'a' }] }] };

  test('includes are a union, value sets within one include an intersection', () => {
    const terminology = terminologyOf({
      cats,
      named,
      either: { include: [{ valueSet: ['cats'] }, { valueSet: ['named'] }] },
      both: { include: [{ valueSet: ['cats', 'named'] }] },
      leggedCats: { include: [{ system: 'urn:animals', filter: [{ property: 'legs', op: 'exists', value: 'true' }], valueSet: ['cats'] }] },
    });
    expect(['cat', 'kitten', 'a', 'hen'].map((code) => terminology.membership('either', { code }))).toEqual(['in', 'in', 'in', 'out']);
    expect(['cat', 'a'].map((code) => terminology.membership('both', { code }))).toEqual(['out', 'out']);
    expect(['cat', 'kitten'].map((code) => terminology.membership('leggedCats', { code }))).toEqual(['in', 'out']);
  });

  test('a value set that is not here leaves open what the others do not answer', () => {
    const terminology = terminologyOf({ cats, x: { include: [{ valueSet: ['cats'] }, { valueSet: ['unknown'] }] } });
    expect(['cat', 'a'].map((code) => terminology.membership('x', { code }))).toEqual(['in', 'undecided']);
  });

  test('value sets that import each other hold what either names', () => {
    const terminology = terminologyOf({
      x: { include: [{ valueSet: ['y'] }, { system: 'urn:animals', concept: [{ code: 'cat' }] }] },
      y: { include: [{ valueSet: ['x'] }, { system: 'urn:animals', concept: [{ code: 'hen' }] }] },
    });
    for (const url of ['x', 'y', 'x']) {
      expect(['cat', 'hen', 'bat'].map((code) => terminology.membership(url, { code }))).toEqual(['in', 'in', 'out']);
    }
  });

  test('an expansion serves where there is no composition', () => {
    const contains = [{ system: 's', code: 'a', contains: [{ system: 's', code: 'b' }] }];
    const expanded = (total?: number) =>
      createTerminology({
        codeSystem: () => undefined,
        ...standing,
        valueSet: () => ({
          resourceType: 'ValueSet',
          status: 'active',
          expansion: { timestamp: '2020', contains, ...(total ? { total } : {}) },
        }),
      });
    expect(['a', 'b', 'c'].map((code) => expanded().membership('x', { system: 's', code }))).toEqual(['in', 'in', 'out']);
    expect(expanded(9).membership('x', { system: 's', code: 'c' })).toBe('undecided');
  });
});
