/**
 * The visits of the invented people, and who they meet there: three encounters with the blood pressure at each, two diagnoses and a
 * prescription. With the person and the laboratory results twenty resources; like these a pure function of the index.
 */
import { type Elements, type Person, person, random, surnames, given as syllables } from './people.js';

export interface Stored extends Elements {
  readonly resourceType: string;
  readonly id: string;
}

export interface Encounter extends Stored {
  readonly period: Elements & { readonly start: string };
  readonly class: Elements & { readonly code: string };
}

export interface Pressure extends Stored {
  readonly effectiveDateTime: string;
  readonly component: readonly (Elements & { readonly valueQuantity: Elements & { readonly value: number } })[];
}

export interface Condition extends Stored {
  readonly code: { readonly coding: readonly (Elements & { readonly code: string })[]; readonly text: string };
}

/** One person with all that is known of them. */
export interface History extends Person {
  readonly index: number;
  readonly encounters: readonly Encounter[];
  readonly pressures: readonly Pressure[];
  readonly conditions: readonly Condition[];
  readonly prescription: Stored;
}

export const doctors = 700;
export const hospitals = 40;
export const resourcesOfHistory = 20;
/** When the first resource is written; each following one a millisecond later. */
export const loadedFrom = Date.UTC(2026, 0, 1);
/** How many are stored before the patient of this index. */
export const storedBefore = (index: number): number => doctors + hospitals + index * resourcesOfHistory;

const diagnoses = [
  ['I10', '原发性高血压'],
  ['E11.9', '2型糖尿病'],
  ['J06.9', '急性上呼吸道感染'],
  ['K29.5', '慢性胃炎'],
  ['M54.5', '腰痛'],
  ['N18.3', '慢性肾脏病3期'],
  ['J45.9', '支气管哮喘'],
  ['I25.1', '冠状动脉粥样硬化性心脏病'],
] as const;
const drugs = ['硝苯地平控释片', '二甲双胍片', '阿司匹林肠溶片', '奥美拉唑肠溶胶囊', '布洛芬缓释胶囊'];
const classes = ['AMB', 'AMB', 'AMB', 'IMP', 'EMER'];
const visitsEach = 3;
/** So that what follows from the index here says nothing about what follows from it elsewhere. */
const SEED = 0x5bd1e995;

const terms = 'http://terminology.hl7.org/CodeSystem/';
const two = (n: number) => String(n).padStart(2, '0');
const doctorOf = (index: number, nth: number) => (index * 3 + nth * 7) % doctors;

export function historyOf(index: number): History {
  const next = random(index ^ SEED);
  const one = person(index);
  const subject = { reference: `Patient/p${index}` };
  const days = Array.from(
    { length: visitsEach },
    (_, nth) => `20${10 + nth * 5 + Math.floor(next() * 5)}-${two(1 + Math.floor(next() * 12))}-${two(1 + Math.floor(next() * 28))}`,
  );
  return {
    ...one,
    index,
    encounters: days.map((day, nth) => encounterOf(index, nth, day, classes[Math.floor(next() * classes.length)] ?? 'AMB')),
    pressures: days.map((day, nth) => pressureOf(index, nth, day, [100 + Math.floor(next() * 80), 60 + Math.floor(next() * 40)])),
    conditions: [0, 1].map((nth) => conditionOf(index, nth, days[nth] ?? '', diagnoses[Math.floor(next() ** 2 * diagnoses.length)])),
    prescription: {
      resourceType: 'MedicationRequest',
      id: `p${index}-m0`,
      status: 'active',
      intent: 'order',
      medicationCodeableConcept: { text: drugs[Math.floor(next() * drugs.length)] },
      subject,
      encounter: { reference: `Encounter/p${index}-e0` },
      authoredOn: `${days[0]}T10:05:00+08:00`,
      requester: { reference: `Practitioner/doctor-${doctorOf(index, 0)}` },
      dosageInstruction: [{ text: '口服，一次1片，一日2次' }],
    },
  };
}

function encounterOf(index: number, nth: number, day: string, kind: string): Encounter {
  return {
    resourceType: 'Encounter',
    id: `p${index}-e${nth}`,
    identifier: [{ system: 'urn:oid:2.16.156.10011.1.11', value: `V${index * visitsEach + nth}` }],
    status: 'finished',
    class: { system: `${terms}v3-ActCode`, code: kind },
    subject: { reference: `Patient/p${index}` },
    participant: [{ individual: { reference: `Practitioner/doctor-${doctorOf(index, nth)}` } }],
    period: { start: `${day}T09:00:00+08:00`, end: `${day}T11:00:00+08:00` },
    reasonCode: [{ text: '复诊' }],
    serviceProvider: { reference: `Organization/hospital-${index % hospitals}` },
  };
}

function pressureOf(index: number, nth: number, day: string, [systolic, diastolic]: readonly [number, number]): Pressure {
  const part = (code: string, display: string, value: number) => ({
    code: { coding: [{ system: 'http://loinc.org', code, display }] },
    valueQuantity: { value, unit: 'mmHg', system: 'http://unitsofmeasure.org', code: 'mm[Hg]' },
  });
  return {
    resourceType: 'Observation',
    id: `p${index}-b${nth}`,
    status: 'final',
    category: [{ coding: [{ system: `${terms}observation-category`, code: 'vital-signs' }] }],
    code: { coding: [{ system: 'http://loinc.org', code: '85354-9', display: 'Blood pressure panel' }], text: '血压' },
    subject: { reference: `Patient/p${index}` },
    encounter: { reference: `Encounter/p${index}-e${nth}` },
    effectiveDateTime: `${day}T09:20:00+08:00`,
    component: [part('8480-6', 'Systolic blood pressure', systolic), part('8462-4', 'Diastolic blood pressure', diastolic)],
  };
}

function conditionOf(index: number, nth: number, day: string, [code, text]: readonly [string, string] = diagnoses[0]): Condition {
  return {
    resourceType: 'Condition',
    id: `p${index}-c${nth}`,
    clinicalStatus: { coding: [{ system: `${terms}condition-clinical`, code: nth === 0 ? 'active' : 'resolved' }] },
    verificationStatus: { coding: [{ system: `${terms}condition-ver-status`, code: 'confirmed' }] },
    code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10', code, display: text }], text },
    subject: { reference: `Patient/p${index}` },
    encounter: { reference: `Encounter/p${index}-e${nth}` },
    onsetDateTime: day,
    recordedDate: day,
  };
}

/** In the order in which they are stored. */
export function resourcesOf({ patient, observations, encounters, pressures, conditions, prescription }: History): readonly Stored[] {
  return [patient, ...encounters, ...observations, ...pressures, ...conditions, prescription];
}

/** Doctors and hospitals, stored before all people. */
export function shared(): readonly Stored[] {
  const pick = (list: readonly string[], at: number) => list[at % list.length] ?? '';
  const hospital = (at: number): Stored => ({
    resourceType: 'Organization',
    id: `hospital-${at}`,
    active: true,
    name: `苏州市第${at + 1}人民医院`,
  });
  const doctor = (at: number): Stored => {
    const family = pick(surnames, at);
    const name = pick(syllables, at * 5);
    return { resourceType: 'Practitioner', id: `doctor-${at}`, name: [{ text: family + name, family, given: [name] }] };
  };
  return [...Array.from({ length: hospitals }, (_, at) => hospital(at)), ...Array.from({ length: doctors }, (_, at) => doctor(at))];
}
