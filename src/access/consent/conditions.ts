/**
 * What one provision of a Consent is about. What cannot be put into an entry is left out where the provision is read widely, because it
 * denies, and makes the whole of it void where it is read exactly, because it permits: nothing is seen that might not be permitted.
 * Source: R4 consent.html, consent-definitions.html#Consent.provision
 */
import type { TimeRange, Zone } from '../../model/dates.js';
import { isObject, type Json, type JsonObject } from '../../model/json.js';
import { isSensitivity } from '../sensitivities.js';
import { daysOf, spansOf } from './day-spans.js';
import { any, type ConsentAct, combinations, consentActs, everyLabel, type LabelSlot, type RuleParts } from './rule-keys.js';

export interface Reading {
  /** `Type/id` of a reference to what lives here. */
  readonly local: (reference: string) => string;
  readonly timeRange: (period: JsonObject) => TimeRange | undefined;
  readonly zone: Zone;
}

export type How = 'wide' | 'exact';

export interface Conditions extends RuleParts {
  /** Single resources it is limited to; of those that deny. */
  readonly data?: readonly string[];
}

export const everything: RuleParts = { who: any, acts: consentActs, purposes: any, classes: any, labels: everyLabel, days: any };

/** More than these are not told apart. */
const MOST = 1500;

/** undefined: it is void. `timed`: its own period is part of it. */
export function conditionsOf(provision: JsonObject, how: How, timed: boolean, reading: Reading): Conditions | undefined {
  if (provision.modifierExtension !== undefined) return how === 'wide' ? everything : undefined;
  const days = timed ? daysIn(provision, how, reading) : any;
  const who = recipients(objects(provision.actor), how, reading);
  const acts = fitting(codings(provision.action), consentActs, how, actOf);
  const purposes = fitting(objects(provision.purpose), any, how, purposeOf);
  const classes = fitting(objects(provision.class), any, how, classOf);
  const labels = fitting(objects(provision.securityLabel), everyLabel, how, (label) => slotsOf(label, how));
  const parts = { who, acts, purposes, classes, labels, days };
  if (how === 'exact') return isToldWhole(provision) && combinations(parts) > 0 && combinations(parts) <= MOST ? parts : undefined;
  // A period that nobody lives in leaves nothing to deny.
  const kept =
    combinations(parts) <= MOST
      ? parts
      : { ...everything, days: days.length <= MOST / combinations({ ...everything, days: any }) ? days : any };
  const data = singles(objects(provision.data), reading);
  return data === undefined ? kept : { ...kept, data };
}

/** The codes of a resource and its dates are not at hand where consents are looked at. */
function isToldWhole({ code, dataPeriod, data }: JsonObject): boolean {
  return code === undefined && dataPeriod === undefined && data === undefined;
}

/**
 * What each value stands for, once each; nothing means all. A value that stands for nothing known: all (wide), or nothing (exact).
 */
function fitting<T>(values: readonly JsonObject[], all: readonly T[], how: How, meaning: (value: JsonObject) => readonly T[] | undefined) {
  if (values.length === 0) return all;
  const found = new Set<T>();
  for (const value of values) {
    const meant = meaning(value) ?? (how === 'wide' ? all : []);
    for (const one of meant) found.add(one);
  }
  return [...found];
}

/** Where data come from, and who signed, says nothing of who may see them. Source: R4 valueset-security-role-type.html */
const origins: ReadonlySet<string> = new Set(['AUT', 'AUCG', 'CST', 'INF', 'TRANS']);
const parties: ReadonlySet<string> = new Set(['CONSENTER', 'CONSWIT', 'GRANTOR', 'DELEGATOR', 'WIT']);
/** Those whose members are known only to other resources. */
const several: ReadonlySet<string> = new Set(['CareTeam', 'Group', 'PractitionerRole', 'HealthcareService']);

function recipients(actors: readonly JsonObject[], how: How, { local }: Reading): readonly string[] {
  const isOne = (actor: JsonObject, of: ReadonlySet<string>) => codings([actor.role ?? null]).some(({ code }) => of.has(String(code)));
  const speaking = actors.filter((actor) => !isOne(actor, parties));
  if (speaking.length === 0) return any;
  if (how === 'exact' && speaking.some((actor) => isOne(actor, origins))) return [];
  return fitting(
    speaking.filter((actor) => !isOne(actor, origins)),
    any,
    how,
    ({ reference }) => {
      const target = isObject(reference) && typeof reference.reference === 'string' ? local(reference.reference) : '';
      const type = target.slice(0, target.indexOf('/'));
      if (target === '' || (how === 'wide' && several.has(type))) return undefined;
      return [target];
    },
  );
}

const acts: Readonly<Record<string, ConsentAct>> = { collect: 'create', access: 'read', use: 'read', disclose: 'read', correct: 'change' };

function actOf({ code }: JsonObject): readonly ConsentAct[] | undefined {
  const act = typeof code === 'string' && Object.hasOwn(acts, code) ? acts[code] : undefined;
  return act && [act];
}

function purposeOf({ system, code }: JsonObject): readonly string[] | undefined {
  if (typeof code !== 'string' || (system !== undefined && system !== 'http://terminology.hl7.org/CodeSystem/v3-ActReason'))
    return undefined;
  // All there are.
  return code === 'PurposeOfUse' ? any : [code];
}

function classOf({ system, code }: JsonObject): readonly string[] | undefined {
  return system === 'http://hl7.org/fhir/resource-types' && typeof code === 'string' ? [code] : undefined;
}

/** "If the consent specifies a security label of "R" then it applies to all resources that are labeled "R" or lower." */
const upTo: Readonly<Record<string, readonly LabelSlot[]>> = { N: ['N', '<N'], R: ['N', 'R', '<N', '<R'], V: everyLabel };

function slotsOf({ system, code }: JsonObject, how: How): readonly LabelSlot[] | undefined {
  if (typeof code !== 'string') return undefined;
  if (system === 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality') return Object.hasOwn(upTo, code) ? upTo[code] : undefined;
  if (isSensitivity(system, code)) return how === 'wide' ? [`=${code}`, '=*'] : [`=${code}`];
  return undefined;
}

/** Only instances can be told apart: what is related to them or depends on them cannot. undefined: none, or not these alone. */
function singles(data: readonly JsonObject[], { local }: Reading): readonly string[] | undefined {
  const found = data.map(({ meaning, reference }) =>
    meaning === 'instance' && isObject(reference) && typeof reference.reference === 'string' ? local(reference.reference) : undefined,
  );
  return found.length > 0 && found.every((one) => one?.includes('/')) ? (found as readonly string[]) : undefined;
}

function daysIn({ period }: JsonObject, how: How, { timeRange, zone }: Reading): readonly string[] {
  if (period === undefined) return any;
  const range = isObject(period) ? timeRange(period) : undefined;
  if (range === undefined) return how === 'wide' ? any : [];
  return spansOf(...daysOf(range, zone, how));
}

function codings(concepts: Json | undefined): readonly JsonObject[] {
  return objects(concepts).flatMap((concept) => {
    const found = objects(concept.coding);
    // Words alone are something that is not understood.
    return found.length === 0 ? [concept] : found;
  });
}

export function objects(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly Json[]).filter(isObject) : [];
}
