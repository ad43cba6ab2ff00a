/**
 * One step of a path: from items to the children of one name. How a type is entered is found out once per type and remembered, so
 * that a step costs a property read and an item. Source: FHIRPath N1 #path-selection, R4 fhirpath.html#polymorphism, json.html#primitive
 */

import type { Property, TypeModel } from '../definitions/definitions.js';
import { isObject, type Json, type JsonObject } from '../model/json.js';
import { message } from '../model/message.js';
import { type Evaluate, makeItems, passOver, type Setting } from './evaluation.js';
import { FhirPathError, type Item } from './expression.js';
import { nothing, stringItem } from './items.js';
import { systemItem } from './system-types.js';

type Wanted = (type: string) => boolean;

function all(): boolean {
  return true;
}

type Collect = (item: Item, out: Item[]) => void;

/** `wanted`: what follows keeps only items of certain types, so that no others need be made. */
export function compileStep(input: Evaluate, name: string, setting: Setting, wanted: Wanted = all): Evaluate {
  const known = new Map<string, Collect>();
  let lastType = '';
  let collect: Collect = nowhere;
  return (scope) => {
    const items = input(scope);
    if (items.length === 0) return nothing;
    passOver(scope.run, items.length);
    const out: Item[] = [];
    let foreign = setting.strict;
    for (let i = 0; i < items.length; i++) {
      const item = items[i] as Item;
      if (item.type !== lastType) {
        let found = known.get(item.type);
        if (found === undefined) {
          found = collector(item.type, name, setting, wanted);
          known.set(item.type, found);
        }
        collect = found;
        lastType = item.type;
      }
      if (collect !== unknown) foreign = false;
      collect(item, out);
    }
    if (foreign) throw noElement(lastType, name, setting.model);
    makeItems(scope.run, out.length);
    return out.length === 0 ? nothing : out;
  };
}

/** A choice is often named as JSON has it. */
export function noElement(type: string, name: string, model: TypeModel): FhirPathError {
  const choice = model.properties(type).get(name);
  const [en, zh] =
    choice === undefined ? ['', ''] : [`; FHIRPath calls it "${choice.element}"`, `；FHIRPath 中的名称是“${choice.element}”`];
  return new FhirPathError(message('fhirpath-element', `${type} has no element "${name}"${en}`, `${type} 没有元素“${name}”${zh}`));
}

/** For types that FHIR does not describe. */
function nowhere(): void {}

/** For elements that a type does not have: in strict evaluation an error, unless another item of the collection has it. */
function unknown(): void {}

function collector(type: string, name: string, { model, strict }: Setting, wanted: Wanted): Collect {
  if (type.startsWith('System.')) return systemChild(name);
  const kind = model.kind(type);
  if (kind === 'primitive' && name === 'value') {
    return (item, out) => {
      const value = systemItem(item);
      if (value !== undefined) out.push(value);
    };
  }
  const properties = model.element(type, name);
  // Where any resource may stand, only the value itself can tell its type.
  const few = properties.filter((property) => wanted(property.type) || model.kind(property.type) === 'resource');
  if (properties.length > 0) return kind === 'primitive' ? siblingChild(model, few) : choice(model, few);
  if (kind === undefined) return nowhere;
  if (strict) return unknown;
  // `valueQuantity`: not FHIRPath's name for it, but often written.
  const property = model.properties(type).get(name);
  return property === undefined ? unknown : choice(model, [property]);
}

/** What type() answers has children of its own. */
function systemChild(name: string): Collect {
  return ({ type, value }, out) => {
    if (type !== 'System.TypeInfo' || !isObject(value) || !Object.hasOwn(value, name)) return;
    const child = value[name];
    if (typeof child === 'string') out.push(stringItem(child));
  };
}

/** A choice of many types is found by the object's own keys, a few types by trying each. */
const FEW = 3;

function choice(model: TypeModel, properties: readonly Property[]): Collect {
  const reads = properties.map((property) => reader(model, property));
  const [read] = reads;
  if (read !== undefined && reads.length === 1) {
    return ({ value }, out) => {
      if (typeof value === 'object' && value !== null) read(value as JsonObject, out);
    };
  }
  if (properties.length <= FEW) {
    return ({ value }, out) => {
      if (typeof value !== 'object' || value === null) return;
      for (const each of reads) each(value as JsonObject, out);
    };
  }
  const byName = new Map(properties.flatMap(({ name }, i) => [[name, reads[i]] as const, [`_${name}`, reads[i]] as const]));
  return ({ value }, out) => {
    if (!isObject(value)) return;
    for (const key in value) {
      const read = byName.get(key);
      if (read === undefined) continue;
      read(value, out);
      return;
    }
  };
}

type Read = (value: JsonObject, out: Item[]) => void;

function reader(model: TypeModel, { name, type }: Property): Read {
  const kind = model.kind(type);
  if (kind === 'primitive') {
    const beside = `_${name}`;
    return (value, out) => pushPrimitive(type, value[name], value[beside], out);
  }
  if (kind === 'resource') return (value, out) => pushEach(value[name], (one) => resourceType(model, one, type), out);
  return (value, out) => {
    const child = value[name];
    if (child === undefined || child === null) return;
    if (!Array.isArray(child)) out.push({ type, value: child, sibling: undefined });
    else for (const one of child) if (one !== null) out.push({ type, value: one, sibling: undefined });
  };
}

function pushEach(child: Json | undefined, typeOf: (value: Json) => string, out: Item[]): void {
  if (child === undefined || child === null) return;
  if (!Array.isArray(child)) out.push({ type: typeOf(child), value: child, sibling: undefined });
  else for (const one of child) if (one !== null) out.push({ type: typeOf(one), value: one, sibling: undefined });
}

/** Where any resource may stand, its own word for its type counts. */
function resourceType(model: TypeModel, value: Json, declared: string): string {
  const type = isObject(value) ? value.resourceType : undefined;
  return typeof type === 'string' && model.kind(type) === 'resource' ? type : declared;
}

function pushPrimitive(type: string, value: Json | undefined, beside: Json | undefined, out: Item[]): void {
  if (value === undefined && beside === undefined) return;
  if (!Array.isArray(value) && !Array.isArray(beside)) {
    out.push({ type, value: value ?? undefined, sibling: isObject(beside) ? beside : undefined });
    return;
  }
  const values: readonly Json[] = Array.isArray(value) ? value : [];
  const siblings: readonly Json[] = Array.isArray(beside) ? beside : [];
  for (let i = 0; i < values.length || i < siblings.length; i++) {
    const sibling = siblings[i];
    const one = values[i] ?? undefined;
    if (one !== undefined || isObject(sibling)) out.push({ type, value: one, sibling: isObject(sibling) ? sibling : undefined });
  }
}

/** The id and the extensions of a primitive stand in the object beside it. */
function siblingChild(model: TypeModel, properties: readonly Property[]): Collect {
  const reads = properties.map((property) => reader(model, property));
  return ({ sibling }, out) => {
    if (sibling !== undefined) for (const read of reads) read(sibling, out);
  };
}

/**
 * Gives a function from an item to all its children, in the order in which they stand; it remembers what it found out about types.
 * Source: FHIRPath N1 #children
 */
export function childrenReader(model: TypeModel): (item: Item) => Item[] {
  const known = new Map<string, ReadonlyMap<string, Read>>();
  return (item) => {
    const out: Item[] = [];
    const object = model.kind(item.type) === 'primitive' ? item.sibling : item.value;
    if (!isObject(object)) return out;
    let reads = known.get(item.type);
    if (reads === undefined) {
      reads = new Map([...model.properties(item.type).values()].map((property) => [property.name, reader(model, property)]));
      known.set(item.type, reads);
    }
    for (const key in object) {
      const alone = key.startsWith('_') && object[key.slice(1)] === undefined;
      reads.get(alone ? key.slice(1) : key)?.(object, out);
    }
    return out;
  };
}
