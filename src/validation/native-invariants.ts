/**
 * Invariants that nearly every resource meets, and some that look through what may be thousands of parts, as plain code: the same
 * answers as their FHIRPath, without its cost. Keyed by the published expression. Source: R4 datatypes.html (per-1, qty-3, cpt-2, att-1), observation.html (obs-7),
 * structuredefinition.html (sdf-8, sdf-8a)
 */
import { equalJson } from '../fhirpath/equality.js';
import { isObject, type Json, type JsonObject } from '../model/json.js';
import type { Walk } from './walk.js';

type Native = (value: Json | undefined, sibling: JsonObject | undefined, walk: Pick<Walk, 'resource'>) => boolean;

/** An object whose `key` may only be there when `other` is. */
function needs(key: string, other: string): Native {
  const [hasKey, hasOther] = [has(key), has(other)];
  return (value) => !isObject(value) || !hasKey(value) || hasOther(value);
}

function has(key: string): (value: JsonObject) => boolean {
  const siblingKey = `_${key}`;
  return (value) => value[key] !== undefined || value[siblingKey] !== undefined;
}

export const nativeInvariants: ReadonlyMap<string, Native> = new Map<string, Native>([
  ['start.hasValue().not() or end.hasValue().not() or (start <= end)', isPeriodInOrder],
  ['code.empty() or system.exists()', needs('code', 'system')],
  ['value.empty() or system.exists()', needs('value', 'system')],
  ['data.empty() or contentType.exists()', needs('data', 'contentType')],
  ['value.empty() or component.code.where(coding.intersect(%resource.code.coding).exists()).empty()', hasOtherComponents],
  [
    "(%resource.kind = 'logical' or element.first().path = %resource.type) and element.tail().all(path.startsWith(%resource.snapshot.element.first().path&'.'))",
    (value, _sibling, { resource }) =>
      isBelowFirst(value, resource, { isOfType: (first, type) => first === type, rootOf: (first) => first }),
  ],
  [
    "(%resource.kind = 'logical' or element.first().path.startsWith(%resource.type)) and (element.tail().empty() or element.tail().all(path.startsWith(%resource.differential.element.first().path.replaceMatches('\\\\..*','')&'.')))",
    (value, _sibling, { resource }) =>
      isBelowFirst(value, resource, { isOfType: (first, type) => first.startsWith(type), rootOf: (first) => first.replace(/\..*/s, '') }),
  ],
]);

interface First {
  readonly isOfType: (first: string, type: string) => boolean;
  readonly rootOf: (first: string) => string;
}

/**
 * sdf-8, sdf-8a: the first element is of the structure's type, unless that is a logical model, and all others lie below its root. The
 * expressions read all elements for each of them.
 */
function isBelowFirst(value: Json | undefined, { kind, type }: JsonObject, { isOfType, rootOf }: First): boolean {
  if (!isObject(value) || !Array.isArray(value.element)) return false;
  const [first, ...others] = value.element.map((element: Json) => (isObject(element) ? element.path : undefined));
  if (typeof first !== 'string' || (kind !== 'logical' && !(typeof type === 'string' && isOfType(first, type)))) return false;
  const start = `${rootOf(first)}.`;
  return others.every((path) => typeof path === 'string' && path.startsWith(start));
}

/**
 * per-1. An end without time includes all of its day (R4 datatypes.html#Period: "the end value includes any matching date/time"), so
 * a period is out of order only when its start lies after the last moment that its end may mean.
 */
function isPeriodInOrder(value: Json | undefined): boolean {
  if (!isObject(value)) return true;
  const { start, end } = value;
  if (typeof start !== 'string' || typeof end !== 'string') return true;
  if (start.length > 10 && end.length > 10) return isBeforeInZone(start, end) || !(Date.parse(start) > Date.parse(end));
  const length = Math.min(start.length, end.length, 10);
  return start.slice(0, length) <= end.slice(0, length);
}

/** Texts of one length with the same zone are in the order of their times. */
function isBeforeInZone(start: string, end: string): boolean {
  return start.length === end.length && start <= end && start.endsWith(end.slice(-6));
}

const isValue = /^_?value[A-Z]/;

/** obs-7: an Observation with a value has no component of the same code. */
function hasOtherComponents(value: Json | undefined): boolean {
  if (!isObject(value) || !Array.isArray(value.component) || !Object.keys(value).some((key) => isValue.test(key))) return true;
  const own = codingsOf(value.code);
  if (own.length === 0) return true;
  const isOwn = (coding: JsonObject) =>
    own.some((one) => one.code === coding.code && one.system === coding.system && equalJson(one, coding));
  return !value.component.some((component: Json) => isObject(component) && codingsOf(component.code).some(isOwn));
}

function codingsOf(code: Json | undefined): readonly JsonObject[] {
  return isObject(code) && Array.isArray(code.coding) ? code.coding.filter(isObject) : [];
}
