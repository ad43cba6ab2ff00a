/**
 * The forms of the licensed codes that the package names and does not hold, code by code: what has not the form is warned of and never
 * refused, for the tables themselves are the hospital's.
 */
import { describe, expect, test } from '@jest/globals';
import { validator } from './room.js';

type Row = readonly [code: string, why: string, ...warnings: readonly string[]];

const diagnoses: readonly Row[] = [
  ['I10.x00x002', 'placeholders and extension'],
  ['R68.800x001', 'extension'],
  ['N19.x03', 'placeholder and two digits'],
  ['K75.000', 'no extension'],
  ['G63.200*', 'asterisk'],
  ['M81400/3', 'morphology'],
  ['I10.X00X002', 'capital placeholders', 'cn-icd-2'],
  ['I10.x00X002', 'one capital placeholder', 'cn-icd-2'],
  ['I10', "WHO's form", 'cn-icd-1'],
  ['K75.0', "WHO's form of four places", 'cn-icd-1'],
  ['k75.000', 'small letter in front', 'cn-icd-1'],
  ['I10.x00x02', 'extension of two digits', 'cn-icd-1'],
  ['I10.x00 x002', 'a space inside', 'cn-icd-1'],
];

const operations: readonly Row[] = [
  ['47.0900', 'four digits'],
  ['00.5500x009', 'extension'],
  ['47.09', 'form of the American original'],
  ['47.0900X001', 'capital placeholder', 'cn-icd9-1'],
  ['4709', 'no point', 'cn-icd9-1'],
];

const syndromes: readonly Row[] = [
  ['BNF010', 'edition of 1995'],
  ['A01.01.01.01', 'disease in the edition of 2021'],
  ['A07.06.', 'class in the edition of 2021'],
  ['B04.06.01', 'a syndrome where the disease belongs', 'cn-tcmdx-3'],
  ['咳嗽', 'a name for a code', 'cn-tcmdx-2'],
];

const condition = (profile: string, system: string, code: string) => ({
  resourceType: 'Condition',
  meta: { profile: [`https://lianyi.cn/fhir/StructureDefinition/${profile}`] },
  extension: [{ url: 'https://lianyi.cn/fhir/StructureDefinition/cn-tcm-syndrome', valueCodeableConcept: { text: '风寒袭肺证' } }],
  clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }] },
  code: { coding: [{ system, code }], text: '诊断' },
  subject: { reference: 'Patient/1' },
  recordedDate: '2026-11-26',
});

const procedure = (system: string, code: string) => ({
  resourceType: 'Procedure',
  meta: { profile: ['https://lianyi.cn/fhir/StructureDefinition/cn-procedure'] },
  status: 'preparation',
  code: { coding: [{ system, code }], text: '手术' },
  subject: { reference: 'Patient/1' },
});

const own = 'https://lianyi.cn/fhir/CodeSystem/';

describe.each([
  ['ICD-10 of the clinical edition', diagnoses, (code: string) => condition('cn-condition', `${own}icd-10-nhc`, code)],
  ['ICD-10 of the insurance edition', diagnoses, (code: string) => condition('cn-condition', `${own}icd-10-nhsa`, code)],
  ['ICD-9-CM-3 of the clinical edition', operations, (code: string) => procedure(`${own}icd-9-cm-3-nhc`, code)],
  ['ICD-9-CM-3 of the insurance edition', operations, (code: string) => procedure(`${own}icd-9-cm-3-nhsa`, code)],
  ['GB/T 15657', syndromes, (code: string) => condition('cn-condition-tcm', 'urn:oid:2.16.156.10011.2.3.3.14', code)],
])('A code of %s', (_name, rows, resourceOf) => {
  test.each(rows.map(([code, why, ...warnings]) => ({ code, why, warnings })))('$code: $why', ({ code, warnings }) => {
    const issues = validator.validate(resourceOf(code));
    expect(issues.filter(({ severity }) => severity === 'error')).toEqual([]);
    const told = issues.filter(({ message }) => message.id.startsWith('cn-'));
    expect(told.map(({ severity, message }) => [severity, message.id])).toEqual(warnings.map((key) => ['warning', key]));
  });
});

test("a Chinese code under WHO's ICD-10 is warned of, one of WHO is not", () => {
  const told = (code: string) =>
    validator
      .validate(condition('cn-condition', 'http://hl7.org/fhir/sid/icd-10', code))
      .map(({ message }) => message.id)
      .filter((id) => id.startsWith('cn-'));
  expect([told('I10.x00x002'), told('K35.900'), told('K35.9'), told('I10')]).toEqual([['cn-icd-3'], ['cn-icd-3'], [], []]);
});

test('the same code in the clinical and in the insurance edition are two codings of one diagnosis, told apart by system', () => {
  const code = 'I10.x00x002';
  const both = condition('cn-condition', `${own}icd-10-nhc`, code);
  both.code.coding.push({ system: `${own}icd-10-nhsa`, code });
  const twice = condition('cn-condition', `${own}icd-10-nhc`, code);
  twice.code.coding.push({ system: `${own}icd-10-nhc`, code: 'E11.900' });
  const told = [both, twice].map((one) => validator.validate(one).map(({ message }) => message.id));
  expect(told).toEqual([[], ['cn-icd-4']]);
});
