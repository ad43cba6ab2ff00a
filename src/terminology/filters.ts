/**
 * Which concepts of a code system pass a value set's filters. Source: R4 valueset.html#intensional, valueset-filter-operator.html
 */
import type { CodeSystemConceptProperty, ValueSetComposeIncludeFilter } from 'fhir/r4.js';
import { type CodeContent, type Concept, reachable } from './code-system.js';
import { unjudged } from './obstructed.js';
import type { Obstacle } from './terminology.js';

export type ConceptTest = (concept: Concept) => boolean;

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
export function conceptTest(filter: ValueSetComposeIncludeFilter, content: CodeContent): ConceptTest | undefined {
  const { property, op, value } = filter;
  if (property === 'concept' || (property === 'code' && hierarchical.has(op))) return hierarchyTest(op, value, content);
  const read = propertyReader(property, content);
  if (read === undefined) return undefined;
  switch (op) {
    case '=':
      return (concept) => read(concept).includes(value);
    case 'in':
      return (
        (values) => (concept: Concept) =>
          read(concept).some((one) => values.has(one))
      )(list(value));
    case 'not-in':
      return (
        (values) => (concept: Concept) =>
          !read(concept).some((one) => values.has(one))
      )(list(value));
    case 'exists':
      return (concept) => read(concept).length > 0 === (value === 'true');
    case 'regex':
      return ((pattern) => pattern && ((concept: Concept) => read(concept).some((one) => pattern.test(one))))(safePattern(value));
    default:
      return undefined;
  }
}

const hierarchical = new Set(['is-a', 'descendent-of', 'is-not-a', 'generalizes']);

function list(value: string): ReadonlySet<string> {
  return new Set(value.split(',').map((one) => one.trim()));
}

function hierarchyTest(op: string, value: string, content: CodeContent): ConceptTest | undefined {
  const top = content.fold(value);
  const { parents, children } = content.hierarchy();
  const inside = (codes: ReadonlySet<string>, self: boolean) => (concept: Concept) => {
    const code = content.fold(concept.code);
    return codes.has(code) || (self && code === top);
  };
  switch (op) {
    case 'is-a':
      return inside(reachable(children, top), true);
    case 'descendent-of':
      return inside(reachable(children, top), false);
    case 'generalizes':
      return inside(reachable(parents, top), true);
    case 'is-not-a':
      return (
        (isA) => (concept: Concept) =>
          !isA(concept)
      )(inside(reachable(children, top), true));
    case '=':
      return (concept) => content.fold(concept.code) === top;
    case 'in':
    case 'not-in':
      return (
        (codes) => (concept: Concept) =>
          codes.has(concept.code) === (op === 'in')
      )(list(value));
    default:
      return undefined;
  }
}

/** How to read a property's values as text. Source: R4 codesystem.html#defined-props */
function propertyReader(property: string, content: CodeContent): ((concept: Concept) => readonly string[]) | undefined {
  if (property === 'code') return (concept) => [concept.code];
  if (property === 'display') return (concept) => (concept.display === undefined ? [] : [concept.display]);
  const { parents, children } = content.hierarchy();
  if (property === 'parent') return (concept) => parents.get(content.fold(concept.code)) ?? [];
  if (property === 'child') return (concept) => children.get(content.fold(concept.code)) ?? [];
  if (!content.properties.has(property)) return undefined;
  return (concept) => (concept.property ?? []).filter(({ code }) => code === property).map(valueText);
}

function valueText(property: CodeSystemConceptProperty): string {
  const { valueCode, valueString, valueBoolean, valueInteger, valueDecimal, valueDateTime, valueCoding } = property;
  return String(valueCode ?? valueString ?? valueBoolean ?? valueInteger ?? valueDecimal ?? valueDateTime ?? valueCoding?.code ?? '');
}

/** Each more makes the time grow with another power of the length of a code. */
const MAX_UNBOUNDED = 2;

/** Value sets come from packages and from users: a pattern that may take long on many codes is not run. */
function safePattern(text: string): RegExp | undefined {
  const nested = /\([^()]*[*+{][^()]*\)[*+{?]/.test(text);
  const unbounded = text.match(/[*+]|\{\d+,\}/g)?.length ?? 0;
  if (text.length > 500 || nested || unbounded > MAX_UNBOUNDED) return undefined;
  try {
    return new RegExp(`^(?:${text})$`, 'u');
  } catch {
    return undefined;
  }
}
