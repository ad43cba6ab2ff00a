/**
 * The elements of one name in an object, as one list, however JSON spreads them: a value here, its id and extensions in `_name`.
 * Source: R4 json.html#primitive, json.html#repeat
 */
import type { Property, TypeModel } from '../../definitions/definitions.js';
import { isObject, type Json, type JsonObject } from '../../model/json.js';

export interface Piece {
  readonly value?: Json;
  /** What stands beside a primitive. */
  readonly sibling?: JsonObject;
}

export function readPieces(object: JsonObject, name: string): readonly Piece[] {
  const value = Object.hasOwn(object, name) ? object[name] : undefined;
  const beside = object[`_${name}`];
  if (value === undefined && beside === undefined) return [];
  if (!Array.isArray(value) && !Array.isArray(beside)) return [pieceOf(value, beside)];
  const [values, siblings] = [listOf(value), listOf(beside)];
  return Array.from({ length: Math.max(values.length, siblings.length) }, (_, index) => pieceOf(values[index], siblings[index]));
}

function listOf(json: Json | undefined): readonly Json[] {
  return Array.isArray(json) ? json : [];
}

function pieceOf(value: Json | undefined, beside: Json | undefined): Piece {
  return { value: value ?? undefined, sibling: isObject(beside) ? beside : undefined };
}

/**
 * The object with `pieces` as its elements of one name; none takes the name away. New ones come where the definition has them, in place
 * of those named `instead` where that is another type of the same choice.
 */
export function withPieces(
  model: Pick<TypeModel, 'properties'>,
  { object, type }: { readonly object: JsonObject; readonly type: string },
  property: Property,
  pieces: readonly Piece[],
  instead = property.name,
): JsonObject {
  const written = propertiesOf(property, pieces);
  const own = new Set([instead, `_${instead}`, property.name, `_${property.name}`]);
  const entries = Object.entries(object);
  const first = entries.findIndex(([name]) => own.has(name));
  const rest = entries.filter(([name]) => !own.has(name));
  const at = first === -1 ? placeFor(model, type, property.name, rest) : first;
  return Object.fromEntries(rest.toSpliced(at, 0, ...written));
}

type Entry = [string, Json | undefined];

function propertiesOf({ name, many }: Property, pieces: readonly Piece[]): Entry[] {
  const written: Entry[] = [];
  const [only] = pieces;
  if (only === undefined) return written;
  if (pieces.some(({ value }) => value !== undefined)) {
    written.push([name, many ? pieces.map(({ value = null }) => value) : only.value]);
  }
  if (pieces.some(({ sibling }) => sibling !== undefined)) {
    written.push([`_${name}`, many ? pieces.map(({ sibling = null }) => sibling) : only.sibling]);
  }
  return written;
}

/** Before the first that the definition has later. */
function placeFor(model: Pick<TypeModel, 'properties'>, type: string, name: string, entries: readonly Entry[]): number {
  const order = new Map([...model.properties(type).keys()].map((key, index) => [key, index]));
  const mine = order.get(name) ?? order.size;
  const later = entries.findIndex(([key]) => (order.get(key.startsWith('_') ? key.slice(1) : key) ?? -1) > mine);
  return later === -1 ? entries.length : later;
}
