/**
 * Invented people and their records: a pure function of the index, so that every run and every store gets the same bytes. A patient
 * of about 2 KB and ten laboratory results of about 1.2 KB each. Identity numbers carry a province's own code for a county,
 * which no one has, and a right check digit.
 */

/** What the bench itself asks of a resource; the rest is there all the same. */
export type Elements = Readonly<Record<string, unknown>>;

export interface Patient extends Elements {
  readonly resourceType: 'Patient';
  readonly id: string;
  readonly identifier: readonly Elements[];
  readonly name: readonly (Elements & { readonly text: string; readonly family: string })[];
  readonly birthDate: string;
  readonly gender: string;
}

export interface Observation extends Elements {
  readonly resourceType: 'Observation';
  readonly id: string;
  readonly effectiveDateTime: string;
  readonly valueQuantity: Elements & { readonly value: number };
}

export interface Person {
  readonly patient: Patient;
  readonly observations: readonly Observation[];
}

export const observationsEach = 10;
/** Of one person. */
export const resourcesEach = 1 + observationsEach;

export const surnames = '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕'
  .split('')
  .concat(['欧阳', '尉迟', '司马', '诸葛']);
export const given = '伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂子涵雨轩浩宇欣怡梓萱一诺'.split('');
/** LOINC code, its name, the name in the report, unit, lowest value, span. */
const labs = [
  ['718-7', 'Hemoglobin', '血红蛋白', 'g/L', 110, 60],
  ['2345-7', 'Glucose', '葡萄糖', 'mmol/L', 4, 6],
  ['2160-0', 'Creatinine', '肌酐', 'umol/L', 40, 80],
  ['8480-6', 'Systolic blood pressure', '收缩压', 'mm[Hg]', 100, 60],
  ['6690-2', 'Leukocytes', '白细胞计数', '10*9/L', 3, 9],
  ['777-3', 'Platelets', '血小板计数', '10*9/L', 100, 250],
  ['2823-3', 'Potassium', '钾', 'mmol/L', 3, 3],
  ['2951-2', 'Sodium', '钠', 'mmol/L', 130, 20],
  ['1742-6', 'Alanine aminotransferase', '丙氨酸氨基转移酶', 'U/L', 5, 60],
  ['14927-8', 'Triglyceride', '甘油三酯', 'mmol/L', 0.4, 3],
] as const;

/** A small generator of numbers in [0, 1) from a seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** The last character of a resident identity number. Source: GB 11643-1999, ISO 7064 MOD 11-2 */
function checkCharacter(first17: string): string {
  const sum = weights.reduce((total, weight, i) => total + weight * Number(first17[i]), 0);
  return '10X98765432'[sum % 11] ?? '';
}

const twoDigits = (n: number) => String(n).padStart(2, '0');
const coded = (system: string, code: string, display: string) => ({
  system: `http://terminology.hl7.org/CodeSystem/${system}`,
  code,
  display,
});

/** `p7` with `p7-o0` … `p7-o9`. */
export function person(index: number): Person {
  const next = random(index + 1);
  const patient = patientOf(index, next);
  return { patient, observations: labs.map((_, nth) => observationOf(index, nth, patient, next)) };
}

function patientOf(index: number, next: () => number): Patient {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() ** 2 * list.length)] as T;
  const birthDate = `${1930 + Math.floor(next() * 90)}-${twoDigits(1 + Math.floor(next() * 12))}-${twoDigits(1 + Math.floor(next() * 28))}`;
  const male = next() < 0.5;
  const sequence = String(Math.floor(index / 2) % 50).padStart(2, '0') + (male ? 1 + 2 * (index % 5) : 2 * (index % 5));
  const first17 = `320000${birthDate.replaceAll('-', '')}${sequence}`;
  const family = pick(surnames);
  const names = pick(given) + (next() < 0.7 ? pick(given) : '');
  const mobile = (prefix: string) => ({ system: 'phone', value: `${prefix}0000${String(index % 10000).padStart(4, '0')}`, use: 'mobile' });
  return {
    resourceType: 'Patient',
    id: `p${index}`,
    meta: { profile: ['https://lianyi.cn/fhir/StructureDefinition/cn-patient'] },
    identifier: [
      identifier('official', 'PRC', '居民身份证', '2.16.156.10011.1.3', first17 + checkCharacter(first17)),
      identifier('usual', 'MR', '病案号', '2.16.156.10011.1.13', `MR${index}`),
      identifier('secondary', 'SB', '居民健康卡', '2.16.156.10011.1.19', `C${String(index).padStart(12, '0')}`),
    ],
    active: true,
    name: [{ use: 'official', text: family + names, family, given: [names] }],
    telecom: [mobile('138'), { system: 'email', value: `person${index}@example.org`, use: 'home' }],
    gender: male ? 'male' : 'female',
    birthDate,
    address: [{ use: 'home', text: `江苏省苏州市姑苏区人民路${index % 900}号`, state: '江苏省', city: '苏州市', district: '姑苏区' }],
    maritalStatus: { coding: [coded('v3-MaritalStatus', 'M', 'Married')], text: '已婚' },
    contact: [
      {
        relationship: [{ coding: [coded('v2-0131', 'N', 'Next-of-Kin')], text: '配偶' }],
        name: { text: pick(surnames) + pick(given) },
        telecom: [mobile('139')],
      },
    ],
    generalPractitioner: [{ reference: `Practitioner/doctor-${index % 700}`, display: '王医生' }],
    managingOrganization: { reference: `Organization/hospital-${index % 40}`, display: '苏州市第一人民医院' },
  };
}

function identifier(use: string, type: string, text: string, oid: string, value: string) {
  const coding = [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: type }];
  return { use, type: { coding, text }, system: `urn:oid:${oid}`, value };
}

function observationOf(index: number, nth: number, patient: Patient, next: () => number): Observation {
  const [code, display, text, unit, lowest, span] = labs[nth] ?? labs[0];
  const day = `20${10 + Math.floor(next() * 15)}-${twoDigits(1 + Math.floor(next() * 12))}-${twoDigits(1 + Math.floor(next() * 28))}`;
  const quantity = (value: number) => ({ value: Math.round(value * 10) / 10, unit, system: 'http://unitsofmeasure.org', code: unit });
  const part = next();
  const mark = part > 0.9 ? coded('v3-ObservationInterpretation', 'H', 'High') : coded('v3-ObservationInterpretation', 'N', 'Normal');
  return {
    resourceType: 'Observation',
    id: `p${index}-o${nth}`,
    identifier: [{ system: 'urn:oid:2.16.156.10011.2.5.1.44', value: `L${index * observationsEach + nth}` }],
    status: 'final',
    category: [{ coding: [coded('observation-category', 'laboratory', 'Laboratory')] }],
    code: { coding: [{ system: 'http://loinc.org', code, display }], text },
    subject: { reference: `Patient/p${index}`, display: patient.name[0]?.text },
    encounter: { reference: `Encounter/p${index}-e${nth % 3}` },
    effectiveDateTime: `${day}T${twoDigits(nth + 8)}:30:00+08:00`,
    issued: `${day}T${twoDigits(nth + 8)}:55:12.000+08:00`,
    performer: [{ reference: `Practitioner/doctor-${(index + nth) % 700}`, display: '检验科' }],
    valueQuantity: quantity(lowest + part * span),
    interpretation: [{ coding: [mark] }],
    specimen: { reference: `Specimen/p${index}-s${nth % 2}` },
    referenceRange: [{ low: quantity(lowest), high: quantity(lowest + 0.9 * span), text: `${lowest}–${lowest + 0.9 * span}` }],
  };
}

/** A transaction that puts these people and their observations. */
export function transactionOf(first: number, count: number): string {
  const entry = Array.from({ length: count }, (_, i) => person(first + i)).flatMap(({ patient, observations }) =>
    [patient, ...observations].map((resource) => ({
      resource,
      request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
    })),
  );
  return JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry });
}
