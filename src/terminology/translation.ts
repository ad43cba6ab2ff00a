/** What a translation is asked and what comes of it. Source: R4 conceptmap-operation-translate.html */
import type { MapDefinition } from '../definitions/concept-map.js';
import type { Coding, Obstacle } from './terminology.js';

/** A value of another element, on which a mapping may depend. */
export interface Dependency {
  readonly element: string | undefined;
  readonly codings: readonly Coding[];
  readonly text: string | undefined;
}

export interface TranslationAsked {
  /** Each with a system and a code. */
  readonly codings: readonly Coding[];
  /** To be used alone; absent: all that fit. */
  readonly map?: MapDefinition | undefined;
  /** Canonicals of value sets, or URIs of code systems that stand for all of theirs: where the code comes from and where it is to lead. */
  readonly source?: string | undefined;
  readonly target?: string | undefined;
  readonly targetSystem?: string | undefined;
  readonly dependencies: readonly Dependency[];
  /** From the target of the maps to their source. */
  readonly reverse: boolean;
}

/** What comes of a mapping beside the code. */
export interface Product {
  readonly element: string;
  readonly concept: Coding;
}

export interface Match {
  /** Read from what is answered to what was asked. */
  readonly equivalence: string | undefined;
  readonly concept: Coding | undefined;
  readonly products: readonly Product[];
  readonly map: MapDefinition;
  readonly comment: string | undefined;
  /** Not a row of the map, but what it does with codes that have none. */
  readonly isUnmapped: boolean;
}

export interface Translation {
  /** The closest first. */
  readonly matches: readonly Match[];
  /** In which maps was looked. */
  readonly tried: readonly MapDefinition[];
  /** What would have led further, and what was not to be had. */
  readonly hints: readonly Obstacle[];
}

/** The closest first. Source: R4 valueset-concept-map-equivalence.html */
const closeness = ['equal', 'equivalent', 'subsumes', 'wider', 'specializes', 'narrower', 'inexact', 'relatedto', 'unmatched', 'disjoint'];

export function isTranslated({ equivalence, concept }: Pick<Match, 'equivalence' | 'concept'>): boolean {
  return concept !== undefined && equivalence !== 'unmatched' && equivalence !== 'disjoint';
}

export function byCloseness(one: Match, other: Match): number {
  return closeness.indexOf(one.equivalence ?? 'relatedto') - closeness.indexOf(other.equivalence ?? 'relatedto');
}

/** Read the other way. */
const reversed: Readonly<Record<string, string>> = {
  wider: 'narrower',
  narrower: 'wider',
  subsumes: 'specializes',
  specializes: 'subsumes',
};

export function reversedEquivalence(equivalence: string | undefined): string | undefined {
  return equivalence === undefined ? undefined : (reversed[equivalence] ?? equivalence);
}
