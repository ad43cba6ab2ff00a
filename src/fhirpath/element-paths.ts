/**
 * Where in a resource the items of an expression stand, for those who want to change them. The expression is evaluated on a view in
 * which every element has an object of its own: a complex one itself, a primitive what stands in `_name` beside it. The engine passes
 * items on as they are, so that by these objects each can be found again, whatever path led to it.
 * Source: R4 fhirpatch.html#concept, json.html#primitive
 */

import type { TypeModel } from '../definitions/definitions.js';
import { isObject, type Json, type JsonObject } from '../model/json.js';
import { message } from '../model/message.js';
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
    if (items.length > MAX_FOUND)
      throw new FhirPathError(
        message('fhirpath-too-many', `The path leads to more than ${MAX_FOUND} items`, `路径指向的元素超过 ${MAX_FOUND} 个`),
      );
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
  /** The view. */
  readonly root: JsonObject;
  /** undefined: no object of the view. */
  stepsTo(carrier: unknown): readonly ElementStep[] | undefined;
}

interface Link extends ElementStep {
  readonly parent: object;
}

/** Only what an expression looks at is given an object of its own, and only then. */
export function placeElements(resource: Resource): PlacedResource {
  const links = new Map<object, Link>();
  const root = viewOf(resource, links);
  return { type: resource.resourceType, root, stepsTo: (carrier) => stepsBetween(links, root, carrier) };
}

function stepsBetween(links: ReadonlyMap<unknown, Link>, root: object, carrier: unknown): readonly ElementStep[] | undefined {
  const steps: ElementStep[] = [];
  let at = carrier;
  while (at !== root) {
    const link = links.get(at);
    if (link === undefined) return undefined;
    steps.unshift({ name: link.name, index: link.index });
    at = link.parent;
  }
  return steps;
}

/** The object as it is, but that each of its elements is an object that `links` knows. */
function viewOf(object: JsonObject, links: Map<object, Link>): JsonObject {
  const seen = new Map<string, Json | undefined>();
  const carry = (json: Json | undefined, name: string, index?: number): JsonObject => {
    const carrier = isObject(json) ? viewOf(json, links) : {};
    links.set(carrier, { parent: view, name, index });
    return carrier;
  };
  const view: JsonObject = new Proxy(object, {
    get(_, key) {
      if (typeof key !== 'string') return undefined;
      if (!seen.has(key)) seen.set(key, key.startsWith('_') ? besides(object, key.slice(1), carry) : inside(object, key, carry));
      return seen.get(key);
    },
  });
  return view;
}

type Carry = (json: Json | undefined, name: string, index?: number) => JsonObject;

function inside(object: JsonObject, name: string, carry: Carry): Json | undefined {
  const value = own(object, name);
  if (isObject(value)) return carry(value, name);
  return Array.isArray(value) && value.some(isObject) ? value.map((item: Json, index) => carry(item, name, index)) : value;
}

/** Beside a primitive that has nothing beside it stands an empty object, so that it too can be found again. */
function besides(object: JsonObject, name: string, carry: Carry): Json | undefined {
  const [value, beside] = [own(object, name), own(object, `_${name}`)];
  if (value === undefined && beside === undefined) return undefined;
  if (!Array.isArray(value) && !Array.isArray(beside)) return carry(beside, name);
  const length = Math.max(lengthOf(value), lengthOf(beside));
  return Array.from({ length }, (_, index) => carry(itemAt(beside, index), name, index));
}

function own(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function lengthOf(json: Json | undefined): number {
  return Array.isArray(json) ? json.length : 0;
}

function itemAt(json: Json | undefined, index: number): Json | undefined {
  return Array.isArray(json) ? (json as readonly Json[])[index] : undefined;
}
