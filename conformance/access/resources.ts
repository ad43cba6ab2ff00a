/**
 * Small random worlds: patients of a few institutions, what is said about them, and what makes relationships, labels and consents. Every
 * version bears a mark that nothing else bears, so that whatever comes out tells which version it came from.
 */
import type { Plain } from '../search/random/values.js';
import type { Chance } from './chance.js';

export const patients = ['p1', 'p2', 'p3', 'p4'] as const;
export const institutions = ['a', 'b', 'c'] as const;
export const practitioners = ['d1', 'd2', 'd3'] as const;
export const roleOfPractitioner = { r1: 'd1', r2: 'd2' } as const;
export const institutionSystem = 'https://lianyi.cn/fhir/CodeSystem/institution';
export const confidentialitySystem = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality';
export const sensitivitySystem = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';
export const codes = ['c1', 'c2', 'c3'] as const;
export const sensitiveCodes = ['HIV', 'PSY'] as const;

/** In the order in which they are made: each refers to earlier ones, and sometimes to later ones. */
export const counts = {
  Organization: 3,
  Practitioner: 3,
  PractitionerRole: 2,
  Patient: 4,
  Encounter: 7,
  EpisodeOfCare: 3,
  CareTeam: 3,
  Observation: 16,
  Condition: 5,
  Appointment: 4,
  DocumentReference: 4,
  List: 3,
  Group: 2,
  Provenance: 3,
  Binary: 5,
  Consent: 6,
} as const;
export type WorldType = keyof typeof counts;
export const worldTypes = Object.keys(counts) as WorldType[];

export function idsOf(type: WorldType): readonly string[] {
  const named: Partial<Record<WorldType, readonly string[]>> = {
    Organization: institutions,
    Practitioner: practitioners,
    PractitionerRole: Object.keys(roleOfPractitioner),
    Patient: patients,
  };
  return named[type] ?? Array.from({ length: counts[type] }, (_none, at) => `${type.toLowerCase()}-${at + 1}`);
}

export interface Maker {
  /** A resource under its id, as chance makes it. */
  make(type: WorldType, id: string): Plain;
}

export function createMaker(chance: Chance): Maker {
  let marks = 0;
  return {
    make(type, id) {
      const meta = { source: `urn:mark:${++marks}:`, ...tags(chance, type), ...labels(chance) };
      return { resourceType: type, id, meta, ...content[type](chance, id) };
    },
  };
}

function tags(chance: Chance, type: WorldType): object {
  const institution = chance.maybe(75, () => ({ tag: [{ system: institutionSystem, code: chance.of(institutions) }] }));
  return type === 'Organization' ? {} : institution;
}

function labels(chance: Chance): object {
  const confidentiality = { system: confidentialitySystem, code: chance.of(['U', 'L', 'M', 'N', 'N', 'R', 'R', 'V']) };
  const sensitivity = { system: sensitivitySystem, code: chance.of(sensitiveCodes) };
  const security = [...(chance.happens(25) ? [confidentiality] : []), ...(chance.happens(15) ? [sensitivity] : [])];
  return security.length === 0 ? {} : { security };
}

const refer = (reference: string) => ({ reference });
const concept = (code: string) => ({ coding: [{ system: 'urn:codes', code }] });
const name = (chance: Chance, type: WorldType) => `${type}/${chance.of(idsOf(type) as [string, ...string[]])}`;
const local = (chance: Chance, type: WorldType) => refer(name(chance, type));

/** Mostly as one writes it, sometimes by the whole URL of this server. */
function patient(chance: Chance): object {
  const own = name(chance, 'Patient');
  return refer(chance.happens(15) ? `{{base}}/${own}` : own);
}

function carer(chance: Chance): object {
  return local(chance, chance.of<WorldType>(['Practitioner', 'Practitioner', 'PractitionerRole', 'Organization']));
}

/** What a principal's relationship hangs on: the token ends on 2026-06-15. */
function period(chance: Chance): object {
  const periods: readonly [object, ...object[]] = [
    { start: '2026-01-01', end: '2026-01-05' },
    { start: '2026-06-01', end: '2026-06-02' },
    { start: '2026-06-01' },
    { start: '2020-01-01' },
    { start: '2026-08-01', end: '2026-08-02' },
    { end: '2026-06-10' },
  ];
  return chance.maybe(90, () => ({ period: chance.of(periods) }));
}

const within = { resourceType: 'Patient', id: 'in', identifier: [{ system: 'urn:ids', value: 'k1' }] };

/** In one of many it is about somebody who is only told of inside of it, or about nobody. */
function subject(chance: Chance, mayLack = true): object {
  if (chance.happens(6)) return { contained: [within], subject: refer('#in') };
  if (mayLack && chance.happens(8)) return {};
  return { subject: patient(chance) };
}

const identifier = (chance: Chance) => ({ identifier: [{ system: 'urn:ids', value: chance.of(['k1', 'k2', 'k3']) }] });

const content: Readonly<Record<WorldType, (chance: Chance, id: string) => object>> = {
  Organization: (chance, id) => ({
    name: id,
    ...identifier(chance),
    ...chance.maybe(30, () => ({ partOf: local(chance, 'Organization') })),
  }),
  Practitioner: (chance) => identifier(chance),
  PractitionerRole: (chance, id) => ({
    practitioner: refer(`Practitioner/${roleOfPractitioner[id as keyof typeof roleOfPractitioner]}`),
    organization: local(chance, 'Organization'),
  }),
  Patient: (chance) => ({
    ...identifier(chance),
    gender: chance.of(['male', 'female']),
    ...chance.maybe(35, () => ({ generalPractitioner: [carer(chance)] })),
    ...chance.maybe(50, () => ({ managingOrganization: local(chance, 'Organization') })),
    ...chance.maybe(15, () => ({ link: [{ other: local(chance, 'Patient'), type: 'seealso' }] })),
  }),
  Encounter: (chance) => ({
    status: chance.of(['planned', 'in-progress', 'finished', 'finished', 'cancelled', 'unknown']),
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
    ...subject(chance),
    ...period(chance),
    ...chance.maybe(60, () => ({ serviceProvider: local(chance, 'Organization') })),
    ...chance.maybe(40, () => ({ participant: [{ individual: local(chance, chance.of(['Practitioner', 'PractitionerRole'])) }] })),
  }),
  EpisodeOfCare: (chance) => ({
    status: chance.of(['planned', 'active', 'onhold', 'finished', 'cancelled']),
    patient: patient(chance),
    ...period(chance),
    ...chance.maybe(60, () => ({ managingOrganization: local(chance, 'Organization') })),
    ...chance.maybe(40, () => ({ careManager: local(chance, 'Practitioner') })),
  }),
  CareTeam: (chance) => ({
    status: chance.of(['active', 'active', 'suspended']),
    ...subject(chance),
    ...period(chance),
    participant: [{ member: chance.happens(20) ? patient(chance) : carer(chance) }],
  }),
  Observation: (chance) => ({
    ...identifier(chance),
    status: chance.of(['final', 'preliminary']),
    code: concept(chance.of(codes)),
    ...subject(chance),
    ...chance.maybe(30, () => ({ performer: [chance.happens(40) ? patient(chance) : carer(chance)] })),
    ...chance.maybe(25, () => ({ focus: [chance.happens(60) ? patient(chance) : local(chance, 'Observation')] })),
    ...chance.maybe(40, () => ({ encounter: local(chance, 'Encounter') })),
    ...chance.maybe(25, () => ({ hasMember: [local(chance, 'Observation')] })),
  }),
  Condition: (chance) => ({
    code: concept(chance.of(codes)),
    ...subject(chance, false),
    ...chance.maybe(40, () => ({ encounter: local(chance, 'Encounter') })),
    ...chance.maybe(40, () => ({ asserter: chance.happens(50) ? patient(chance) : local(chance, 'Practitioner') })),
  }),
  Appointment: (chance) => ({
    status: chance.of(['booked', 'proposed', 'cancelled']),
    start: '2026-06-20T09:00:00+08:00',
    end: '2026-06-20T09:30:00+08:00',
    participant: Array.from({ length: 1 + chance.number(3) }, () => ({
      actor: chance.happens(60) ? patient(chance) : local(chance, 'Practitioner'),
      status: 'accepted',
    })),
  }),
  DocumentReference: (chance) => ({
    status: 'current',
    ...subject(chance),
    content: [{ attachment: { url: `{{base}}/${name(chance, 'Binary')}` } }],
    ...chance.maybe(40, () => ({ author: [chance.happens(50) ? patient(chance) : carer(chance)] })),
  }),
  List: (chance) => ({
    status: 'current',
    mode: 'working',
    ...subject(chance),
    entry: [{ item: local(chance, 'Observation') }, { item: patient(chance) }],
  }),
  Group: (chance) => ({ type: 'person', actual: true, member: [{ entity: patient(chance) }, { entity: patient(chance) }] }),
  Provenance: (chance) => ({
    target: [chance.happens(50) ? patient(chance) : local(chance, 'Observation')],
    recorded: '2026-06-01T00:00:00Z',
    agent: [{ who: chance.happens(50) ? patient(chance) : local(chance, 'Practitioner') }],
  }),
  Binary: (chance) => ({
    contentType: 'text/plain',
    data: 'aGk=',
    ...chance.maybe(75, () => ({
      securityContext: chance.happens(50)
        ? patient(chance)
        : local(chance, chance.of<WorldType>(['Observation', 'DocumentReference', 'Encounter', 'Consent'])),
    })),
  }),
  Consent: (chance) => ({
    status: chance.of(['active', 'active', 'active', 'active', 'inactive', 'draft']),
    scope: {
      coding: [
        {
          system: 'http://terminology.hl7.org/CodeSystem/consentscope',
          code: chance.of(['patient-privacy', 'patient-privacy', 'patient-privacy', 'research']),
        },
      ],
    },
    category: [{ coding: [{ system: 'http://loinc.org', code: '59284-0' }] }],
    patient: patient(chance),
    ...consentRules(chance),
  }),
};

function consentRules(chance: Chance): object {
  const base = chance.of<object>([{ type: 'deny' }, { type: 'deny' }, { type: 'permit' }, {}]);
  const policy = { policyRule: { coding: [{ system: sensitivitySystem, code: chance.of(['OPTIN', 'OPTOUT']) }] } };
  // One label in a Consent: how several at once are told apart is the matter of test/access/consent.
  const labelled = chance.number(6);
  const single = chance.happens(15);
  const root = { ...base, ...about(chance, labelled === 0, single && chance.happens(50)), ...validity(chance) };
  const exceptions = Array.from({ length: chance.number(3) }, (_none, at) => ({
    type: chance.of(['permit', 'deny']),
    ...about(chance, labelled === 1 && at === 0, single && chance.happens(50)),
    ...validity(chance),
  }));
  const provision = { ...root, ...(exceptions.length === 0 ? {} : { provision: exceptions }) };
  return { ...policy, ...(Object.keys(provision).length === 0 ? {} : { provision }) };
}

function validity(chance: Chance): object {
  const periods: readonly [object, ...object[]] = [
    { start: '2025-01-01', end: '2025-12-31' },
    { start: '2026-01-01', end: '2026-12-31' },
    { start: '2026-02-03' },
    { start: '2027-01-01' },
  ];
  return chance.maybe(30, () => ({ period: chance.of(periods) }));
}

const recipient = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'IRCP' }] };
const actions = 'http://terminology.hl7.org/CodeSystem/consentaction';

/** What a provision is about. */
function about(chance: Chance, labelled: boolean, single: boolean): object {
  const label = chance.happens(50)
    ? { system: sensitivitySystem, code: chance.of(sensitiveCodes) }
    : { system: confidentialitySystem, code: chance.of(['N', 'R', 'V']) };
  return {
    ...chance.maybe(40, () => ({
      actor: [{ role: recipient, reference: local(chance, chance.of<WorldType>(['Organization', 'Practitioner'])) }],
    })),
    ...chance.maybe(30, () => ({ action: [{ coding: [{ system: actions, code: chance.of(['access', 'collect', 'correct']) }] }] })),
    ...chance.maybe(20, () => ({
      purpose: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: chance.of(['TREAT', 'HRESCH']) }],
    })),
    ...chance.maybe(25, () => ({
      class: [{ system: 'http://hl7.org/fhir/resource-types', code: chance.of(worldTypes as [WorldType, ...WorldType[]]) }],
    })),
    ...(labelled && !single ? { securityLabel: [label] } : {}),
    ...(single
      ? {
          data: [
            { meaning: 'instance', reference: local(chance, chance.of<WorldType>(['Observation', 'Condition', 'Patient', 'Encounter'])) },
          ],
        }
      : {}),
  };
}
