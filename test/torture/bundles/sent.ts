/** The resources of a storm of Bundles. Each says by two identifiers which Bundle and which entry of it wrote it. */
import { keySystem, markSystem } from '../storm.js';

export const entrySystem = 'urn:lianyi:storm:entry';

export type Json = Readonly<Record<string, unknown>>;

/** `b7` of `b7.3` */
export const bundleOf = (mark: string): string => mark.slice(0, mark.indexOf('.'));

/** The criteria that find what has an identifier. */
export const identified = (system: string, value: string): string => `identifier=${encodeURIComponent(`${system}|${value}`)}`;

const identifiers = (mark: string, key?: string) => [
  { system: markSystem, value: bundleOf(mark) },
  { system: entrySystem, value: mark },
  ...(key === undefined ? [] : [{ system: keySystem, value: key }]),
];

const reference = (to: string | undefined) => (to === undefined ? undefined : { reference: to });

interface PatientMore {
  readonly id?: string;
  readonly key?: string;
  readonly organization?: string;
  readonly other?: string;
}

export function patient(mark: string, { id, key, organization, other }: PatientMore = {}): Json {
  return {
    resourceType: 'Patient',
    id,
    identifier: identifiers(mark, key),
    name: [{ family: bundleOf(mark), given: ['子涵'] }],
    managingOrganization: reference(organization),
    link: other === undefined ? undefined : [{ other: reference(other), type: 'seealso' }],
  };
}

export function observation(mark: string, subject: string): Json {
  return {
    resourceType: 'Observation',
    identifier: identifiers(mark),
    status: 'final',
    code: { coding: [{ system: 'http://loinc.org', code: '8480-6' }], text: '收缩压' },
    subject: reference(subject),
    valueQuantity: { value: 118, unit: 'mmHg', system: 'http://unitsofmeasure.org', code: 'mm[Hg]' },
  };
}

export function organization(mark: string, key: string): Json {
  return { resourceType: 'Organization', identifier: identifiers(mark, key), name: key };
}

/** Gives the marks of an entry to a resource of another. Source: R4 http.html#patch */
export function jsonPatch(mark: string): Json {
  const operations = [bundleOf(mark), mark].map((value, at) => ({ op: 'replace', path: `/identifier/${at}/value`, value }));
  const data = Buffer.from(JSON.stringify(operations)).toString('base64');
  return { resourceType: 'Binary', contentType: 'application/json-patch+json', data };
}

/** The same. Source: R4 fhirpatch.html */
export function fhirPathPatch(mark: string): Json {
  const replaced = (at: number, valueString: string) => ({
    name: 'operation',
    part: [
      { name: 'type', valueCode: 'replace' },
      { name: 'path', valueString: `Patient.identifier[${at}].value` },
      { name: 'value', valueString },
    ],
  });
  return { resourceType: 'Parameters', parameter: [replaced(0, bundleOf(mark)), replaced(1, mark)] };
}
