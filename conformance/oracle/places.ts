/** Every value of a resource with its place and what R4 says stands there. Source: R4 json.html, elementdefinition.html */
import type { ElementDefinition } from 'fhir/r4.js';
import type { Definitions, Property } from '../../src/definitions/definitions.js';

export type Value = null | boolean | number | string | Value[] | Holder;
export interface Holder {
  [key: string]: Value | undefined;
}

export interface Place {
  readonly holder: Holder;
  /** Type of the holder: `Patient.contact`. */
  readonly owner: string;
  readonly key: string;
  readonly property: Property;
  /** Of an item of an array. */
  readonly index: number | undefined;
  readonly value: Value;
  /** How many resources it stands in: 1 at the top, 2 in a contained one or a Bundle's entry. */
  readonly depth: number;
  /** For people: `Patient.name[0].family`. */
  readonly path: string;
}

/** What a mutation works on: a resource of its own and its places. */
export interface Subject {
  readonly resource: Holder;
  readonly places: readonly Place[];
  readonly definitions: Definitions;
}

export function isHolder(value: unknown): value is Holder {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function subjectOf(text: string, definitions: Definitions): Subject {
  const resource: Holder = JSON.parse(text);
  const places: Place[] = [];
  const type = String(resource.resourceType);
  walk(resource, type, type, 1);
  return { resource, places, definitions };

  function walk(holder: Holder, owner: string, path: string, depth: number): void {
    const properties = definitions.properties(owner);
    for (const [key, value] of Object.entries(holder)) {
      const property = properties.get(key);
      if (property === undefined || value === undefined) continue;
      if (!Array.isArray(value)) add(holder, owner, key, property, undefined, value, `${path}.${key}`, depth);
      else for (const [index, item] of value.entries()) add(holder, owner, key, property, index, item, `${path}.${key}[${index}]`, depth);
    }
  }

  function add(
    holder: Holder,
    owner: string,
    key: string,
    property: Property,
    index: number | undefined,
    value: Value,
    path: string,
    depth: number,
  ): void {
    places.push({ holder, owner, key, property, index, value, depth, path });
    if (!isHolder(value)) return;
    const inner = property.type === 'Resource' ? String(value.resourceType) : property.type;
    walk(value, inner, path, property.type === 'Resource' ? depth + 1 : depth);
  }
}

/** Puts another value at the place; undefined takes out what is there, and an array with its last item. */
export function put({ holder, key, index }: Place, value: Value | undefined): void {
  const list = holder[key];
  if (index === undefined || !Array.isArray(list)) {
    if (value === undefined) delete holder[key];
    else holder[key] = value;
  } else if (value !== undefined) list[index] = value;
  else if (list.length === 1) delete holder[key];
  else list.splice(index, 1);
}

/** The definition of the element at a place. */
export function elementAt({ owner, property }: Place, definitions: Definitions): ElementDefinition | undefined {
  const [type = ''] = owner.split('.');
  const path = `${owner}.${property.element}`;
  return definitions.structureOf(type)?.snapshot?.element.find((one) => one.path === path || one.path === `${path}[x]`);
}
