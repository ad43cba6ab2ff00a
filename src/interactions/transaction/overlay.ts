/**
 * What the resources of a Bundle would be found by: criteria are answered from them as well as from the store.
 * Source: R4 http.html#trules (conditional references), http.html#ccreate
 */
import { type Key, keyText, type Resource } from '../../model/resource.js';
import type { Candidate, Criteria } from '../../search/search.js';
import type { Where } from '../../store/port.js';
import type { Rooms } from '../intent.js';
import { candidateOf, candidatesInStore } from '../visibility.js';

export interface Overlay {
  /** A resource as it will be stored, as far as it is known. */
  add(key: Key, resource: Resource): void;
  /** Keys of those the criteria find, in the order they were added. */
  matching(type: string, criteria: Criteria): Promise<readonly Key[]>;
}

interface Shelf {
  readonly waiting: { readonly key: Key; readonly resource: Resource }[];
  readonly candidates: Candidate[];
  readonly byName: Map<string, Candidate[]>;
}

/** `lastUpdated`: when the Bundle is stored, milliseconds UTC. `isTouched`: whether the Bundle writes or deletes `Type/id`. */
export function createOverlay(
  { search, store }: Pick<Rooms, 'search' | 'store'>,
  { lastUpdated, isTouched }: { readonly lastUpdated: number; readonly isTouched: (name: string) => boolean },
): Overlay {
  const shelves = new Map<string, Shelf>();
  const shelfOf = (type: string): Shelf => {
    const shelf = shelves.get(type) ?? { waiting: [], candidates: [], byName: new Map() };
    shelves.set(type, shelf);
    return shelf;
  };
  /** Index entries are made only for types that are asked for. */
  const filled = (type: string): Shelf => {
    const shelf = shelfOf(type);
    for (const { key, resource } of shelf.waiting.splice(0)) {
      const candidate = candidateOf({ ...key, lastUpdated }, search.extract({ ...resource, id: key.id }));
      shelf.candidates.push(candidate);
      for (const name of search.identifierNames(type, candidate.entries))
        shelf.byName.set(name, [...(shelf.byName.get(name) ?? []), candidate]);
    }
    return shelf;
  };
  const chained = async (where: Where): Promise<readonly Candidate[]> => {
    const inBundle = await Promise.all(where.map(({ type }) => satisfying(where, filled(type).candidates)));
    const inStore = await candidatesInStore(search, store, where);
    return [...inBundle.flat(), ...inStore.filter((candidate) => !isTouched(keyText(candidate)))];
  };
  const satisfying = async (where: Where, candidates: readonly Candidate[]): Promise<Candidate[]> => {
    const found: Candidate[] = [];
    for (const candidate of candidates) if (await search.matches(where, candidate, chained)) found.push(candidate);
    return found;
  };
  return {
    add(key, resource) {
      shelfOf(key.type).waiting.push({ key, resource });
    },
    async matching(type, { where, names }) {
      if (!shelves.has(type)) return [];
      const found = await satisfying(where, likely(type, filled(type), names));
      return found.map(({ id }) => ({ type, id }));
    },
  };
}

/** Criteria by identifier can only find what holds one of their names; others may find any. */
function likely(type: string, shelf: Shelf, names: readonly string[]): readonly Candidate[] {
  const byIdentifier = names.length > 0 && names.every((name) => name.startsWith(`${type}.identifier=`));
  return byIdentifier ? [...new Set(names.flatMap((name) => shelf.byName.get(name) ?? []))] : shelf.candidates;
}
