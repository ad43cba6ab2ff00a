/** The codes of a value set that are named one by one. Source: R4 valueset.html#compositions (extensional) */
import type { ValueSetComposeInclude, ValueSetComposeIncludeConcept } from 'fhir/r4.js';
import { wholly } from '../model/in-steps.js';
import { type CodeContent, type Concept, type IsWanted, isInactive } from './code-system.js';
import { type ListedCode, listedCode, mapped, type ValueSetContent, type Without } from './content.js';
import { testsWithout } from './passing.js';
import { readyToSearch, searchConcepts } from './search-concepts.js';

interface Listing {
  readonly system: string;
  readonly content: () => CodeContent | undefined;
  readonly activeOnly: boolean;
  /** Of the words it has of its own. */
  readonly language?: string;
}

/** Codes looked up in one step. */
const AT_ONCE = 200;

/** Codes named one by one. The code system is asked only for what is not found as it is written. */
export function listed(
  { version }: ValueSetComposeInclude,
  named: readonly ValueSetComposeIncludeConcept[],
  listing: Listing,
): ValueSetContent {
  const { system, content, activeOnly, language } = listing;
  const codes = new Set(named.map(({ code }) => code));
  let folded: ReadonlySet<string> | undefined;
  let made: readonly Concept[] | undefined;
  const isGone = (code: string) => activeOnly && isInactive(content()?.find(code) ?? { code });
  const making = function* (): Generator<undefined, readonly Concept[]> {
    if (made !== undefined) return made;
    const found: Concept[] = [];
    for (const [at, one] of named.entries()) {
      const concept = withOwnWords(one, content()?.find(one.code));
      if (!activeOnly || !isInactive(concept)) found.push(concept);
      if (at % AT_ONCE === AT_ONCE - 1) yield;
    }
    made = found;
    return found;
  };
  const concepts = () => wholly(making());
  const own = new Map(named.map(({ code, display }) => [code, display !== undefined]));
  const listedAs = (concept: Concept): ListedCode => {
    const here = content();
    const words = own.get(concept.code) ? (language ?? here?.language) : here?.language;
    return listedCode(system, { version: here?.version ?? version, language: words }, concept);
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
    takesAll: () => false,
    unready: (_, isSearched) => [making, ...(isSearched ? [() => readyToSearch(listingOf(concepts()))] : [])],
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
export function listingOf(concepts: readonly Concept[]): { concepts(): readonly Concept[] } {
  const before = listings.get(concepts) ?? { concepts: () => concepts };
  listings.set(concepts, before);
  return before;
}

export function left(concepts: readonly Concept[], less: Without | undefined): readonly Concept[] {
  const tests = testsWithout(less);
  return tests.length === 0 ? concepts : concepts.filter((one) => tests.every((test) => test(one)));
}

export function wantedOf(concepts: readonly Concept[], less: Without | undefined): IsWanted | undefined {
  const tests = testsWithout(less);
  if (tests.length === 0) return undefined;
  return (place) => {
    const concept = concepts[place];
    return concept !== undefined && tests.every((test) => test(concept));
  };
}
