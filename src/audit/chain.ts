/**
 * The chain that a process writes: numbers its records in the order in which they are made, and knows which of them were written. A seal reaches
 * as far as all is settled: a record rides in the commit of what it tells of, and commits end in any order.
 */
import { randomBytes } from 'node:crypto';
import type { AuditRecord } from '../store/audit-log.js';

/** unknown: the store could not say. */
export type Settled = 'written' | 'lost' | 'unknown';

interface Slot {
  readonly record: AuditRecord;
  state: 'pending' | Settled;
}

export interface Chain {
  readonly name: string;
  /** Milliseconds UTC. */
  readonly begun: number;
  make(time: number, keys: readonly string[], body: Buffer): AuditRecord;
  settle(record: AuditRecord, how: Settled): void;
  /** Records whose fate is not known. */
  unknown(): readonly AuditRecord[];
  /** Takes out what is settled from the lowest number on; undefined where there is none. */
  take(): Portion | undefined;
  /** Whether it has records that were not taken out yet. */
  readonly open: boolean;
}

/** What a seal is made over. */
export interface Portion {
  /** The highest number in it. */
  readonly number: number;
  readonly records: readonly AuditRecord[];
  readonly missing: readonly number[];
}

/** Sorts by when it began: milliseconds since 1970 have nine digits to the base 36 until the year 5188. */
function chainName(begun: number): string {
  return begun.toString(36).padStart(9, '0') + randomBytes(4).readUInt32BE().toString(36).padStart(7, '0');
}

/** Milliseconds UTC. */
export function begunOf(chain: string): number {
  return Number.parseInt(chain.slice(0, 9), 36);
}

export function createChain(begun: number): Chain {
  const name = chainName(begun);
  let slots: Slot[] = [];
  let taken = 0;
  let last = 0;
  const slotOf = ({ number }: AuditRecord) => slots[number - taken - 1];
  return {
    name,
    begun,
    make(time, keys, body) {
      const record = { chain: name, number: ++last, time, keys, body };
      slots.push({ record, state: 'pending' });
      return record;
    },
    settle(record, how) {
      const slot = slotOf(record);
      if (slot !== undefined) slot.state = how;
    },
    unknown: () => slots.flatMap(({ record, state }) => (state === 'unknown' ? [record] : [])),
    take() {
      const end = slots.findIndex(({ state }) => state === 'pending' || state === 'unknown');
      const settled = end === -1 ? slots : slots.slice(0, end);
      if (settled.length === 0) return undefined;
      slots = end === -1 ? [] : slots.slice(end);
      taken += settled.length;
      return {
        number: taken,
        records: settled.flatMap(({ record, state }) => (state === 'written' ? [record] : [])),
        missing: settled.flatMap(({ record, state }) => (state === 'lost' ? [record.number] : [])),
      };
    },
    get open() {
      return slots.length > 0;
    },
  };
}
