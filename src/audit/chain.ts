/**
 * The chain that a process writes: numbers its records in the order in which they are made, and knows which of them were written. A seal reaches
 * as far as all is settled: a record rides in the commit of what it tells of, and commits end in any order.
 */
import { randomBytes } from 'node:crypto';
import type { AuditRecord } from '../store/audit-log.js';
import { createSheet, type Sheet } from './sheet.js';

/** unknown: the store could not say. */
export type Settled = 'written' | 'lost' | 'unknown';

interface Riding {
  readonly record: AuditRecord;
  state: 'pending' | Settled;
}

/** Is told what is settled, in the order of the numbers. */
export interface Taker {
  record(record: AuditRecord): void;
  /** Some that follow each other on a sheet, as the bytes a seal is made over. */
  bytes(bytes: Buffer): void;
  missing(number: number): void;
}

export interface Chain {
  readonly name: string;
  /** Milliseconds UTC. */
  readonly begun: number;
  /** A record that rides in a commit, which is told by `settle`. */
  make(time: number, keys: readonly string[], body: Buffer): AuditRecord;
  settle(record: AuditRecord, how: Settled): void;
  /** Puts a record that rides in none on the last sheet, or on a new one where that is full or closed. */
  note(time: number, keys: readonly string[], body: string): Sheet;
  /** Nothing more is put on it. */
  closeSheet(sheet: Sheet): void;
  /** All that is on it was written. */
  settleSheet(sheet: Sheet): void;
  /** Records whose fate is not known. */
  unknown(): readonly AuditRecord[];
  /** Hands over what is settled from the lowest number on: it is not kept any longer. The highest number that was handed over. */
  handOver(taker: Taker): number;
  /** Whether it has records that were not handed over yet. */
  readonly open: boolean;
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
  const riding = new Map<number, Riding>();
  /** In the order of their numbers, from the first that was not handed over whole. */
  let sheets: Sheet[] = [];
  const closed = new Set<Sheet>();
  const written = new Set<Sheet>();
  let [last, handed, row] = [0, 0, 0];

  const settledRiding = (taker: Taker, { record, state }: Riding): boolean => {
    if (state === 'pending' || state === 'unknown') return false;
    if (state === 'written') taker.record(record);
    else taker.missing(record.number);
    riding.delete(record.number);
    handed++;
    return true;
  };
  /** The rows of the first sheet whose numbers follow each other. */
  const settledRows = (taker: Taker): boolean => {
    const [sheet] = sheets;
    if (sheet === undefined || !written.has(sheet)) return false;
    const from = row;
    while (sheet.numberAt(row) === handed + 1) [row, handed] = [row + 1, handed + 1];
    taker.bytes(sheet.bytes(from, row));
    if (row === sheet.rows) {
      [sheets, row] = [sheets.slice(1), 0];
      written.delete(sheet);
      closed.delete(sheet);
      sheet.release();
    }
    return true;
  };

  return {
    name,
    begun,
    make(time, keys, body) {
      const record = { chain: name, number: ++last, time, keys, body };
      riding.set(last, { record, state: 'pending' });
      return record;
    },
    settle({ number }, how) {
      const one = riding.get(number);
      if (one !== undefined) one.state = how;
    },
    note(time, keys, body) {
      let sheet = sheets.at(-1);
      if (sheet === undefined || sheet.isFull || closed.has(sheet)) {
        sheet = createSheet(name);
        sheets.push(sheet);
      }
      sheet.add(++last, time, keys, body);
      return sheet;
    },
    closeSheet: (sheet) => void closed.add(sheet),
    settleSheet: (sheet) => void written.add(sheet),
    unknown: () => [...riding.values()].flatMap(({ record, state }) => (state === 'unknown' ? [record] : [])),
    handOver(taker) {
      for (let goesOn = handed < last; goesOn && handed < last; ) {
        const one = riding.get(handed + 1);
        goesOn = one === undefined ? settledRows(taker) : settledRiding(taker, one);
      }
      return handed;
    },
    get open() {
      return handed < last;
    },
  };
}
