/**
 * Compiles a value set into questions that are answered at once: is this code in it, which codes are, which of them do words find. Parts
 * that cannot be judged here answer `undecided`. Source: R4 valueset.html#compositions
 */
import type { ValueSet, ValueSetComposeInclude, ValueSetComposeIncludeConcept, ValueSetExpansionContains } from 'fhir/r4.js';
import { type CodeContent, type Concept, type IsWanted, isInactive } from './code-system.js';
import {
  all,
  any,
  type FoundCode,
  guarded,
  type ListedCode,
  later,
  mapped,
  unknownContent,
  type ValueSetContent,
  type Walk,
  type Without,
  without,
} from './content.js';
import { type ConceptTest, testsOf } from './filters.js';
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
import { inOrder, isActive, passingPlaces, testsWithout } from './passing.js';
import { searchConcepts } from './search-concepts.js';
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
  const included = any(compose.include.map((include) => compileInclude(include, { ...whole, activeOnly: compose.inactive === false })));
  const excluded = (compose.exclude ?? []).map((exclude) => compileInclude(exclude, whole));
  const composed = guarded(excluded.length === 0 ? included : without(included, any(excluded)), sources.walk);
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
  return all([...own, ...imported]);
}

function fromSystem(system: string, include: ValueSetComposeInclude, whole: Whole): ValueSetContent {
  const { version, concept } = include;
  const content = () => whole.sources.codeSystem(system, version);
  if (concept !== undefined) return listed(include, concept, { system, content, whole });
  return later(() => {
    const here = content();
    return here === undefined ? stopped([system], unknownSystem(system, version)) : selected(system, here, include, whole.activeOnly);
  });
}

interface Listing {
  readonly system: string;
  readonly content: () => CodeContent | undefined;
  readonly whole: Whole;
}

/** Codes named one by one. The code system is asked only for what is not found as it is written. */
function listed({ version }: ValueSetComposeInclude, named: readonly ValueSetComposeIncludeConcept[], listing: Listing): ValueSetContent {
  const { system, content, whole } = listing;
  const codes = new Set(named.map(({ code }) => code));
  let folded: ReadonlySet<string> | undefined;
  let made: readonly Concept[] | undefined;
  const isGone = (code: string) => whole.activeOnly && isInactive(content()?.find(code) ?? { code });
  const concepts = () => {
    made ??= named.map((one) => withOwnWords(one, content()?.find(one.code))).filter((one) => !whole.activeOnly || !isInactive(one));
    return made;
  };
  const own = new Map(named.map(({ code, display }) => [code, display !== undefined]));
  const listedAs = (concept: Concept): ListedCode => {
    const here = content();
    return of(
      system,
      { version: here?.version ?? version, language: own.get(concept.code) ? (whole.language ?? here?.language) : here?.language },
      concept,
    );
  };
  return {
    contains(asked, code) {
      if (asked !== system) return 'out';
      if (codes.has(code)) return isGone(code) ? 'out' : 'in';
      const here = content();
      if (here === undefined || here.caseSensitive) return 'out';
      folded ??= new Set([...codes].map(here.fold));
      return folded.has(here.fold(code)) && !isGone(code) ? 'in' : 'out';
    },
    systems: () => new Set([system]),
    codes: (less) => mapped(left(concepts(), less), listedAs),
    search: (words, less) => {
      const found = searchConcepts(listingOf(concepts()), words, wantedOf(concepts(), less));
      return mapped(found, ({ concept, rank }) => ({ ...listedAs(concept), rank }));
    },
  };
}

/** The words of the value set itself go before those of the code system. */
function withOwnWords(one: ValueSetComposeIncludeConcept, found: Concept | undefined): Concept {
  const { code, display, designation = [] } = one;
  if (found === undefined) return one;
  if (display === undefined && designation.length === 0) return found;
  return { ...found, code, ...(display === undefined ? {} : { display }), designation: [...designation, ...(found.designation ?? [])] };
}

const listings = new WeakMap<readonly Concept[], { concepts(): readonly Concept[] }>();

/** The same for the same concepts: the keys by which they are found are kept for it. */
function listingOf(concepts: readonly Concept[]): { concepts(): readonly Concept[] } {
  const before = listings.get(concepts) ?? { concepts: () => concepts };
  listings.set(concepts, before);
  return before;
}

function left(concepts: readonly Concept[], less: Without | undefined): readonly Concept[] {
  const tests = testsWithout(less);
  return tests.length === 0 ? concepts : concepts.filter((one) => tests.every((test) => test(one)));
}

function wantedOf(concepts: readonly Concept[], less: Without | undefined): IsWanted | undefined {
  const tests = testsWithout(less);
  if (tests.length === 0) return undefined;
  return (place) => {
    const concept = concepts[place];
    return concept !== undefined && tests.every((test) => test(concept));
  };
}

type Origin = Pick<CodeContent, 'version' | 'language'>;

function of(system: string, { version, language }: { readonly [K in keyof Origin]?: string | undefined }, concept: Concept): ListedCode {
  return { system, ...(version === undefined ? {} : { version }), ...(language === undefined ? {} : { language }), concept };
}

function selected(system: string, content: CodeContent, include: ValueSetComposeInclude, activeOnly: boolean): ValueSetContent {
  const { filter = [] } = include;
  if (content.test !== undefined && filter.length > 0) return byTests(system, content, filter);
  const tests = testsOf(filter, content, system);
  if (isObstacle(tests)) return stopped([system], tests);
  const known = activeOnly ? [...tests, isActive] : tests;
  const contains = known.length === 0 ? content.contains : filtered(content, known);
  const passing = passingPlaces(content, known);
  // Of what is here in part only that part can be listed.
  const isOpen = content.contains('') === 'undecided';
  const listedAs = (concept: Concept) => of(system, content, concept);
  return {
    contains: (asked, code) => (asked === system ? contains(code) : 'out'),
    systems: () => new Set([system]),
    codes: (less) => {
      refuseUnlisted(system, content);
      return inOrder(content, passing(less), isOpen, listedAs);
    },
    search: (words, less) => {
      refuseUnlisted(system, content);
      const found = searchConcepts(content, words, passing(less)?.isWanted);
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

function filtered(content: CodeContent, tests: readonly ConceptTest[]): (code: string) => Membership {
  let passing: ReadonlySet<string> | undefined;
  return (code) => {
    passing ??= passingCodes(content, tests);
    const folded = content.fold(code);
    if (passing.has(folded)) return 'in';
    if (content.find(code) !== undefined) return 'out';
    // A rule may know a code without knowing what the filters ask of it.
    return content.contains(code) === 'out' ? 'out' : 'undecided';
  };
}

function passingCodes(content: CodeContent, tests: readonly ConceptTest[]): ReadonlySet<string> {
  const passing = new Set<string>();
  for (const concept of content.concepts()) if (tests.every((test) => test(concept))) passing.add(content.fold(concept.code));
  return passing;
}

/** What someone else has expanded, where there is no composition to go by. */
function expanded(contains: readonly ValueSetExpansionContains[], total: number | undefined): ValueSetContent {
  const systems = new Map<string, Set<string>>();
  const found = new Map<Concept, ListedCode>();
  let count = 0;
  const add = (nodes: readonly ValueSetExpansionContains[]) => {
    for (const { system = '', version, code, display, abstract, inactive, designation, contains: inner } of nodes) {
      if (code !== undefined && abstract !== true) {
        systems.set(system, (systems.get(system) ?? new Set()).add(code));
        const property = inactive === true ? { property: [{ code: 'inactive', valueBoolean: true }] } : {};
        const concept = {
          code,
          ...(display === undefined ? {} : { display }),
          ...(designation === undefined ? {} : { designation }),
          ...property,
        };
        found.set(concept, of(system, { version }, concept));
      }
      count++;
      add(inner ?? []);
    }
  };
  add(contains);
  const otherwise: Membership = total !== undefined && total > count ? 'undecided' : 'out';
  const concepts = [...found.keys()];
  const listedAs = (concept: Concept) => found.get(concept) ?? of('', {}, concept);
  const refuseParts = () => {
    if (total === undefined || otherwise === 'out') return;
    throw new Obstructed([`its expansion has ${count} of ${total} codes`, `其展开结果仅含 ${total} 个代码中的 ${count} 个`]);
  };
  return {
    contains: (system, code) => (systems.get(system)?.has(code) ? 'in' : otherwise),
    systems: () => new Set(systems.keys()),
    codes: (less) => {
      refuseParts();
      return mapped(left(concepts, less), listedAs);
    },
    search: (words, less) => {
      refuseParts();
      return mapped(searchConcepts(listingOf(concepts), words, wantedOf(concepts, less)), ({ concept, rank }) => ({
        ...listedAs(concept),
        rank,
      }));
    },
  };
}
