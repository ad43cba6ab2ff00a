/** The indexers of a parameter, one for each FHIR type that its expression turns out to lead to. */
import type { SearchContext } from '../context.js';
import type { Parameter } from '../registry.js';
import type { Indexer, SearchType } from './type.js';

export function indexersOf(searchType: SearchType, parameter: Parameter, context: SearchContext): (type: string) => Indexer | undefined {
  const known = new Map<string, Indexer | undefined>();
  return (type) => {
    if (!known.has(type)) known.set(type, searchType.indexer(type, parameter, context));
    return known.get(type);
  };
}
