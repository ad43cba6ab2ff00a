/**
 * Regular expressions of value sets. They come from packages and from users, and are tried on every concept: so all ways to match are
 * followed at once, character by character, and the time grows with the length of a text, whatever the pattern. The states are
 * Glushkov's: one for each character of the pattern. Source: R4 valueset-filter-operator.html (regex)
 */
import type { CharacterSet } from '../fhirpath/character-set.js';
import { FhirPathError } from '../fhirpath/expression.js';
import { parseRegex, type RegexNode } from '../fhirpath/regex-parser.js';

const MAX_LENGTH = 500;
/** Ways from one state to the next: as many are followed for one character at the most. */
const MAX_WAYS = 1000;

/** Undefined: it is no pattern, or one that is not followed (too many ways, looking ahead, back references). */
export function wholeMatcher(pattern: string): ((text: string) => boolean) | undefined {
  const root = pattern.length > MAX_LENGTH ? undefined : parsed(pattern);
  const automaton: Automaton = { states: [], ways: 0 };
  const ends = root && build(withoutEnds(root), automaton);
  return ends && follower(automaton.states, ends);
}

function parsed(pattern: string): RegexNode | undefined {
  try {
    new RegExp(pattern, 'u');
    return parseRegex(pattern, 'u');
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof FhirPathError) return undefined;
    throw error;
  }
}

/** The whole text is to match: `^` at the beginning and `$` at the end say nothing more. */
function withoutEnds(node: RegexNode): RegexNode {
  if (node.kind === 'choice') return { ...node, parts: node.parts.map(withoutEnds) };
  if (node.kind !== 'sequence') return node;
  const from = isPlace(node.parts[0], '^') ? 1 : 0;
  const to = isPlace(node.parts.at(-1), '$') ? node.parts.length - 1 : node.parts.length;
  return { ...node, parts: node.parts.slice(from, Math.max(from, to)) };
}

function isPlace(node: RegexNode | undefined, source: string): boolean {
  return node?.kind === 'place' && node.source === source;
}

interface State {
  readonly set: CharacterSet;
  readonly next: Set<number>;
}

interface Automaton {
  readonly states: State[];
  ways: number;
}

interface Ends {
  readonly nullable: boolean;
  readonly first: readonly number[];
  readonly last: readonly number[];
}

const empty: Ends = { nullable: true, first: [], last: [] };

/** Undefined where it is not followed. */
function build(node: RegexNode, automaton: Automaton): Ends | undefined {
  switch (node.kind) {
    case 'character': {
      const id = automaton.states.push({ set: node.set, next: new Set() }) - 1;
      return id < MAX_WAYS ? { nullable: false, first: [id], last: [id] } : undefined;
    }
    case 'choice': {
      const parts = node.parts.map((part) => build(part, automaton));
      return parts.reduce((one, other) => one && other && either(one, other));
    }
    case 'sequence':
      return inTurn(
        node.parts.map((part) => () => build(part, automaton)),
        automaton,
      );
    case 'repeat':
      return repeated(node, automaton);
    default:
      return undefined;
  }
}

function either(one: Ends, other: Ends): Ends {
  return { nullable: one.nullable || other.nullable, first: [...one.first, ...other.first], last: [...one.last, ...other.last] };
}

function inTurn(parts: readonly (() => Ends | undefined)[], automaton: Automaton): Ends | undefined {
  let whole: Ends = empty;
  for (const part of parts) {
    const next = part();
    if (next === undefined || !connect(whole.last, next.first, automaton)) return undefined;
    whole = {
      nullable: whole.nullable && next.nullable,
      first: whole.nullable ? [...whole.first, ...next.first] : whole.first,
      last: next.nullable ? [...whole.last, ...next.last] : next.last,
    };
  }
  return whole;
}

/** False where there are too many ways. */
function connect(from: readonly number[], to: readonly number[], automaton: Automaton): boolean {
  automaton.ways += from.length * to.length;
  if (automaton.ways > MAX_WAYS) return false;
  for (const id of from) for (const target of to) automaton.states[id]?.next.add(target);
  return true;
}

/** What must stand n times is written n times, what may stand once more as well; what may stand for ever goes back to its beginning. */
function repeated({ body, least, most }: Extract<RegexNode, { kind: 'repeat' }>, automaton: Automaton): Ends | undefined {
  const isEndless = most === Number.POSITIVE_INFINITY;
  const times = isEndless ? Math.max(1, least) : most;
  if (times > MAX_WAYS) return undefined;
  const part = (index: number) => (): Ends | undefined => {
    const once = build(body, automaton);
    if (once === undefined) return undefined;
    if (isEndless && index === times - 1 && !connect(once.last, once.first, automaton)) return undefined;
    return index < least ? once : { ...once, nullable: true };
  };
  return inTurn(
    Array.from({ length: times }, (_, index) => part(index)),
    automaton,
  );
}

/** Characters whose states are remembered. */
const MAX_KNOWN = 10_000;

function follower(states: readonly State[], { nullable, first, last }: Ends): (text: string) => boolean {
  const next = states.map((state) => [...state.next]);
  const final = new Set(last);
  const known = new Map<string, Uint8Array>();
  const takenBy = (character: string): Uint8Array => {
    const before = known.get(character);
    if (before !== undefined) return before;
    const made = Uint8Array.from(states, ({ set }) => (set.takes(character) ? 1 : 0));
    if (known.size < MAX_KNOWN) known.set(character, made);
    return made;
  };
  return (text) => {
    let ahead: readonly number[] = first;
    let here: readonly number[] = [];
    for (const character of text) {
      const taken = takenBy(character);
      here = ahead.filter((state) => taken[state] === 1);
      if (here.length === 0) return false;
      ahead = here.length === 1 ? (next[here[0] ?? 0] ?? []) : [...new Set(here.flatMap((state) => next[state] ?? []))];
    }
    return text === '' ? nullable : here.some((state) => final.has(state));
  };
}
