/** What each search type must say: how a FHIR value is indexed and how a search value is matched against that. */
import type { Json } from '../../model/json.js';
import type { EntryKind, Predicate } from '../../store/port.js';
import type { SearchContext } from '../context.js';
import type { EntryList } from '../entry-list.js';
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

/** Adds the entries of one value to those of its resource. */
export type Indexer = (value: Json | undefined, list: EntryList) => void;

export interface SearchType {
  readonly entry: EntryKind;
  /** Modifiers beside `missing`; `[type]` stands for the name of a resource type. */
  readonly modifiers: readonly string[];
  /** Those of them that one parameter has, by what it leads to; all of them where the type does not say. */
  modifiersFor?(parameter: Parameter, context: Pick<SearchContext, 'definitions'>): readonly string[];
  /**
   * For the values of one FHIR type that the expression leads to; asked once for each. A value that says nothing this type can search
   * leaves no entries. undefined: none of the type ever does.
   */
  indexer(type: string, parameter: Parameter, context: SearchContext): Indexer | undefined;
  /** Has a value at all, where that is more than an entry of its own. */
  present?(parameter: Parameter): Predicate;
  /** What a value of a FHIR type is sorted by; types whose entries are ranges are sorted by those. */
  sortKey?(type: string, value: Json | undefined, parameter: Parameter): string | undefined;
  /** Throws FhirError 400 for values that cannot be read. */
  match(asked: Asked, context: SearchContext): Predicate;
}
