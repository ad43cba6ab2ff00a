/**
 * Which concepts of a code system pass a value set's filters, by their places: worked out once, so that a page of them, or those that
 * words find, cost no look at the others. Source: R4 valueset.html#compositions
 */
import { type CodeContent, type Concept, type IsWanted, isAbstract, isInactive } from './code-system.js';
import { type Codes, type ListedCode, mapped, type Without } from './content.js';
import { type ConceptTest, forMany } from './filters.js';

export interface Passing {
  readonly isWanted: IsWanted;
  readonly size: number;
}

export const isActive: ConceptTest = (concept) => !isInactive(concept);
const isChoosable: ConceptTest = (concept) => !isAbstract(concept);

export function testsWithout({ inactive, abstract }: Without = {}): readonly ConceptTest[] {
  return [...(inactive === true ? [isActive] : []), ...(abstract === true ? [isChoosable] : [])];
}

export interface PassingPlaces {
  /** In steps, where they are not known yet. Undefined: all pass. */
  of(less?: Without): Generator<undefined, Passing | undefined>;
  /** As far as they are worked out: of nothing left out. */
  known(): Passing | undefined;
}

/** Without tests of a value set they are the same for all that draw on the code system. */
const ofAll = new WeakMap<CodeContent, Map<string, Passing>>();

export function passingPlaces(content: CodeContent, tests: readonly ConceptTest[]): PassingPlaces {
  const made = tests.length === 0 ? (ofAll.get(content) ?? new Map<string, Passing>()) : new Map<string, Passing>();
  if (tests.length === 0) ofAll.set(content, made);
  const keyOf = (less?: Without) => `${less?.inactive === true} ${less?.abstract === true}`;
  return {
    *of(less) {
      const all = [...tests, ...testsWithout(less)];
      if (all.length === 0) return undefined;
      const key = keyOf(less);
      const passing = made.get(key) ?? (yield* passingOf(content, all));
      made.set(key, passing);
      return passing;
    },
    known: () => made.get(keyOf()),
  };
}

/** Concepts looked at in one step. */
const AT_ONCE = 500;

function* passingOf(content: CodeContent, tests: readonly ConceptTest[]): Generator<undefined, Passing> {
  const passes = new Uint8Array(content.size);
  const isPassing = yield* forMany(tests);
  let [place, size] = [0, 0];
  for (const concept of content.rows?.() ?? content.concepts()) {
    if (isPassing(concept)) {
      passes[place] = 1;
      size++;
    }
    if (++place % AT_ONCE === 0) yield;
  }
  return { isWanted: (one) => passes[one] === 1, size };
}

export function inOrder(
  content: CodeContent,
  passing: Passing | undefined,
  isOpen: boolean,
  make: (concept: Concept) => ListedCode,
): Codes {
  const { at } = content;
  const isWanted = passing?.isWanted ?? (() => true);
  const about = { isOpen, size: passing?.size ?? content.size };
  if (at === undefined) return mapped(wanted(content, isWanted), make, about);
  const from = (offset: number) => mapped(wantedFrom(content.size, at, isWanted, offset), make, about);
  return { ...from(0), from };
}

function* wanted(content: CodeContent, isWanted: IsWanted): Generator<Concept> {
  let place = 0;
  for (const concept of content.concepts()) if (isWanted(place++)) yield concept;
}

function* wantedFrom(size: number, at: NonNullable<CodeContent['at']>, isWanted: IsWanted, offset: number): Generator<Concept> {
  let before = offset;
  for (let place = 0; place < size; place++) {
    if (!isWanted(place) || before-- > 0) continue;
    const concept = at(place);
    if (concept !== undefined) yield concept;
  }
}
