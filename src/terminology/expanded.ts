/** The codes of a value set as somebody else has listed them. Source: R4 valueset.html#expansion */
import type { ValueSetExpansionContains } from 'fhir/r4.js';
import type { Concept } from './code-system.js';
import { type ListedCode, listedCode, mapped, type ValueSetContent } from './content.js';
import { left, listingOf, wantedOf } from './listed.js';
import { Obstructed } from './obstructed.js';
import { readyToSearch, searchConcepts } from './search-concepts.js';
import type { Membership } from './terminology.js';

/** What someone else has expanded, where there is no composition to go by. */
export function expanded(contains: readonly ValueSetExpansionContains[], total: number | undefined): ValueSetContent {
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
        found.set(concept, listedCode(system, { version }, concept));
      }
      count++;
      add(inner ?? []);
    }
  };
  add(contains);
  const otherwise: Membership = total !== undefined && total > count ? 'undecided' : 'out';
  const concepts = [...found.keys()];
  const listedAs = (concept: Concept) => found.get(concept) ?? listedCode('', {}, concept);
  const refuseParts = () => {
    if (total === undefined || otherwise === 'out') return;
    throw new Obstructed([`its expansion has ${count} of ${total} codes`, `其展开结果仅含 ${total} 个代码中的 ${count} 个`]);
  };
  return {
    contains: (system, code) => (systems.get(system)?.has(code) ? 'in' : otherwise),
    systems: () => new Set(systems.keys()),
    takesAll: () => false,
    unready: (_, isSearched) => (isSearched ? [() => readyToSearch(listingOf(concepts))] : []),
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
