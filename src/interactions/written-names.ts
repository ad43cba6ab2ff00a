/**
 * Under which names others may look for what is written: those of the identifiers that an instance has, and had. Whoever relies on
 * criteria holds the same names. Source: src/store/port.ts Guard
 */
import { inSteps } from '../model/in-steps.js';
import { parseStored } from '../model/parse-stored.js';
import type { Resource } from '../model/resource.js';
import type { IndexEntry, Version } from '../store/port.js';
import type { Rooms } from './intent.js';

/** `next`: the version to come; absent: a deletion. undefined where the store does not ask for names: then there is nothing to wait for. */
export function namesWritten(
  { search, store }: Pick<Rooms, 'search' | 'store'>,
  current: Version | undefined,
  next?: { readonly type: string; readonly entries: readonly IndexEntry[] },
): Promise<readonly string[] | undefined> | undefined {
  if (!store.needsNames) return undefined;
  return namesOf(search, current, next === undefined ? [] : search.identifierNames(next.type, next.entries));
}

/** undefined where there are none. */
async function namesOf(
  search: Rooms['search'],
  current: Version | undefined,
  next: readonly string[],
): Promise<readonly string[] | undefined> {
  const names = new Set(next);
  if (current?.json) {
    const before = (await inSteps(parseStored(current.json))) as Resource;
    for (const name of search.identifierNamesOf(before)) names.add(name);
  }
  return names.size === 0 ? undefined : [...names];
}
