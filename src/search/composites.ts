/**
 * What the definition of a composite parameter means for a type: whether its values belong to the resource as a whole, to elements
 * of it, or to either (`Observation | Observation.component`), and which parameters say the same of the same elements.
 * Source: R4 search.html#composite, searchparameter.html
 */
import type { SearchParameter } from 'fhir/r4.js';
import type { Definitions } from '../definitions/definitions.js';
import { concerns, unionParts } from './elements.js';

export interface CompositeShape {
  /** The parts of its expression that lead to elements. */
  readonly elements: readonly string[];
  /** Another part is the resource itself. */
  readonly whole: boolean;
  /** What the entries of the elements stand under: the code of this parameter, or of another that has the same. */
  readonly name: string;
}

export function compositeShape(definitions: Definitions, base: string, definition: SearchParameter): CompositeShape {
  const own = partsFor(definitions, base, definition);
  const elements = own.filter((part) => part !== base);
  const sign = signature(definition, elements);
  const alike = definitions.searchParameters(base).filter((one) => {
    const parts = one.type === 'composite' ? partsFor(definitions, base, one) : [];
    return parts.length > 0 && signature(one, parts) === sign;
  });
  return { elements, whole: own.length > elements.length, name: alike[0]?.code ?? definition.code };
}

function partsFor(definitions: Definitions, base: string, { expression = '' }: SearchParameter): readonly string[] {
  return unionParts(expression).filter((part) => concerns(definitions, base, part));
}

function signature({ component = [] }: SearchParameter, elements: readonly string[]): string {
  return JSON.stringify([elements, component.map(({ expression }) => expression)]);
}

/**
 * Each component with the parameter that its expression leads to. R4 names for the two of DocumentReference's `relationship` each
 * other's, so the one whose own path this is comes before the one that is named.
 */
export function componentDefinitions(
  definitions: Definitions,
  { component = [] }: SearchParameter,
  elements: readonly string[],
): readonly { readonly found: SearchParameter | undefined; readonly expression: string }[] {
  const named = component.map(({ definition }) => definitions.searchParameter(definition));
  return component.map(({ expression }, at) => {
    const paths = elements.map((element) => `${element}.${expression}`);
    const own = named.find((one) => unionParts(one?.expression ?? '').some((path) => paths.includes(path)));
    return { found: own ?? named[at], expression };
  });
}

/**
 * The parameter by which a part is found where the whole resource is meant: its own, unless that looks into the composite's elements
 * too (`combo-code`); then the one that does all of the rest of it. undefined: there is none.
 */
export function partOfWhole(
  definitions: Definitions,
  base: string,
  part: SearchParameter,
  elements: readonly string[],
): SearchParameter | undefined {
  const outside = (one: SearchParameter) =>
    partsFor(definitions, base, one).filter((path) => !elements.some((element) => path.replace(/^\(+/, '').startsWith(`${element}.`)));
  const wanted = outside(part).join(' | ');
  const all = definitions.searchParameters(base).filter((one) => one.type === part.type);
  const same = all.filter((one) => partsFor(definitions, base, one).join(' | ') === wanted);
  return same.find(({ url }) => url === part.url) ?? same[0];
}

const compared: readonly string[] = ['number', 'date', 'quantity'];
const equal: readonly string[] = ['token', 'reference', 'uri'];

/** One entry holds what is equal beside one text, one range, or two numbers. */
export function canStandTogether(kinds: readonly string[]): boolean {
  const others = kinds.filter((kind) => !equal.includes(kind));
  if (others.length === 2) return others.every((kind) => kind === 'number');
  return others.length === 0 || (others.length === 1 && others.every((kind) => kind === 'string' || compared.includes(kind)));
}
