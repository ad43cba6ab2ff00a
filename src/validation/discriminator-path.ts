/**
 * A discriminator's path, a small part of FHIRPath, followed twice: through the slice's definition to its criterion, and through a
 * value to what is compared. Source: R4 profiling.html#discriminator (restricted FHIRPath)
 */
import type { Definitions, Property } from '../definitions/definitions.js';
import { isObject, type Json, type JsonObject } from '../model/json.js';
import type { Compiler } from './compiler.js';
import { type ElementNode, elementTree } from './element-tree.js';
import { type Occurrence, visit } from './places.js';
import { parseTarget } from './reference-target.js';
import { resolveReference } from './resolve.js';
import type { Walk } from './walk.js';

export type PathStep =
  | { readonly kind: 'element'; readonly name: string }
  | { readonly kind: 'extension'; readonly url: string }
  | { readonly kind: 'type'; readonly name: string }
  | { readonly kind: 'resolve' };

const call = /^(extension|ofType|as|resolve)\((.*)\)$/s;

export function parsePath(path: string): readonly PathStep[] {
  return splitPath(path)
    .filter((part) => part !== '$this' && part !== '')
    .map((part): PathStep => {
      const [, name, argument = ''] = call.exec(part) ?? [];
      if (name === 'resolve') return { kind: 'resolve' };
      if (name === 'extension') return { kind: 'extension', url: argument.replaceAll(/['"\s]/g, '') };
      if (name !== undefined) return { kind: 'type', name: argument.trim() };
      return { kind: 'element', name: part.endsWith('[x]') ? part.slice(0, -3) : part };
    });
}

/** At points outside of parentheses: a url has points too. */
function splitPath(path: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < path.length; i++) {
    if (path[i] === '(') depth++;
    else if (path[i] === ')') depth--;
    else if (path[i] === '.' && depth === 0) {
      parts.push(path.slice(start, i));
      start = i + 1;
    }
  }
  return [...parts, path.slice(start)];
}

/** The elements of the definition that a path leads to, slices of them included; a type's own profile continues where the snapshot ends. */
export function locate(slice: ElementNode, path: readonly PathStep[], compiler: Compiler): readonly ElementNode[] {
  let nodes: readonly ElementNode[] = [slice];
  for (const step of path) nodes = nodes.flatMap((node) => follow(node, step, compiler));
  return nodes;
}

function follow(node: ElementNode, step: PathStep, compiler: Compiler): readonly ElementNode[] {
  if (step.kind === 'type') return [node];
  if (step.kind === 'resolve') return trees(targetsOf(node), compiler);
  const holders = node.children.length > 0 ? [node] : trees(profilesOf(node), compiler);
  const name = step.kind === 'element' ? step.name : 'extension';
  const found = holders.flatMap((holder) => holder.children.filter((child) => child.name === name)).flatMap(withSlices);
  if (step.kind === 'element') return found;
  return found.filter((one) => profilesOf(one).includes(step.url));
}

function withSlices(node: ElementNode): readonly ElementNode[] {
  return [node, ...node.slices.flatMap(withSlices)];
}

function profilesOf(node: ElementNode): readonly string[] {
  return node.element.type?.flatMap((type) => type.profile ?? []) ?? [];
}

/** The profiles of what a path leads to: those of a reference's targets where it ends with `resolve()`, else of the element itself. */
export function profilesAt(slice: ElementNode, path: readonly PathStep[], compiler: Compiler): readonly string[] {
  const isTarget = path.at(-1)?.kind === 'resolve';
  return locate(slice, isTarget ? path.slice(0, -1) : path, compiler).flatMap(isTarget ? targetsOf : profilesOf);
}

function targetsOf(node: ElementNode): readonly string[] {
  return node.element.type?.flatMap((type) => type.targetProfile ?? []) ?? [];
}

function trees(canonicals: readonly string[], { definitions }: Compiler): readonly ElementNode[] {
  return canonicals.flatMap((canonical) => {
    const structure = definitions.structure(canonical);
    const tree = structure === undefined ? undefined : elementTree(structure);
    return tree === undefined ? [] : [tree];
  });
}

export interface Missing {
  readonly type: string;
  readonly name: string;
}

/** The first element that R4 does not have, on a path from values of a type, as far as their types can be followed. */
export function missingOn(type: string, path: readonly PathStep[], definitions: Model): Missing | undefined {
  let at = type;
  for (const step of path) {
    if (step.kind === 'resolve') return undefined;
    if (step.kind === 'element') {
      const owner = definitions.kind(at) === 'primitive' ? 'Element' : at;
      const [property, ...others] = definitions.element(owner, step.name);
      // A resource of any type may stand here, and have elements of its own.
      if (property === undefined) return isOpen(at) || isAnyElement(step.name) ? undefined : { type: at, name: step.name };
      // Of a choice it is the definition of the slice that tells.
      if (others.length > 0) return undefined;
      at = property.type;
    } else at = step.kind === 'extension' ? 'Extension' : step.name;
  }
  return undefined;
}

function isOpen(type: string): boolean {
  return type === 'Resource' || type === 'DomainResource' || type === 'Element' || type === 'BackboneElement';
}

/** What stands in a primitive is the primitive itself. */
function isAnyElement(name: string): boolean {
  return name === 'value' || name === 'id';
}

export interface Found extends Pick<Occurrence, 'value' | 'sibling' | 'type'> {
  /** The path leads through a reference to what is not at hand; `type` is then as much as the reference tells. */
  readonly isAway?: boolean;
}

type Model = Pick<Definitions, 'kind' | 'element' | 'isResourceType'>;

/** The values a path leads to from one value. */
export function collect(from: Found, path: readonly PathStep[], walk: Walk, model: Model): readonly Found[] {
  const found: Found[] = [];
  take(from, path, 0, found, walk, model);
  return found;
}

function take(from: Found, path: readonly PathStep[], at: number, found: Found[], walk: Walk, model: Model): void {
  const step = path[at];
  if (step === undefined || from.isAway) found.push(from);
  else if (step.kind === 'element' && at === path.length - 1) parts(found, from, step.name, model);
  else for (const one of taken(from, step, walk, model)) take(one, path, at + 1, found, walk, model);
}

function taken(from: Found, step: PathStep, walk: Walk, model: Model): readonly Found[] {
  if (step.kind === 'type') return from.type === step.name || typeNamed(from.value) === step.name ? [from] : [];
  if (step.kind === 'resolve') return resolved(from.value, walk, model);
  const found: Found[] = [];
  parts(found, from, step.kind === 'element' ? step.name : 'extension', model);
  return step.kind === 'element' ? found : found.filter(({ value }) => isObject(value) && value.url === step.url);
}

function resolved(value: Json | undefined, walk: Walk, model: Model): readonly Found[] {
  const text = isObject(value) ? value.reference : value;
  if (typeof text !== 'string') return [];
  const target = resolveReference(text, walk);
  if (target !== undefined) return [{ value: target, sibling: undefined, type: typeNamed(target) }];
  // Another rule says that nothing contained has this id.
  if (text.startsWith('#')) return [];
  const told = isObject(value) && typeof value.type === 'string' ? value.type : '';
  return [{ value: undefined, sibling: undefined, type: parseTarget(text, model) ?? told, isAway: true }];
}

function typeNamed(value: Json | undefined): string {
  return isObject(value) && typeof value.resourceType === 'string' ? value.resourceType : '';
}

function parts(found: Found[], from: Found, name: string, model: Model): void {
  const isPrimitive = model.kind(from.type) === 'primitive';
  const holder: Json | JsonObject | undefined = isPrimitive ? from.sibling : from.value;
  if (!isObject(holder)) return;
  const owner = isPrimitive ? 'Element' : from.type === 'Resource' ? typeNamed(holder) : from.type;
  for (const property of model.element(owner, name)) addParts(found, holder, property);
}

function addParts(found: Found[], holder: JsonObject, { name, type }: Property): void {
  const value = holder[name];
  // Most often a slice is told by one plain value.
  if (typeof value === 'string') found.push({ value, sibling: undefined, type });
  else visit({ key: name, siblingKey: `_${name}` }, holder, (item, sibling) => found.push({ value: item, sibling, type }));
}
