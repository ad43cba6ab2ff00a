/**
 * What a value set, or a part of one, comes to: is a code in it, and which codes are; what cannot be judged here is carried through.
 * Source: R4 valueset.html#compositions
 */
import type { Concept } from './code-system.js';
import { Obstructed } from './obstructed.js';
import type { Membership } from './terminology.js';
import type { Words } from './words.js';

export interface ListedCode {
  readonly system: string;
  readonly version?: string;
  /** Of its display, where it is known. */
  readonly language?: string;
  readonly concept: Concept;
}

export interface FoundCode extends ListedCode {
  /** The higher the better. */
  readonly rank: number;
}

/** Codes that are not wanted. */
export interface Without {
  readonly inactive?: boolean;
  /** Those that are only there to find others by. */
  readonly abstract?: boolean;
  /** Those of any other system than this. */
  readonly only?: string;
}

/** undefined: one that was looked at and is none of them; there others may have their turn. */
export interface Codes<T extends ListedCode = ListedCode> extends Iterable<T | undefined> {
  /** Where it is known; then no code comes twice. */
  readonly size?: number;
  /** A code system is here in part: there may be more. */
  readonly isOpen?: boolean;
  /** From the one at a place on, without going through those before it. */
  from?(offset: number): Iterable<T | undefined>;
}

export type Work = () => Generator<undefined, unknown>;

export interface ValueSetContent {
  contains(system: string, code: string): Membership;
  /** The systems its codes may come from, those of imported value sets included. */
  systems(): ReadonlySet<string>;
  /** Whether it has all codes of a system, whichever they are. */
  takesAll(system: string): boolean;
  /** What `codes`, `search` and `contains` would have to work out first: to be done in steps. */
  unready(without: Without | undefined, isSearched: boolean): readonly Work[];
  /** In the order of the parts and of the code systems, some perhaps twice. Throws Obstructed, at once or while they are gone through. */
  codes(without?: Without): Codes;
  /** Those that words find, best first. Throws likewise. */
  search(words: Words, without?: Without): Codes<FoundCode>;
}

const noCodes: Codes<FoundCode> = { size: 0, *[Symbol.iterator]() {} };

export const nothing: ValueSetContent = {
  contains: () => 'out',
  systems: () => new Set(),
  takesAll: () => false,
  unready: () => [],
  codes: () => noCodes,
  search: () => noCodes,
};

export function unknownContent(systems: readonly string[], stop: () => never): ValueSetContent {
  return {
    contains: (system) => (systems.length === 0 || systems.includes(system) ? 'undecided' : 'out'),
    systems: () => new Set(systems),
    takesAll: () => false,
    unready: () => [],
    codes: stop,
    search: stop,
  };
}

/** Compiled when first asked: a value set nobody asks of costs nothing, and circles of imports can be built. */
export function later(make: () => ValueSetContent): ValueSetContent {
  let made: ValueSetContent | undefined;
  const content = () => {
    made ??= make();
    return made;
  };
  return {
    contains: (system, code) => content().contains(system, code),
    systems: () => content().systems(),
    takesAll: (system) => content().takesAll(system),
    unready: (less, isSearched) => content().unready(less, isSearched),
    codes: (less) => content().codes(less),
    search: (words, less) => content().search(words, less),
  };
}

/** Counts value sets that are asked one inside the other. */
export interface Walk {
  depth: number;
  steps: number;
  /** How often one met itself. */
  circles: number;
}

/** Value sets looked into for one answer: those that import each other in many ways would take for ever. */
const MOST_STEPS = 10_000;
/** One inside the other: each takes its part of the stack. */
const MOST_DEEP = 100;

/**
 * A value set that imports itself, however far around, adds nothing to itself. The last answer is kept: many that import the same one ask
 * it the same. What was answered in a circle holds only there, and is not.
 */
export function guarded(content: ValueSetContent, walk: Walk): ValueSetContent {
  let inside = false;
  let last: { readonly system: string; readonly code: string; readonly answer: Membership } | undefined;
  const once = <T>(ask: () => T, again: T, tooMany: () => T): T => {
    if (inside) {
      walk.circles++;
      return again;
    }
    if (walk.depth === 0) walk.steps = 0;
    if (++walk.steps > MOST_STEPS || walk.depth >= MOST_DEEP) {
      walk.circles++;
      return tooMany();
    }
    inside = true;
    walk.depth++;
    try {
      return ask();
    } finally {
      walk.depth--;
      inside = false;
    }
  };
  return {
    contains(system, code) {
      if (last?.code === code && last.system === system) return last.answer;
      const { circles } = walk;
      const answer = once<Membership>(
        () => content.contains(system, code),
        'out',
        () => 'undecided',
      );
      if (walk.circles === circles) last = { system, code, answer };
      return answer;
    },
    systems: () => once<ReadonlySet<string>>(content.systems, new Set(), () => new Set()),
    takesAll: (system) =>
      once(
        () => content.takesAll(system),
        false,
        () => false,
      ),
    unready: (less, isSearched) =>
      once<readonly Work[]>(
        () => content.unready(less, isSearched),
        [],
        () => [],
      ),
    codes: (less) => once<Codes>(() => content.codes(less), noCodes, tooManyImports),
    search: (words, less) => once(() => content.search(words, less), noCodes, tooManyImports),
  };
}

function tooManyImports(): never {
  throw new Obstructed([
    `more than ${MOST_STEPS} value sets, or more than ${MOST_DEEP} one inside the other, would have to be looked into`,
    `须查看的值集超过 ${MOST_STEPS} 个，或嵌套超过 ${MOST_DEEP} 层`,
  ]);
}

/** `about`: what is known of them all. */
export function mapped<S, T extends ListedCode>(
  all: Iterable<S>,
  make: (one: S) => T,
  about: Pick<Codes, 'size' | 'isOpen'> = {},
): Codes<T> {
  return {
    ...about,
    *[Symbol.iterator]() {
      for (const one of all) yield make(one);
    },
  };
}

type Origin = Pick<ListedCode, 'version' | 'language'>;

export function listedCode(
  system: string,
  { version, language }: { readonly [K in keyof Origin]?: string | undefined },
  concept: Concept,
): ListedCode {
  return { system, ...(version === undefined ? {} : { version }), ...(language === undefined ? {} : { language }), concept };
}
