/**
 * Which concepts of a code system pass a value set's filters. Source: R4 valueset.html#intensional, valueset-filter-operator.html
 */
import type { CodeSystemConceptProperty, ValueSetComposeIncludeFilter } from 'fhir/r4.js';
import { type CodeContent, type Judged, reachable, reaching } from './code-system.js';
import { unjudged } from './obstructed.js';
import { wholeMatcher } from './pattern.js';
import type { Obstacle } from './terminology.js';

export interface ConceptTest {
  (concept: Judged): boolean;
  /** The same for many concepts, made ready in steps. */
  readonly forMany?: () => Generator<undefined, (concept: Judged) => boolean>;
}

/** Whether a concept passes all of them. */
export function* forMany(tests: readonly ConceptTest[]): Generator<undefined, (concept: Judged) => boolean> {
  const ready: ((concept: Judged) => boolean)[] = [];
  for (const test of tests) ready.push(test.forMany === undefined ? test : yield* test.forMany());
  const [only] = ready;
  return only !== undefined && ready.length === 1 ? only : (concept) => ready.every((test) => test(concept));
}

/** The tests of all filters, or that one of them cannot be judged here. */
export function testsOf(
  filters: readonly ValueSetComposeIncludeFilter[],
  content: CodeContent,
  system: string,
): readonly ConceptTest[] | Obstacle {
  const tests: ConceptTest[] = [];
  for (const filter of filters) {
    const test = conceptTest(filter, content);
    if (test === undefined) return unjudged(filter, system);
    tests.push(test);
  }
  return tests;
}

/** The test of one filter, or undefined where it cannot be judged here (an unknown property or operator): then nothing is decided by it. */
function conceptTest({ property, op, value }: ValueSetComposeIncludeFilter, content: CodeContent): ConceptTest | undefined {
  if (hierarchical.has(op)) return property === 'concept' || property === 'code' ? hierarchyTest(op, value, content) : undefined;
  const read = propertyReader(property, content);
  return read && valueTest(op, value, read);
}

/** What can be judged here. Source: R4 valueset-filter-operator.html */
export const hierarchyOperators = ['is-a', 'descendent-of', 'is-not-a', 'generalizes'];
export const propertyOperators = ['=', 'in', 'not-in', 'exists', 'regex'];

const hierarchical = new Set(hierarchyOperators);

function hierarchyTest(op: string, value: string, content: CodeContent): ConceptTest {
  const { fold } = content;
  const top = fold(value);
  const direction = op === 'generalizes' ? 'above' : 'below';
  const judging =
    (isReached: (concept: Judged) => boolean): ConceptTest =>
    (concept) =>
      ((op !== 'descendent-of' && fold(concept.code) === top) || isReached(concept)) === (op !== 'is-not-a');
  // One by itself has few above it; of many it is told by all that are below the top.
  const one = judging((concept) => {
    const [low, high] = direction === 'below' ? [fold(concept.code), top] : [top, fold(concept.code)];
    return reachable(content.hierarchy().parents, low).has(high);
  });
  return Object.assign(one, {
    *forMany() {
      return judging(yield* reach(content, direction, top));
    },
  });
}

function* reach(content: CodeContent, direction: 'below' | 'above', top: string): Generator<undefined, (one: Judged) => boolean> {
  if (content.reach !== undefined) return yield* content.reach(direction, top);
  if (content.arrange !== undefined) yield* content.arrange();
  const { parents, children } = content.hierarchy();
  const codes = yield* reaching(direction === 'below' ? children : parents, top);
  return ({ code }) => codes.has(content.fold(code));
}

/** A property of a concept as text, and a text in the form in which the two are compared. */
interface Reader {
  values(concept: Judged): readonly string[];
  fold(text: string): string;
}

function valueTest(op: string, value: string, { values, fold }: Reader): ConceptTest | undefined {
  const wanted = new Set((op === 'in' || op === 'not-in' ? value.split(',') : [value]).map((one) => fold(one.trim())));
  const isOne = (concept: Judged) => values(concept).some((one) => wanted.has(fold(one)));
  switch (op) {
    case '=':
    case 'in':
      return isOne;
    case 'not-in':
      return (concept) => !isOne(concept);
    case 'exists':
      return value === 'true' || value === 'false' ? (concept) => values(concept).length > 0 === (value === 'true') : undefined;
    case 'regex': {
      const matches = wholeMatcher(value);
      return matches && ((concept) => values(concept).some(matches));
    }
    default:
      return undefined;
  }
}

const asItStands = (text: string) => text;

/** How to read a property's values as text. Source: R4 codesystem.html#defined-props */
function propertyReader(property: string, { fold, hierarchy, properties }: CodeContent): Reader | undefined {
  const above = ({ code }: Judged) => hierarchy().parents.get(fold(code)) ?? [];
  const below = ({ code }: Judged) => hierarchy().children.get(fold(code)) ?? [];
  switch (property) {
    case 'code':
    case 'concept':
      return { values: ({ code }) => [code], fold };
    case 'display':
      return { values: ({ display }) => (display === undefined ? [] : [display]), fold: asItStands };
    case 'parent':
      return { values: above, fold };
    case 'child':
      return { values: below, fold };
    default:
      if (!properties.has(property)) return undefined;
      return { values: (concept) => (concept.property ?? []).filter(({ code }) => code === property).map(valueText), fold: asItStands };
  }
}

function valueText(property: CodeSystemConceptProperty): string {
  const { valueCode, valueString, valueBoolean, valueInteger, valueDecimal, valueDateTime, valueCoding } = property;
  return String(valueCode ?? valueString ?? valueBoolean ?? valueInteger ?? valueDecimal ?? valueDateTime ?? valueCoding?.code ?? '');
}
