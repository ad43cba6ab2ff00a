/**
 * Parameters that were taken away or changed since: from then on nothing was indexed by them, so that what is put down of them no longer
 * holds, also when they come back as they were.
 */
import type { Keys } from '../search/key-versions.js';
import type { Complete } from './record.js';

export interface Distrust {
  /** Compares what is complete with what entries are made by now. */
  look(complete: Complete, keysOf: (type: string) => Keys): void;
  has(type: string, code: string): boolean;
  /** Takes them out of what is put down; they are forgotten when `put` has done so. */
  forget(put: (without: (before: Complete) => Complete) => Promise<void>): Promise<void>;
}

export function createDistrust(): Distrust {
  const codes = new Map<string, ReadonlySet<string>>();
  const without = (complete: Complete, gone: ReadonlyMap<string, ReadonlySet<string>>): Complete =>
    Object.fromEntries(
      Object.entries(complete).map(([type, keys]) => [
        type,
        Object.fromEntries(Object.entries(keys).filter(([code]) => !gone.get(type)?.has(code))),
      ]),
    );
  return {
    look(complete, keysOf) {
      for (const [type, keys] of Object.entries(complete)) {
        const now = keysOf(type);
        const gone = Object.keys(keys).filter((code) => keys[code] !== now[code]);
        if (gone.length > 0) codes.set(type, new Set([...(codes.get(type) ?? []), ...gone]));
      }
    },
    has: (type, code) => codes.get(type)?.has(code) ?? false,
    async forget(put) {
      if (codes.size === 0) return;
      const gone = new Map(codes);
      await put((before) => without(before, gone));
      for (const [type, some] of gone) if (codes.get(type) === some) codes.delete(type);
    },
  };
}
