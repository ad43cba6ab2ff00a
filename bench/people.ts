/**
 * Invented people and their records: a pure function of the index, so that every run and every store gets the same bytes.
 * Identity numbers carry a province's own code for a county, which no one has, and a right check digit.
 */

export interface Person {
  readonly patient: object;
  readonly observations: readonly object[];
  readonly idNumber: string;
}

const surnames = '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕'
  .split('')
  .concat(['欧阳', '尉迟', '司马', '诸葛']);
const given = '伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂子涵雨轩浩宇欣怡梓萱一诺'.split('');
const labs = [
  ['718-7', 'Hemoglobin', '血红蛋白', 'g/L', 110, 60],
  ['2345-7', 'Glucose', '葡萄糖', 'mmol/L', 4, 6],
  ['2160-0', 'Creatinine', '肌酐', 'umol/L', 40, 80],
  ['8480-6', 'Systolic blood pressure', '收缩压', 'mm[Hg]', 100, 60],
  ['6690-2', 'Leukocytes', '白细胞计数', '10*9/L', 3, 9],
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
export function checkCharacter(first17: string): string {
  const sum = weights.reduce((total, weight, i) => total + weight * Number(first17[i]), 0);
  return '10X98765432'[sum % 11] ?? '';
}

export function person(index: number): Person {
  const next = random(index + 1);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() ** 2 * list.length)] as T;
  const two = (n: number) => String(n).padStart(2, '0');
  const birth = [1930 + Math.floor(next() * 90), 1 + Math.floor(next() * 12), 1 + Math.floor(next() * 28)] as const;
  const male = next() < 0.5;
  const sequence = String(Math.floor(index / 2) % 50).padStart(2, '0') + (male ? 1 + 2 * (index % 5) : 2 * (index % 5));
  const first17 = `320000${birth[0]}${two(birth[1])}${two(birth[2])}${sequence}`;
  const idNumber = first17 + checkCharacter(first17);
  const family = pick(surnames);
  const names = pick(given) + (next() < 0.7 ? pick(given) : '');
  const patient = {
    resourceType: 'Patient',
    meta: { profile: ['https://lianyi.cn/fhir/StructureDefinition/cn-patient'] },
    identifier: [
      { use: 'official', system: 'urn:oid:2.16.156.10011.1.3', value: idNumber },
      { use: 'usual', system: 'urn:oid:2.16.156.10011.1.13', value: `MR${index}` },
    ],
    active: true,
    name: [{ use: 'official', text: family + names, family, given: [names] }],
    telecom: [{ system: 'phone', value: `1380000${String(index % 10000).padStart(4, '0')}`, use: 'mobile' }],
    gender: male ? 'male' : 'female',
    birthDate: birth.map((part, i) => (i === 0 ? String(part) : two(part))).join('-'),
    address: [{ use: 'home', text: `江苏省苏州市姑苏区人民路${index % 900}号`, state: '江苏省', city: '苏州市', district: '姑苏区' }],
  };
  const observations = labs.map(([code, display, text, unit, low, span], i) => ({
    resourceType: 'Observation',
    status: 'final',
    category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }] }],
    code: { coding: [{ system: 'http://loinc.org', code, display }], text },
    subject: { reference: `Patient/p${index}` },
    effectiveDateTime: `20${two(10 + Math.floor(next() * 15))}-${two(1 + Math.floor(next() * 12))}-${two(1 + Math.floor(next() * 28))}T${two(i + 8)}:30:00+08:00`,
    valueQuantity: { value: Math.round((low + next() * span) * 10) / 10, unit, system: 'http://unitsofmeasure.org', code: unit },
  }));
  return { patient, observations, idNumber };
}

/** A transaction that puts these people and their observations under ids of their own: `p7`, `p7-o0` … */
export function transactionOf(first: number, count: number): string {
  const entry = Array.from({ length: count }, (_, i) => person(first + i)).flatMap(({ patient, observations }, i) => [
    { resource: { ...patient, id: `p${first + i}` }, request: { method: 'PUT', url: `Patient/p${first + i}` } },
    ...observations.map((observation, n) => ({
      resource: { ...observation, id: `p${first + i}-o${n}` },
      request: { method: 'PUT', url: `Observation/p${first + i}-o${n}` },
    })),
  ]);
  return JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry });
}
