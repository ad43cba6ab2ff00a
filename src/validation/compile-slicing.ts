/**
 * Slices: which slice each value belongs to, how many each may have, whether others and which order are allowed, and what a slice
 * asks of its own values. Source: R4 profiling.html#slicing, elementdefinition.html#ElementDefinition.slicing
 */
import type { ElementDefinitionSlicing } from 'fhir/r4.js';
import type { Property } from '../definitions/definitions.js';
import type { Json } from '../model/json.js';
import { message } from '../model/message.js';
import type { Compiler } from './compiler.js';
import { compileDiscriminators, type Discriminated, type Matcher } from './discriminator.js';
import type { ElementNode } from './element-tree.js';
import { type Occurrence, occurrences, placeOf } from './places.js';
import type { SimpleSlicing, Slicing } from './profile-source.js';
import { enclose, type ItemCheck, report, type Walk } from './walk.js';

interface Around {
  readonly owner: string;
  readonly profile: string;
  /** Compiles what a slice asks of its values beyond what the sliced element asks. */
  readonly compileValue: (slice: ElementNode, sliced: ElementNode, type: string) => ItemCheck | undefined;
}

interface Slice {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** What it asks of its values of one type; compiled when first asked for, as few slices of a profile ever have a value. */
  readonly checkOf: (type: string) => ItemCheck | undefined;
  /** Slices of this slice. */
  readonly inner: Sliced | undefined;
}

interface Sliced {
  /** `Observation.component` */
  readonly path: string;
  readonly rules: ElementDefinitionSlicing['rules'];
  readonly ordered: boolean;
  readonly slices: readonly Slice[];
  readonly rest: Slice | undefined;
  readonly matcher: Matcher;
  readonly byText: Discriminated['byText'];
  /** Names of the slices that nothing tells apart. */
  readonly undecidable: readonly string[];
  readonly profile: string;
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
  const asksForSome = sliced.undecidable.length > 0 || sliced.slices.some((slice) => slice.min > 0);
  return {
    check(holder, walk) {
      const values = occurrences(places, holder);
      if (values.length > 0 || asksForSome) apply(sliced, values, walk);
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
  const { matcher, byText, undecidable } = compileDiscriminators(named, slicing?.discriminator ?? [], compiler);
  return {
    path: node.element.path,
    rules: slicing?.rules ?? 'open',
    ordered: slicing?.ordered ?? false,
    slices: named.map(compile),
    rest: rest === undefined ? undefined : compile(rest),
    matcher,
    byText,
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

function apply(sliced: Sliced, values: readonly Occurrence[], walk: Walk): void {
  if (sliced.undecidable.length > 0) {
    undecidable(sliced, walk);
    return;
  }
  const found: (Occurrence[] | undefined)[] = [];
  let furthest = 0;
  let beyond = false;
  for (const value of values) {
    const matching = sliced.matcher(value, walk);
    const [at] = matching;
    if (at === undefined) {
      beyond = true;
      unmatched(sliced, value, walk);
      continue;
    }
    if (matching.length > 1) findAt(value, walk, () => ambiguous(sliced, matching, walk));
    if (sliced.ordered && at < furthest) findAt(value, walk, () => outOfOrder(sliced, at, furthest, walk));
    if (beyond && sliced.rules === 'openAtEnd') findAt(value, walk, () => notAtEnd(sliced, at, walk));
    furthest = Math.max(furthest, at);
    const members = found[at];
    if (members === undefined) found[at] = [value];
    else members.push(value);
  }
  for (let at = 0; at < sliced.slices.length; at++) {
    const slice = sliced.slices[at];
    const members = found[at];
    if (slice !== undefined && (members !== undefined || slice.min > 0)) checkSlice(sliced, slice, members ?? [], walk);
  }
}

function checkSlice(sliced: Sliced, slice: Slice, values: readonly Occurrence[], walk: Walk): void {
  if (values.length < slice.min) wrongCount(sliced, slice, values.length, walk);
  else if (values.length > slice.max) wrongCount(sliced, slice, values.length, walk);
  for (const value of values) checkValue(slice, value, walk);
  if (slice.inner !== undefined) apply(slice.inner, values, walk);
}

function checkValue(slice: Slice, value: Occurrence, walk: Walk): void {
  const check = slice.checkOf(value.type);
  if (check === undefined) return;
  const from = walk.findings.length;
  check(value.value, value.sibling, walk);
  if (walk.findings.length !== from) enclose(walk, from, value.step, value.index);
}

function unmatched(sliced: Sliced, value: Occurrence, walk: Walk): void {
  const { rest } = sliced;
  if (rest !== undefined) {
    checkValue(rest, value, walk);
    return;
  }
  if (sliced.rules !== 'closed') return;
  const text = message(
    'slicing-closed',
    `${sliced.path}: the value matches none of the slices ${names(sliced)}, and no others are allowed`,
    `${sliced.path}：该值不属于任何切片（${names(sliced)}），且不允许其他值`,
  );
  findAt(value, walk, () => report(walk, 'error', 'structure', text, { profile: sliced.profile }));
}

/** Runs what may report and puts the value's place in front. */
function findAt(value: Occurrence, walk: Walk, look: () => void): void {
  const from = walk.findings.length;
  look();
  if (walk.findings.length !== from) enclose(walk, from, value.step, value.index);
}

function names(sliced: Sliced): string {
  return sliced.slices.map((slice) => slice.name).join(', ');
}

function nameAt(sliced: Sliced, at: number): string {
  return `${sliced.path}:${sliced.slices[at]?.name}`;
}

function wrongCount({ path, profile }: Sliced, slice: Slice, count: number, walk: Walk): void {
  const name = `${path}:${slice.name}`;
  const isShort = count < slice.min;
  const text = isShort
    ? message(
        'slice-required',
        `${name}: found ${count}; at least ${slice.min} required`,
        `${name}：有 ${count} 个；至少需要 ${slice.min} 个`,
      )
    : message('slice-too-many', `${name}: found ${count}; at most ${slice.max} allowed`, `${name}：有 ${count} 个；至多 ${slice.max} 个`);
  report(walk, 'error', isShort ? 'required' : 'structure', text, { profile, detail: name });
}

function ambiguous(sliced: Sliced, matching: readonly number[], walk: Walk): void {
  const both = matching.map((at) => nameAt(sliced, at)).join(', ');
  const text = message('slice-ambiguous', `The value belongs to more than one slice: ${both}`, `该值属于多个切片：${both}`);
  report(walk, 'error', 'structure', text, { profile: sliced.profile });
}

function outOfOrder(sliced: Sliced, at: number, furthest: number, walk: Walk): void {
  const [one, other] = [nameAt(sliced, at), nameAt(sliced, furthest)];
  const text = message('slice-out-of-order', `${one} must stand before ${other}`, `${one} 须位于 ${other} 之前`);
  report(walk, 'error', 'structure', text, { profile: sliced.profile });
}

function notAtEnd(sliced: Sliced, at: number, walk: Walk): void {
  const name = nameAt(sliced, at);
  const text = message(
    'slice-after-others',
    `${name} must stand before the values that belong to no slice`,
    `${name} 须位于不属于任何切片的值之前`,
  );
  report(walk, 'error', 'structure', text, { profile: sliced.profile });
}

function undecidable(sliced: Sliced, walk: Walk): void {
  const open = sliced.undecidable;
  const text = message(
    'slice-undecidable',
    `The profile does not say which values belong to ${open.join(', ')}; these slices were not checked`,
    `规范未说明哪些值属于 ${open.join(', ')}；未校验这些切片`,
  );
  report(walk, 'warning', 'processing', text, { profile: sliced.profile, detail: sliced.path });
}
