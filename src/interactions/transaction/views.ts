/** The store as it is before a transaction, fetched at once, and as it will be after it. */

import { createBreath } from '../../model/breath.js';
import { type Key, keyText } from '../../model/resource.js';
import type { Version } from '../../store/port.js';
import { readFound } from '../conditional.js';
import type { View } from '../intent.js';
import type { TransactionEntry } from './entries.js';
import type { Identified } from './identify.js';

export interface BeforeView extends View {
  /** The current version of what is fetched; 0 where there is none. */
  versionOf(key: Key): number;
  /** Fetches the targets that criteria led to. Throws StoreConflict where one has changed since. */
  fetch(identified: readonly Identified[]): Promise<void>;
}

/** Keys that are read in some milliseconds. */
const AT_ONCE = 500;

export async function beforeView(view: View, entries: readonly TransactionEntry[]): Promise<BeforeView> {
  const current = new Map<string, Version | undefined>();
  const fetchKeys = async (keys: readonly Key[]): Promise<void> => {
    const missing = keys.filter((key) => !current.has(keyText(key)));
    const breath = createBreath();
    for (let from = 0; from < missing.length; from += AT_ONCE) {
      const some = missing.slice(from, from + AT_ONCE);
      const versions = await view.read(some.map(({ type, id }) => ({ type, id })));
      for (const [index, key] of some.entries()) current.set(keyText(key), versions[index]);
      await breath();
    }
  };
  // What is only read may be more than there is room for: it is read when its turn comes.
  await fetchKeys(
    entries.flatMap(({ method, request }) =>
      method !== 'GET' && method !== 'HEAD' && 'id' in request && request.type !== undefined && request.id !== undefined
        ? [{ type: request.type, id: request.id }]
        : [],
    ),
  );
  return {
    find: view.find.bind(view),
    read: (keys) => readThrough(current, view, keys),
    versionOf: (key) => current.get(keyText(key))?.version ?? 0,
    // What a create is given a new id for is not there.
    async fetch(identified) {
      const found = identified.flatMap((one) => ('key' in one && one.guard !== undefined ? [one.key] : []));
      await fetchKeys(found);
      await readFound(
        { read: async (keys) => keys.map((key) => current.get(keyText(key))) },
        found.filter(({ version }) => version !== undefined),
      );
    },
  };
}

/** Current versions are those of the Bundle where it makes one. */
export function afterView(before: View, versions: readonly Version[]): View {
  const made = new Map(versions.map((version) => [keyText(version), version]));
  return { ...before, read: (keys) => readThrough(made, before, keys) };
}

/** From `known` what stands there, in one question to `view` the rest. */
async function readThrough(
  known: ReadonlyMap<string, Version | undefined>,
  view: View,
  keys: readonly Key[],
): Promise<readonly (Version | undefined)[]> {
  const answersFor = (key: Key): boolean =>
    known.has(keyText(key)) && (key.version === undefined || known.get(keyText(key))?.version === key.version);
  const rest = keys.filter((key) => !answersFor(key));
  const fetched = rest.length === 0 ? [] : await view.read(rest);
  const others = fetched[Symbol.iterator]();
  return keys.map((key) => (answersFor(key) ? known.get(keyText(key)) : others.next().value));
}
