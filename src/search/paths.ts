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
const typed = [/^\(([\w.]+) as (\w+)\)$/, /^([\w.]+)\.(?:as|ofType)\((\w+)\)$/];
const leading = /^([\w.]+)\.where\(resolve\(\) is (\w+)\)$/;

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
    const [, steps = '', name = ''] = form.exec(part) ?? [];
    if (model.kind(name) !== undefined) return plain(model, type, steps, (found) => isKept(model, found, name));
  }
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
  return (resource) => {
    const found: Item[] = [];
    find(resource, found);
    return found;
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
