/**
 * The code tables and their maps: two languages, two names for one system, ways there and back, and the traps that national codes set.
 * Sources: GB/T 2261, GB 3304, GB/T 4761, WS 364, WS 445; R4 conceptmap.html, namingsystem.html
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { CodeSystem, CodeSystemConcept, ConceptMap, ConceptMapGroupElementTarget, FhirResource, NamingSystem } from 'fhir/r4.js';
import { buildPackage } from '../../scripts/build-profiles.js';
import { createTerminology } from '../../src/terminology/create-terminology.js';
import { definitions } from '../built-definitions.js';
import { folder, jsonNames, readJson, validator } from './room.js';

const resources = jsonNames(folder, 'package').map((name) => readJson<FhirResource>(folder, 'package', `${name}.json`));
const codeSystems = resources.filter((one): one is CodeSystem => one.resourceType === 'CodeSystem');
const conceptMaps = resources.filter((one): one is ConceptMap => one.resourceType === 'ConceptMap');
const namingSystems = resources.filter((one): one is NamingSystem => one.resourceType === 'NamingSystem');

/** Licensed or published elsewhere: not in this package and not in R4. */
const elsewhere = new Set(['http://loinc.org', 'http://snomed.info/sct', 'urn:iso:std:iso:3166']);

describe('Every code table', () => {
  test('names each concept in Chinese and in English', () => {
    const unnamed = codeSystems.flatMap((system) =>
      flat(system.concept ?? []).filter((concept) => !/^[A-Za-z0-9ÜÊ]/u.test(english(concept) ?? '') || concept.display === undefined),
    );
    expect(codeSystems.length).toBeGreaterThan(40);
    expect(unnamed).toEqual([]);
  });

  test('with an OID has that, its URI and the address of this package side by side', () => {
    const byOid = codeSystems.filter((system) => system.url?.startsWith('urn:oid:'));
    const editions = byOid.filter(({ url, id }) => byOid.some((other) => other.url === url && other.id !== id));
    const ids = byOid.map((one) => (editions.includes(one) ? one.id?.replace(`-${one.version}`, '') : one.id));
    const expected = new Set(
      byOid.map(({ url = '' }, at) => [url.slice(8), url, `https://lianyi.cn/fhir/CodeSystem/${ids[at]}`].join(' ')),
    );
    const named = namingSystems
      .filter(({ kind }) => kind === 'codesystem')
      .map(({ uniqueId }) => uniqueId.map(({ value }) => value).join(' '));
    expect(named.sort()).toEqual([...expected].sort());
  });

  test('names each of its systems once: no two NamingSystems share a name', () => {
    const names = namingSystems.flatMap(({ uniqueId }) => uniqueId.map(({ type, value }) => `${type} ${value}`));
    expect(names.length).toBe(new Set(names).size);
  });
});

describe('Every ConceptMap', () => {
  test('maps codes that exist to codes that exist', () => {
    for (const { source = '', target = '', element } of conceptMaps.flatMap((map) => map.group ?? [])) {
      const rows = element.flatMap(({ code = '', target: to = [] }) => to.map((one) => [code, one.code] as const));
      expect([source, target, rows.filter(([from]) => !exists(source, from))]).toEqual([source, target, []]);
      expect([source, target, rows.filter(([, to]) => to !== undefined && !exists(target, to))]).toEqual([source, target, []]);
    }
  });

  test('maps nothing that lies outside of the value sets it names as its source and its target', () => {
    const terminology = createTerminology(definitions);
    const rows = conceptMaps.flatMap(({ id, sourceCanonical, targetCanonical, group = [] }) =>
      group.flatMap(({ source, target, element }) => [
        ...element.map(({ code }) => ({ id, valueSet: sourceCanonical, system: source, code })),
        ...element.flatMap((one) => (one.target ?? []).map(({ code }) => ({ id, valueSet: targetCanonical, system: target, code }))),
      ]),
    );
    const outside = rows.filter(({ valueSet, system = '', code }) => {
      return valueSet !== undefined && code !== undefined && terminology.membership(valueSet, { system, code }) === 'out';
    });
    expect(outside).toEqual([]);
  });

  test('begins and ends none of its texts with white space', () => {
    const texts: string[] = [];
    JSON.stringify(conceptMaps, (_, value) => {
      if (typeof value === 'string') texts.push(value);
      return value;
    });
    expect(texts.length).toBeGreaterThan(1000);
    expect(texts.filter((text) => text !== text.trim())).toEqual([]);
  });

  test('says what is lost where the target is narrower or not the same (cmd-1)', () => {
    expect(targets().filter((one) => /^(narrower|inexact|unmatched)$/.test(one.equivalence) && one.comment === undefined)).toEqual([]);
  });

  test('calls at most one target of a code the same', () => {
    const elements = conceptMaps.flatMap((map) => (map.group ?? []).flatMap((group) => group.element));
    const same = elements.map(({ target = [] }) => target.filter(({ equivalence }) => /^equ/.test(equivalence)).length);
    expect(same.filter((count) => count > 1)).toEqual([]);
  });

  test.each(
    conceptMaps.filter((map) => (map.group ?? []).some(({ source }) => /lianyi|2\.16\.156/.test(source ?? ''))).map((map) => map.id),
  )('%s: what its way back calls equivalent leads there again', (id) => {
    const there = byId(id);
    const back = conceptMaps.find(
      (one) => one.group?.[0]?.source === there.group?.[0]?.target && one.group?.[0]?.target === there.group?.[0]?.source,
    );
    if (back === undefined) return expect(oneWay).toContain(id);
    const same = pairs(back).filter(([, , equivalence]) => equivalence === 'equal' || equivalence === 'equivalent');
    expect(same.filter(([code, target]) => !targetsOf(id ?? '', target).some((one) => one.code === code))).toEqual([]);
  });
});

/** A class of encounter or a status of a task says too little for a way back. */
const oneWay = ['encounter-kind-to-v3-act-code', 'exam-status-to-task-status', 'check-status-to-task-status'];

describe('Traps of the national codes', () => {
  test('1: Rh 1 is negative and 2 is positive', () => {
    expect(['1', '2'].map((code) => translate('cv04-50-020-to-loinc', code))).toEqual(['LA6577-6', 'LA6576-8']);
    expect(['LA6577-6', 'LA6576-8'].map((code) => translate('loinc-to-cv04-50-020', code))).toEqual(['1', '2']);
  });

  test('2: routes of admission 1 and 2 change places between CV09.00.403 and the front page', () => {
    expect(['1', '2', '3', '9'].map((code) => translate('cv09-00-403-to-admission-route-front-page', code))).toEqual(['2', '1', '3', '9']);
    expect(translate('cv09-00-403-to-admit-source', '1')).toBe(translate('admission-route-front-page-to-admit-source', '2'));
  });

  test('3: certificate 02 of the insurance is an officer card, not a household register', () => {
    expect(['02', '03', '08'].map((code) => translate('nhsa-psn-cert-type-to-cv02-01-101', code))).toEqual(['04', '04', '03']);
    expect(['02', '03', '04'].map((code) => translate('cv02-01-101-to-nhsa-psn-cert-type', code))).toEqual(['01', '08', '02']);
  });

  test('4: sex 0 and 9 both become unknown, which comes back as 0 and says that 9 is lost', () => {
    expect(['0', '9'].map((code) => translate('gbt-2261-1-to-administrative-gender', code))).toEqual(['unknown', 'unknown']);
    const [back] = targetsOf('administrative-gender-to-gbt-2261-1', 'unknown');
    expect([back?.code, /9/.test(back?.comment ?? '')]).toEqual(['0', true]);
  });

  test.each(['0', '9'])('4: sex %s written with the extension cn-gender is read back by it', (code) => {
    const gender = {
      url: 'https://lianyi.cn/fhir/StructureDefinition/cn-gender',
      valueCoding: { system: 'urn:oid:2.16.156.10011.2.3.3.4', code },
    };
    const patient = {
      ...{ resourceType: 'Patient', meta: { profile: ['https://lianyi.cn/fhir/StructureDefinition/cn-patient'] } },
      ...{ identifier: [{ system: 'urn:oid:2.16.156.10011.1.13', value: '1' }], name: [{ text: '无名氏' }] },
      ...{ gender: translate('gbt-2261-1-to-administrative-gender', code), _gender: { extension: [gender] } },
    };
    expect(validator.validate(patient).filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  test('5: the 56 ethnic groups have both codes; 97, 98, 88 and 99 are none of them; 36 keeps its old name', () => {
    const numbers = pairs(byId('gb-3304-to-letter')).map(([code]) => code);
    expect([
      numbers.length,
      numbers.filter((code) => translate('gb-3304-letter-to-gb-3304', translate('gb-3304-to-letter', code)) === code).length,
    ]).toEqual([56, 56]);
    expect(['97', '98', '88', '99'].filter((code) => exists('urn:oid:2.16.156.10011.2.3.3.3', code))).toEqual([]);
    expect(concept('urn:oid:2.16.156.10011.2.3.3.3', '36')?.designation?.map(({ value }) => value)).toContain('毛难族');
  });

  test('6: route 606 is intratracheal use, 607 eye drops', () => {
    expect(['606', '607'].map((code) => translate('cv06-00-102-to-v3-route', code))).toEqual(['ITRACHINSTIL', 'OPTHALTA']);
  });

  test('7: the table of frequencies lacks tid, and q12h is not bid', () => {
    expect(['TID', 'BID', 'QD'].map((code) => translate('v3-gts-abbreviation-to-cv06-00-228', code))).toEqual([undefined, '01', '09']);
    expect(translate('cv06-00-228-to-v3-gts-abbreviation', '04')).toBeUndefined();
  });

  test('8: kind of patient 4 is a check-up, an AMB that comes back as 1', () => {
    expect(['1', '4'].map((code) => translate('cv09-00-404-to-v3-act-code', code))).toEqual(['AMB', 'AMB']);
    expect(['AMB', 'VR'].map((code) => translate('v3-act-code-to-cv09-00-404', code))).toEqual(['1', undefined]);
  });

  test('9: relations of one and of two digits are both codes; the way back gives two', () => {
    expect(['1', '10', '28', '71'].map((code) => translate('gbt-4761-to-v3-role-code', code))).toEqual(['SPS', 'SPS', 'SONINLAW', 'BRO']);
    expect(['SPS', 'SONINLAW', 'BRO', 'FTHINLAW'].map((code) => translate('v3-role-code-to-gbt-4761', code))).toEqual([
      '10',
      '28',
      '70',
      '59',
    ]);
  });
});

function translate(map: string, code: string | undefined): string | undefined {
  return targetsOf(map, code)[0]?.code;
}

function targetsOf(map: string, code: string | undefined): readonly ConceptMapGroupElementTarget[] {
  const elements = (byId(map).group ?? []).flatMap((group) => group.element);
  return elements.filter((element) => element.code === code).flatMap((element) => element.target ?? []);
}

function targets(): readonly ConceptMapGroupElementTarget[] {
  return conceptMaps.flatMap((map) => (map.group ?? []).flatMap((group) => group.element.flatMap((element) => element.target ?? [])));
}

function pairs(map: ConceptMap): readonly (readonly [string, string | undefined, string])[] {
  const elements = (map.group ?? []).flatMap((group) => group.element);
  return elements.flatMap(({ code = '', target = [] }) => target.map((to) => [code, to.code, to.equivalence] as const));
}

function byId(id: string | undefined): ConceptMap {
  const found = conceptMaps.find((map) => map.id === id);
  if (found === undefined) throw new Error(`no ConceptMap ${id}`);
  return found;
}

function exists(system: string, code: string): boolean {
  return elsewhere.has(system) || concept(system, code) !== undefined;
}

const tables = new Map<string, ReadonlyMap<string, CodeSystemConcept>>();

function concept(system: string, code: string): CodeSystemConcept | undefined {
  const table = tables.get(system) ?? new Map(flat(definitions.codeSystem(system)?.concept ?? []).map((one) => [one.code, one]));
  tables.set(system, table);
  return table.get(code);
}

function flat(concepts: readonly CodeSystemConcept[]): readonly CodeSystemConcept[] {
  return concepts.flatMap((one) => [one, ...flat(one.concept ?? [])]);
}

function english(one: CodeSystemConcept): string | undefined {
  return one.designation?.find(({ language }) => language === 'en')?.value;
}

describe('A table that a region writes wrong', () => {
  const table = {
    id: 'ward',
    name: 'Ward',
    title: '病区',
    english: 'Wards',
    standard: '目录',
    version: '1',
    url: 'urn:x:ward',
    certainty: 'A',
  };

  test.each([
    ['is told by its file where it is no JSON', '{ "id": ', /terminology\/ward\.json: .*JSON/],
    ['is told what it lacks', JSON.stringify(table), /terminology\/ward\.json: content, concepts missing$/],
    [
      'is told what content may be',
      JSON.stringify({ ...table, content: '全部', concepts: [] }),
      /terminology\/ward\.json: content is complete, fragment or not-present, found "全部"$/,
    ],
  ])('%s', async (_, text, told) => {
    const region = mkdtempSync(join(tmpdir(), 'region-'));
    mkdirSync(join(region, 'terminology'));
    writeFileSync(join(region, 'package.json'), '{}');
    writeFileSync(join(region, 'terminology', 'ward.json'), text);
    await expect(buildPackage(region)).rejects.toThrow(told);
    rmSync(region, { recursive: true });
  });
});
