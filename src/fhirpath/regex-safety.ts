/**
 * Judges how long a regular expression can run when it backtracks. Two ways to go on with the same character inside one loop make
 * the time grow exponentially: refused. The same between loops that follow each other makes it grow with a power of the length:
 * then the length of the text is bounded. The states are Glushkov's: one for each character of the pattern.
 */

import { message } from '../model/message.js';
import { type CharacterSet, overlap } from './character-set.js';
import { FhirPathError } from './expression.js';
import type { RegexNode } from './regex-parser.js';

/** Steps that one match may take at the worst. */
const STEPS = 1e7;
const MAX_TEXT = 1_000_000;
const MAX_STATES = 400;
/** A fixed number of repetitions up to this is written out; more count as a loop. */
const WRITTEN_OUT = 64;
/** Each doubles the time, whatever the text. */
const MAX_FLAT = 16;

interface State {
  readonly set: CharacterSet;
  readonly loops: readonly number[];
  readonly next: Set<number>;
}

interface Ends {
  readonly nullable: boolean;
  readonly first: readonly number[];
  readonly last: readonly number[];
}

interface Automaton {
  readonly states: State[];
  loops: number;
}

/** How long a match can take: `factor` × the text's length to the power of `degree`. */
export interface WorstCase {
  readonly degree: number;
  readonly factor: number;
  /** The longest text that is run on. */
  readonly longest: number;
}

interface Conflicts {
  /** Between what repeats and something else. */
  repeated: number;
  /** Between parts that each stand once: each doubles the ways. */
  flat: number;
}

/** Throws FhirPathError for a pattern that no length makes safe. */
export function worstCase(root: RegexNode): WorstCase {
  const automaton: Automaton = { states: [], loops: 0 };
  const { first } = build(root, [], automaton);
  const conflicts: Conflicts = { repeated: 0, flat: 0 };
  overlapping(first, automaton, [], conflicts);
  for (const state of automaton.states) overlapping([...state.next], automaton, state.loops, conflicts);
  if (conflicts.flat > MAX_FLAT) throw tooAmbiguous();
  const loops = automaton.loops - (endsInLoop(root) ? 1 : 0);
  const degree = Math.max(1, (isAnchored(root) ? 0 : 1) + Math.min(conflicts.repeated + 1, Math.max(0, loops)));
  const factor = 2 ** conflicts.flat;
  return { degree, factor, longest: Math.min(MAX_TEXT, Math.floor((STEPS / factor) ** (1 / degree))) };
}

function build(node: RegexNode, within: readonly number[], automaton: Automaton): Ends {
  switch (node.kind) {
    case 'place':
      return { nullable: true, first: [], last: [] };
    case 'character': {
      const id = automaton.states.push({ set: node.set, loops: within, next: new Set() }) - 1;
      if (id >= MAX_STATES)
        throw new FhirPathError(
          message('fhirpath-regex-size', 'The regular expression is too large to be judged', '正则表达式过大，无法判断其执行时间'),
        );
      return { nullable: false, first: [id], last: [id] };
    }
    case 'choice': {
      const parts = node.parts.map((part) => build(part, within, automaton));
      return {
        nullable: parts.some((part) => part.nullable),
        first: parts.flatMap((part) => part.first),
        last: parts.flatMap((part) => part.last),
      };
    }
    case 'sequence':
      return node.parts.map((part) => build(part, within, automaton)).reduce((a, b) => follow(a, b, automaton), empty);
    case 'look':
      // In a loop each round would look again as far as it likes.
      if (within.length > 0) throw tooAmbiguous();
      return { ...build(node.body, within, automaton), nullable: true };
    case 'repeat':
      return repeat(node, within, automaton);
  }
}

const empty: Ends = { nullable: true, first: [], last: [] };

function follow(a: Ends, b: Ends, automaton: Automaton): Ends {
  connect(a.last, b.first, automaton);
  return {
    nullable: a.nullable && b.nullable,
    first: a.nullable ? [...a.first, ...b.first] : a.first,
    last: b.nullable ? [...a.last, ...b.last] : b.last,
  };
}

function connect(from: readonly number[], to: readonly number[], automaton: Automaton): void {
  for (const id of from) {
    const next = automaton.states[id]?.next;
    for (const target of to) {
      if (next?.has(target)) throw tooAmbiguous();
      next?.add(target);
    }
  }
}

function repeat({ body, least, most }: Extract<RegexNode, { kind: 'repeat' }>, within: readonly number[], automaton: Automaton): Ends {
  if (most === 0) return empty;
  if (least === most && most <= WRITTEN_OUT) {
    let ends = build(body, within, automaton);
    for (let i = 1; i < most; i++) ends = follow(ends, build(body, within, automaton), automaton);
    return ends;
  }
  if (most === 1) return { ...build(body, within, automaton), nullable: true };
  const loop = automaton.loops++;
  const ends = build(body, [...within, loop], automaton);
  connect(ends.last, ends.first, automaton);
  return { ...ends, nullable: ends.nullable || least === 0 };
}

/** Counts the pairs of states that can take the same character next; throws where both are in one loop. */
function overlapping(ids: readonly number[], { states }: Automaton, loops: readonly number[], conflicts: Conflicts): void {
  for (const [i, id] of ids.entries()) {
    for (const other of ids.slice(i + 1)) {
      const a = states[id];
      const b = states[other];
      if (a === undefined || b === undefined || !overlap(a.set, b.set)) continue;
      if (a.loops.some((loop) => b.loops.includes(loop) && (loops.length === 0 || loops.includes(loop)))) throw tooAmbiguous();
      if (a.loops.length === 0 && b.loops.length === 0) conflicts.flat++;
      else conflicts.repeated++;
    }
  }
}

function tooAmbiguous(): FhirPathError {
  return new FhirPathError(
    message(
      'fhirpath-regex-unsafe',
      'The regular expression repeats what can match in more than one way; it could run for ever',
      '正则表达式重复的部分有多种匹配方式，可能无法结束',
    ),
  );
}

function isAnchored(root: RegexNode): boolean {
  const [first] = root.kind === 'sequence' ? root.parts : [];
  return first?.kind === 'place' && first.source === '^';
}

/** A loop at the very end takes what it can and never has to give it back. */
function endsInLoop(root: RegexNode): boolean {
  const last = root.kind === 'sequence' ? root.parts.at(-1) : undefined;
  return last?.kind === 'repeat' && last.most > 1 && last.body.kind === 'character';
}
