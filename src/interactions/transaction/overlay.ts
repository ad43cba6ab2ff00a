/**
 * What the resources of a Bundle would be found by: criteria are answered from them as well as from the store.
 * Source: R4 http.html#trules (conditional references), http.html#ccreate
 */

import { createBreath } from '../../model/breath.js';
import { type Key, keyText, type Resource } from '../../model/resource.js';
import type { Candidate, Criteria, Search } from '../../search/search.js';
import type { Predicate, Where } from '../../store/port.js';
import type { Rooms } from '../intent.js';
import { candidateOf } from '../visibility.js';

/** Whoever follows a chain asks whether anything is there, perhaps after leaving out a few. */
const CHAINED = 100;

export interface Overlay {
  /** A resource as it will be stored, as far as it is known when the first criteria for its type come. */
  add(key: Key, resource: () => Resource): void;
  /** Keys of those the criteria find, in the order they were added. */
  matching(type: string, criteria: Criteria): Promise<readonly Key[]>;
  /** What chains lead to: those of the Bundle, and those of the store that it leaves alone. */
  satisfying(where: Where): Promise<readonly Key[]>;
}

/** `lastUpdated`: when the Bundle is stored, milliseconds UTC. `isTouched`: whether the Bundle writes or deletes `Type/id`. */
export function createOverlay(
  { search, store }: Pick<Rooms, 'search' | 'store'>,
  { lastUpdated, isTouched }: { readonly lastUpdated: number; readonly isTouched: (name: string) => boolean },
): Overlay {
  const shelves = createShelves(search, lastUpdated);
  const breath = createBreath();
  const chained = async (where: Where): Promise<readonly Key[]> => {
    const inBundle: Candidate[] = [];
    for (const clause of where) {
      const { candidates } = await shelves.of(clause.type);
      const ids = idsOf(clause.predicate);
      const named = ids === undefined ? candidates : candidates.filter(({ id }) => ids.includes(id));
      inBundle.push(...(await satisfying([clause], named)));
    }
    const [inStore = []] = await store.find([where], CHAINED);
    return [...inBundle, ...inStore.filter((key) => !isTouched(keyText(key)))];
  };
  const satisfying = async (where: Where, candidates: readonly Candidate[]): Promise<Candidate[]> => {
    const found: Candidate[] = [];
    for (const candidate of candidates) {
      if (await search.matches(where, candidate, chained)) found.push(candidate);
      await breath();
    }
    return found;
  };
  return {
    add: shelves.put,
    async matching(type, { where, names }) {
      const found = await satisfying(where, likely(type, await shelves.of(type), names));
      return found.map(({ id }) => ({ type, id }));
    },
    satisfying: chained,
  };
}

/** Whoever follows a reference names what it leads to. */
function idsOf(predicate: Predicate): readonly string[] | undefined {
  const [first] = predicate.kind === 'all' ? predicate.of : [predicate];
  return first?.kind === 'id' ? first.ids : undefined;
}

/** The candidates of one type, and where each identifier leads. */
interface Shelf {
  readonly candidates: Candidate[];
  readonly byName: Map<string, Candidate[]>;
}

/** Index entries are made only for types that are asked for. */
function createShelves(search: Search, lastUpdated: number) {
  const waiting = new Map<string, { readonly key: Key; readonly resource: () => Resource }[]>();
  const shelves = new Map<string, Shelf>();
  return {
    put(key: Key, resource: () => Resource): void {
      const others = waiting.get(key.type);
      if (others === undefined) waiting.set(key.type, [{ key, resource }]);
      else others.push({ key, resource });
    },
    async of(type: string): Promise<Shelf> {
      const shelf = shelves.get(type) ?? { candidates: [], byName: new Map<string, Candidate[]>() };
      shelves.set(type, shelf);
      const others = waiting.get(type) ?? [];
      const breath = createBreath();
      // Taken off and placed in one go: whoever finds none waiting has them all on the shelf.
      for (let next = others.shift(); next !== undefined; next = others.shift()) {
        const { key, resource } = next;
        const extracted = search.extract({ ...resource(), id: key.id });
        place(shelf, candidateOf({ lastUpdated, ...key }, extracted), search.identifierNames(type, extracted.entries));
        const pause = breath();
        if (pause !== undefined) await pause;
      }
      return shelf;
    },
  };
}

function place({ candidates, byName }: Shelf, candidate: Candidate, names: readonly string[]): void {
  candidates.push(candidate);
  for (const name of names) {
    const same = byName.get(name);
    if (same === undefined) byName.set(name, [candidate]);
    else same.push(candidate);
  }
}

/** Criteria by identifier can only find what holds one of their names; others may find any. */
function likely(type: string, { candidates, byName }: Shelf, names: readonly string[]): readonly Candidate[] {
  const byIdentifier = names.length > 0 && names.every((name) => name.startsWith(`${type}.identifier=`));
  return byIdentifier ? [...new Set(names.flatMap((name) => byName.get(name) ?? []))] : candidates;
}
