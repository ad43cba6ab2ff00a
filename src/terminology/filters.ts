/**
 * Which concepts of a code system pass a value set's filters. Source: R4 valueset.html#intensional, valueset-filter-operator.html
 */
import type { CodeSystemConceptProperty, ValueSetComposeIncludeFilter } from 'fhir/r4.js';
import { type CodeContent, type Concept, reachable } from './code-system.js';
import { unjudged } from './obstructed.js';
import { wholeMatcher } from './pattern.js';
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
  const top = content.fold(value);
  const { parents, children } = content.hierarchy();
  const codes = reachable(op === 'generalizes' ? parents : children, top);
  const isInside = (code: string) => codes.has(code) || (op !== 'descendent-of' && code === top);
  return (concept) => isInside(content.fold(concept.code)) === (op !== 'is-not-a');
}

/** A property of a concept as text, and a text in the form in which the two are compared. */
interface Reader {
  values(concept: Concept): readonly string[];
  fold(text: string): string;
}

function valueTest(op: string, value: string, { values, fold }: Reader): ConceptTest | undefined {
  const wanted = new Set((op === 'in' || op === 'not-in' ? value.split(',') : [value]).map((one) => fold(one.trim())));
  const isOne = (concept: Concept) => values(concept).some((one) => wanted.has(fold(one)));
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
  const above = ({ code }: Concept) => hierarchy().parents.get(fold(code)) ?? [];
  const below = ({ code }: Concept) => hierarchy().children.get(fold(code)) ?? [];
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
