/**
 * An element that is being read: the JSON object it becomes, and where in the order of its type it has come to.
 * Source: R4 json.html#primitive (id and extensions of primitives, in arrays with nulls)
 */
import type { TypeModel } from '../definitions/definitions.js';
import type { Json, JsonObject, MutableJsonObject } from '../model/json.js';
import { parseJson } from '../model/parse-json.js';
import { type Part, type Shape, shapeOf } from './shape.js';

/** As deep as JSON may be: what is read here is read as JSON from then on. */
export const MAX_DEPTH = 100;

/** The items so far of a property that repeats. */
interface List {
  readonly part: Part;
  readonly values: Json[];
  siblings: Json[] | undefined;
}

export class Frame {
  readonly object: MutableJsonObject = {};
  /** Place of the last child; those to come may not stand before it. */
  place = -1;
  list: List | undefined;
  /** The value of a primitive. */
  value: Json | undefined;
  /** The resource that stands in here. */
  held: JsonObject | undefined;
  /** Something in it was wrong, and left out. */
  isFaulty = false;
  /** Children stood out of order, so that those of one name may come in several runs. */
  isMixed = false;

  constructor(
    readonly shape: Shape,
    /** What it is of its parent. The root is no part. */
    readonly part: Part | undefined,
    readonly holds: Part['is'],
    /** Objects and arrays that this one will be in, itself included. */
    readonly depth: number,
    /** Its place among its like. */
    readonly index: number,
  ) {}

  /** No attribute but its value, no child: nothing of which JSON would need an object. */
  isPlain(): boolean {
    if (this.list !== undefined) return false;
    for (const _key in this.object) return false;
    return true;
  }

  /** A child of this name has been before, not counting the run that is being read. */
  has({ name, siblingKey }: Part): boolean {
    return this.object[name] !== undefined || this.object[siblingKey] !== undefined;
  }

  isEmpty(): boolean {
    return this.value === undefined && this.held === undefined && this.isPlain();
  }

  isTooDeep(): boolean {
    const text = (this.holds === 'primitive' || this.holds === 'xhtml') && this.isPlain();
    return this.depth - (text ? 1 : 0) > MAX_DEPTH;
  }
}

/** A resource at the root, or in the element that holds it. */
export function openResource(types: TypeModel, type: string, holder: Frame | undefined): Frame {
  const frame = new Frame(shapeOf(types, type), undefined, 'complex', holder?.depth ?? 1, 0);
  frame.object.resourceType = type;
  return frame;
}

/** Remembers in the parent how far it has come. */
export function openFrame(types: TypeModel, part: Part, parent: Frame): Frame {
  if (part.place !== parent.place) finishList(parent);
  parent.place = part.place;
  if (part.many && parent.isMixed) parent.list ??= listBefore(parent, part);
  const index = parent.list?.values.length ?? 0;
  return new Frame(shapeOf(types, part.type), part, part.is, parent.depth + (part.many ? 2 : 1), index);
}

/** False where the element has no such attribute. */
export function addAttribute(frame: Frame, name: string, text: string): boolean {
  if (name === 'value' && frame.holds === 'primitive') {
    frame.value = jsonOf(frame.shape.primitive, text);
    return true;
  }
  if (frame.shape.byName.get(name)?.attribute !== true) return false;
  frame.object[name] = text;
  return true;
}

const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** What is no boolean or number though it should be stays text: the validator says so. */
function jsonOf(kind: Shape['primitive'], text: string): Json {
  if (kind === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  return kind === 'number' && number.test(text) ? parseJson(text) : text;
}

/** Gives the parent what was read, an XHTML div as its text. The root's object is the answer. */
export function closeFrame(frame: Frame, parent: Frame | undefined): JsonObject {
  finishList(frame);
  const object = frame.object as JsonObject;
  const { part } = frame;
  if (parent === undefined) return object;
  if (part === undefined) parent.held = object;
  else if (part.is === 'resource') addItem(parent, part, frame.held);
  else if (part.is === 'primitive') addItem(parent, part, frame.value, frame.isPlain() ? undefined : object);
  else if (part.is === 'xhtml') addItem(parent, part, frame.value);
  else addItem(parent, part, object);
  return object;
}

function addItem(parent: Frame, part: Part, value: Json | undefined, sibling?: JsonObject): void {
  if (!part.many) {
    if (value !== undefined) parent.object[part.name] = value;
    if (sibling !== undefined) parent.object[part.siblingKey] = sibling;
    return;
  }
  parent.list ??= { part, values: [], siblings: undefined };
  const { list } = parent;
  if (sibling !== undefined) list.siblings ??= list.values.map(() => null);
  list.values.push(value ?? null);
  list.siblings?.push(sibling ?? null);
}

/** The run of its like that has been before, to be gone on with. */
function listBefore({ object }: Frame, part: Part): List | undefined {
  const values = object[part.name];
  const siblings = object[part.siblingKey];
  if (!Array.isArray(values) && !Array.isArray(siblings)) return undefined;
  return {
    part,
    values: Array.isArray(values) ? [...values] : (siblings as Json[]).map(() => null),
    siblings: Array.isArray(siblings) ? [...siblings] : undefined,
  };
}

/** Puts the items of a property that repeats in their place, before the next property begins. */
function finishList(frame: Frame): void {
  const { list, object } = frame;
  if (list === undefined) return;
  frame.list = undefined;
  if (list.values.some((value) => value !== null)) object[list.part.name] = list.values;
  if (list.siblings !== undefined) object[list.part.siblingKey] = list.siblings;
}
