/**
 * What a plain script finds in the Synthea files: counts per type and the answers to some searches, by reading the resources
 * with ordinary code and none of the server's.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bundle, Encounter, FhirResource, Observation, Patient } from 'fhir/r4.js';
import bzip from 'seek-bzip';

export interface Facts {
  readonly entries: number;
  /** Entries per resource type. */
  readonly counts: ReadonlyMap<string, number>;
  /** Query without the base → how many resources it must find. */
  readonly searches: ReadonlyMap<string, number>;
}

export function readFacts(folder: string): Facts {
  const counts = new Map<string, number>();
  const tally = new Map<string, number>();
  let entries = 0;
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.bz2'))) {
    const bundle = JSON.parse(bzip.decode(readFileSync(join(folder, file))).toString('utf8')) as Bundle<FhirResource>;
    const resources = (bundle.entry ?? []).flatMap(({ resource }) => (resource ? [resource] : []));
    const byUrl = new Map(
      (bundle.entry ?? []).flatMap(({ fullUrl, resource }) => (fullUrl && resource ? [[fullUrl, resource] as const] : [])),
    );
    entries += resources.length;
    for (const resource of resources) {
      counts.set(resource.resourceType, (counts.get(resource.resourceType) ?? 0) + 1);
      for (const [query, holds] of Object.entries(questions)) {
        if (holds(resource, byUrl)) tally.set(query, (tally.get(query) ?? 0) + 1);
      }
    }
  }
  return { entries, counts, searches: new Map(Object.keys(questions).map((query) => [query, tally.get(query) ?? 0])) };
}

type Question = (resource: FhirResource, byUrl: ReadonlyMap<string, FhirResource>) => boolean;

const loinc = 'http://loinc.org';
const height = (resource: FhirResource): resource is Observation =>
  resource.resourceType === 'Observation' && (resource.code.coding ?? []).some(({ system, code }) => system === loinc && code === '8302-2');
const patient =
  (holds: (patient: Patient) => boolean): Question =>
  (resource) =>
    resource.resourceType === 'Patient' && holds(resource);
const instant = (text: string | undefined) => Date.parse(text ?? '');

/** Ten searches of different kinds, each with its meaning in plain code. */
const questions: Readonly<Record<string, Question>> = {
  'Patient?gender=female': patient(({ gender }) => gender === 'female'),
  'Patient?birthdate=ge1960-01-01&birthdate=lt1980-01-01': patient(
    ({ birthDate = '' }) => birthDate >= '1960-01-01' && birthDate < '1980-01-01',
  ),
  'Patient?family=B': patient(({ name = [] }) => name.some(({ family }) => family?.toLowerCase().startsWith('b'))),
  'Patient?address-city=boston': patient(({ address = [] }) => address.some(({ city }) => city?.toLowerCase().startsWith('boston'))),
  'Observation?code=http://loinc.org|8302-2': height,
  'Observation?code=8302-2&value-quantity=gt170|http://unitsofmeasure.org|cm': (resource) =>
    height(resource) && resource.valueQuantity?.code === 'cm' && (resource.valueQuantity.value ?? 0) > 170,
  'Observation?code=8302-2&subject:Patient.gender=male': (resource, byUrl) => {
    const subject = height(resource) ? byUrl.get(resource.subject?.reference ?? '') : undefined;
    return subject?.resourceType === 'Patient' && subject.gender === 'male';
  },
  'Encounter?class=EMER,IMP': (resource) =>
    resource.resourceType === 'Encounter' && ['EMER', 'IMP'].includes((resource as Encounter).class.code ?? ''),
  'Condition?clinical-status=active&onset-date=sa2015-06-30T23:59:59Z': (resource) =>
    resource.resourceType === 'Condition' &&
    (resource.clinicalStatus?.coding ?? []).some(({ code }) => code === 'active') &&
    instant(resource.onsetDateTime) >= Date.parse('2015-07-01T00:00:00Z'),
  'Immunization?date=2015': (resource) =>
    resource.resourceType === 'Immunization' &&
    instant(resource.occurrenceDateTime) >= Date.parse('2015-01-01T00:00:00+08:00') &&
    instant(resource.occurrenceDateTime) < Date.parse('2016-01-01T00:00:00+08:00'),
  'Organization?identifier=https://github.com/synthetichealth/synthea|69176529-fd1f-3b3f-abce-a0a3626769eb': (resource) =>
    resource.resourceType === 'Organization' &&
    (resource.identifier ?? []).some(({ value }) => value === '69176529-fd1f-3b3f-abce-a0a3626769eb'),
};
