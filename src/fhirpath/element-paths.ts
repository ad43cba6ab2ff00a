/**
 * Where in a resource the items of an expression stand, for those who want to change them. The expression is evaluated on a copy in
 * which every element has an object of its own: a complex one itself, a primitive what stands in `_name` beside it. The engine passes
 * items on as they are, so that by these objects each can be found again, whatever path led to it.
 * Source: R4 fhirpatch.html#concept, json.html#primitive
 */
import type { TypeModel } from '../definitions/definitions.js';
import { isObject, type Json, type JsonObject, type MutableJsonObject } from '../model/json.js';
import type { Resource } from '../model/resource.js';
import { compileSyntax } from './compile-syntax.js';
import { type Environment, type EvaluationServices, FhirPathError, type Item } from './expression.js';
import { nothing } from './items.js';
import { parse } from './parser.js';

export interface ElementStep {
  /** As it stands in JSON, of a primitive without its `_`. */
  readonly name: string;
  /** Absent: the element does not repeat. */
  readonly index?: number;
}

export interface ElementPlace {
  readonly type: string;
  /** From the resource to the element; empty for the resource itself. undefined: it is computed and stands nowhere. */
  readonly steps: readonly ElementStep[] | undefined;
}

/** Throws FhirPathError where the expression cannot be evaluated on this resource. */
export type ElementPath = (resource: PlacedResource) => readonly ElementPlace[];

/** What one path may cost. */
const MAX_STEPS = 200_000;
/** The longest list whose elements one path may lead to. */
const MAX_FOUND = 20_000;

/** Strict: an element that the type does not have is an error. Throws FhirPathError for what is no expression. */
export function compileElementPath(text: string, model: TypeModel): ElementPath {
  const evaluate = compileSyntax(parse(text), { model, type: undefined, strict: true });
  return ({ root, type, stepsTo }) => {
    const focus = [{ type, value: root, sibling: undefined }];
    const [item] = focus;
    const environment: Environment = { resource: item, rootResource: item, context: item, services };
    const run = { environment, context: focus, steps: MAX_STEPS, now: undefined, descendants: undefined };
    const items = evaluate({ focus, index: 0, total: nothing, variables: undefined, run });
    if (items.length > MAX_FOUND) throw new FhirPathError(`The path leads to more than ${MAX_FOUND} items`);
    return items.map((found) => ({ type: found.type, steps: stepsTo(carrierOf(model, found)) }));
  };
}

/** Nothing outside of the resource is looked at. */
const services: EvaluationServices = { resolve: () => undefined, memberOf: () => undefined, conformsTo: () => undefined };

function carrierOf(model: TypeModel, { type, value, sibling }: Item): unknown {
  return model.kind(type) === 'primitive' ? sibling : value;
}

export interface PlacedResource {
  readonly type: string;
  /** The copy. */
  readonly root: JsonObject;
  /** undefined: no object of the copy. */
  stepsTo(carrier: unknown): readonly ElementStep[] | undefined;
}

interface Link extends ElementStep {
  readonly parent: JsonObject;
}

/** Places one resource after the other; what they share is copied once. No object may stand twice in one of them. */
export function createPlacer(): (resource: Resource) => PlacedResource {
  const copies = new WeakMap<JsonObject, JsonObject>();
  const links = new WeakMap<object, Link>();
  const copy = (object: JsonObject): JsonObject => {
    const before = copies.get(object);
    if (before !== undefined) return before;
    const made = copyOf(object, copy, (child, link) => links.set(child, link));
    copies.set(object, made);
    return made;
  };
  return (resource) => {
    const root = copy(resource);
    return { type: resource.resourceType, root, stepsTo: (carrier) => stepsBetween(links, root, carrier) };
  };
}

function stepsBetween(links: WeakMap<object, Link>, root: JsonObject, carrier: unknown): readonly ElementStep[] | undefined {
  const steps: ElementStep[] = [];
  let at = carrier;
  while (at !== root) {
    const link = isObject(at) ? links.get(at) : undefined;
    if (link === undefined) return undefined;
    steps.unshift({ name: link.name, index: link.index });
    at = link.parent;
  }
  return steps;
}

type Note = (child: JsonObject, link: Link) => void;

function copyOf(object: JsonObject, copy: (child: JsonObject) => JsonObject, note: Note): JsonObject {
  const made: MutableJsonObject = {};
  const carry = (json: Json | undefined, name: string, index?: number): JsonObject => {
    const child = isObject(json) ? copy(json) : {};
    note(child, { parent: made as JsonObject, name, index });
    return child;
  };
  const primitive = (name: string, value: Json | undefined, beside: Json | undefined): void => {
    if (value !== undefined) made[name] = value;
    if (!Array.isArray(value) && !Array.isArray(beside)) made[`_${name}`] = carry(beside, name);
    else {
      const length = Math.max(lengthOf(value), lengthOf(beside));
      made[`_${name}`] = Array.from({ length }, (_, index) => carry(itemAt(beside, index), name, index));
    }
  };
  for (const [key, value] of Object.entries(object)) {
    const name = key.startsWith('_') ? key.slice(1) : key;
    if (key !== name) {
      if (!Object.hasOwn(object, name)) primitive(name, undefined, value);
    } else if (isObject(value)) made[name] = carry(value, name);
    else if (Array.isArray(value) && value.some(isObject)) made[name] = value.map((item: Json, index) => carry(item, name, index));
    else primitive(name, value, object[`_${name}`]);
  }
  return made as JsonObject;
}

function lengthOf(json: Json | undefined): number {
  return Array.isArray(json) ? json.length : 0;
}

function itemAt(json: Json | undefined, index: number): Json | undefined {
  return Array.isArray(json) ? (json as readonly Json[])[index] : undefined;
}
