/**
 * The value an operation of FHIRPath Patch brings, and what element it makes: a data type as Parameters can hold it, a resource, or
 * parts that are elements in turn. Source: R4 fhirpatch.html#anonymous, parameters.html
 */
import type { Property, TypeModel } from '../../definitions/definitions.js';
import { isObject, type Json, type JsonObject } from '../../model/json.js';
import type { Holder, Model } from './elements.js';
import { inapplicable, malformed, type OperationName } from './faults.js';
import { type Piece, readPieces, withPieces } from './pieces.js';

export type PartValue =
  | { readonly kind: 'data'; readonly type: string; readonly piece: Piece }
  | { readonly kind: 'resource'; readonly resource: JsonObject }
  | { readonly kind: 'parts'; readonly parts: readonly Part[] };

export interface Part {
  readonly name: string;
  readonly value: PartValue;
}

/** Throws FhirError 400 where a part has no name, or not one value. */
export function parsePart(model: Pick<TypeModel, 'properties'>, operation: OperationName, json: Json | undefined): Part {
  if (!isObject(json)) throw malformed(operation, 'patch-part-object', 'each part was expected to be an object', '每个 part 都应为对象');
  const { name } = json;
  if (typeof name !== 'string') throw malformed(operation, 'patch-part-name', 'a part has no name', '有 part 没有 name', 'required');
  const found = [...dataIn(model, json), ...resourceIn(json), ...partsIn(model, operation, json)];
  const [value] = found;
  if (value !== undefined && found.length === 1) return { name, value };
  throw malformed(
    operation,
    'patch-part-value',
    `the part "${name}" has ${found.length === 0 ? 'no value' : 'more than one value'}; one value[x], resource or list of parts was expected`,
    `part“${name}”${found.length === 0 ? '没有值' : '有多个值'}；应为一个 value[x]、resource 或 part 列表`,
    found.length === 0 ? 'required' : 'structure',
  );
}

function dataIn(model: Pick<TypeModel, 'properties'>, json: JsonObject): PartValue[] {
  const properties = model.properties('Parameters.parameter');
  const names = new Set(Object.keys(json).map((key) => (key.startsWith('_') ? key.slice(1) : key)));
  return [...names].flatMap((name) => {
    const property = properties.get(name);
    const [piece] = property?.element === 'value' ? readPieces(json, name) : [];
    return property === undefined || piece === undefined ? [] : [{ kind: 'data' as const, type: property.type, piece }];
  });
}

function resourceIn({ resource }: JsonObject): PartValue[] {
  return isObject(resource) ? [{ kind: 'resource', resource }] : [];
}

function partsIn(model: Pick<TypeModel, 'properties'>, operation: OperationName, { part }: JsonObject): PartValue[] {
  if (!Array.isArray(part) || part.length === 0) return [];
  return [{ kind: 'parts', parts: part.map((one: Json) => parsePart(model, operation, one)) }];
}

/** Of the types an element may have the one that takes the value. Throws FhirError 422 where none does. */
export function propertyFor(model: Model, operation: OperationName, choices: readonly Property[], value: PartValue): Property {
  const [only] = choices;
  const found = choices.length > 1 ? choices.find(({ type }) => value.kind === 'data' && value.type === type) : only;
  if (found !== undefined && takes(model, found, value)) return found;
  const wanted = choices.map(({ type }) => type);
  const given = value.kind === 'data' ? value.type : value.kind === 'resource' ? String(value.resource.resourceType) : 'part';
  throw inapplicable(
    operation,
    'patch-value-type',
    `the value is of the type ${given}; "${only?.element ?? ''}" takes ${wanted.join(', ')}`,
    `值的类型为 ${given}；“${only?.element ?? ''}”的类型为 ${wanted.join('、')}`,
  );
}

function takes(model: Model, { type }: Property, value: PartValue): boolean {
  const kind = model.kind(type);
  if (value.kind === 'resource') return kind === 'resource';
  if (value.kind === 'parts') return kind === 'complex' || kind === 'backbone';
  if (kind !== 'primitive') return isA(model, value.type, type);
  return model.kind(value.type) === 'primitive' && isConvertible(model, value.type, type);
}

/**
 * A string serves for any text, as HL7's own cases have it for xhtml, which Parameters cannot hold; else a primitive serves for those it
 * is built on, those built on it, and where FHIRPath would convert it.
 */
function isConvertible(model: Model, from: string, to: string): boolean {
  if (isA(model, from, to) || isA(model, to, from)) return true;
  if (from === 'string') return !isA(model, to, 'boolean') && !isA(model, to, 'integer') && !isA(model, to, 'decimal');
  return (to === 'dateTime' && (from === 'date' || from === 'instant')) || (to === 'decimal' && isA(model, from, 'integer'));
}

function isA(model: Model, type: string, ancestor: string): boolean {
  for (let at: string | undefined = type; at !== undefined; at = model.baseOf(at)) if (at === ancestor) return true;
  return false;
}

/** The element that a value makes of a property that takes it. */
export function pieceFor(model: Model, operation: OperationName, property: Property, value: PartValue): Piece {
  if (value.kind === 'data') return value.piece;
  if (value.kind === 'resource') return { value: value.resource };
  let object: JsonObject = {};
  for (const { name, value: inner } of value.parts) {
    const holder = { object, type: property.type };
    object = withElement(model, holder, newElement(model, operation, holder, name, inner));
  }
  return { value: object };
}

export interface NewElement {
  readonly property: Property;
  readonly piece: Piece;
}

/** Behind those of its name. */
export function withElement(model: Model, holder: Holder, { property, piece }: NewElement): JsonObject {
  return withPieces(model, holder, property, [...readPieces(holder.object, property.name), piece]);
}

/** The element to be added. Throws FhirError 422 where there is no such element, or no room for another. */
export function newElement(model: Model, operation: OperationName, holder: Holder, name: string, value: PartValue): NewElement {
  const choices = choicesOf(model, operation, holder.type, name);
  const property = propertyFor(model, operation, choices, value);
  const taken = choices.find((choice) => readPieces(holder.object, choice.name).length > 0);
  if (taken !== undefined && !property.many) {
    throw inapplicable(
      operation,
      'patch-element-exists',
      `"${taken.name}" is there already and does not repeat; expected an operation of the type replace`,
      `“${taken.name}”已存在且不可重复；应使用 replace 操作`,
    );
  }
  return { property, piece: pieceFor(model, operation, property, value) };
}

/** `value` of Observation is one of eleven, `valueQuantity` that one alone; `value[x]` is how the definition has it. */
function choicesOf(model: Model, operation: OperationName, type: string, name: string): readonly Property[] {
  const choices = model.element(type, name.endsWith('[x]') ? name.slice(0, -3) : name);
  if (choices.length > 0) return choices;
  const property = model.properties(type).get(name);
  if (property !== undefined) return [property];
  throw inapplicable(operation, 'patch-no-element', `${type} has no element "${name}"`, `${type} 没有元素“${name}”`);
}
