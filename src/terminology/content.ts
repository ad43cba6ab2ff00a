/**
 * What a value set, or a part of one, comes to: is a code in it, and which codes are. Parts are joined as sets are; what cannot be judged
 * here is carried through. Source: R4 valueset.html#compositions
 */
import type { Concept } from './code-system.js';
import { Obstructed, undecided } from './obstructed.js';
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
}

export interface Codes<T extends ListedCode = ListedCode> extends Iterable<T> {
  /** Where it is known; then no code comes twice. */
  readonly size?: number;
  /** A code system is here in part: there may be more. */
  readonly isOpen?: boolean;
  /** From the one at a place on, without going through those before it. */
  from?(offset: number): Iterable<T>;
}

export interface ValueSetContent {
  contains(system: string, code: string): Membership;
  /** The systems its codes may come from, those of imported value sets included. */
  systems(): ReadonlySet<string>;
  /** In the order of the parts and of the code systems, some perhaps twice. Throws Obstructed, at once or while they are gone through. */
  codes(without?: Without): Codes;
  /** Those that words find, best first. Throws likewise. */
  search(words: Words, without?: Without): Codes<FoundCode>;
}

const noCodes: Codes<FoundCode> = { size: 0, *[Symbol.iterator]() {} };

export const nothing: ValueSetContent = {
  contains: () => 'out',
  systems: () => new Set(),
  codes: () => noCodes,
  search: () => noCodes,
};

export function unknownContent(systems: readonly string[], stop: () => never): ValueSetContent {
  return {
    contains: (system) => (systems.length === 0 || systems.includes(system) ? 'undecided' : 'out'),
    systems: () => new Set(systems),
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

function union(parts: readonly ValueSetContent[]): ReadonlySet<string> {
  return new Set(parts.flatMap((part) => [...part.systems()]));
}

/** In one of them. */
export function any(parts: readonly ValueSetContent[]): ValueSetContent {
  const [only] = parts;
  if (only === undefined) return nothing;
  if (parts.length === 1) return only;
  return {
    contains(system, code) {
      let answer: Membership = 'out';
      for (const part of parts) {
        const found = part.contains(system, code);
        if (found === 'in') return 'in';
        if (found === 'undecided') answer = 'undecided';
      }
      return answer;
    },
    systems: () => union(parts),
    codes: (less) => chained(parts.map((part) => part.codes(less))),
    search: (words, less) => byRank(parts.map((part) => part.search(words, less))),
  };
}

/** In each of them. */
export function all(parts: readonly ValueSetContent[]): ValueSetContent {
  const [only] = parts;
  if (only === undefined) return nothing;
  if (parts.length === 1) return only;
  const inAll = ({ system, concept: { code } }: ListedCode) => {
    const answers = parts.map((part) => part.contains(system, code));
    if (answers.includes('out')) return false;
    if (answers.includes('undecided')) throw new Obstructed(undecided(system, code));
    return true;
  };
  return {
    contains(system, code) {
      let answer: Membership = 'in';
      for (const part of parts) {
        const found = part.contains(system, code);
        if (found === 'out') return 'out';
        if (found === 'undecided') answer = 'undecided';
      }
      return answer;
    },
    systems: () => union(parts),
    codes: (less) =>
      narrowed(
        firstTold(parts, (part) => part.codes(less)),
        inAll,
      ),
    search: (words, less) =>
      narrowed(
        firstTold(parts, (part) => part.search(words, less)),
        inAll,
      ),
  };
}

/** Any of them has all that are in each; of some it cannot be told what they have. */
function firstTold<T>(parts: readonly ValueSetContent[], ask: (part: ValueSetContent) => T): T {
  let first: unknown;
  for (const part of parts) {
    try {
      return ask(part);
    } catch (error) {
      first ??= error;
    }
  }
  throw first;
}

export function without(included: ValueSetContent, excluded: ValueSetContent): ValueSetContent {
  const stays = ({ system, concept: { code } }: ListedCode) => {
    const away = excluded.contains(system, code);
    if (away === 'undecided') throw new Obstructed(undecided(system, code));
    return away === 'out';
  };
  return {
    contains(system, code) {
      const found = included.contains(system, code);
      if (found === 'out') return 'out';
      const away = excluded.contains(system, code);
      if (away === 'in') return 'out';
      return away === 'undecided' ? 'undecided' : found;
    },
    systems: included.systems,
    codes: (less) => narrowed(included.codes(less), stays),
    search: (words, less) => narrowed(included.search(words, less), stays),
  };
}

function chained(lists: readonly Codes[]): Codes {
  return {
    isOpen: lists.some(({ isOpen }) => isOpen),
    *[Symbol.iterator]() {
      for (const list of lists) yield* list;
    },
  };
}

/** What is as good as another comes in the order of the parts. */
function byRank(lists: readonly Codes<FoundCode>[]): Codes<FoundCode> {
  return {
    isOpen: lists.some(({ isOpen }) => isOpen),
    *[Symbol.iterator]() {
      yield* lists.flatMap((list) => [...list]).sort((one, other) => other.rank - one.rank);
    },
  };
}

function narrowed<T extends ListedCode>(codes: Codes<T>, isWanted: (one: T) => boolean): Codes<T> {
  return {
    isOpen: codes.isOpen === true,
    *[Symbol.iterator]() {
      for (const one of codes) if (isWanted(one)) yield one;
    },
  };
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
