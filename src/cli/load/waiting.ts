/**
 * Files that refer to what has not been loaded yet wait here until it is. Those for whose needs no other file that waits could care are
 * let go when there is nothing else to do: what they need may be on the server already, or nowhere.
 */
import type { Source } from './sources.js';
import type { Unit } from './units.js';

export interface Opened {
  readonly source: Source;
  readonly units: readonly Unit[];
}

/** One that was let go; without units where it has to be read again. */
export interface Released {
  readonly source: Source;
  readonly units?: readonly Unit[];
}

export interface WaitingRoom {
  /** `missing`: keys of what it refers to and nobody has loaded. */
  enter(opened: Opened, missing: readonly number[]): void;
  /** These have been loaded. */
  arrived(keys: readonly number[]): void;
  /** The next that need not wait any more. */
  next(): Released | undefined;
  hasReady(): boolean;
  /** Nobody waits, and nobody is ready to go. */
  isEmpty(): boolean;
  /** Lets those go that wait for none of the others or, where all wait for each other, everyone. */
  release(): void;
}

interface Guest extends Released {
  readonly missing: Set<number>;
  readonly brings: Float64Array;
}

/** Characters of Bundles that are kept while they wait; what is more is read again. */
const KEPT = 32 * 1024 * 1024;

export function waitingRoom(): WaitingRoom {
  const guests = new Set<Guest>();
  const byKey = new Map<number, Set<Guest>>();
  const ready: Guest[] = [];
  let kept = 0;

  const leave = (guest: Guest) => {
    guests.delete(guest);
    ready.push(guest);
    for (const key of guest.missing) byKey.get(key)?.delete(guest);
  };

  return {
    enter({ source, units }, missing) {
      const length = lengthOf(units);
      const isKept = kept + length <= KEPT;
      if (isKept) kept += length;
      const brings = Float64Array.from(units.flatMap((unit) => unit.brings));
      const guest = { source, missing: new Set(missing), brings, ...(isKept ? { units } : {}) };
      guests.add(guest);
      for (const key of missing) byKey.set(key, (byKey.get(key) ?? new Set()).add(guest));
    },
    arrived(keys) {
      for (const key of keys) {
        const those = byKey.get(key);
        byKey.delete(key);
        for (const guest of those ?? []) {
          guest.missing.delete(key);
          if (guest.missing.size === 0) leave(guest);
        }
      }
    },
    next() {
      const guest = ready.shift();
      if (guest?.units !== undefined) kept -= lengthOf(guest.units);
      return guest;
    },
    hasReady: () => ready.length > 0,
    isEmpty: () => guests.size === 0 && ready.length === 0,
    release() {
      const coming = new Set([...guests].flatMap(({ brings }) => [...brings.filter((key) => byKey.has(key))]));
      const free = [...guests].filter(({ missing }) => [...missing].every((key) => !coming.has(key)));
      for (const guest of free.length > 0 ? free : [...guests]) leave(guest);
    },
  };
}

function lengthOf(units: readonly Unit[]): number {
  return units.reduce((sum, { body }) => sum + body.length, 0);
}
