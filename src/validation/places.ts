/** The values of one property of an object, each with what stands beside it; what is not of the right shape is left out, as the base walk reports it. */
import type { Property } from '../definitions/definitions.js';
import { isObject, type Json, type JsonObject } from '../model/json.js';
import { stepTo } from './step.js';
import type { Step } from './walk.js';

/** The JSON names of a property. */
interface Names {
  readonly key: string;
  readonly siblingKey: string;
}

export interface Place extends Names {
  readonly step: Step;
}

/** A value with what it takes to find it again. */
export interface Occurrence {
  readonly value: Json | undefined;
  readonly sibling: JsonObject | undefined;
  readonly type: string;
  readonly step: Step;
  /** -1: no item of an array. */
  readonly index: number;
}

export function placeOf(owner: string, property: Property): Place {
  return { step: stepTo(owner, property), key: property.name, siblingKey: `_${property.name}` };
}

export function visit(
  names: Names,
  holder: JsonObject,
  use: (value: Json | undefined, sibling: JsonObject | undefined, index: number) => void,
): void {
  const value = holder[names.key];
  const sibling = holder[names.siblingKey];
  if (!Array.isArray(value) && !Array.isArray(sibling)) {
    if ((value !== undefined && value !== null) || isObject(sibling)) use(value ?? undefined, isObject(sibling) ? sibling : undefined, -1);
    return;
  }
  const values: readonly Json[] = Array.isArray(value) ? value : [];
  const siblings: readonly Json[] = Array.isArray(sibling) ? sibling : [];
  const length = Math.max(values.length, siblings.length);
  for (let i = 0; i < length; i++) {
    const item = values[i] ?? undefined;
    const beside = siblings[i];
    if (item !== undefined || isObject(beside)) use(item, isObject(beside) ? beside : undefined, i);
  }
}

/** All values of some properties of one holder. */
export function occurrences(places: readonly Place[], holder: JsonObject): readonly Occurrence[] {
  const found: Occurrence[] = [];
  for (const place of places) {
    const { step } = place;
    if (holder[place.key] === undefined && holder[place.siblingKey] === undefined) continue;
    visit(place, holder, (value, sibling, index) => found.push({ value, sibling, type: step.type, step, index }));
  }
  return found;
}
