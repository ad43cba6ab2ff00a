/** One parameter ready to index by: its entries and what it sorts by, for the values of each FHIR type that its expression leads to. */
import type { Definitions } from '../definitions/definitions.js';
import { isObject, type Json } from '../model/json.js';
import type { SearchContext } from './context.js';
import type { EntryList } from './entry-list.js';
import type { Slot } from './layout.js';
import type { Parameter } from './registry.js';
import { indexersOf } from './types/indexers.js';
import { searchType } from './types/list.js';
import type { Indexer, SearchType } from './types/type.js';

export interface Indexed {
  readonly parameter: Parameter;
  /** undefined: nothing comes of values of the type. */
  indexer(type: string): Indexer | undefined;
  /** After the last value of a resource. */
  readonly end: ((list: EntryList) => void) | undefined;
}

export function indexedBy(parameter: Parameter, slots: readonly Slot[], context: SearchContext): Indexed {
  const type = searchType(parameter.kind);
  const plain = indexersOf(type, parameter, context);
  const indexers = new Map<string, Indexer | undefined>();
  const indexer = (of: string): Indexer | undefined => {
    if (!indexers.has(of)) {
      indexers.set(
        of,
        of === 'Extension' ? throughExtension(indexer, context.definitions) : sorting(plain(of), type, of, parameter, slots),
      );
    }
    return indexers.get(of);
  };
  const end = slots.length > 0 && type.entry === 'range' ? (list: EntryList) => keepRanges(list, slots) : undefined;
  return { parameter, indexer, end };
}

function sorting(
  index: Indexer | undefined,
  { sortKey }: SearchType,
  type: string,
  parameter: Parameter,
  slots: readonly Slot[],
): Indexer | undefined {
  if (sortKey === undefined || slots.length === 0) return index;
  return (value, list) => {
    index?.(value, list);
    const key = sortKey(type, value, parameter);
    if (key !== undefined) for (const { slot, end } of slots) keepSort(list, slot, end, key);
  };
}

/** Parameters on extensions lead to the extension; what it holds is meant. */
function throughExtension(indexer: (type: string) => Indexer | undefined, definitions: Definitions): Indexer {
  return (extension, list) => {
    if (!isObject(extension)) return;
    const name = Object.keys(extension).find((key) => key.startsWith('value'));
    const property = name === undefined ? undefined : definitions.properties('Extension').get(name);
    if (property !== undefined) indexer(property.type)?.(extension[property.name] as Json, list);
  };
}

/** What is a range is sorted by its ends; what has a key says the same in other words. */
function keepRanges(list: EntryList, slots: readonly Slot[]): void {
  for (let at = list.start; at < list.entries.length; at++) {
    const entry = list.entries[at];
    if (entry?.kind !== 'range' || entry.key !== undefined) continue;
    for (const { slot, end, parameter } of slots) {
      if (entry.param === parameter.code) keepSort(list, slot, end, finite(end === 'low' ? entry.low : entry.high));
    }
  }
}

/** A type has few slots. */
function keepSort({ sort }: EntryList, slot: string, end: Slot['end'], value: string | number): void {
  for (let at = 0; at < sort.length; at++) {
    const before = sort[at];
    if (before?.slot !== slot) continue;
    if (end === 'low' ? value < before.value : value > before.value) sort[at] = { slot, value };
    return;
  }
  sort.push({ slot, value });
}

/** Cursors are JSON, which has no infinity. */
function finite(value: number): number {
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value));
}
