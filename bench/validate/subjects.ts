/** What the validators are given: single resources, and a sample of the official examples. All are valid by R4. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import bzip from 'seek-bzip';
import type { Resource } from '../../src/model/resource.js';
import { validateAims } from '../aims.js';
import { person } from '../people.js';

export interface Subject {
  readonly name: string;
  readonly texts: readonly string[];
  /** Part of `JSON.parse` that is aimed at. */
  readonly aim?: number;
  /** It claims a profile of the local package. */
  readonly profiled?: boolean;
}

const root = new URL('../../../', import.meta.url);
const chinesePatient = 'profiles/lianyi.cn.core/examples/cn-patient/valid-resident.json';
const syntheaBundle = 'conformance/synthea/057aa36e-b892-9964-75b9-ffb46b097e34.json.bz2';
const examples = fileURLToPath(new URL('node_modules/hl7.fhir.r4.examples/', root));
/** Kinds of which the package has thousands, and nobody's server sees so many. */
const definitionTypes =
  /^(package|StructureDefinition|ValueSet|CodeSystem|SearchParameter|ConceptMap|OperationDefinition|CompartmentDefinition|NamingSystem|ImplementationGuide|Bundle)\b/;
const LARGEST = 20_000;

export function singleSubjects(): readonly Subject[] {
  const { patient, observations } = person(1);
  const { meta: _claim, ...plain } = patient;
  const { patient: syntheaPatient, observation: syntheaObservation } = synthea();
  return [
    subject('Patient', plain, { aim: validateAims.patient }),
    subject('Patient, Synthea', syntheaPatient),
    subject('Observation', observations[0], { aim: validateAims.observation }),
    subject('Observation, Synthea', syntheaObservation),
    subject('cn-patient', JSON.parse(readFileSync(new URL(chinesePatient, root), 'utf8')), { aim: validateAims.chinese, profiled: true }),
  ];
}

function subject(name: string, resource: unknown, options: Partial<Subject> = {}): Subject {
  const text = JSON.stringify(resource);
  return { name: `${name}, ${(Buffer.byteLength(text) / 1024).toFixed(1)} KB`, texts: [text], ...options };
}

function synthea(): { readonly patient: Resource; readonly observation: Resource } {
  const bundle = JSON.parse(bzip.decode(readFileSync(new URL(syntheaBundle, root))).toString()) as {
    readonly entry: readonly { readonly resource: Resource }[];
  };
  const first = (type: string) => {
    const found = bundle.entry.find(({ resource }) => resource.resourceType === type);
    if (found === undefined) throw new Error(`${syntheaBundle} holds no ${type}`);
    return found.resource;
  };
  return { patient: first('Patient'), observation: first('Observation') };
}

/** Every few of the clinical examples, of as many types as there are. */
export function sampleOf(count: number): Subject {
  const files = readdirSync(examples)
    .filter((file) => file.endsWith('.json') && !definitionTypes.test(file) && statSync(examples + file).size < LARGEST)
    .sort();
  const stride = files.length / count;
  const chosen = Array.from({ length: count }, (_, i) => files[Math.floor(i * stride)] ?? '');
  return {
    name: `${count} official examples`,
    texts: chosen.map((file) => JSON.stringify(JSON.parse(readFileSync(examples + file, 'utf8')))),
  };
}

/** People and their results in a collection, each result with references that lead inside it. */
export function bundleOf(entries: number): Resource {
  const entry = [];
  for (let index = 0; entry.length < entries; index++) {
    const { patient, observations } = person(index);
    const { meta: _claim, ...plain } = patient;
    entry.push({ fullUrl: `https://example.org/fhir/Patient/${patient.id}`, resource: plain });
    for (const resource of observations) entry.push({ fullUrl: `https://example.org/fhir/Observation/${resource.id}`, resource });
  }
  return { resourceType: 'Bundle', type: 'collection', entry: entry.slice(0, entries) } as unknown as Resource;
}
