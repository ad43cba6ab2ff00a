/** As much terminology as bindings need: is a code in a value set, and do we know. */
import type { ValueSet } from 'fhir/r4.js';
import type { Designation } from './displays.js';
import type { Selection } from './selection.js';

export interface Coding {
  readonly system?: string;
  readonly version?: string;
  readonly code?: string;
  readonly display?: string;
}

/** What the code system says of a code. */
export interface Description {
  /** In whatever languages; the first is the code system's own. */
  readonly displays: readonly string[];
  /** Those for messages. */
  readonly english?: string;
  readonly chinese?: string;
  readonly isAbstract: boolean;
  readonly isInactive: boolean;
}

/** A code that a value set allows, with a display in English and in Chinese where there are two. */
export interface Permitted {
  readonly system: string;
  readonly code: string;
  readonly display?: string;
  readonly chinese?: string;
}

/** `undecided`: the value set, or a code system it draws on, is not here in full. */
export type Membership = 'in' | 'out' | 'undecided';

/** Why nothing can be decided, to go on a sentence in English and in Chinese. */
export type Obstacle = readonly [en: string, zh: string];

export interface KnownConcept {
  readonly code: string;
  readonly display?: string;
  readonly designation?: readonly Designation[];
}

/** A code system as far as it is here. */
export interface KnownCodes {
  /** How many concepts are listed; 0 where a rule knows the codes. */
  readonly size: number;
  /** Made anew for each asking where they lie compactly: two of the same code need not be the same object. In the code system's own order. */
  concepts(): Iterable<KnownConcept>;
  /** In whatever case the code system allows. */
  find(code: string): KnownConcept | undefined;
  /** Names of the properties its concepts may have. */
  readonly properties: ReadonlySet<string>;
  /** The form under which codes are compared. */
  fold(code: string): string;
  contains(code: string): Membership;
}

export interface Terminology {
  /** Without a system (a `code` element) the code alone decides. `valueSet` may carry `|version`. */
  membership(valueSet: string, coding: Coding): Membership;
  /** The same for a value set that has no canonical: one contained in another resource. */
  membershipIn(valueSet: ValueSet, coding: Coding): Membership;
  /** Whether a code stands in its code system, by whatever name that goes. */
  known(coding: Coding): Membership;
  /** Whether codes of this system are compared with regard to case; true where unknown. */
  isCaseSensitive(system: string): boolean;
  hasValueSet(valueSet: string): boolean;
  /** What else a code system, a value set or a system of identifiers goes by; in no order of merit. */
  otherNames(uri: string): readonly string[];
  /** The name under which a code system is here, where a naming system or itself tells that this is another of its names; else this one. */
  knownAs(system: string): string;
  /** Whether a value set has codes of this system; false where the value set is not known. */
  drawsOn(valueSet: string, system: string): boolean;
  /** The systems a value set has codes of; of the URI of a code system, itself; empty where neither is known. */
  systemsOf(canonical: string): ReadonlySet<string>;
  /** Why `membership` is undecided, where that can be told. */
  obstacle(valueSet: string, system?: string): Obstacle | undefined;
  /** What is known of a code system; undefined: nothing. */
  codeSystem(system: string, version?: string): KnownCodes | undefined;
  /** undefined: not known here, or known by a rule that has no words for it. */
  describe(coding: Coding): Description | undefined;
  /** All codes of a value set or a code system where there are at most so many; undefined where there are more, or nobody can tell. */
  permitted(canonical: string, most: number): readonly Permitted[] | undefined;
  /** The one concept of a value set or a code system that is meant by a code that is none of its: by its display, or misspelt. */
  meant(canonical: string, coding: Coding): Permitted | undefined;
  /** The codes a value set stands for, whole code systems by their names where they have too many; or why that cannot be told. `canonical` may carry `|version`. */
  select(canonical: string): Selection | Obstacle;
  /** The same in steps. */
  selecting(canonical: string): Generator<undefined, Selection | Obstacle>;
  /** A code and all that stand below (above) it in its code system, however deep; or why that cannot be told. */
  related(direction: 'below' | 'above', system: string, code: string): ReadonlySet<string> | Obstacle;
}
