/**
 * Which types of contained resources there are. Chains to what may be contained ask it each time, and most stores hold nothing of the kind.
 * Source: port.ts Contained
 */
import type { Collections } from './collections.js';

export interface ContainedTypes {
  /** Whether anything of the type `#Patient` may be there; `look` finds out. */
  holds(type: string, look: () => Promise<boolean>): Promise<boolean>;
  /** To be called before something of these types can be seen. */
  come(types: readonly string[]): void;
}

/** Milliseconds that an absence is believed. The first ones of a type that another process writes are found that much later. */
const believed = 500;

const known = new WeakMap<Collections, ContainedTypes>();

export function containedTypes(collections: Collections): ContainedTypes {
  const types = known.get(collections) ?? create();
  known.set(collections, types);
  return types;
}

/** What has been there once may come again. */
function create(): ContainedTypes {
  const present = new Set<string>();
  const absentUntil = new Map<string, number>();
  return {
    async holds(type, look) {
      if (present.has(type)) return true;
      if ((absentUntil.get(type) ?? 0) > performance.now()) return false;
      if (await look()) present.add(type);
      else absentUntil.set(type, performance.now() + believed);
      // What was written while it looked is known already.
      return present.has(type);
    },
    come(types) {
      for (const type of types) present.add(type);
    },
  };
}
