/**
 * What a patch emptied is gone: R4 knows neither empty arrays nor empty objects, and who removes the only name of a patient means
 * that there is none. What a client itself writes as empty stays, for the validator to find. Source: R4 json.html#null, datatypes (ele-1)
 */
import { isObject, type Json, type JsonObject } from '../../model/json.js';

/** The arrays and objects that are empty because something was removed from them. */
export type Emptied = Set<object>;

/** undefined: nothing is left of it. */
export function pruned(value: Json, emptied: Emptied): Json | undefined {
  if (emptied.size === 0) return value;
  if (Array.isArray(value)) return prunedArray(value, emptied, false);
  return isObject(value) ? prunedObject(value, emptied) : value;
}

function prunedObject(object: JsonObject, emptied: Emptied): JsonObject | undefined {
  if (emptied.has(object)) return undefined;
  let changed = false;
  const kept: [string, Json][] = [];
  for (const [name, value = null] of Object.entries(object)) {
    const left = Array.isArray(value) ? prunedArray(value, emptied, name.startsWith('_')) : pruned(value, emptied);
    changed ||= left !== value;
    if (left !== undefined) kept.push([name, left]);
  }
  if (!changed) return object;
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

/** Beside the items of a primitive each keeps its place. */
function prunedArray(items: readonly Json[], emptied: Emptied, beside: boolean): readonly Json[] | undefined {
  if (emptied.has(items)) return undefined;
  let changed = false;
  const kept: Json[] = [];
  for (const item of items) {
    const left = pruned(item, emptied);
    changed ||= left !== item;
    if (left !== undefined) kept.push(left);
    else if (beside) kept.push(null);
  }
  if (!changed) return items;
  return kept.every((item) => item === null) ? undefined : kept;
}
