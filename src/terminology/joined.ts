/** Parts of value sets joined as sets are: in one of them, in each, in the one and not in the other. Source: R4 valueset.html#compositions */
import { type Codes, type FoundCode, type ListedCode, nothing, type ValueSetContent, type Without } from './content.js';
import { Obstructed, undecided } from './obstructed.js';
import type { Membership } from './terminology.js';

function union(parts: readonly ValueSetContent[]): ReadonlySet<string> {
  return new Set(parts.flatMap((part) => [...part.systems()]));
}

/** `sought` as soon as one of them says so; undecided where one that cannot tell might; else the contrary. */
export function settled<T>(all: Iterable<T>, sought: Exclude<Membership, 'undecided'>, ask: (one: T) => Membership): Membership {
  let answer: Membership = sought === 'in' ? 'out' : 'in';
  for (const one of all) {
    const found = ask(one);
    if (found === sought) return sought;
    if (found === 'undecided') answer = found;
  }
  return answer;
}

/** In one of them. */
export function any(parts: readonly ValueSetContent[]): ValueSetContent {
  const [only] = parts;
  if (only === undefined) return nothing;
  if (parts.length === 1) return only;
  return {
    contains: (system, code) => settled(parts, 'in', (part) => part.contains(system, code)),
    systems: () => union(parts),
    takesAll: (system) => parts.some((part) => part.takesAll(system)),
    unready: (less, isSearched) => parts.flatMap((part) => part.unready(less, isSearched)),
    codes: (less) => chained(parts.filter((part) => mayHave(part, less)).map((part) => part.codes(less))),
    search: (words, less) => byRank(parts.map((part) => part.search(words, less))),
  };
}

function mayHave(part: ValueSetContent, { only }: Without = {}): boolean {
  if (only === undefined) return true;
  const systems = part.systems();
  return systems.size === 0 || systems.has(only);
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
    contains: (system, code) => settled(parts, 'out', (part) => part.contains(system, code)),
    systems: () => union(parts),
    takesAll: (system) => parts.every((part) => part.takesAll(system)),
    unready: (less, isSearched) => [
      ...parts.flatMap((part) => part.unready(less, isSearched)),
      ...parts.flatMap((part) => part.unready(undefined, false)),
    ],
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

/** Throws Obstructed where it cannot be told. */
export function isOutside(content: ValueSetContent, system: string, code: string): boolean {
  const answer = content.contains(system, code);
  if (answer === 'undecided') throw new Obstructed(undecided(system, code));
  return answer === 'out';
}

export function without(included: ValueSetContent, excluded: ValueSetContent): ValueSetContent {
  const stays = ({ system, concept: { code } }: ListedCode) => isOutside(excluded, system, code);
  return {
    contains(system, code) {
      const found = included.contains(system, code);
      if (found === 'out') return 'out';
      const away = excluded.contains(system, code);
      if (away === 'in') return 'out';
      return away === 'undecided' ? 'undecided' : found;
    },
    systems: included.systems,
    takesAll: (system) => included.takesAll(system) && !excluded.systems().has(system) && excluded.contains(system, '') === 'out',
    unready: (less, isSearched) => [...included.unready(less, isSearched), ...excluded.unready(undefined, false)],
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

/** Each list has its best first; what is as good as another comes in the order of the parts. */
function byRank(lists: readonly Codes<FoundCode>[]): Codes<FoundCode> {
  return {
    isOpen: lists.some(({ isOpen }) => isOpen),
    *[Symbol.iterator]() {
      let heads: readonly Head[] = lists.map((list) => ({ codes: list[Symbol.iterator](), first: undefined, isDone: false }));
      while (heads.length > 0) {
        for (const head of heads) while (step(head)) yield undefined;
        heads = heads.filter(({ isDone }) => !isDone);
        const best = heads.reduce<Head | undefined>((one, other) => (one && rankOf(one) >= rankOf(other) ? one : other), undefined);
        if (best === undefined) return;
        yield best.first;
        best.first = undefined;
      }
    },
  };
}

interface Head {
  readonly codes: Iterator<FoundCode | undefined>;
  first: FoundCode | undefined;
  isDone: boolean;
}

/** Whether its first is still to be found after one more was looked at. */
function step(head: Head): boolean {
  if (head.first !== undefined || head.isDone) return false;
  const next = head.codes.next();
  if (next.done) head.isDone = true;
  else head.first = next.value;
  return !head.isDone && head.first === undefined;
}

function rankOf({ first }: Head): number {
  return first?.rank ?? 0;
}

function narrowed<T extends ListedCode>(codes: Codes<T>, isWanted: (one: T) => boolean): Codes<T> {
  return {
    isOpen: codes.isOpen === true,
    *[Symbol.iterator]() {
      for (const one of codes) yield one !== undefined && isWanted(one) ? one : undefined;
    },
  };
}
