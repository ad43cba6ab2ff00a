/**
 * The chain that a process writes: numbers its records in the order in which they are made, and knows which of them were written. A seal reaches
 * as far as all is settled: a record rides in the commit of what it tells of, and commits end in any order.
 */
import { randomBytes } from 'node:crypto';
import { createSheet, type Row, type Sheet, sheetFor } from './sheet.js';

/** unknown: the store could not say. */
export type Settled = 'written' | 'lost' | 'unknown';

interface Riding {
  readonly sheet: Sheet;
  state: 'pending' | Settled;
}

/** Is told what is settled, in the order of the numbers. */
export interface Taker {
  /** Some that follow each other on a sheet, as the bytes a seal is made over. */
  bytes(bytes: Buffer): void;
  missing(number: number): void;
}

export interface Chain {
  readonly name: string;
  /** Milliseconds UTC. */
  readonly begun: number;
  /** Records that ride in one commit, which is told by `settle`. */
  ride(time: number, rows: readonly Row[]): Sheet;
  settle(riding: Sheet, how: Settled): void;
  /** Puts a record that rides in none on the last sheet, or on a new one where that is full or closed. */
  note(time: number, row: Row): Sheet;
  /** Nothing more is put on it. */
  closeSheet(sheet: Sheet): void;
  /** All that is on it was written. */
  settleSheet(sheet: Sheet): void;
  /** What rode in commits whose fate is not known. */
  unknown(): readonly Sheet[];
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
  /** By the first of its numbers, which follow each other. */
  const riding = new Map<number, Riding>();
  /** In the order of their numbers, from the first that was not handed over whole. */
  let sheets: Sheet[] = [];
  const closed = new Set<Sheet>();
  const written = new Set<Sheet>();
  let [last, handed, row] = [0, 0, 0];

  const settledRiding = (taker: Taker, { sheet, state }: Riding): boolean => {
    if (state === 'pending' || state === 'unknown') return false;
    riding.delete(handed + 1);
    if (state === 'written') taker.bytes(sheet.bytes(0, sheet.rows));
    else for (let at = 0; at < sheet.rows; at++) taker.missing(sheet.numberAt(at));
    handed += sheet.rows;
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
    ride(time, rows) {
      const sheet = sheetFor(name, last + 1, time, rows);
      riding.set(last + 1, { sheet, state: 'pending' });
      last += rows.length;
      return sheet;
    },
    settle(sheet, how) {
      const one = riding.get(sheet.numberAt(0));
      if (one !== undefined) one.state = how;
    },
    note(time, row) {
      let sheet = sheets.at(-1);
      if (sheet === undefined || sheet.isFull || closed.has(sheet)) {
        sheet = createSheet(name);
        sheets.push(sheet);
      }
      sheet.add(last + 1, time, row);
      last++;
      return sheet;
    },
    closeSheet: (sheet) => void closed.add(sheet),
    settleSheet: (sheet) => void written.add(sheet),
    unknown: () => [...riding.values()].flatMap(({ sheet, state }) => (state === 'unknown' ? [sheet] : [])),
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
