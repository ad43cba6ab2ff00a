/**
 * Compiles a value set into questions that are answered at once: is this code in it, which codes are, which of them do words find. Parts
 * that cannot be judged here answer `undecided`. Source: R4 valueset.html#compositions
 */
import type { ValueSet, ValueSetComposeInclude } from 'fhir/r4.js';
import { wholly } from '../model/in-steps.js';
import type { CodeContent, Concept } from './code-system.js';
import { type FoundCode, guarded, later, listedCode, mapped, unknownContent, type ValueSetContent, type Walk } from './content.js';
import { expanded } from './expanded.js';
import { type ConceptTest, testsOf } from './filters.js';
import { all, any, isOutside, without } from './joined.js';
import { listed } from './listed.js';
import {
  Endless,
  incomplete,
  isObstacle,
  noDefinition,
  Obstructed,
  unjudged,
  unknownImport,
  unknownSystem,
  unlisted,
  unreadable,
} from './obstructed.js';
import { inOrder, isActive, type PassingPlaces, passingPlaces } from './passing.js';
import { readyToSearch, searchConcepts } from './search-concepts.js';
import type { Membership, Obstacle } from './terminology.js';

/** Where a value set finds what it draws on; undefined: not here. */
export interface Sources {
  codeSystem(system: string, version?: string): CodeContent | undefined;
  valueSet(canonical: string): ValueSetContent | undefined;
  readonly walk: Walk;
}

/** What of the value set bears on each of its parts. */
interface Whole {
  readonly sources: Sources;
  readonly activeOnly: boolean;
  /** Of the words it has of its own. */
  readonly language: string | undefined;
  readonly excluded?: ValueSetContent | undefined;
}

/** What is stored without having passed the validator may be of any shape: then it cannot be told what it has. */
export function compileValueSet(valueSet: ValueSet, sources: Sources): ValueSetContent {
  try {
    return compiled(valueSet, sources);
  } catch (error) {
    if (error instanceof TypeError) return stopped([], unreadable);
    throw error;
  }
}

function compiled({ compose, expansion, language }: ValueSet, sources: Sources): ValueSetContent {
  if (compose === undefined)
    return expansion === undefined ? stopped([], noDefinition) : expanded(expansion.contains ?? [], expansion.total);
  const whole = { sources, language, activeOnly: false };
  const { include, exclude = [] } = compose;
  const excluded = exclude.length === 0 ? undefined : any(exclude.map((one) => compileInclude(one, whole)));
  const included = include.map((one) => compileInclude(one, { ...whole, activeOnly: compose.inactive === false, excluded }));
  const composed = guarded(any(included), sources.walk);
  return expansion?.contains === undefined ? composed : helped(composed, expanded(expansion.contains, expansion.total));
}

function stopped(systems: readonly string[], obstacle: Obstacle): ValueSetContent {
  return unknownContent(systems, () => {
    throw new Obstructed(obstacle);
  });
}

/** What the composition leaves open for want of a code system, someone who has it may have expanded. */
function helped(composed: ValueSetContent, expansion: ValueSetContent): ValueSetContent {
  const either = <T>(ask: (content: ValueSetContent) => T): T => {
    try {
      return ask(composed);
    } catch (error) {
      if (error instanceof Obstructed) return ask(expansion);
      throw error;
    }
  };
  return {
    contains(system, code) {
      const answer = composed.contains(system, code);
      return answer === 'undecided' ? expansion.contains(system, code) : answer;
    },
    systems: () => new Set([...composed.systems(), ...expansion.systems()]),
    takesAll: composed.takesAll,
    unready: (less, isSearched) => [...composed.unready(less, isSearched), ...expansion.unready(less, isSearched)],
    codes: (less) => either((content) => content.codes(less)),
    search: (words, less) => either((content) => content.search(words, less)),
  };
}

function compileInclude(include: ValueSetComposeInclude, whole: Whole): ValueSetContent {
  const { sources } = whole;
  const imported = (include.valueSet ?? []).map((canonical) => {
    return later(() => sources.valueSet(canonical) ?? stopped([], unknownImport(canonical)));
  });
  const own = include.system === undefined ? [] : [fromSystem(include.system, include, whole)];
  const content = all([...own, ...imported]);
  // What is selected of a code system is sifted at once, where all of it is looked at anyway.
  const isSifted = include.system !== undefined && include.concept === undefined;
  return whole.excluded === undefined || isSifted ? content : without(content, whole.excluded);
}

function fromSystem(system: string, include: ValueSetComposeInclude, whole: Whole): ValueSetContent {
  const { version, concept } = include;
  const content = () => whole.sources.codeSystem(system, version);
  if (concept !== undefined) {
    const { language, activeOnly } = whole;
    return listed(include, concept, { system, content, activeOnly, ...(language === undefined ? {} : { language }) });
  }
  return later(() => {
    const here = content();
    if (here !== undefined) return selected(system, here, include, whole);
    const takesAll = (asked: string) => asked === system && include.filter === undefined && !whole.activeOnly;
    const unknown = { ...stopped([system], unknownSystem(system, version)), takesAll };
    return whole.excluded === undefined ? unknown : without(unknown, whole.excluded);
  });
}

function selected(system: string, content: CodeContent, include: ValueSetComposeInclude, whole: Whole): ValueSetContent {
  const { filter = [] } = include;
  const { activeOnly, excluded } = whole;
  const sifted = (own: ValueSetContent) => (excluded === undefined ? own : without(own, excluded));
  if (content.test !== undefined && filter.length > 0) return sifted(byTests(system, content, filter));
  const tests = testsOf(filter, content, system);
  if (isObstacle(tests)) return sifted(stopped([system], tests));
  const known = activeOnly ? [...tests, isActive] : tests;
  const own = ofPlaces(system, content, known, passingPlaces(content, known));
  if (excluded === undefined) return own;
  const sifting = passingPlaces(content, [...known, (concept) => isOutside(excluded, system, concept.code)]);
  const { codes, search, unready } = ofPlaces(system, content, known, sifting);
  const { contains, systems, takesAll } = without(own, excluded);
  return {
    ...{ contains, systems, takesAll, codes, search },
    unready: (less, isSearched) => [...excluded.unready(undefined, false), ...unready(less, isSearched)],
  };
}

/** `passing`: those of the concepts that are listed and found; `tests`: what one by itself has to pass. */
function ofPlaces(system: string, content: CodeContent, tests: readonly ConceptTest[], passing: PassingPlaces): ValueSetContent {
  // Of what is here in part only that part can be listed.
  const isOpen = content.contains('') === 'undecided';
  const listedAs = (concept: Concept) => listedCode(system, content, concept);
  const contains = tests.length === 0 ? content.contains : filtered(content, tests, passing);
  return {
    contains: (asked, code) => (asked === system ? contains(code) : 'out'),
    systems: () => new Set([system]),
    takesAll: (asked) => asked === system && tests.length === 0,
    unready: (less, isSearched) => [() => passing.of(less), ...(isSearched ? [() => readyToSearch(content)] : [])],
    codes: (less) => {
      refuseUnlisted(system, content);
      return inOrder(content, wholly(passing.of(less)), isOpen, listedAs);
    },
    search: (words, less) => {
      refuseUnlisted(system, content);
      const found = searchConcepts(content, words, wholly(passing.of(less))?.isWanted);
      return mapped(found, ({ concept, rank }): FoundCode => ({ ...listedAs(concept), rank }), { isOpen, size: found.size });
    },
  };
}

function refuseUnlisted(system: string, content: CodeContent): void {
  if (content.byRule === true) throw new Endless(system);
  if (content.size === 0 && content.contains('') === 'undecided') throw new Obstructed(incomplete(system));
}

/** Codes known by a rule, sifted by rules. */
function byTests(system: string, content: CodeContent, filters: NonNullable<ValueSetComposeInclude['filter']>): ValueSetContent {
  const tests = filters.map((filter) => content.test?.(filter));
  const open = filters.find((_, at) => tests[at] === undefined);
  if (open !== undefined) return stopped([system], unjudged(open, system));
  const passes = (code: string) => tests.every((test) => test?.(code));
  return {
    ...stopped([system], unlisted(system)),
    contains: (asked, code) => (asked === system && passes(code) ? content.contains(code) : 'out'),
  };
}

/** One code by itself; where all were judged already, by that. */
function filtered(content: CodeContent, tests: readonly ConceptTest[], passing: PassingPlaces): (code: string) => Membership {
  const judged = (code: string): boolean | undefined => {
    const known = content.placeOf && passing.known();
    if (known !== undefined) {
      const place = content.placeOf?.(code) ?? -1;
      return place < 0 ? undefined : known.isWanted(place);
    }
    const concept = content.find(code);
    return concept && tests.every((test) => test(concept));
  };
  return (code) => {
    const isPassing = judged(code);
    if (isPassing !== undefined) return isPassing ? 'in' : 'out';
    // A rule may know a code without knowing what the filters ask of it.
    return content.contains(code) === 'out' ? 'out' : 'undecided';
  };
}
