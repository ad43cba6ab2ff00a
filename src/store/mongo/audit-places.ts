/**
 * Which places of the journal are taken. A chain is written by one process, so that this one knows those of its own: the database is asked
 * once for each chain. Two that share one all the same meet at the ends of their blocks (indexes.ts). Source: store/audit-log.ts
 */
import type { AuditPlace } from '../audit-log.js';
import { placesOf } from '../journal/block.js';
import { StoreConflict, StoreUnknown } from '../port.js';
import type { Collections } from './collections.js';
import { createNumberRanges, type NumberRanges } from './number-ranges.js';

export interface AuditPlaces {
  /** Does the work, which takes the places. Throws StoreConflict where one is taken; where the work throws they are free again. */
  taking<T>(places: readonly AuditPlace[], work: () => Promise<T>): Promise<T>;
}

export function createAuditPlaces(collections: Collections): AuditPlaces {
  const known = new Map<string, Promise<NumberRanges>>();

  function numbersOf(chain: string): Promise<NumberRanges> {
    const found = known.get(chain) ?? load(collections, chain);
    known.set(chain, found);
    found.catch(() => known.delete(chain));
    return found;
  }

  return {
    async taking(places, work) {
      if (places.length === 0) return work();
      const chains = new Map<string, NumberRanges>();
      for (const chain of new Set(places.map((place) => place.chain))) chains.set(chain, await numbersOf(chain));
      take(chains, places);
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof StoreUnknown)) free(chains, places);
        throw error;
      }
    },
  };
}

function take(chains: ReadonlyMap<string, NumberRanges>, places: readonly AuditPlace[]): void {
  for (const [at, { chain, number }] of places.entries()) {
    const numbers = chains.get(chain);
    if (numbers?.has(number)) {
      free(chains, places.slice(0, at));
      throw new StoreConflict(`The journal has a record ${number} of the chain ${chain} already`);
    }
    numbers?.add(number);
  }
}

function free(chains: ReadonlyMap<string, NumberRanges>, places: readonly AuditPlace[]): void {
  for (const { chain, number } of places) chains.get(chain)?.remove(number);
}

async function load({ audit }: Collections, chain: string): Promise<NumberRanges> {
  const ranges = createNumberRanges();
  for await (const { p } of audit.find({ c: chain }, { projection: { p: 1 } })) {
    for (const number of placesOf({ places: p }).numbers) if (number > 0) ranges.add(number);
  }
  return ranges;
}
