/**
 * The slices of a profile's element, made ready: what tells them apart, and what each asks of its own values. Source: R4 profiling.html#slicing, elementdefinition.html#ElementDefinition.slicing
 */
import type { ElementDefinitionSlicing } from 'fhir/r4.js';
import type { Property } from '../definitions/definitions.js';
import type { Json } from '../model/json.js';
import { applySlicing, type Slice, type Sliced, unmatched, wrongCount } from './apply-slicing.js';
import type { Compiler } from './compiler.js';
import { compileDiscriminators } from './discriminator.js';
import type { ElementNode } from './element-tree.js';
import { occurrences, placeOf } from './places.js';
import type { SimpleSlicing, Slicing } from './profile-source.js';
import type { ItemCheck } from './walk.js';

interface Around {
  readonly owner: string;
  readonly profile: string;
  /** Compiles what a slice asks of its values beyond what the sliced element asks. */
  readonly compileValue: (slice: ElementNode, sliced: ElementNode, type: string) => ItemCheck | undefined;
}

/** The slice that takes what no other slice matches. */
const REST = '@default';

export function compileSlicing(
  node: ElementNode,
  properties: readonly Property[],
  around: Around,
  compiler: Compiler,
): Slicing | undefined {
  if (node.slices.length === 0) return undefined;
  const sliced = compileSliced(node, node.element.slicing, properties, around, compiler);
  const places = properties.map((property) => placeOf(around.owner, property));
  const asksForSome = sliced.undecidable.length > 0 || sliced.slices.some((slice) => slice.asksForSome);
  return {
    check(holder, walk) {
      const values = occurrences(places, holder);
      if (values.length > 0 || asksForSome) applySlicing(sliced, values, walk);
    },
    simple: simpleSlicing(sliced, properties, around.owner, asksForSome, compiler),
  };
}

/** More slices than this are rare, and would make long source. */
const MAX_SIMPLE = 200;

function simpleSlicing(
  sliced: Sliced,
  [property, ...others]: readonly Property[],
  owner: string,
  asksForSome: boolean,
  { definitions, onGenerated }: Compiler,
): SimpleSlicing | undefined {
  const { byText, slices, rules, ordered, rest, undecidable } = sliced;
  if (property === undefined || others.length > 0 || !property.many || byText === undefined || slices.length > MAX_SIMPLE) return undefined;
  if (ordered || rest !== undefined || rules === 'openAtEnd' || undecidable.length > 0) return undefined;
  if (slices.some(({ inner }) => inner !== undefined) || byText.numbers.size < slices.length) return undefined;
  const [key, ...more] = definitions.element(property.type, byText.element);
  if (key === undefined || more.length > 0 || key.many || definitions.kind(key.type) !== 'primitive') return undefined;
  const place = placeOf(owner, property);
  const occurrence = (value: Json, index: number) => ({ value, sibling: undefined, type: property.type, step: place.step, index });
  return {
    ...{ place, key: key.name, numbers: byText.numbers, asksForSome },
    slices: slices.map(({ name, min, max, checkOf }) => ({
      name,
      min,
      max,
      check: lateCheck(() => checkOf(property.type), onGenerated !== undefined),
    })),
    count(at, count, walk) {
      const slice = slices[at];
      if (slice !== undefined) wrongCount(sliced, slice, count, walk);
    },
    unmatched: rules === 'closed' ? (value, index, walk) => unmatched(sliced, occurrence(value, index), walk) : undefined,
  };
}

/** Made at the first value, as few slices of a profile ever have one. */
function lateCheck(make: () => ItemCheck | undefined, isMade: boolean): ItemCheck {
  let check = isMade ? make() : undefined;
  return (value, sibling, walk) => {
    if (!isMade) check = make();
    isMade = true;
    check?.(value, sibling, walk);
  };
}

function compileSliced(
  node: ElementNode,
  slicing: ElementDefinitionSlicing | undefined,
  properties: readonly Property[],
  around: Around,
  compiler: Compiler,
): Sliced {
  const compile = (slice: ElementNode) => compileSlice(slice, node, slicing, properties, around, compiler);
  const named = node.slices.filter((slice) => slice.element.sliceName !== REST);
  const rest = node.slices.find((slice) => slice.element.sliceName === REST);
  const { matcher, isOneByOne, byText, isAway, undecidable } = compileDiscriminators(named, slicing?.discriminator ?? [], compiler);
  return {
    path: node.element.path,
    rules: slicing?.rules ?? 'open',
    ordered: slicing?.ordered ?? false,
    slices: named.map(compile),
    rest: rest === undefined ? undefined : compile(rest),
    matcher,
    isOneByOne,
    byText,
    isAway,
    undecidable: undecidable.map((at) => `${node.element.path}:${named[at]?.element.sliceName}`),
    profile: around.profile,
  };
}

function compileSlice(
  slice: ElementNode,
  node: ElementNode,
  slicing: ElementDefinitionSlicing | undefined,
  properties: readonly Property[],
  around: Around,
  compiler: Compiler,
): Slice {
  const { sliceName = '', min = 0, max = '*' } = slice.element;
  const own = new Set(slice.element.type?.map((one) => one.code));
  const types = new Set(
    properties.filter((property) => !property.choice || own.size === 0 || own.has(property.type)).map(({ type }) => type),
  );
  const checks = new Map<string, ItemCheck | undefined>();
  const inner =
    slice.slices.length === 0 ? undefined : compileSliced(slice, slice.element.slicing ?? slicing, properties, around, compiler);
  return {
    name: sliceName,
    min,
    asksForSome: min > 0 || inner?.slices.some((one) => one.asksForSome) === true,
    max: max === '*' ? Number.POSITIVE_INFINITY : Number(max),
    checkOf(type) {
      const known = checks.get(type);
      if (known !== undefined || checks.has(type)) return known;
      const check = types.has(type) ? around.compileValue(slice, node, type) : undefined;
      checks.set(type, check);
      return check;
    },
    inner,
  };
}
