/** What is sent wrongly most often is told with what was meant: systems that are nearly known, displays sent as codes, codes misspelt. */
import { describe, expect, test } from '@jest/globals';
import type { CodeSystem } from 'fhir/r4.js';
import { createLiveDefinitions } from '../../src/definitions/live.js';
import { uploaded } from '../../src/definitions/uploaded.js';
import { wholly } from '../../src/model/in-steps.js';
import type { Json, JsonObject } from '../../src/model/json.js';
import { codeContent } from '../../src/terminology/code-system.js';
import { createTerminology } from '../../src/terminology/create-terminology.js';
import { meantInCodeSystem } from '../../src/terminology/meant.js';
import { createNearSystems } from '../../src/terminology/near-systems.js';
import { tableOfCodeSystem } from '../../src/terminology/table/from-code-system.js';
import { tableContent } from '../../src/terminology/table/table-content.js';
import { createValidator } from '../../src/validation/create-validator.js';
import { definitions } from '../built-definitions.js';
import { asResource, validator } from './at-hand.js';

const live = createLiveDefinitions(definitions);
const own = createValidator({ definitions: live, terminology: createTerminology(live), bestPractice: 'ignore' });

function put(resource: JsonObject, version = 1): void {
  const made = wholly(uploaded(resource, { id: String(resource.id), version, lastUpdated: version }));
  if (made === undefined) throw new Error(`${resource.resourceType}/${resource.id} cannot be used`);
  live.put(made);
}

/** Message id, then the name that is proposed. */
function systemMeant(system: string, judge = validator): string | undefined {
  const issues = judge.validate(asResource({ resourceType: 'Patient', identifier: [{ system, value: '1' }] }));
  expect(issues.every(({ severity, expression }) => severity === 'warning' && expression === 'Patient.identifier[0].system')).toBe(true);
  const [issue] = issues;
  return issue && `${issue.message.id.replace('identifier-system-', '')} ${/(?:is|of) (\S+?)(?: \(| meant|,)/.exec(issue.message.en)?.[1]}`;
}

const residentId = 'urn:oid:2.16.156.10011.1.3';

describe('The system of an identifier', () => {
  test.each([
    ['2.16.156.10011.1.3', `relative ${residentId}`],
    ['居民身份证号', `relative ${residentId}`],
    ['lianyi.cn/fhir/sid/birth-certificate', 'relative https://lianyi.cn/fhir/sid/birth-certificate'],
    ['身份证', 'relative undefined'],
    ['URN:OID:2.16.156.10011.1.3', `misspelt ${residentId}`],
    ['oid:2.16.156.10011.1.3', `misspelt ${residentId}`],
    ['urn：oid：2.16.156.10011.1.3', `relative ${residentId}`],
    ['urn:oid:2.16.156.1011.1.3', `misspelt ${residentId}`],
    ['urn:oid:2.16.15610011.1.3', `misspelt ${residentId}`],
    ['http://lianyi.cn/fhir/sid/birth-certificate', 'misspelt https://lianyi.cn/fhir/sid/birth-certificate'],
    ['https://lianyi.cn/fhir/sid/birth-certificate/', 'misspelt https://lianyi.cn/fhir/sid/birth-certificate'],
    ['https://lianyi.cn/fhir/sid/Birth-Certificate', 'misspelt https://lianyi.cn/fhir/sid/birth-certificate'],
    ['https://lianyi.cn/fhir/sid/birth-certifcate', 'misspelt https://lianyi.cn/fhir/sid/birth-certificate'],
    ['https://lianyi.cn/fhir/sid/resident-id-card', `other-name ${residentId}`],
  ])('%s is told with the name that was meant: %s', (system, meant) => {
    expect(systemMeant(system)).toBe(meant);
  });

  test.each([
    ['one that is known', residentId],
    ['one that a profile asks for', 'urn:oid:2.16.840.1.113883.2.23.1.19.2'],
    ['a neighbour that nobody defined', 'urn:oid:2.16.156.10011.1.999'],
    ["a hospital's own", 'https://hospital.example.org/mrn'],
  ])('%s is as good as any', (_what, system) => {
    expect(systemMeant(system)).toBeUndefined();
  });

  test('is told in Chinese with the name that people know, and that the number was not checked', () => {
    const [issue] = validator.validate(asResource({ resourceType: 'Patient', identifier: [{ system: '2.16.156.10011.1.3' }] }));
    expect(issue?.message.zh).toBe(
      '标识的 system 须为绝对 URI，实为 “2.16.156.10011.1.3”，应为 urn:oid:2.16.156.10011.1.3（居民身份证号）；在此之前不会按其规则校验 value',
    );
    expect(issue?.message.en).toContain(
      'is urn:oid:2.16.156.10011.1.3 (Resident identity number) meant? Until then the value is not checked',
    );
  });

  test('is not looked for without end: so many in a second, then not, and soon again', () => {
    let time = 0;
    const near = createNearSystems(definitions, () => time);
    const slip = 'https://lianyi.cn/fhir/sid/birth-certifcate';
    for (let at = 0; at < 1000; at++) near(`https://h.example.org/${at}`);
    expect([near(slip), near('2.16.156.10011.1.3')?.uri]).toEqual([undefined, residentId]);
    time = 1000;
    expect(near(slip)?.uri).toBe('https://lianyi.cn/fhir/sid/birth-certificate');
  });

  test('follows the naming systems and profiles that are written while the server runs', () => {
    const written = 'https://h.example.org/sid/out-patient';
    expect(systemMeant(written, own)).toBeUndefined();
    const uniqueId = [{ type: 'uri', value: 'https://h.example.org/sid/outpatient', preferred: true }];
    const naming = { resourceType: 'NamingSystem', id: 'n', name: 'N', kind: 'identifier', date: '2026', uniqueId };
    put({ ...naming, status: 'active' });
    expect(systemMeant(written, own)).toBe('misspelt https://h.example.org/sid/outpatient');
    put({ ...naming, status: 'retired' }, 2);
    expect(systemMeant(written, own)).toBeUndefined();
    const element = [
      { id: 'Patient.identifier:a.system', path: 'Patient.identifier.system', patternUri: 'https://h.example.org/sid/outpatient' },
    ];
    const profile = {
      resourceType: 'StructureDefinition',
      id: 'p',
      url: 'http://h.example.org/p',
      type: 'Patient',
      derivation: 'constraint',
    };
    put({ ...profile, differential: { element } });
    expect(systemMeant(written, own)).toBe('misspelt https://h.example.org/sid/outpatient');
    expect(systemMeant('https://h.example.org/sid/his', own)).toBeUndefined();
  });
});

const ethnicity = 'urn:oid:2.16.156.10011.2.3.3.3';

/** The English and the Chinese sentence about `Patient.extension[0]`. */
function saidOf(coding: JsonObject): readonly string[] {
  const url = 'https://lianyi.cn/fhir/StructureDefinition/cn-ethnicity';
  const issues = validator.validate(asResource({ resourceType: 'Patient', extension: [{ url, valueCoding: coding }] }));
  return issues.flatMap(({ message: { en, zh } }) => [en, zh]);
}

describe('What was meant by a code that is none', () => {
  test.each<[string, Json, string, string]>([
    ['a display', '汉族', 'did you mean 01 (Han)?', '；是否指 01（汉族）？'],
    ['a display in English, in any case', 'HAN ', 'did you mean 01 (Han)?', '；是否指 01（汉族）？'],
    ['a number that lost its zero', '1', 'did you mean 01 (Han)?', '；是否指 01（汉族）？'],
  ])('%s is told by the one concept that it fits', (_what, code, en, zh) => {
    const said = saidOf({ system: ethnicity, code: typeof code === 'string' ? code.trim() : code });
    expect([said[0]?.endsWith(en), said[1]?.endsWith(zh)]).toEqual([true, true]);
  });

  test('is told of a bound code, too', () => {
    const [issue] = validator.validate(asResource({ resourceType: 'Patient', gender: 'Male' }));
    expect(issue?.message.zh).toContain('；是否指 male（Male）？');
    const maritalStatus = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-MaritalStatus', code: 'm' }] };
    expect(validator.validate(asResource({ resourceType: 'Patient', maritalStatus }))[0]?.message.en).toMatch(
      /did you mean M \(Married\)\?$/,
    );
  });

  test('a display that is that of another code names both', () => {
    expect(saidOf({ system: ethnicity, code: '01', display: '回族' })).toEqual([
      'The display of "01" is "Han", "汉族", found "回族", which is that of "03"',
      '代码 “01” 的名称为 “汉族”，实为 “回族”（即 “03” 的名称）',
    ]);
  });

  const diagnoses: CodeSystem = {
    ...{ resourceType: 'CodeSystem', url: 'http://a.cn/diagnoses', status: 'active', content: 'complete' },
    concept: [
      { code: 'I10.x00', display: '特发性高血压', designation: [{ language: 'en', value: 'Essential hypertension' }] },
      { code: 'J98.4', display: '肺的其他疾患' },
      { code: 'J98.6', display: '膈疾患' },
      { code: 'a', display: '同名' },
      { code: 'B', display: '同名' },
      { code: 'A', display: '甲' },
      { code: '007', display: '间谍', property: [{ code: 'inactive', valueBoolean: true }] },
      ...Array.from({ length: 500 }, (_, at) => ({ code: `m${at}`, display: '多' })),
    ],
  };
  const { concept: _, ...about } = diagnoses;
  const contents = { listed: codeContent(diagnoses), 'in a table': tableContent(about, wholly(tableOfCodeSystem(diagnoses))) };

  describe.each(Object.entries(contents))('in a code system that is %s', (_how, content) => {
    test.each([
      ['特发性高血压', 'I10.x00'],
      [' Essential  Hypertension', 'I10.x00'],
      ['I10X00', 'I10.x00'],
      ['i10.X00', 'I10.x00'],
      ['J984', 'J98.4'],
      ['Ｊ98.6', 'J98.6'],
      ['b', 'B'],
    ])('%s is %s', (text, code) => {
      expect(meantInCodeSystem('http://a.cn/diagnoses', content, text)?.code).toBe(code);
    });

    test.each(['J98', '高血压', '同名', '多', '7', '间谍', 'I10.x00', ''])('"%s" is none, or more than one, or no slip', (text) => {
      expect(meantInCodeSystem('http://a.cn/diagnoses', content, text)).toBeUndefined();
    });
  });
});
