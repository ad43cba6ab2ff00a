/** Merge patch: what is named is set, what is null is removed, arrays are replaced whole. Source: RFC 7396 §2 */
import { isObject, type Json, type JsonObject } from '../../model/json.js';
import { message } from '../../model/message.js';
import { fault } from '../../model/outcome.js';
import { type Emptied, pruned } from './prune.js';
import { createAllowance } from './size.js';

/** Throws FhirError 400 for a patch that is no object. undefined: nothing is left. */
export function applyMergePatch(patch: Json | undefined, document: JsonObject, bytes: number): Json | undefined {
  if (!isObject(patch)) {
    const text = message(
      'merge-patch-object-wanted',
      'A merge patch is a JSON object; the body was none',
      '合并补丁应为 JSON 对象；正文不是对象',
    );
    throw fault('structure', text);
  }
  createAllowance(bytes).take(patch, 0);
  const emptied: Emptied = new Set();
  return pruned(merged(document, patch, emptied), emptied);
}

function merged(target: Json | undefined, patch: JsonObject, emptied: Emptied): JsonObject {
  const properties = new Map(isObject(target) ? Object.entries(target) : []);
  let removed = false;
  for (const [name, value = null] of Object.entries(patch)) {
    if (value === null) {
      properties.delete(name);
      removed = true;
    } else properties.set(name, isObject(value) ? merged(properties.get(name), value, emptied) : value);
  }
  const result: JsonObject = Object.fromEntries(properties);
  if (removed && properties.size === 0) emptied.add(result);
  return result;
}
