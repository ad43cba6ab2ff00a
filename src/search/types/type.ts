/** What each search type must say: how a FHIR value is indexed and how a search value is matched against that. */
import type { Item } from '../../fhirpath/expression.js';
import type { Resource } from '../../model/resource.js';
import type { EntryKind, IndexEntry, Predicate } from '../../store/port.js';
import type { SearchContext } from '../context.js';
import type { Parameter } from '../registry.js';

/** One parameter of a search, ready to be matched. */
export interface Asked {
  readonly parameter: Parameter;
  /** As the client wrote it, for messages: `subject:Patient.name`. */
  readonly name: string;
  /** The part after the colon, other than `missing`. */
  readonly modifier?: string;
  /** Alternatives, still escaped; at least one. */
  readonly values: readonly string[];
}

export interface SearchType {
  readonly entry: EntryKind;
  /** Modifiers beside `missing`; `[type]` stands for the name of a resource type. */
  readonly modifiers: readonly string[];
  /** Those of them that one parameter has, by what it leads to; all of them where the type does not say. */
  modifiersFor?(parameter: Parameter, context: Pick<SearchContext, 'definitions'>): readonly string[];
  /** Adds the entries of one item the expression led to in a resource. An item that says nothing this type can search leaves none. */
  index(item: Item, parameter: Parameter, context: SearchContext, add: (entry: IndexEntry) => void, resource: Resource): void;
  /** Has a value at all, where that is more than an entry of its own. */
  present?(parameter: Parameter): Predicate;
  /** What an item is sorted by; types whose entries are ranges are sorted by those. */
  sortKey?(item: Item, parameter: Parameter): string | undefined;
  /** Throws FhirError 400 for values that cannot be read. */
  match(asked: Asked, context: SearchContext): Predicate;
}
