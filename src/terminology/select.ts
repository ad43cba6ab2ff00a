/**
 * Which codes a value set stands for, as a search can ask a store for them: listed as long as they are so many that a store compares them
 * with what it has, else a code system that is taken whole by its name. Also the codes below and above one. What cannot be told here, or
 * is too much, is said with the reason. Source: R4 valueset.html#compositions, codesystem.html#subsumption
 */
import { wholly } from '../model/in-steps.js';
import { type CodeContent, reaching } from './code-system.js';
import type { Codes, ValueSetContent } from './content.js';
import { incomplete, isObstacle, Obstructed, undecided, unknownSystem, unknownValueSet, unlessObstructed } from './obstructed.js';
import type { Selection } from './selection.js';
import type { TerminologySources } from './sources.js';
import type { Obstacle, Terminology } from './terminology.js';

export type Selector = Pick<Terminology, 'select' | 'selecting' | 'related'>;

/** Codes that are listed for one value set. */
export const MOST_SELECTED = 2000;
/** Codes looked at for them. */
const MOST_LOOKED = 400_000;
/** The same in one step. */
const AT_ONCE = 200;
/** Codes of all answers that are kept. */
const MOST_KEPT = 100_000;

export function createSelector(sources: Pick<TerminologySources, 'valueSet' | 'codeSystem'>): Selector {
  const answers = new Map<string, Selection | Obstacle>();
  let size = 0;
  const keep = (canonical: string, answer: Selection | Obstacle) => {
    size += 1 + (isObstacle(answer) ? 0 : sizeOf(answer));
    if (size > MOST_KEPT) answers.clear();
    if (size > MOST_KEPT) size = 0;
    answers.set(canonical, answer);
    return answer;
  };
  function* selecting(canonical: string): Generator<undefined, Selection | Obstacle> {
    const before = answers.get(canonical);
    if (before !== undefined) return before;
    return keep(canonical, yield* unlessStopped(selection(sources.valueSet(canonical), sources)));
  }
  return {
    selecting,
    select: (canonical) => wholly(selecting(canonical)),
    related: (direction, system, code) => unlessObstructed(() => related(sources.codeSystem(system), direction, system, code)),
  };
}

function* unlessStopped<T>(steps: Generator<undefined, T>): Generator<undefined, T | Obstacle> {
  for (;;) {
    const step = unlessObstructed(() => steps.next());
    if (isObstacle(step)) return step;
    if (step.done) return step.value;
    yield;
  }
}

/** Somewhat more than are listed where there are more. */
function related(content: CodeContent | undefined, direction: 'below' | 'above', system: string, code: string): ReadonlySet<string> {
  if (content === undefined) throw new Obstructed(unknownSystem(system));
  if (content.contains('') === 'undecided') throw new Obstructed(incomplete(system));
  const { fold, find } = content;
  const { children, parents } = content.hierarchy();
  const found = wholly(reaching(direction === 'below' ? children : parents, fold(code), MOST_SELECTED));
  return new Set([code, ...[...found].map((one) => find(one)?.code ?? one)]);
}

function* selection(
  content: ValueSetContent | undefined,
  { codeSystem }: Pick<TerminologySources, 'codeSystem'>,
): Generator<undefined, Selection> {
  if (content === undefined) throw new Obstructed(unknownValueSet);
  // Of what is not here nobody knows the systems.
  if (content.contains('', '') === 'undecided') refuse(content);
  const wholes = new Map<string, Obstacle>();
  const codes = new Map<string, ReadonlySet<string>>();
  for (const system of content.systems()) {
    if (system === '') continue;
    const listed = yield* unlessStopped(listing(content, system, codeSystem(system)));
    if (!isObstacle(listed)) codes.set(system, listed);
    else if (content.takesAll(system)) wholes.set(system, listed);
    else throw new Obstructed(listed);
  }
  return { wholes, codes };
}

function refuse({ codes }: ValueSetContent): never {
  codes();
  throw new Obstructed(undecided('', ''));
}

function* listing(content: ValueSetContent, system: string, here: CodeContent | undefined): Generator<undefined, ReadonlySet<string>> {
  const only = { only: system };
  const found = new Set<string>();
  let looked = 0;
  for (const work of content.unready(only, false)) yield* work();
  const codes: Codes = content.codes(only);
  if (codes.isOpen) throw new Obstructed(incomplete(system));
  const isNamed = content.takesAll(system);
  if (isNamed && (codes.size ?? 0) > MOST_SELECTED) throw new Obstructed(tooMany(system));
  for (const one of codes) {
    if (++looked % AT_ONCE === 0) yield;
    if (looked > MOST_LOOKED) throw new Obstructed(tooMuchWork);
    if (one?.system !== system) continue;
    const { code } = one.concept;
    // In the code system's own writing: where case makes no difference the same code may be written in many ways.
    found.add(here?.caseSensitive === false ? (here.find(code)?.code ?? code) : code);
    if (found.size > MOST_SELECTED && isNamed) throw new Obstructed(tooMany(system));
    if (found.size > MOST_SELECTED) break;
  }
  return found;
}

function sizeOf({ codes }: Selection): number {
  let size = 0;
  for (const one of codes.values()) size += one.size;
  return size;
}

function tooMany(system: string): Obstacle {
  return [`it has more than ${MOST_SELECTED} codes of ${system}`, `其含 ${system} 的代码超过 ${MOST_SELECTED} 个`];
}

const tooMuchWork: Obstacle = [`more than ${MOST_LOOKED} codes would have to be looked at`, `须查看的代码超过 ${MOST_LOOKED} 个`];
