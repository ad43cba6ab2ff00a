/**
 * Records that wait to be written and sealed, many on one sheet: no more than the bytes that their seal is made over, one record behind the
 * other. As objects of their own they would outlive the requests they tell of, and the garbage collector would move each of them about.
 */
import { Buffer } from 'node:buffer';
import type { AuditSheet } from '../store/audit-log.js';
import { SPANS } from '../store/audit-sheet.js';
import { headText } from './digest.js';

/** What is put on a sheet beside number and time. */
export interface Row {
  /** As a JSON array. */
  readonly keys: string;
  readonly body: string;
}

interface Memory {
  bytes: Buffer;
  readonly numbers: Uint32Array;
  readonly times: Float64Array;
  readonly spans: Uint32Array;
}

/** For one commit. */
function ownMemory(rows: number, size: number): Memory {
  const bytes = Buffer.allocUnsafe(size);
  return { bytes, numbers: new Uint32Array(rows), times: new Float64Array(rows), spans: new Uint32Array(SPANS * rows) };
}

/** A thread that writes what is in it reads it where it is: some 350 KB would be copied twice on the way. */
function sharedMemory(rows: number, size: number): Memory {
  const table = new SharedArrayBuffer(rows * (8 + 4 + 4 * SPANS));
  return {
    bytes: sharedBytes(size),
    times: new Float64Array(table, 0, rows),
    numbers: new Uint32Array(table, 8 * rows, rows),
    spans: new Uint32Array(table, 12 * rows, SPANS * rows),
  };
}

function sharedBytes(size: number): Buffer {
  return Buffer.from(new SharedArrayBuffer(size));
}

export interface Sheet {
  readonly chain: string;
  readonly rows: number;
  readonly isFull: boolean;
  add(number: number, time: number, row: Row): void;
  /** Of the first record. */
  readonly time: number;
  /** 0 behind the last. */
  numberAt(row: number): number;
  /** What a seal is made over, of these rows. */
  bytes(from: number, to: number): Buffer;
  /** As the store takes it, in memory that is used again after `release`. */
  forStore(): AuditSheet;
  release(): void;
}

/** Records on a sheet that is filled bit by bit, and bytes for as many of usual length. */
const ROWS = 1000;
const BYTES = 320 * 1024;
/** Sheets whose memory is kept for the next ones, each of at most so many bytes. */
const SPARE = 8;
const LARGEST_SPARE = 1024 * 1024;
const spare: Memory[] = [];

/** An empty one that others may be put on for as long as there is room. */
export function createSheet(chain: string): Sheet {
  return sheetIn(spare.pop() ?? sharedMemory(ROWS, BYTES), chain, (memory) => {
    if (spare.length < SPARE && memory.bytes.length <= LARGEST_SPARE) spare.push(memory);
  });
}

/** Of each row the digits of its number, its time and its length; and what a UTF-16 unit takes at most. */
const HEAD = 40;
const BYTES_OF_SIGN = 3;

/** One for just these rows, numbered from `first` on. */
export function sheetFor(chain: string, first: number, time: number, rows: readonly Row[]): Sheet {
  const signs = rows.reduce((sum, { keys, body }) => sum + HEAD + keys.length + body.length, 1);
  const sheet = sheetIn(ownMemory(rows.length, BYTES_OF_SIGN * signs), chain, () => undefined);
  for (const [at, row] of rows.entries()) sheet.add(first + at, time, row);
  return sheet;
}

function sheetIn(memory: Memory, chain: string, release: (memory: Memory) => void): Sheet {
  const { numbers, times, spans } = memory;
  let [rows, end] = [0, 0];
  let said = { time: Number.NaN, text: '' };
  const textOf = (time: number) => {
    if (said.time !== time) said = { time, text: String(time) };
    return said.text;
  };
  const startOf = (row: number) => (row === 0 ? 0 : (spans[SPANS * row - 1] ?? 0));
  return {
    chain,
    get rows() {
      return rows;
    },
    get isFull() {
      return rows === numbers.length;
    },
    get time() {
      return times[0] ?? 0;
    },
    add(number, time, { keys, body }) {
      // Nearly all is ASCII, which has as many bytes as signs; where it is not what was written shows it, and it is written anew.
      let keysLength = keys.length;
      let length = body.length;
      let text = headText(number, textOf(time), length, keys) + body;
      memory.bytes = withRoom(memory.bytes, end, BYTES_OF_SIGN * text.length);
      let written = memory.bytes.write(text, end);
      if (written !== text.length) {
        keysLength = Buffer.byteLength(keys);
        length = Buffer.byteLength(body);
        text = headText(number, textOf(time), length, keys) + body;
        written = memory.bytes.write(text, end);
      }
      end += written;
      const middle = end - length;
      const at = SPANS * rows;
      spans[at] = middle - 1 - keysLength;
      spans[at + 1] = middle - 1;
      spans[at + 2] = middle;
      spans[at + 3] = end;
      numbers[rows] = number;
      times[rows] = time;
      rows++;
    },
    numberAt: (row) => (row < rows ? (numbers[row] ?? 0) : 0),
    bytes: (from, to) => memory.bytes.subarray(startOf(from), startOf(to)),
    forStore: () => ({
      chain,
      numbers: numbers.subarray(0, rows),
      times: times.subarray(0, rows),
      spans: spans.subarray(0, SPANS * rows),
      bytes: memory.bytes.subarray(0, end),
    }),
    release: () => release(memory),
  };
}

/** The same bytes, or twice as many and more that begin with them. */
function withRoom(bytes: Buffer, end: number, more: number): Buffer {
  if (end + more <= bytes.length) return bytes;
  const larger = sharedBytes(2 * bytes.length + more);
  bytes.copy(larger, 0, 0, end);
  return larger;
}
