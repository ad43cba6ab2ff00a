/**
 * Entries of all that a resource refers to here, wherever it does so: most references have a search parameter, but not those in
 * extensions, in contained resources or in `Annotation.authorReference`, and what a parameter finds depends on its expression. They are kept
 * under a name of their own, one entry for each target, so that what refers to a resource is found by one key for each type. Kept only
 * where the setting REFERENTIAL_INTEGRITY needs them. Source: R4 references.html#literal, http.html#delete
 */
import type { Definitions } from '../definitions/definitions.js';
import { isObject } from '../model/json.js';
import type { IndexEntry, Where } from '../store/port.js';
import type { SearchContext } from './context.js';
import { eachReference, type LocalTarget, localTarget, targetText } from './each-reference.js';
import { addEntry } from './entry-list.js';
import { localReferencesParam, type Registry } from './registry.js';
import type { Indexer } from './types/type.js';

/** Of the whole resource; what it contains is seen with it. */
export function localReferencesIndexer({ definitions, baseUrl }: SearchContext): Indexer {
  const locality = { baseUrl, isType: definitions.isResourceType };
  return (resource, list) => {
    if (!isObject(resource) || list.context.container !== undefined) return;
    eachReference(definitions, resource, (reference) => {
      const found = localTarget(reference, locality);
      if (found === undefined) return;
      addEntry(list, { kind: 'reference', param: localReferencesParam, target: found.name });
      if (found.version === undefined) return;
      addEntry(list, { kind: 'reference', param: localReferencesParam, target: targetText(found) });
    });
  };
}

export interface LocalReferences {
  /** What a resource with these entries refers to; undefined: of its type they are not kept, because some have too many. */
  targets(type: string, entries: readonly IndexEntry[]): readonly LocalTarget[] | undefined;
  /** What refers to one of these, `Patient/1`, in any version. */
  referrers(targets: readonly string[]): Where;
  /** The part of what is stored, from 0 to 1, of which it is known what it refers to; undefined: all of it. */
  knownPart(): number | undefined;
}

export function localReferences(registry: Registry, definitions: Pick<Definitions, 'resourceTypes' | 'isResourceType'>): LocalReferences {
  const locality = { baseUrl: '', isType: definitions.isResourceType };
  return {
    targets(type, entries) {
      if (registry.hasTooMany(type, localReferencesParam)) return undefined;
      return entries.flatMap((entry) =>
        entry.kind === 'reference' && entry.param === localReferencesParam ? (localTarget(entry.target, locality) ?? []) : [],
      );
    },
    referrers: (targets) =>
      definitions.resourceTypes.map((type) => ({
        type,
        predicate: { kind: 'match', param: localReferencesParam, match: { kind: 'reference', targets } },
      })),
    knownPart() {
      const parts = definitions.resourceTypes.flatMap((type) =>
        registry.hasTooMany(type, localReferencesParam) ? 0 : (registry.indexedPart(type, localReferencesParam) ?? []),
      );
      return parts.length === 0 ? undefined : Math.min(...parts);
    },
  };
}
