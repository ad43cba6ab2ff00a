/**
 * Slices at work: which slice each value belongs to, how many each may have, whether others and which order are allowed.
 * Source: R4 profiling.html#slicing, elementdefinition.html#ElementDefinition.slicing
 */
import type { ElementDefinitionSlicing } from 'fhir/r4.js';
import { message } from '../model/message.js';
import type { Discriminated } from './discriminator.js';
import type { Matcher } from './discriminator-texts.js';
import type { Occurrence } from './places.js';
import { enclose, type ItemCheck, report, type Walk } from './walk.js';

export interface Slice {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** What it asks of its values of one type; compiled when first asked for, as few slices of a profile ever have a value. */
  readonly checkOf: (type: string) => ItemCheck | undefined;
  /** Whether it, or a slice of it, asks for a value. */
  readonly asksForSome: boolean;
  /** Slices of this slice. */
  readonly inner: Sliced | undefined;
}

export interface Sliced {
  /** `Observation.component` */
  readonly path: string;
  readonly rules: ElementDefinitionSlicing['rules'];
  readonly ordered: boolean;
  readonly slices: readonly Slice[];
  readonly rest: Slice | undefined;
  readonly matcher: Matcher;
  readonly isOneByOne: Discriminated['isOneByOne'];
  readonly byText: Discriminated['byText'];
  readonly isAway: Discriminated['isAway'];
  /** Names of the slices that nothing tells apart. */
  readonly undecidable: readonly string[];
  readonly profile: string;
}

export function applySlicing(sliced: Sliced, values: readonly Occurrence[], walk: Walk): void {
  if (sliced.undecidable.length > 0) {
    undecidable(sliced, walk);
    return;
  }
  if (sliced.isOneByOne && values.length * sliced.slices.length > MAX_TESTS) {
    tooMany(sliced, values.length, walk);
    return;
  }
  const found: (Occurrence[] | undefined)[] = [];
  let furthest = 0;
  let beyond = false;
  let away = 0;
  for (const value of values) {
    const matching = sliced.matcher(value, walk);
    const [at] = matching;
    if (at === undefined && sliced.isAway(value, walk)) {
      away++;
      findAt(value, walk, () => notTold(sliced, walk));
      continue;
    }
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
    if (slice !== undefined && (members !== undefined || slice.asksForSome)) checkSlice(sliced, slice, members ?? [], away, walk);
  }
}

/** `away`: so many more may belong to it. */
function checkSlice(sliced: Sliced, slice: Slice, values: readonly Occurrence[], away: number, walk: Walk): void {
  if (values.length + away < slice.min) wrongCount(sliced, slice, values.length, walk);
  else if (values.length > slice.max) wrongCount(sliced, slice, values.length, walk);
  for (const value of values) checkValue(slice, value, walk);
  if (slice.inner !== undefined) applySlicing(slice.inner, values, walk);
}

function checkValue(slice: Slice, value: Occurrence, walk: Walk): void {
  const check = slice.checkOf(value.type);
  if (check === undefined) return;
  const from = walk.findings.length;
  check(value.value, value.sibling, walk);
  if (walk.findings.length !== from) enclose(walk, from, value.step, value.index);
}

export function unmatched(sliced: Sliced, value: Occurrence, walk: Walk): void {
  const { rest } = sliced;
  if (rest !== undefined) {
    checkValue(rest, value, walk);
    return;
  }
  if (sliced.rules !== 'closed') return;
  const text = message(
    'slicing-closed',
    `${sliced.path}: the value matches none of the slices ${names(sliced).join(', ')}, and no others are allowed`,
    `${sliced.path}：该值不属于任何切片（${names(sliced).join('、')}），且不允许其他值`,
  );
  findAt(value, walk, () => report(walk, 'error', 'structure', text, { profile: sliced.profile }));
}

/** Runs what may report and puts the value's place in front. */
function findAt(value: Occurrence, walk: Walk, look: () => void): void {
  const from = walk.findings.length;
  look();
  if (walk.findings.length !== from) enclose(walk, from, value.step, value.index);
}

/** A second of tests of values against slices, about; unless one text decides. */
const MAX_TESTS = 1_000_000;

function tooMany({ path, slices, profile }: Sliced, values: number, walk: Walk): void {
  const text = message(
    'slicing-too-costly',
    `${path} has ${values} values, which are too many to be told apart by ${slices.length} slices; they were not checked`,
    `${path} 有 ${values} 个值，过多而无法按 ${slices.length} 个切片区分；未予校验`,
  );
  report(walk, 'error', 'too-costly', text, { profile, detail: path });
}

/** So many slices are named in a message. */
const MAX_NAMED = 20;

function names({ slices }: Sliced): readonly string[] {
  const named = slices.slice(0, MAX_NAMED).map((slice) => slice.name);
  return slices.length > MAX_NAMED ? [...named, '…'] : named;
}

function nameAt(sliced: Sliced, at: number): string {
  return `${sliced.path}:${sliced.slices[at]?.name}`;
}

export function wrongCount({ path, profile }: Sliced, slice: Slice, count: number, walk: Walk): void {
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
  const both = matching.map((at) => nameAt(sliced, at));
  const text = message(
    'slice-ambiguous',
    `The value belongs to more than one slice: ${both.join(', ')}`,
    `该值属于多个切片：${both.join('、')}`,
  );
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

function notTold({ path, profile }: Sliced, walk: Walk): void {
  const text = message(
    'slice-not-told',
    `${path}: the slice this value belongs to depends on what it refers to, which is not at hand; it was not checked`,
    `${path}：该值属于哪个切片取决于其所引用的内容，而该内容不在手边；未按切片校验`,
  );
  report(walk, 'warning', 'incomplete', text, { profile });
}

function undecidable(sliced: Sliced, walk: Walk): void {
  const open = sliced.undecidable;
  const text = message(
    'slice-undecidable',
    `The profile does not say which values belong to ${open.join(', ')}; these slices were not checked`,
    `规范未说明哪些值属于 ${open.join('、')}；未校验这些切片`,
  );
  report(walk, 'warning', 'processing', text, { profile: sliced.profile, detail: sliced.path });
}
