/**
 * Which places of the journal are taken. A chain is written by one process, so that this one knows those of its own: the database is asked
 * once for each chain. Two that share one all the same meet at the ends of their blocks (indexes.ts). Source: store/audit-log.ts
 */
import type { AuditSheet } from '../audit-log.js';
import { placesOf } from '../journal/block.js';
import { StoreConflict, StoreUnknown } from '../port.js';
import type { Collections } from './collections.js';
import { createNumberRanges, type NumberRanges } from './number-ranges.js';

export interface AuditPlaces {
  /** Does the work, which takes the places. Throws StoreConflict where one is taken; where the work throws they are free again. */
  taking<T>(sheets: readonly AuditSheet[], work: () => Promise<T>): Promise<T>;
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
    async taking(sheets, work) {
      if (sheets.length === 0) return work();
      const places: Taking[] = [];
      for (const { chain, numbers } of sheets) places.push({ chain, numbers, known: await numbersOf(chain) });
      take(places);
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof StoreUnknown)) for (const one of places) free(one, one.numbers.length);
        throw error;
      }
    },
  };
}

interface Taking extends Pick<AuditSheet, 'chain' | 'numbers'> {
  readonly known: NumberRanges;
}

function take(places: readonly Taking[]): void {
  for (const [nth, { chain, numbers, known }] of places.entries()) {
    for (const [at, number] of numbers.entries()) {
      if (known.has(number)) {
        free({ numbers, known }, at);
        for (const before of places.slice(0, nth)) free(before, before.numbers.length);
        throw new StoreConflict(`The journal has a record ${number} of the chain ${chain} already`);
      }
      known.add(number);
    }
  }
}

/** The first so many. */
function free({ numbers, known }: Pick<Taking, 'numbers' | 'known'>, count: number): void {
  for (const number of numbers.subarray(0, count)) known.remove(number);
}

async function load({ audit }: Collections, chain: string): Promise<NumberRanges> {
  const ranges = createNumberRanges();
  for await (const { p } of audit.find({ c: chain }, { projection: { p: 1 } })) {
    for (const number of placesOf({ places: p }).numbers) if (number > 0) ranges.add(number);
  }
  return ranges;
}
