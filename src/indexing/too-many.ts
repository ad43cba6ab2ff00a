/**
 * Uploaded parameters of which some stored resources have more values than can be indexed: they are left out of the index, so that the
 * other parameters find those resources too, and nothing can be searched by them until another definition takes their place. Those of the
 * packages stay: no single resource may keep everybody from being found by a name.
 */
import type { Definitions } from '../definitions/definitions.js';
import type { Keys } from '../search/key-versions.js';
import { type Complete, changeTooMany, type FactStore, readTooMany } from './record.js';

export interface LeftOut {
  has(type: string, code: string): boolean;
  /** Holds in this process at once; others hear of it by `keep`. */
  add(type: string, code: string): void;
  /** Puts down what was added: to be called before anything is stored that lacks it. */
  keep(): Promise<void>;
  /** To be called after what is complete was read: what became complete meanwhile is then known to be left out. */
  read(): Promise<void>;
  forget(without: (before: Complete) => Complete): Promise<void>;
  /** Counts changes. */
  changes(): number;
}

export interface LeftOutSetting {
  readonly store: FactStore;
  readonly keysOf: (type: string) => Keys;
  readonly isPackaged: (type: string, code: string) => boolean;
  /** `everywhere`: nothing can be searched by it any more; otherwise one resource is not found by it. */
  readonly onTooMany: (type: string, code: string, everywhere: boolean) => void;
}

export function createLeftOut({ store, keysOf, isPackaged, onTooMany }: LeftOutSetting): LeftOut {
  let known: Complete = {};
  let added: Complete = {};
  let changes = 0;
  const learn = (now: Complete): void => {
    if (JSON.stringify(now) !== JSON.stringify(known)) changes++;
    known = now;
  };
  const holds = (some: Complete, type: string, code: string): boolean => {
    const key = some[type]?.[code];
    return key !== undefined && key === keysOf(type)[code];
  };
  return {
    has: (type, code) => holds(known, type, code) || holds(added, type, code),
    add(type, code) {
      const key = keysOf(type)[code];
      if (isPackaged(type, code)) return onTooMany(type, code, false);
      if (key === undefined || holds(known, type, code) || holds(added, type, code)) return;
      added = merged(added, { [type]: { [code]: key } });
      changes++;
      onTooMany(type, code, true);
    },
    async keep() {
      const now = added;
      if (Object.keys(now).length === 0) return;
      learn(await changeTooMany(store, (before) => merged(before, now)));
      if (added === now) added = {};
    },
    async read() {
      learn(await readTooMany(store));
    },
    async forget(without) {
      learn(await changeTooMany(store, without));
    },
    changes: () => changes,
  };
}

export function packagedIn(packaged: Pick<Definitions, 'searchParameters'>): (type: string, code: string) => boolean {
  return (type, code) => packaged.searchParameters(type).some((one) => one.code === code);
}

export function tooManyText(type: string, code: string, everywhere: boolean): string {
  const of = `a resource has more values of "${code}" than can be indexed`;
  return everywhere ? `${type} cannot be searched by "${code}": ${of}` : `${type}: ${of}, and is not found by it`;
}

function merged(one: Complete, other: Complete): Complete {
  const all = Object.entries(other).map(([type, keys]) => [type, { ...one[type], ...keys }]);
  return { ...one, ...Object.fromEntries(all) };
}
