/**
 * Most expressions of search parameters are plain paths. Walking them here costs a property read for each step, and nothing where
 * the first element is absent; what is more than a path is left to FHIRPath. Source: R4 searchparameter-registry.html
 */
import type { Property, TypeModel } from '../definitions/definitions.js';
import type { Item } from '../fhirpath/expression.js';
import { isObject, type Json, type JsonObject } from '../model/json.js';
import { isId, type Resource } from '../model/resource.js';
import { unionParts } from './elements.js';

export interface PathModel extends TypeModel {
  isResourceType(name: string): boolean;
}

/** The items an expression leads to, all but the same as FHIRPath's: none for what has no value. undefined: FHIRPath must say. */
export type PathFinder = (resource: Resource) => readonly Item[] | undefined;

type Wanted = (type: string) => boolean;
type Find = (value: JsonObject, out: Item[]) => void;

const path = /^([A-Z]\w*)\.([a-z]\w*(?:\.[a-z]\w*)*)$/;
const typed = [/^\(([\w.]+) as (\w+)\)((?:\.[a-z]\w*)*)$/, /^([\w.]+)\.(?:as|ofType)\((\w+)\)((?:\.[a-z]\w*)*)$/];
/** `Patient.deceased.exists() and Patient.deceased != false` */
const holding = /^([A-Z]\w*)\.(\w+)\.exists\(\) and \1\.\2 != false$/;
const leading = /^([\w.]+)\.where\(resolve\(\) is (\w+)\)$/;
const filtered = /^([\w.]+)\.where\((\w+) ?= ?'([^'\\]+)'\)((?:\.[a-z]\w*)*)$/;

/** undefined where a part of the expression is more than a path. */
export function compilePaths(model: PathModel, type: string, expression: string): PathFinder | undefined {
  const finders = unionParts(expression).map((part) => compilePath(model, type, part));
  if (!finders.every((finder) => finder !== undefined)) return undefined;
  const [only] = finders;
  if (finders.length === 1) return only;
  return (resource) => {
    const found: Item[] = [];
    for (const finder of finders) {
      const items = finder(resource);
      if (items === undefined) return undefined;
      for (const item of items) found.push(item);
    }
    return found;
  };
}

function compilePath(model: PathModel, type: string, part: string): PathFinder | undefined {
  for (const form of typed) {
    const [, steps = '', name = '', rest = ''] = form.exec(part) ?? [];
    if (model.kind(name) === undefined) continue;
    const find = plain(model, type, steps, (found) => isKept(model, found, name));
    return rest === '' || find === undefined ? find : goingOn(model, find, name, rest);
  }
  const [, , element] = holding.exec(part) ?? [];
  if (element !== undefined) return notFalse(model.element(type, element));
  const byValue = filtered.exec(part);
  if (byValue !== null) return having(model, type, byValue);
  const [, steps, target = ''] = leading.exec(part) ?? [];
  if (steps === undefined) return plain(model, type, part, () => true);
  const find = plain(model, type, steps, (found) => found === 'Reference');
  return find !== undefined && model.isResourceType(target) ? leadingTo(model, find, target) : undefined;
}

/** As `as` and ofType() filter: a primitive is only what it was declared as. */
function isKept(model: TypeModel, type: string, wanted: string): boolean {
  if (model.kind(type) === 'primitive') return type === wanted;
  for (let at: string | undefined = type; at !== undefined; at = model.baseOf(at)) if (at === wanted) return true;
  return false;
}

function plain(model: TypeModel, type: string, text: string, wanted: Wanted): PathFinder | undefined {
  const [, , steps] = path.exec(text) ?? [];
  const find = steps === undefined ? undefined : finder(model, type, steps.split('.'), wanted);
  if (find === undefined) return undefined;
  const names = model.element(type, steps?.split('.')[0] ?? '').map(({ name }) => name);
  return (resource) => {
    if (!holdsOne(resource, names)) return none;
    const found: Item[] = [];
    find(resource, found);
    return found;
  };
}

const none: readonly Item[] = [];

/** Most resources have few of the elements they may have. */
function holdsOne(resource: Resource, names: readonly string[]): boolean {
  for (const name of names) if (resource[name] !== undefined) return true;
  return false;
}

/** `telecom.where(system='phone').value`: the element that is compared stands there once, as text. */
function having(model: PathModel, type: string, [, steps = '', name = '', text = '', rest = '']: RegExpExecArray): PathFinder | undefined {
  const types = new Set<string>();
  const find = plain(model, type, steps, (found) => {
    types.add(found);
    return true;
  });
  const [of] = types;
  if (find === undefined || of === undefined || types.size > 1) return undefined;
  const [property, ...others] = model.element(of, name);
  if (property === undefined || others.length > 0 || property.many || model.kind(property.type) !== 'primitive') return undefined;
  const kept: PathFinder = (resource) => find(resource)?.filter(({ value }) => isObject(value) && value[property.name] === text);
  return rest === '' ? kept : goingOn(model, kept, of, rest);
}

/** Further steps from what was found, all of it of one type. */
function goingOn(model: PathModel, find: PathFinder, type: string, rest: string): PathFinder | undefined {
  const next = finder(model, type, rest.slice(1).split('.'), () => true);
  if (next === undefined) return undefined;
  return (resource) => {
    const items = find(resource);
    if (items === undefined || items.length === 0) return items;
    const found: Item[] = [];
    for (const { value } of items) if (isObject(value)) next(value, found);
    return found;
  };
}

function notFalse(properties: readonly Property[]): PathFinder | undefined {
  if (properties.length === 0 || properties.some(({ many }) => many)) return undefined;
  return (resource) => {
    // What has no value but an extension is for FHIRPath to judge.
    if (properties.some(({ name }) => resource[`_${name}`] !== undefined)) return undefined;
    const value = properties.map(({ name }) => resource[name]).find((one) => one !== undefined && one !== null);
    return [{ type: 'System.Boolean', value: value !== undefined && value !== false }];
  };
}

function finder(model: TypeModel, type: string, [name = '', ...rest]: readonly string[], wanted: Wanted): Find | undefined {
  const properties = model.element(type, name);
  const [property] = properties;
  // Where any resource may stand, only the value can tell its type.
  if (property === undefined || properties.some((one) => model.kind(one.type) === 'resource')) return undefined;
  if (rest.length === 0) return lastStep(properties.filter((one) => wanted(one.type)));
  if (properties.length > 1 || model.kind(property.type) === 'primitive') return undefined;
  const next = finder(model, property.type, rest, wanted);
  return next && innerStep(property.name, next);
}

function innerStep(name: string, next: Find): Find {
  return (value, out) => {
    const child = value[name];
    if (child === undefined) return;
    if (isObject(child)) next(child, out);
    else if (Array.isArray(child)) for (const one of child as readonly Json[]) if (isObject(one)) next(one, out);
  };
}

function lastStep(properties: readonly Property[]): Find {
  return (value, out) => {
    for (const { name, type } of properties) {
      const child = value[name];
      if (child === undefined || child === null) continue;
      if (!Array.isArray(child)) out.push({ type, value: child });
      else for (const one of child as readonly Json[]) if (one !== null) out.push({ type, value: one });
    }
  };
}

/** `where(resolve() is Patient)`: decided here for what is written `Patient/1`. */
function leadingTo(model: PathModel, find: PathFinder, target: string): PathFinder {
  return (resource) => {
    const items = find(resource);
    if (items === undefined || items.length === 0) return items;
    const found: Item[] = [];
    for (const item of items) {
      const type = isObject(item.value) ? statedType(model, item.value.reference) : undefined;
      if (type === undefined) return undefined;
      if (type === target) found.push(item);
    }
    return found;
  };
}

function statedType(model: PathModel, reference: Json | undefined): string | undefined {
  if (typeof reference !== 'string') return undefined;
  const slash = reference.indexOf('/');
  const type = reference.slice(0, Math.max(slash, 0));
  return model.isResourceType(type) && isId(reference.slice(slash + 1)) ? type : undefined;
}
