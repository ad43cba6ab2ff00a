/**
 * Whether an ElementDefinition has the form R4 gives the parts that making a snapshot reads, and nests no deeper than can be walked:
 * structures may come from a store that somebody else filled. Source: R4 elementdefinition.html
 */
import type { ElementDefinition } from 'fhir/r4.js';
import { isObject, type JsonObject } from '../../model/json.js';

/** No type of R4 nests even ten deep. */
export const deepest = 60;
/** Slices of slices of slices. */
export const deepestSlice = 10;

export function isReadable(element: unknown): element is ElementDefinition {
  if (!isObject(element)) return false;
  const { path, id, sliceName, max, min, contentReference, slicing, binding, base } = element;
  return (
    typeof path === 'string' &&
    [id, sliceName, max, contentReference].every((one) => one === undefined || typeof one === 'string') &&
    (min === undefined || typeof min === 'number') &&
    [slicing, binding, base].every((one) => one === undefined || isObject(one)) &&
    ['constraint', 'mapping', 'example', 'extension', 'code'].every((field) => isListOf(element[field], isObject)) &&
    ['alias', 'condition'].every((field) => isListOf(element[field], isText)) &&
    isListOf(element.type, isType)
  );
}

function isType(type: unknown): type is JsonObject {
  if (!isObject(type) || typeof type.code !== 'string') return false;
  const { profile, targetProfile, extension } = type;
  return isListOf(profile, isText) && isListOf(targetProfile, isText) && isListOf(extension, isObject);
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isListOf(value: unknown, isOne: (one: unknown) => boolean): boolean {
  return value === undefined || (Array.isArray(value) && value.every(isOne));
}

export function isSliceName(name: string): boolean {
  return name.split('/', deepestSlice + 1).length <= deepestSlice;
}
