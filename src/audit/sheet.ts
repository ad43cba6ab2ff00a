/**
 * Records that wait to be written and sealed, many on one sheet: no more than the bytes that their seal is made over, one record behind the
 * other. As objects of their own they would outlive the requests they tell of, and the garbage collector would move each of them about.
 */
import type { AuditRecord } from '../store/audit-log.js';
import { headText } from './digest.js';
import { jsonTexts } from './json-text.js';

/** Records on a sheet: as many as are given to the store at once. */
const ROWS = 1000;
/** Bytes for some hundred records, to begin with. */
const BYTES = 128 * 1024;
/** Sheets whose memory is kept for the next ones, each of at most so many bytes. */
const SPARE = 3;
const LARGEST_SPARE = 1024 * 1024;

interface Memory {
  bytes: Buffer;
  readonly numbers: Uint32Array;
  readonly times: Float64Array;
  /** Of each row where its keys begin, its body begins, and itself ends. */
  readonly ends: Uint32Array;
}

const spare: Memory[] = [];

function newMemory(): Memory {
  const [numbers, times, ends] = [new Uint32Array(ROWS), new Float64Array(ROWS), new Uint32Array(3 * ROWS)];
  return { bytes: Buffer.allocUnsafeSlow(BYTES), numbers, times, ends };
}

export interface Sheet {
  readonly chain: string;
  readonly rows: number;
  readonly isFull: boolean;
  add(number: number, time: number, keys: readonly string[], body: string): void;
  /** 0 behind the last. */
  numberAt(row: number): number;
  /** Their bodies lie in memory that is used again after `release`. */
  records(): readonly AuditRecord[];
  /** What a seal is made over, of these rows. */
  bytes(from: number, to: number): Buffer;
  release(): void;
}

export function createSheet(chain: string): Sheet {
  const memory = spare.pop() ?? newMemory();
  const { numbers, times, ends } = memory;
  let [rows, end] = [0, 0];
  const startOf = (row: number) => (row === 0 ? 0 : (ends[3 * row - 1] ?? 0));
  return {
    chain,
    get rows() {
      return rows;
    },
    get isFull() {
      return rows === ROWS;
    },
    add(number, time, keys, body) {
      const keysText = jsonTexts(keys);
      const length = Buffer.byteLength(body);
      const head = headText(number, time, length, keysText);
      const text = head + body;
      memory.bytes = withRoom(memory.bytes, end, 3 * text.length);
      end += memory.bytes.write(text, end);
      ends[3 * rows] = end - length - 1 - Buffer.byteLength(keysText);
      ends[3 * rows + 1] = end - length;
      ends[3 * rows + 2] = end;
      numbers[rows] = number;
      times[rows] = time;
      rows++;
    },
    numberAt: (row) => (row < rows ? (numbers[row] ?? 0) : 0),
    records: () =>
      Array.from({ length: rows }, (_, row) => {
        const [keysAt = 0, bodyAt = 0, endAt = 0] = ends.subarray(3 * row, 3 * row + 3);
        const keys = JSON.parse(memory.bytes.toString('utf8', keysAt, bodyAt - 1)) as readonly string[];
        return { chain, number: numbers[row] ?? 0, time: times[row] ?? 0, keys, body: memory.bytes.subarray(bodyAt, endAt) };
      }),
    bytes: (from, to) => memory.bytes.subarray(startOf(from), startOf(to)),
    release() {
      if (spare.length < SPARE && memory.bytes.length <= LARGEST_SPARE) spare.push(memory);
    },
  };
}

/** The same bytes, or twice as many and more that begin with them. */
function withRoom(bytes: Buffer, end: number, more: number): Buffer {
  if (end + more <= bytes.length) return bytes;
  const larger = Buffer.allocUnsafeSlow(2 * bytes.length + more);
  bytes.copy(larger, 0, 0, end);
  return larger;
}
