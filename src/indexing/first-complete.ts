/** What is complete in a store when it is opened: in one that holds nothing everything is, and that is put down. */
import type { Keys } from '../search/key-versions.js';
import type { ResourceStore } from '../store/port.js';
import { type Complete, changeComplete, type FactStore, readComplete } from './record.js';
import { whole } from './walk.js';

export interface FirstSetting {
  readonly store: FactStore & Pick<ResourceStore, 'search'>;
  readonly types: readonly string[];
  readonly keysOf: (type: string) => Keys;
}

/** A store that was filled by a version that put nothing down has to be indexed throughout. */
export async function firstComplete({ store, types, keysOf }: FirstSetting): Promise<Complete> {
  const found = await readComplete(store);
  if (found !== undefined) return found;
  const { matches } = await store.search({ where: types.flatMap(whole), sort: [], count: 1 });
  const all: Complete = matches.length > 0 ? {} : Object.fromEntries(types.map((type) => [type, keysOf(type)]));
  return changeComplete(store, (before) => (Object.keys(before).length === 0 ? all : before));
}
