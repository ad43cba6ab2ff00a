/**
 * A code system as far as it is here: its concepts by code, who stands below whom, and whether it can say that a code does not exist.
 * Source: R4 codesystem.html, codesystem.html#status (content), codesystem-concept-properties.html
 */
import type { CodeSystem, CodeSystemConcept, CodeSystemConceptProperty, ValueSetComposeIncludeFilter } from 'fhir/r4.js';
import { wholly } from '../model/in-steps.js';
import type { KnownCodes, KnownConcept, Membership } from './terminology.js';
import type { TextKeys } from './text-keys.js';

export interface Concept extends KnownConcept {
  readonly definition?: string;
  readonly property?: readonly CodeSystemConceptProperty[];
}

/** As much of a concept as filters ask. */
export interface Judged extends Pick<Concept, 'code' | 'display' | 'property'> {
  /** In the order of the code system, where that is known. */
  readonly place?: number;
  /** Where they are known without a look at the properties. */
  readonly isAbstract?: boolean | undefined;
  readonly isInactive?: boolean | undefined;
}

/** Not meant to be recorded itself, only what stands below it. Source: R4 codesystem.html#defined-props, `notSelectable` */
export function isAbstract(one: Judged): boolean {
  if (one.isAbstract !== undefined) return one.isAbstract;
  const { property = [] } = one;
  return property.some(({ code, valueBoolean }) => (code === 'notSelectable' || code === 'abstract') && valueBoolean === true);
}

/** Source: R4 codesystem.html#defined-props, `inactive` and `status` */
export function isInactive(one: Judged): boolean {
  if (one.isInactive !== undefined) return one.isInactive;
  const { property = [] } = one;
  return property.some(({ code, valueBoolean, valueCode }) => {
    return (code === 'inactive' && valueBoolean === true) || (code === 'status' && (valueCode === 'retired' || valueCode === 'inactive'));
  });
}

export interface CodeContent extends KnownCodes {
  readonly version?: string;
  /** Of the displays, where it is known. */
  readonly language?: string;
  /** What else is said of the code system as a whole; its concepts are not in it. */
  readonly about?: Partial<Omit<CodeSystem, 'concept'>>;
  /** Of codes that are known by a rule: what one is called. */
  readonly wordsFor?: (code: string) => Concept | undefined;
  /** Canonicals of the supplements that are added. */
  readonly supplements?: readonly string[];
  readonly caseSensitive: boolean;
  concepts(): Iterable<Concept>;
  find(code: string): Concept | undefined;
  /** Codes directly above and below, folded. Worked out when first asked for. */
  hierarchy(): Hierarchy;
  /** Of a system whose codes are known by a rule: which of them a filter lets pass; undefined where it cannot tell. */
  readonly test?: (filter: ValueSetComposeIncludeFilter) => ((code: string) => boolean) | undefined;
  /** A rule knows its codes: there is no end of them, or no list. */
  readonly byRule?: true;
  /** Where keys lie beside the concepts already; for any other content `searchConcepts` makes them. */
  readonly keys?: TextKeys;
  /** What adds to its concepts: what they are found by, too. */
  readonly added?: AddedWords;
  /** The concept at a place in the order of `concepts()`, from 0. */
  readonly at?: (place: number) => Concept | undefined;
  /** -1: it is not there. Where a look at the place costs less than the concept. */
  readonly placeOf?: (code: string) => number;
  /** All of them in order, where they are judged more cheaply than made. Each is good until the next is asked for. */
  readonly rows?: () => Iterable<Judged>;
  /** Whether one stands below (above) a code, however deep; of all, worked out in steps. */
  readonly reach?: (direction: 'below' | 'above', code: string) => Generator<undefined, (one: Judged) => boolean>;
  /** Works the hierarchy out in steps, where it is not there yet. */
  readonly arrange?: () => Generator<undefined, void>;
}

/** Of a concept by its place. */
export type IsWanted = (place: number) => boolean;

export interface ConceptMatch {
  readonly concept: Concept;
  /** The higher the better, to be compared between code systems. */
  readonly rank: number;
}

/** What words find in a code system: best first, equal ones in the order of the code system. Concepts are read as they are asked for. */
export interface ConceptMatches extends Iterable<ConceptMatch> {
  readonly size: number;
}

/** By a folded code, those directly above it, or below; folded, too. */
export interface CodeLinks {
  get(code: string): readonly string[] | undefined;
}

/** The code system as it is by itself, and what is added to it. */
export interface AddedWords {
  readonly to: CodeContent;
  readonly by: readonly CodeContent[];
}

export interface Hierarchy {
  readonly parents: CodeLinks;
  readonly children: CodeLinks;
}

const exact = (code: string) => code;
const lower = (code: string) => code.toLowerCase();

export function codeContent(codeSystem: CodeSystem): CodeContent {
  const caseSensitive = codeSystem.caseSensitive !== false;
  const fold = caseSensitive ? exact : lower;
  const concepts = new Map<string, Concept>();
  const properties = new Set((codeSystem.property ?? []).map(({ code }) => code));
  for (const [concept] of placed(codeSystem.concept)) {
    concepts.set(fold(concept.code), concept);
    for (const { code } of concept.property ?? []) properties.add(code);
  }
  // Only a code system that is here in full can say that a code is not in it.
  const otherwise: Membership = codeSystem.content === 'complete' ? 'out' : 'undecided';
  let hierarchy: Hierarchy | undefined;
  let inOrder: readonly Concept[] | undefined;
  return {
    version: codeSystem.version,
    language: codeSystem.language,
    about: withoutConcepts(codeSystem),
    caseSensitive,
    size: concepts.size,
    concepts: () => concepts.values(),
    find: (code) => concepts.get(fold(code)),
    at: (place) => {
      inOrder ??= [...concepts.values()];
      return inOrder[place];
    },
    properties,
    fold,
    contains: (code) => (concepts.has(fold(code)) ? 'in' : otherwise),
    hierarchy: () => {
      hierarchy ??= wholly(arrange(codeSystem.concept, fold));
      return hierarchy;
    },
    *arrange() {
      hierarchy ??= yield* arrange(codeSystem.concept, fold);
    },
  };
}

function withoutConcepts({ concept: _, ...about }: CodeSystem): Omit<CodeSystem, 'concept'> {
  return about;
}

type Placed = readonly [concept: CodeSystemConcept, parent?: CodeSystemConcept];

function* placed(concepts: readonly CodeSystemConcept[] = [], parent?: CodeSystemConcept): Generator<Placed> {
  for (const concept of concepts) {
    yield [concept, parent];
    if (concept.concept !== undefined) yield* placed(concept.concept, concept);
  }
}

/** Concepts looked at in one step. */
const AT_ONCE = 1000;

/** Nesting and the properties `parent` and `child` say the same in different ways; code systems mix them. */
function* arrange(concepts: readonly CodeSystemConcept[] | undefined, fold: (code: string) => string): Generator<undefined, Hierarchy> {
  const parents = new Map<string, string[]>();
  const children = new Map<string, string[]>();
  const link = (parent: string, child: string) => {
    if (parents.get(child)?.includes(parent)) return;
    parents.set(child, [...(parents.get(child) ?? []), parent]);
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [child]);
    else siblings.push(child);
  };
  let looked = 0;
  for (const [concept, parent] of placed(concepts)) {
    if (++looked % AT_ONCE === 0) yield;
    const code = fold(concept.code);
    if (parent !== undefined) link(fold(parent.code), code);
    for (const property of concept.property ?? []) {
      if (property.valueCode === undefined) continue;
      if (property.code === 'parent') link(fold(property.valueCode), code);
      if (property.code === 'child') link(code, fold(property.valueCode));
    }
  }
  return { parents, children };
}

/** All codes below (or above) one, however deep, without it. A circle in the code system does no harm. */
export function reachable(links: CodeLinks, from: string): ReadonlySet<string> {
  return wholly(reaching(links, from));
}

/** `most`: where there are more, some more than that are given. */
export function* reaching(links: CodeLinks, from: string, most = Number.POSITIVE_INFINITY): Generator<undefined, ReadonlySet<string>> {
  const found = new Set<string>();
  const waiting = [...(links.get(from) ?? [])];
  for (let next = waiting.pop(); next !== undefined && found.size <= most; next = waiting.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    if (found.size % AT_ONCE === 0) yield;
    for (const one of links.get(next) ?? []) waiting.push(one);
  }
  return found;
}
