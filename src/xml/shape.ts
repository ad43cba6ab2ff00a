/**
 * How a type stands in XML: which children it may have and in which order, which of its properties are attributes, and under which
 * keys JSON has them. Worked out from the definitions when a type is first met.
 * Source: R4 xml.html, json.html
 */
import type { Property, TypeModel } from '../definitions/definitions.js';

export const fhirNamespace = 'http://hl7.org/fhir';
export const xhtmlNamespace = 'http://www.w3.org/1999/xhtml';

export interface Part extends Property {
  /** Children stand in the order of their places. */
  readonly place: number;
  /** Where JSON has id and extensions of a primitive. */
  readonly siblingKey: string;
  readonly is: 'primitive' | 'xhtml' | 'resource' | 'complex';
}

export interface Shape {
  readonly type: string;
  /** By the name of the XML element or attribute, which is the JSON key too. */
  readonly byName: ReadonlyMap<string, Part>;
  /** By the key of a primitive's id and extensions: `_given`. */
  readonly bySiblingKey: ReadonlyMap<string, Part>;
  readonly attributes: readonly Part[];
  /** What the value of a primitive is in JSON where it is no text. Source: R4 json.html#primitive */
  readonly primitive: 'boolean' | 'number' | undefined;
}

const shapes = new WeakMap<TypeModel, Map<string, Shape>>();

/** The shape of a type that the model knows; of another one without parts. */
export function shapeOf(types: TypeModel, type: string): Shape {
  const known = shapes.get(types) ?? new Map<string, Shape>();
  if (known.size === 0) shapes.set(types, known);
  const before = known.get(type);
  if (before !== undefined) return before;
  const shape = makeShape(types, type);
  known.set(type, shape);
  return shape;
}

function makeShape(types: TypeModel, type: string): Shape {
  const parts = [...types.properties(type).values()].map((property, place): Part => {
    return { ...property, place, siblingKey: `_${property.name}`, is: kindOf(types, property.type) };
  });
  const primitives = parts.filter(({ is, attribute }) => is === 'primitive' && !attribute);
  return {
    type,
    byName: new Map(parts.map((part) => [part.name, part])),
    bySiblingKey: new Map(primitives.map((part) => [part.siblingKey, part])),
    attributes: parts.filter(({ attribute }) => attribute),
    primitive: primitiveOf(types, type),
  };
}

function kindOf(types: TypeModel, type: string): Part['is'] {
  if (type === 'xhtml') return 'xhtml';
  const kind = types.kind(type);
  if (kind === 'primitive' || kind === 'resource') return kind;
  return 'complex';
}

/** By what the type is built on: a `positiveInt` is an `integer`. */
function primitiveOf(types: TypeModel, type: string): Shape['primitive'] {
  for (let name: string | undefined = type; name !== undefined; name = types.baseOf(name)) {
    if (name === 'boolean') return 'boolean';
    if (name === 'integer' || name === 'decimal') return 'number';
  }
  return undefined;
}

/** Whether XML can have this element as a resource: abstract types are none. */
export function isResourceName(types: TypeModel, name: string): boolean {
  return types.kind(name) === 'resource' && name !== 'Resource' && name !== 'DomainResource';
}
