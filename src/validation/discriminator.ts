/**
 * Which values belong to a slice: each discriminator names a path, and the slice's own rules at that path are the criterion.
 * Source: R4 profiling.html#discriminator
 */
import type { ElementDefinition, ElementDefinitionSlicingDiscriminator } from 'fhir/r4.js';
import { isObject, type Json } from '../model/json.js';
import type { Compiler } from './compiler.js';
import { collect, type Found, locate, type PathStep, parsePath } from './discriminator-path.js';
import type { ElementNode } from './element-tree.js';
import type { Occurrence } from './places.js';
import { contains, ruleValue, same } from './rules/fixed-pattern.js';
import { passes, type Walk } from './walk.js';

export type Predicate = (value: Occurrence, walk: Walk) => boolean;

/** Looks at the values a path leads to. */
type Test = (found: readonly Found[], walk: Walk) => boolean;

/** undefined: the profile does not say enough to tell. All discriminators must agree. */
export function compileDiscriminators(
  slice: ElementNode,
  discriminators: readonly ElementDefinitionSlicingDiscriminator[],
  compiler: Compiler,
): Predicate | undefined {
  const predicates: Predicate[] = [];
  for (const { type, path } of discriminators) {
    const predicate = compileOne(slice, type, parsePath(path), compiler);
    if (predicate === undefined) return undefined;
    predicates.push(predicate);
  }
  if (predicates.length === 0) return undefined;
  return (value, walk) => predicates.every((predicate) => predicate(value, walk));
}

function compileOne(
  slice: ElementNode,
  kind: ElementDefinitionSlicingDiscriminator['type'],
  path: readonly PathStep[],
  compiler: Compiler,
): Predicate | undefined {
  const test = kind === 'value' || kind === 'pattern' ? valueTest(slice, path, compiler) : otherTest(slice, kind, path, compiler);
  if (test === undefined) return undefined;
  return (value, walk) => test(collect(value, path, walk, compiler.definitions), walk);
}

function otherTest(
  slice: ElementNode,
  kind: ElementDefinitionSlicingDiscriminator['type'],
  path: readonly PathStep[],
  compiler: Compiler,
): Test | undefined {
  const nodes = locate(slice, path, compiler);
  const [first] = nodes;
  if (first === undefined) return undefined;
  if (kind === 'exists') return existsTest(first.element);
  return kind === 'type' ? typeTest(nodes) : profileTest(first.element, compiler);
}

function existsTest(element: ElementDefinition): Test | undefined {
  if (element.max === '0') return (found) => found.length === 0;
  return (element.min ?? 0) > 0 ? (found) => found.length > 0 : undefined;
}

/** The root element of a resource or data type, where resolve() leads to, has no type but is one. */
function typeTest(nodes: readonly ElementNode[]): Test | undefined {
  const codes = new Set(
    nodes.flatMap(({ element }) => element.type?.map((one) => one.code) ?? (element.path.includes('.') ? [] : [element.path])),
  );
  if (codes.size === 0) return undefined;
  return (found) => found.length > 0 && found.every(({ value, type }) => codes.has(type) || codes.has(resourceType(value)));
}

function resourceType(value: Json | undefined): string {
  return isObject(value) && typeof value.resourceType === 'string' ? value.resourceType : '';
}

function profileTest(element: ElementDefinition, compiler: Compiler): Test | undefined {
  const canonicals = element.type?.flatMap((one) => one.profile ?? []) ?? [];
  if (canonicals.length === 0) return undefined;
  return (found, walk) => found.length > 0 && found.every((one) => canonicals.some((canonical) => fits(one, canonical, walk, compiler)));
}

function fits({ value, sibling }: Found, canonical: string, walk: Walk, compiler: Compiler): boolean {
  const profile = compiler.profile(canonical);
  if (profile === undefined || (isObject(value) && value.resourceType !== undefined && value.resourceType !== profile.type)) return false;
  return passes(walk, () => profile.check(value, sibling, walk));
}

/** The criteria of required inner slices must all hold; where none is required one is enough. */
function valueTest(slice: ElementNode, path: readonly PathStep[], compiler: Compiler): Test | undefined {
  const criteria: { readonly test: Test; readonly isRequired: boolean }[] = [];
  for (let end = path.length; end >= 0 && criteria.length === 0; end--) {
    for (const { element } of locate(slice, path.slice(0, end), compiler)) {
      const test = criterion(element, path.slice(end), compiler);
      if (test !== undefined) criteria.push({ test, isRequired: (element.min ?? 0) > 0 });
    }
  }
  if (criteria.length === 0) return undefined;
  const required = criteria.filter((one) => one.isRequired);
  if (required.length > 0) return (found, walk) => required.every(({ test }) => test(found, walk));
  return (found, walk) => criteria.some(({ test }) => test(found, walk));
}

/** What an element asks of its value; `rest`: the path from the element on, for a fixed or pattern value that holds what lies deeper. */
function criterion(element: ElementDefinition, rest: readonly PathStep[], compiler: Compiler): Test | undefined {
  const fixed = dig(ruleValue(element, 'fixed'), rest);
  if (fixed !== undefined) return (found) => found.some(({ value }) => same(value, fixed));
  const pattern = dig(ruleValue(element, 'pattern'), rest);
  if (pattern !== undefined) return (found) => found.some(({ value }) => contains(value, pattern));
  if (rest.length > 0) return undefined;
  if (element.max === '0') return (found) => found.length === 0;
  const { strength, valueSet } = element.binding ?? {};
  return strength === 'required' && valueSet !== undefined ? memberTest(valueSet, compiler) : undefined;
}

/** The part of a rule's value that lies at the rest of the path; arrays of one item are looked into. */
function dig(value: Json | undefined, rest: readonly PathStep[]): Json | undefined {
  let part = value;
  for (const step of rest) {
    if (step.kind !== 'element') return undefined;
    const holder: Json | undefined = Array.isArray(part) && part.length === 1 ? part[0] : part;
    part = isObject(holder) ? holder[step.name] : undefined;
  }
  return part;
}

function memberTest(valueSet: string, { terminology }: Compiler): Test {
  const isMember = (value: Json | undefined): boolean => {
    if (typeof value === 'string') return terminology.membership(valueSet, { code: value }) === 'in';
    if (!isObject(value)) return false;
    if (Array.isArray(value.coding)) return value.coding.some(isMember);
    const { system, code } = value;
    if (typeof code !== 'string') return false;
    return terminology.membership(valueSet, typeof system === 'string' ? { system, code } : { code }) === 'in';
  };
  return (found) => found.some(({ value }) => isMember(value));
}
