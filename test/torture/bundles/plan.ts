/**
 * What the clients of a storm of Bundles send: transactions of one entry and of hundreds, of every kind, made from a seed.
 * Source: R4 http.html#trules
 */
import { random } from '../../../bench/people.js';
import { keySystem } from '../storm.js';
import { entrySystem, fhirPathPatch, identified, type Json, jsonPatch, observation, organization, patient } from './sent.js';

/** Where an element of what is stored must lead: to what an entry of the same Bundle is answered with, or to what has this id. */
export type Leads = { readonly entry: number } | { readonly instance: string };

export interface PlannedEntry {
  readonly kind: Kind;
  /** Of the version that the entry writes; deletions leave none. */
  readonly mark?: string;
  /** What is written or deleted, where the plan knows its id. */
  readonly target?: string;
  /** By the element that holds the reference. */
  readonly leads?: Readonly<Record<string, Leads>>;
  /** As it stands in the Bundle. */
  readonly sent: Json;
}

export interface PlannedBundle {
  readonly mark: string;
  readonly entries: readonly PlannedEntry[];
  /** `either`: it patches what others delete. */
  readonly expected: 'stored' | 'refused' | 'either';
}

export interface Plans {
  /** What is there before the storm. */
  readonly seeds: readonly Json[];
  readonly bundles: readonly PlannedBundle[];
}

/** Of how many of 100 entries; how many a Bundle has of it at most. */
const shares = {
  patient: [24, 200],
  observation: [36, 200],
  /** A conditional create: many Bundles look for the same ten. */
  organization: [8, 6],
  /** A conditional update. */
  criteria: [3, 3],
  /** Resources that many Bundles write. */
  contested: [7, 8],
  patch: [6, 8],
  /** Resources that no other Bundle writes. */
  own: [6, 12],
  gone: [6, 12],
  /** Resources that some delete, others patch, and a third brings back. */
  frail: [2, 1],
  frailPatch: [1, 1],
  frailDelete: [1, 1],
} as const satisfies Record<string, readonly [number, number]>;

/** The last two are refused, and the Bundle with them. */
export type Kind = keyof typeof shares | 'invalid' | 'stale';

const REFUSED = 0.08;
const CONTESTED = 24;
const FRAIL = 8;
const STABLE = 12;
const ORGANIZATIONS = 10;
const BY_CRITERIA = 8;

export function planBundles(count: number, most: number, seed: number): Plans {
  const next = random(seed);
  const bundles = Array.from({ length: count }, (_, nth) => planned(`b${nth}`, sizeOf(next, most), next));
  const own = bundles.flatMap(({ entries }) => entries.filter(({ kind }) => kind === 'own' || kind === 'gone'));
  const ids = [
    ...Array.from({ length: CONTESTED }, (_, n) => `contested-${n}`),
    ...Array.from({ length: FRAIL }, (_, n) => `frail-${n}`),
    ...own.map(({ target = '' }) => target.slice('Patient/'.length)),
  ];
  const stable = Array.from({ length: STABLE }, (_, n) => patient(`seed.stable-${n}`, { id: `stable-${n}`, key: `stable-${n}` }));
  return { seeds: [...stable, ...ids.map((id) => patient(`seed.${id}`, { id }))], bundles };
}

/** Most are small, many are not. */
function sizeOf(next: () => number, most: number): number {
  const [share, middle] = [next(), Math.ceil(most * 0.3)];
  const [from, to] = share < 0.3 ? [1, 5] : share < 0.7 ? [6, middle] : [middle, most];
  return Math.min(most, from + Math.floor(next() * (to - from + 1)));
}

function planned(mark: string, size: number, next: () => number): PlannedBundle {
  const kinds = Array.from({ length: size }, () => kindOf(next));
  const kept = kinds.map((kind, at) => (kinds.slice(0, at).filter((one) => one === kind).length < shares[kind][1] ? kind : 'observation'));
  const refused = next() < REFUSED;
  if (refused) kept[Math.floor(next() * size)] = 'observation';
  const place: Place = { mark, kinds: kept, next, offset: Math.floor(next() * 1000) };
  const entries = kept.map((kind, at) => entryMakers[kind](place, at));
  if (refused) {
    const at = kept.lastIndexOf('observation');
    entries[at] = (next() < 0.5 ? invalid : stale)(place, at);
  }
  return { mark, entries, expected: refused ? 'refused' : kept.includes('frailPatch') ? 'either' : 'stored' };
}

function kindOf(next: () => number): keyof typeof shares {
  let left = next() * 100;
  for (const [kind, [share]] of Object.entries(shares)) {
    left -= share;
    if (left < 0) return kind as keyof typeof shares;
  }
  return 'observation';
}

interface Place {
  readonly mark: string;
  readonly kinds: readonly (keyof typeof shares)[];
  readonly next: () => number;
  /** From where on the Bundle takes of what it shares with others. */
  readonly offset: number;
}

type EntryMaker = (place: Place, at: number) => PlannedEntry;

const markAt = ({ mark }: Place, at: number) => `${mark}.${at}`;
/** The same for the same entry, so that a repeated Bundle is the same text. */
const urnAt = ({ mark }: Place, at: number) => `urn:uuid:${uuid(Number(mark.slice(1)), at)}`;
const uuid = (bundle: number, at: number) => `00000000-0000-4000-8000-${(bundle * 1000 + at).toString(16).padStart(12, '0')}`;
const request = (method: string, url: string, more: Json = {}) => ({ method, url, ...more });
/** No two entries of a Bundle take the same. */
const shared = ({ offset }: Place, at: number, of: number) => (offset + at) % of;
const nthOf = ({ kinds }: Place, kind: Kind, at: number) => kinds.slice(0, at).filter((one) => one === kind).length;

function any(place: Place, kind: Kind, but: number): number | undefined {
  const those = place.kinds.flatMap((one, at) => (one === kind && at !== but ? [at] : []));
  return those.length === 0 ? undefined : those[Math.floor(place.next() * those.length)];
}

const newPatient: EntryMaker = (place, at) => {
  const [employer, other] = [any(place, 'organization', at), place.next() < 0.3 ? any(place, 'patient', at) : undefined];
  const at0 = (entry: number | undefined) => (entry === undefined ? undefined : urnAt(place, entry));
  const resource = patient(markAt(place, at), { organization: at0(employer), other: at0(other) });
  const leads = {
    ...(employer === undefined ? {} : { managingOrganization: { entry: employer } }),
    ...(other === undefined ? {} : { 'link.0.other': { entry: other } }),
  };
  return {
    kind: 'patient',
    mark: markAt(place, at),
    leads,
    sent: { fullUrl: urnAt(place, at), resource, request: request('POST', 'Patient') },
  };
};

/** Of one that the same Bundle creates, that is there already, or that is found by criteria. */
const newObservation: EntryMaker = (place, at) => {
  const [mark, born, way] = [markAt(place, at), any(place, 'patient', at), place.next()];
  const id = way < 0.15 ? `contested-${Math.floor(place.next() * CONTESTED)}` : `stable-${Math.floor(place.next() * STABLE)}`;
  const there = way < 0.15 ? `Patient/${id}` : `Patient?${identified(keySystem, id)}`;
  const inside = born !== undefined && way > 0.3;
  const resource = observation(mark, inside ? urnAt(place, born) : there);
  const leads = { subject: inside ? { entry: born } : { instance: `Patient/${id}` } };
  return { kind: 'observation', mark, leads, sent: { fullUrl: urnAt(place, at), resource, request: request('POST', 'Observation') } };
};

const newOrganization: EntryMaker = (place, at) => {
  const key = `organization-${shared(place, nthOf(place, 'organization', at), ORGANIZATIONS)}`;
  const resource = organization(markAt(place, at), key);
  const asked = request('POST', 'Organization', { ifNoneExist: identified(keySystem, key) });
  return { kind: 'organization', mark: markAt(place, at), sent: { fullUrl: urnAt(place, at), resource, request: asked } };
};

const byCriteria: EntryMaker = (place, at) => {
  const key = `criteria-${shared(place, nthOf(place, 'criteria', at), BY_CRITERIA)}`;
  const resource = patient(markAt(place, at), { key });
  return {
    kind: 'criteria',
    mark: markAt(place, at),
    sent: { resource, request: request('PUT', `Patient?${identified(keySystem, key)}`) },
  };
};

const put = (kind: Kind, id: (place: Place, at: number) => string, ifMatch?: number): EntryMaker => {
  return (place, at) => {
    const [target, mark] = [`Patient/${id(place, at)}`, markAt(place, at)];
    const more = ifMatch === undefined ? {} : { ifMatch: `W/"${ifMatch}"` };
    return { kind, mark, target, sent: { resource: patient(mark, { id: id(place, at) }), request: request('PUT', target, more) } };
  };
};

const patch = (kind: Kind, id: (place: Place, at: number) => string): EntryMaker => {
  return (place, at) => {
    const [target, mark] = [`Patient/${id(place, at)}`, markAt(place, at)];
    const resource = (place.next() < 0.5 ? jsonPatch : fhirPathPatch)(mark);
    return { kind, mark, target, sent: { resource, request: request('PATCH', target) } };
  };
};

const remove = (kind: Kind, id: (place: Place, at: number) => string, byCriteriaToo: boolean): EntryMaker => {
  return (place, at) => {
    const target = `Patient/${id(place, at)}`;
    const criteria = byCriteriaToo && place.next() < 0.5;
    const url = criteria ? `Patient?${identified(entrySystem, `seed.${id(place, at)}`)}` : target;
    return { kind, target, sent: { request: request('DELETE', url) } };
  };
};

/** Contested ones are taken from the same row by those that write them and those that patch them, from its two halves. */
const contestedId = (place: Place, at: number) => `contested-${shared(place, nthOf(place, 'contested', at), CONTESTED)}`;
const patchedId = (place: Place, at: number) => `contested-${shared(place, CONTESTED / 2 + nthOf(place, 'patch', at), CONTESTED)}`;
const ownId = (place: Place, at: number) => `own-${place.mark}-${at}`;
const goneId = (place: Place, at: number) => `gone-${place.mark}-${at}`;
const frailId = (nth: number) => (place: Place) => `frail-${shared(place, nth, FRAIL)}`;

const entryMakers: Readonly<Record<keyof typeof shares, EntryMaker>> = {
  patient: newPatient,
  observation: newObservation,
  organization: newOrganization,
  criteria: byCriteria,
  contested: put('contested', contestedId),
  patch: patch('patch', patchedId),
  own: put('own', ownId, 1),
  gone: remove('gone', goneId, true),
  frail: put('frail', frailId(0)),
  frailPatch: patch('frailPatch', frailId(1)),
  frailDelete: remove('frailDelete', frailId(2), false),
};

/** An Observation has a status. */
const invalid: EntryMaker = (place, at) => {
  const { status: _, ...resource } = observation(markAt(place, at), 'Patient/stable-0');
  return { kind: 'invalid', mark: markAt(place, at), sent: { resource, request: request('POST', 'Observation') } };
};

const stale = put('stale', () => 'stable-1', 999);
