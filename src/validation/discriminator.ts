/**
 * Which values belong to a slice: each discriminator names a path, and the slice's own rules at that path are the criterion.
 * Source: R4 profiling.html#discriminator
 */
import type { ElementDefinition, ElementDefinitionSlicingDiscriminator } from 'fhir/r4.js';
import { withoutVersion } from '../definitions/canonicals.js';
import { isObject, type Json } from '../model/json.js';
import { type Compiler, isPresent } from './compiler.js';
import { collect, type Found, locate, type PathStep, parsePath, profilesAt } from './discriminator-path.js';
import { byTexts, type Matcher } from './discriminator-texts.js';
import type { ElementNode } from './element-tree.js';
import type { Occurrence } from './places.js';
import { contains, ruleValue, same } from './rules/fixed-pattern.js';
import { passes, type Walk } from './walk.js';

/** Looks at the values a path leads to. */
type Test = (found: readonly Found[], walk: Walk) => boolean;

interface Criterion {
  readonly test: Test;
  /** The only text that meets it, where it is as simple as that. */
  readonly text?: string;
}

export interface Discriminated {
  readonly matcher: Matcher;
  /** A value is tested against slice by slice, as no single text decides. */
  readonly isOneByOne: boolean;
  /** Where each slice has one text of its own in one element: that element, and the slices by their texts. */
  readonly byText: { readonly element: string; readonly numbers: ReadonlyMap<string, number> } | undefined;
  /** Whether it cannot be told here to which slice a value belongs, as it refers to what is not at hand. */
  readonly isAway: (value: Occurrence, walk: Walk) => boolean;
  /** Numbers of the slices for which the profile does not say enough to tell. */
  readonly undecidable: readonly number[];
}

/** All discriminators must agree on a slice. */
export function compileDiscriminators(
  slices: readonly ElementNode[],
  discriminators: readonly ElementDefinitionSlicingDiscriminator[],
  compiler: Compiler,
): Discriminated {
  const paths = discriminators.map(({ path }) => parsePath(path));
  const criteria = slices.map((slice) => discriminators.map(({ type }, at) => criterionOf(slice, type, paths[at] ?? [], compiler)));
  const decided = criteria.map((all) => all.filter((one) => one !== undefined));
  const undecidable = slices.flatMap((_slice, at) =>
    decided[at]?.length === discriminators.length && discriminators.length > 0 ? [] : [at],
  );
  const [path] = paths;
  const texts = decided.map(([first]) => first?.text);
  const isByText = paths.length === 1 && undecidable.length === 0 && texts.every((text) => text !== undefined);
  const matcher = isByText && path !== undefined ? byText(texts, path, compiler) : byCriteria(decided, paths, compiler);
  const away = discriminators.flatMap(({ type }, at) => awayAt(type, paths[at] ?? [], compiler));
  return {
    matcher,
    isOneByOne: !isByText,
    byText: isByText ? onlyTexts(texts, path) : undefined,
    isAway: (value, walk) => away.some((isAway) => isAway(value, walk)),
    undecidable,
  };
}

/** A reference's own text may tell the type, and no more. */
function awayAt(
  kind: ElementDefinitionSlicingDiscriminator['type'],
  path: readonly PathStep[],
  { definitions }: Compiler,
): readonly Discriminated['isAway'][] {
  if (!path.some((step) => step.kind === 'resolve')) return [];
  const needsValue = kind !== 'type' || path.at(-1)?.kind !== 'resolve';
  return [(value, walk) => collect(value, path, walk, definitions).some(({ isAway, type }) => isAway && (needsValue || type === ''))];
}

function onlyTexts(texts: readonly (string | undefined)[], path: readonly PathStep[] | undefined): Discriminated['byText'] {
  const [step] = path ?? [];
  if (step?.kind !== 'element' || path?.length !== 1) return undefined;
  return { element: step.name, numbers: new Map(texts.flatMap((text, at) => (text === undefined ? [] : [[text, at]]))) };
}

const none: readonly number[] = [];

/** Nearly all slicing: by one fixed url or system. A look-up then serves for any number of slices. */
function byText(texts: readonly string[], path: readonly PathStep[], { definitions }: Compiler): Matcher {
  const numbers = new Map<string, number[]>();
  texts.forEach((text, at) => {
    const known = numbers.get(text);
    if (known === undefined) numbers.set(text, [at]);
    else known.push(at);
  });
  return (value, walk) => {
    for (const { value: found } of collect(value, path, walk, definitions)) {
      const matching = typeof found === 'string' ? numbers.get(found) : undefined;
      if (matching !== undefined) return matching;
    }
    return none;
  };
}

function byCriteria(criteria: readonly (readonly Criterion[])[], paths: readonly (readonly PathStep[])[], compiler: Compiler): Matcher {
  const tests = byTests(criteria, paths, compiler);
  const texts = criteria.map((all) => all.map(({ text }) => text).filter(isPresent));
  return texts.every(({ length }) => length === paths.length) ? byTexts(texts, paths, tests, compiler.definitions) : tests;
}

function byTests(criteria: readonly (readonly Criterion[])[], paths: readonly (readonly PathStep[])[], { definitions }: Compiler): Matcher {
  return (value, walk) => {
    const found = paths.map((path) => collect(value, path, walk, definitions));
    let matching: number[] | undefined;
    for (let at = 0; at < criteria.length; at++) {
      if (!criteria[at]?.every(({ test }, which) => test(found[which] ?? [], walk))) continue;
      if (matching === undefined) matching = [at];
      else matching.push(at);
    }
    return matching ?? none;
  };
}

function criterionOf(
  slice: ElementNode,
  kind: ElementDefinitionSlicingDiscriminator['type'],
  path: readonly PathStep[],
  compiler: Compiler,
): Criterion | undefined {
  if (kind === 'value' || kind === 'pattern') return valueCriterion(slice, path, compiler);
  const test = otherTest(slice, kind, path, compiler);
  return test === undefined ? undefined : { test };
}

function otherTest(
  slice: ElementNode,
  kind: ElementDefinitionSlicingDiscriminator['type'],
  path: readonly PathStep[],
  compiler: Compiler,
): Test | undefined {
  if (kind === 'profile') return profileTest(profilesAt(slice, path, compiler), compiler);
  const nodes = locate(slice, path, compiler);
  const [first] = nodes;
  if (first === undefined) return undefined;
  return kind === 'exists' ? existsTest(first.element) : typeTest(nodes);
}

function existsTest(element: ElementDefinition): Test | undefined {
  if (element.max === '0') return (found) => found.length === 0;
  return (element.min ?? 0) > 0 ? (found) => found.some(({ isAway }) => !isAway) : undefined;
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

function profileTest(canonicals: readonly string[], compiler: Compiler): Test | undefined {
  if (canonicals.length === 0) return undefined;
  return (found, walk) => found.length > 0 && found.every((one) => canonicals.some((canonical) => fits(one, canonical, walk, compiler)));
}

function fits({ value, sibling, isAway }: Found, canonical: string, walk: Walk, compiler: Compiler): boolean {
  const profile = compiler.profile(canonical);
  if (profile === undefined || isAway || (isObject(value) && value.resourceType !== undefined && value.resourceType !== profile.type))
    return false;
  return passes(walk, () => profile.check(value, sibling, walk));
}

/** The criteria of required inner slices must all hold; where none is required one is enough. */
function valueCriterion(slice: ElementNode, path: readonly PathStep[], compiler: Compiler): Criterion | undefined {
  const criteria: (Criterion & { readonly isRequired: boolean })[] = [];
  for (let end = path.length; end >= 0 && criteria.length === 0; end--) {
    for (const { element } of locate(slice, path.slice(0, end), compiler)) {
      const criterion = criterionAt(element, path.slice(end), compiler);
      if (criterion !== undefined) criteria.push({ ...criterion, isRequired: (element.min ?? 0) > 0 });
    }
  }
  const [only] = criteria;
  if (only === undefined) return extensionCriterion(slice, path);
  if (criteria.length === 1) return only;
  const required = criteria.filter((one) => one.isRequired);
  if (required.length > 0) return { test: (found, walk) => required.every(({ test }) => test(found, walk)) };
  return { test: (found, walk) => criteria.some(({ test }) => test(found, walk)) };
}

/** "The url that identifies the definition": so a slice of one extension is told also where its definition is not here. Source: R4 extensibility.html */
function extensionCriterion({ element }: ElementNode, [step, ...more]: readonly PathStep[]): Criterion | undefined {
  if (step?.kind !== 'element' || step.name !== 'url' || more.length > 0) return undefined;
  const urls = element.type?.flatMap(({ code, profile = [] }) => (code === 'Extension' ? profile : [])) ?? [];
  const [canonical, ...others] = urls;
  const url = canonical && withoutVersion(canonical);
  return url === undefined || others.length > 0 ? undefined : withText(url, (found) => found.some(({ value }) => value === url));
}

/** What an element asks of its value; `rest`: the path from the element on, for a fixed or pattern value that holds what lies deeper. */
function criterionAt(element: ElementDefinition, rest: readonly PathStep[], compiler: Compiler): Criterion | undefined {
  const fixed = dig(ruleValue(element, 'fixed'), rest);
  if (fixed !== undefined) return withText(fixed, (found) => found.some(({ value }) => same(value, fixed)));
  const pattern = dig(ruleValue(element, 'pattern'), rest);
  if (pattern !== undefined) return withText(pattern, (found) => found.some(({ value }) => contains(value, pattern)));
  if (rest.length > 0) return undefined;
  if (element.max === '0') return { test: (found) => found.length === 0 };
  const { strength, valueSet } = element.binding ?? {};
  return strength === 'required' && valueSet !== undefined ? { test: memberTest(valueSet, compiler) } : undefined;
}

function withText(wanted: Json, test: Test): Criterion {
  return typeof wanted === 'string' ? { test, text: wanted } : { test };
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
