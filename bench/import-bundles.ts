/**
 * Transactions as an importer sends them, made of the invented people and their visits: what belongs to one person is linked by urn:uuid,
 * and whom they met is named by identifier. A pure function of the numbers of the people. Source: R4 http.html#trules
 */
import { wire } from './client.js';
import { historyOf, resourcesOf, resourcesOfHistory, type Stored, shared } from './visits.js';

interface Entry {
  readonly fullUrl?: string;
  readonly resource: Readonly<Record<string, unknown>>;
  readonly request: { readonly method: 'POST' | 'PUT'; readonly url: string; readonly ifNoneExist?: string };
}

/** Practitioners and organizations have their names here as identifiers. */
const REGISTER = 'https://register.example.org';

/** Each a message that is ready to be sent, of as many whole people as have so many resources. */
export function bundlesOfPeople(first: number, bundles: number, entriesEach: number): readonly Buffer[] {
  const people = peopleIn(entriesEach);
  return Array.from({ length: bundles }, (_, nth) => message(entriesOfPeople(first + nth * people, people)));
}

export const peopleIn = (entries: number): number => Math.floor(entries / resourcesOfHistory);

/** Whom all the people meet, who has to be there before them. */
export function registerBundle(): Buffer {
  return message(shared().map((resource) => onlyIfNew(resource, resource.id)));
}

/** Of 100 entries: four people, practitioners that any of the others may bring too, and organizations that all of them update. */
export const commons = { people: 4, practitioners: 15, organizations: 5, ofPractitioners: 60, ofOrganizations: 20 };
export const commonEntries = commons.people * resourcesOfHistory + commons.practitioners + commons.organizations;

/** The practitioners are those of this round, and found by it. */
export function bundlesWithCommons(first: number, bundles: number, round: number): readonly Buffer[] {
  return Array.from({ length: bundles }, (_, nth) => {
    const practitioners = Array.from({ length: commons.practitioners }, (_each, i) => {
      const name = commonPractitioner(round, (nth * 7 + i) % commons.ofPractitioners);
      return onlyIfNew({ resourceType: 'Practitioner', id: name, active: true }, name);
    });
    const organizations = Array.from({ length: commons.organizations }, (_each, i): Entry => {
      const id = commonOrganization(round, (nth * 3 + i) % commons.ofOrganizations);
      return {
        resource: { resourceType: 'Organization', id, name: `第${nth + 1}批` },
        request: { method: 'PUT', url: `Organization/${id}` },
      };
    });
    const people = entriesOfPeople(first + nth * commons.people, commons.people);
    return message([...people, ...practitioners, ...organizations]);
  });
}

export const commonPractitioner = (round: number, at: number): string => `common-${round}-${at}`;
export const commonOrganization = (round: number, at: number): string => `common-${round}-${at}`;

/** The criteria that find one by its name in the register. */
export const registered = (name: string): string => `identifier=${REGISTER}|${name}`;

function message(entry: readonly Entry[]): Buffer {
  return wire({ method: 'POST', path: '/fhir', body: JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry }) });
}

function onlyIfNew({ id: _, ...resource }: Stored, name: string): Entry {
  const { resourceType } = resource;
  return {
    resource: { ...resource, identifier: [{ system: REGISTER, value: name }] },
    request: { method: 'POST', url: String(resourceType), ifNoneExist: registered(name) },
  };
}

function entriesOfPeople(first: number, people: number): readonly Entry[] {
  return Array.from({ length: people }, (_, i) => resourcesOf(historyOf(first + i))).flatMap((resources) => resources.map(entryOf));
}

/** Laboratories and their specimens are not sent with the results. */
function entryOf({ id, specimen: _specimen, performer: _performer, ...resource }: Stored): Entry {
  return {
    fullUrl: urnOf(`${resource.resourceType}/${id}`),
    resource: linked(resource) as Readonly<Record<string, unknown>>,
    request: { method: 'POST', url: String(resource.resourceType) },
  };
}

function linked(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(linked);
  if (typeof json !== 'object' || json === null) return json;
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) => [name, name === 'reference' && typeof value === 'string' ? linkTo(value) : linked(value)]),
  );
}

function linkTo(reference: string): string {
  const [type = '', id = ''] = reference.split('/');
  return type === 'Practitioner' || type === 'Organization' ? `${type}?${registered(id)}` : urnOf(reference);
}

/** `Encounter/p7-e1`: of the type its letter, then both numbers. */
function urnOf(name: string): string {
  const [, type = '', person = '', kind = '', nth = '0'] = /^([A-Z]).*\/p(\d+)(?:-([a-z])(\d+))?$/.exec(name) ?? [];
  const hex = (text: string, length: number) => Buffer.from(text).toString('hex').padStart(length, '0');
  return `urn:uuid:${Number(person).toString(16).padStart(8, '0')}-${hex(type, 4)}-4${hex(kind, 3)}-8000-${nth.padStart(12, '0')}`;
}
