/**
 * Concepts by what is said of them: those that have all of some properties, or as many as there are.
 * Source: R4 codesystem-operation-find-matches.html, terminology-service.html (find-matches)
 */
import type { CodeContent, Concept } from './code-system.js';
import { testsOf } from './filters.js';
import { isObstacle } from './obstructed.js';
import type { Obstacle } from './terminology.js';

export interface SaidProperty {
  readonly code: string;
  /** As text: a code, a string, `true`, a number. */
  readonly value: string;
}

export interface PropertyMatch {
  readonly concept: Concept;
  /** Places, among what was said, of what is not so. */
  readonly unmatched: readonly number[];
}

/** Concepts looked at in one step. */
const AT_ONCE = 1000;

/** Those with most first, equal ones in the order of the code system; what has none of it is no match. */
export function* findMatches(
  content: CodeContent,
  system: string,
  said: readonly SaidProperty[],
  most: number,
): Generator<undefined, readonly PropertyMatch[] | Obstacle> {
  const tests = testsOf(
    said.map(({ code, value }) => ({ property: code, op: '=', value })),
    content,
    system,
  );
  if (isObstacle(tests)) return tests;
  const byUnmatched = said.map((): PropertyMatch[] => []);
  let looked = 0;
  for (const concept of content.concepts()) {
    if (++looked % AT_ONCE === 0) yield;
    const unmatched = tests.flatMap((test, at) => (test(concept) ? [] : [at]));
    const alike = byUnmatched[unmatched.length];
    if (alike !== undefined && alike.length < most) alike.push({ concept, unmatched });
  }
  return byUnmatched.flat().slice(0, most);
}
