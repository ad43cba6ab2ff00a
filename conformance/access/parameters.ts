/** What a few search parameters see in a resource, by plain code over the JSON. References are `Type/id` of this server, or `#`. */
import type { Plain } from '../search/random/values.js';
import type { World } from './world.js';

type Values = (resource: Plain) => readonly string[];
export interface LinkParameter {
  readonly of: Values;
  readonly targets: readonly string[];
}

const list = (value: Plain): readonly Plain[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);
const coded = (concept: Plain): readonly string[] => list(concept?.coding).map(({ code }) => code);
const reached = (value: Plain): readonly string[] => list(value).flatMap((one) => (one?.reference === undefined ? [] : [one.reference]));
const carers = ['Practitioner', 'PractitionerRole', 'Organization'];

/** Without a system. */
export const tokens: Readonly<Record<string, Readonly<Record<string, Values>>>> = {
  Patient: { identifier: ids, gender: ({ gender }) => list(gender) },
  Organization: { identifier: ids },
  Practitioner: { identifier: ids },
  Encounter: { status: ({ status }) => [status] },
  EpisodeOfCare: { status: ({ status }) => [status] },
  CareTeam: { status: ({ status }) => [status] },
  Observation: { identifier: ids, status: ({ status }) => [status], code: ({ code }) => coded(code) },
  Condition: { code: ({ code }) => coded(code) },
  Appointment: { status: ({ status }) => [status] },
  Consent: { status: ({ status }) => [status] },
};

function ids({ identifier }: Plain): readonly string[] {
  return list(identifier).map(({ value }) => value);
}

const about = (targets: readonly string[] = ['Patient']): Readonly<Record<string, LinkParameter>> => ({
  subject: { of: ({ subject }) => reached(subject), targets },
  patient: { of: ({ subject }) => reached(subject).filter(leadsToPatient), targets: ['Patient'] },
});

/** What is contained here are Patients alone. */
function leadsToPatient(reference: string): boolean {
  return reference.startsWith('#') || /(^|\/)Patient\//.test(reference);
}

const patientIn = (of: (resource: Plain) => Plain): LinkParameter => ({
  of: (resource) => reached(of(resource)).filter(leadsToPatient),
  targets: ['Patient'],
});
const link = (of: (resource: Plain) => Plain, targets: readonly string[]): LinkParameter => ({
  of: (resource) => reached(of(resource)),
  targets,
});

export const links: Readonly<Record<string, Readonly<Record<string, LinkParameter>>>> = {
  Organization: { partof: link(({ partOf }) => partOf, ['Organization']) },
  PractitionerRole: {
    practitioner: link(({ practitioner }) => practitioner, ['Practitioner']),
    organization: link(({ organization }) => organization, ['Organization']),
  },
  Patient: {
    'general-practitioner': link(({ generalPractitioner }) => generalPractitioner, carers),
    organization: link(({ managingOrganization }) => managingOrganization, ['Organization']),
    link: link(({ link: all }) => list(all).map(({ other }) => other), ['Patient']),
  },
  Encounter: {
    ...about(),
    'service-provider': link(({ serviceProvider }) => serviceProvider, ['Organization']),
    participant: link(({ participant }) => list(participant).map(({ individual }) => individual), ['Practitioner', 'PractitionerRole']),
  },
  EpisodeOfCare: {
    patient: patientIn(({ patient }) => patient),
    organization: link(({ managingOrganization }) => managingOrganization, ['Organization']),
    'care-manager': link(({ careManager }) => careManager, ['Practitioner']),
  },
  CareTeam: { ...about(), participant: link(({ participant }) => list(participant).map(({ member }) => member), [...carers, 'Patient']) },
  Observation: {
    ...about(),
    performer: link(({ performer }) => performer, [...carers, 'Patient']),
    focus: link(({ focus }) => focus, ['Patient', 'Observation']),
    encounter: link(({ encounter }) => encounter, ['Encounter']),
    'has-member': link(({ hasMember }) => hasMember, ['Observation']),
  },
  Condition: {
    ...about(),
    encounter: link(({ encounter }) => encounter, ['Encounter']),
    asserter: link(({ asserter }) => asserter, ['Patient', 'Practitioner']),
  },
  Appointment: {
    actor: link(({ participant }) => list(participant).map(({ actor }) => actor), ['Patient', 'Practitioner']),
    patient: patientIn(({ participant }) => list(participant).map(({ actor }) => actor)),
  },
  DocumentReference: { ...about(), author: link(({ author }) => author, [...carers, 'Patient']) },
  List: { ...about(), item: link(({ entry }) => list(entry).map(({ item }) => item), ['Observation', 'Patient']) },
  Group: { member: link(({ member }) => list(member).map(({ entity }) => entity), ['Patient']) },
  Provenance: {
    target: link(({ target }) => target, ['Patient', 'Observation']),
    patient: patientIn(({ target }) => target),
    agent: link(({ agent }) => list(agent).map(({ who }) => who), ['Patient', 'Practitioner']),
  },
  Consent: { patient: patientIn(({ patient }) => patient) },
};

/** `Type/id` of what a parameter leads to on this server; `#` for what is contained. */
export function namesOf({ base }: Pick<World, 'base'>, { of }: LinkParameter, resource: Plain): readonly string[] {
  return of(resource).map((reference) => (reference.startsWith('#') ? '#' : reference.replace(`${base}/`, '')));
}

/** R4's CompartmentDefinition of Patient, as far as these types go. */
export const compartmentParameters: Readonly<Record<string, readonly string[]>> = {
  Patient: ['link'],
  Encounter: ['patient'],
  EpisodeOfCare: ['patient'],
  CareTeam: ['patient', 'participant'],
  Observation: ['subject', 'performer'],
  Condition: ['patient', 'asserter'],
  Appointment: ['actor'],
  DocumentReference: ['subject', 'author'],
  List: ['subject'],
  Group: ['member'],
  Provenance: ['patient'],
  Consent: ['patient'],
};
