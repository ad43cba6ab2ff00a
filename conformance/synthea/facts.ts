/**
 * What a plain script finds in the Synthea files: counts per type and the answers to some searches, by reading the resources
 * with ordinary code and none of the server's.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bundle, Encounter, FhirResource, Observation, Patient } from 'fhir/r4.js';
import bzip from 'seek-bzip';

/** Of one file, or of several. */
export interface Facts {
  readonly files: readonly string[];
  readonly entries: number;
  /** Entries per resource type. */
  readonly counts: ReadonlyMap<string, number>;
  /** Ids of the resources as they stand in the files, per type. */
  readonly ids: ReadonlyMap<string, readonly string[]>;
  /** Query without the base → how many resources it must find. */
  readonly searches: ReadonlyMap<string, number>;
}

/** Runs in dist/conformance/synthea. */
const syntheaFolder = fileURLToPath(new URL('../../../conformance/synthea', import.meta.url));

/** In the order in which they are loaded: hospitals and practitioners, then every n-th person, a file each. */
export function readFacts(every = 1): Facts {
  const names = readdirSync(syntheaFolder).filter((name) => name.endsWith('.bz2'));
  const asked = names.sort().filter((_, at) => at < 2 || at % every === 0);
  return sumOf(asked.map((name) => factsOf(join(syntheaFolder, name))));
}

function sumOf(facts: readonly Facts[]): Facts {
  return {
    files: facts.flatMap(({ files }) => files),
    entries: facts.reduce((sum, { entries }) => sum + entries, 0),
    counts: sumByKey(facts.map(({ counts }) => counts)),
    ids: joinedByKey(facts.map(({ ids }) => ids)),
    searches: sumByKey(facts.map(({ searches }) => searches)),
  };
}

function sumByKey(maps: readonly ReadonlyMap<string, number>[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const [key, count] of maps.flatMap((map) => [...map])) sums.set(key, (sums.get(key) ?? 0) + count);
  return sums;
}

function joinedByKey(maps: readonly ReadonlyMap<string, readonly string[]>[]): ReadonlyMap<string, readonly string[]> {
  const joined = new Map<string, string[]>();
  for (const [key, values] of maps.flatMap((map) => [...map])) {
    const before = joined.get(key);
    if (before === undefined) joined.set(key, [...values]);
    else before.push(...values);
  }
  return joined;
}

function factsOf(file: string): Facts {
  const bundle = JSON.parse(bzip.decode(readFileSync(file)).toString('utf8')) as Bundle<FhirResource>;
  const entries = bundle.entry ?? [];
  const resources = entries.flatMap(({ resource }) => (resource ? [resource] : []));
  const byUrl = new Map(entries.flatMap(({ fullUrl, resource }) => (fullUrl && resource ? [[fullUrl, resource] as const] : [])));
  const ids = joinedByKey(resources.map(({ resourceType, id = '' }) => new Map([[resourceType as string, [id]]])));
  const counts = new Map([...ids].map(([type, those]) => [type, those.length]));
  const searches = Object.entries(questions).map(
    ([query, holds]) => [query, resources.filter((resource) => holds(resource, byUrl)).length] as const,
  );
  return { files: [file], entries: resources.length, counts, ids, searches: new Map(searches) };
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

/** Searches of different kinds, each with its meaning in plain code. */
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
