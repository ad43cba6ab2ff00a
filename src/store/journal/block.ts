/**
 * Records of the journal are kept in blocks, many together: a row or a document of its own for each, and for each of its keys, would cost
 * more than the access it tells of. A block has its records' places, times and keys (as numbers made of their texts) in a part that is
 * searched, and the records themselves in another that is read. Source: store/audit-log.ts
 */
import { Buffer } from 'node:buffer';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { AuditRecord, AuditSheet } from '../audit-log.js';
import { gathered, SPANS, sheetOf } from '../audit-sheet.js';

export interface BlockHead {
  readonly chain: string;
  /** The lowest and the highest number; less than SPAN lies between them. */
  readonly first: number;
  readonly last: number;
  /** The earliest and the latest time; less than TIME_SPAN lies between them. */
  readonly since: number;
  readonly until: number;
  /** How many records; those that were purged are not counted. */
  readonly records: number;
  /** Of every record its time, its number (0: it was purged), where its keys end, and the numbers of the keys. */
  readonly places: Buffer;
}

export interface Block extends BlockHead {
  readonly bodies: Buffer;
}

/** The numbers of a block, and of blocks that can hold one number, lie within so many. */
export const SPAN = 1024;
/** The times of a block lie within so many milliseconds. */
export const TIME_SPAN = 60_000;
/** Places in a block. */
const MOST = 1024;

/** Blocks of one chain each. */
export function toBlocks(sheets: readonly AuditSheet[]): readonly Block[] {
  return gathered(sheets).flatMap((sheet) => pieces(sheet).map(([from, to]) => toBlock(sheet, from, to)));
}

/** Rows, each from and up to. */
function pieces({ numbers, times }: AuditSheet): readonly (readonly [from: number, to: number])[] {
  const all: [number, number][] = [];
  let [from, since, until] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const [row, time] of times.entries()) {
    [since, until] = [Math.min(since, time), Math.max(until, time)];
    if (row - from < MOST && (numbers[row] ?? 0) - (numbers[from] ?? 0) < SPAN && until - since < TIME_SPAN) continue;
    all.push([from, row]);
    [from, since, until] = [row, time, time];
  }
  if (from < numbers.length) all.push([from, numbers.length]);
  return all;
}

function toBlock(sheet: AuditSheet, from: number, to: number): Block {
  const { chain, numbers } = sheet;
  const times = sheet.times.subarray(from, to);
  return {
    chain,
    first: numbers[from] ?? 0,
    last: numbers[to - 1] ?? 0,
    since: Math.min(...times),
    until: Math.max(...times),
    records: to - from,
    places: packPlaces(sheet, from, to),
    bodies: packBodies(sheet, from, to),
  };
}

/** 32 bits of a text; what has another text and the same number is told apart when the record is read. */
export function keyNumber(key: string): number {
  return numberOf(
    Uint16Array.from({ length: key.length }, (_, at) => key.charCodeAt(at)),
    0,
    key.length,
  );
}

function numberOf(units: Uint8Array | Uint16Array, from: number, to: number): number {
  let hash = 0x9e3779b9 ^ (to - from);
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ (units[at] ?? 0), 0x85ebca6b) ^ (hash >>> 15);
  hash = Math.imul(hash ^ (hash >>> 16), 0xc2b2ae35);
  return (hash ^ (hash >>> 13)) >>> 0;
}

const [QUOTE, BACKSLASH, LAST_OF_ASCII] = [0x22, 0x5c, 0x7f];

/** Of the keys that stand there as a JSON array. Nearly all are ASCII without an escape, whose bytes are their units. */
function keyNumbers(bytes: Uint8Array, from: number, to: number, into: number[]): void {
  const before = into.length;
  for (let [at, start] = [from, 0]; at < to; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === BACKSLASH || byte > LAST_OF_ASCII) {
      into.length = before;
      const keys = JSON.parse(Buffer.from(bytes.subarray(from, to)).toString()) as readonly string[];
      into.push(...keys.map(keyNumber));
      return;
    }
    if (byte !== QUOTE) continue;
    if (start > 0) into.push(numberOf(bytes, start, at));
    start = start > 0 ? 0 : at + 1;
  }
}

export interface Places {
  readonly times: Float64Array;
  readonly numbers: Uint32Array;
  /** Where the keys of each end; they begin where those of the one before end. */
  readonly ends: Uint32Array;
  readonly keys: Uint32Array;
}

const HEAD = 8;
const EACH = 16;

function packPlaces({ numbers, times, spans, bytes }: AuditSheet, from: number, to: number): Buffer {
  const keys: number[] = [];
  const ends = new Uint32Array(to - from);
  for (let row = from; row < to; row++) {
    keyNumbers(bytes, spans[SPANS * row] ?? 0, spans[SPANS * row + 1] ?? 0, keys);
    ends[row - from] = keys.length;
  }
  const packed = new ArrayBuffer(HEAD + EACH * ends.length + 4 * keys.length);
  new Float64Array(packed, 0, 1)[0] = ends.length;
  const places = placesWithin(packed);
  places.times.set(times.subarray(from, to));
  places.numbers.set(numbers.subarray(from, to));
  places.ends.set(ends);
  places.keys.set(keys);
  return Buffer.from(packed);
}

function placesWithin(bytes: ArrayBuffer): Places {
  const [count = 0] = new Float64Array(bytes, 0, 1);
  return {
    times: new Float64Array(bytes, HEAD, count),
    numbers: new Uint32Array(bytes, HEAD + 8 * count, count),
    ends: new Uint32Array(bytes, HEAD + 12 * count, count),
    keys: new Uint32Array(bytes, HEAD + EACH * count),
  };
}

/** What is stored may begin anywhere in memory. */
export function placesOf({ places }: Pick<BlockHead, 'places'>): Places {
  return placesWithin(Uint8Array.from(places).buffer);
}

/** Bytes from which on it is worth it. */
const COMPRESSED = 1024;
const PLAIN = 0;
const DEFLATED = 1;

/** The lengths of each record's keys and body, then these one after the other. */
function packBodies({ spans, bytes }: AuditSheet, from: number, to: number): Buffer {
  const rows = spans.subarray(SPANS * from, SPANS * to);
  const head = 1 + 8 * (to - from);
  const written = bytes.subarray(rows[0] ?? 0, rows.at(-1) ?? 0);
  const packed = Buffer.allocUnsafe(head + written.length);
  packed[0] = PLAIN;
  packed.set(written, head);
  // What stands between them goes: each is moved up in its place, to where the one before it ends.
  const shift = head - (rows[0] ?? 0);
  let [length, end] = [1, head];
  for (let at = 0; at < rows.length; at += 2) {
    const [start, stop] = [rows[at] ?? 0, rows[at + 1] ?? 0];
    if (start + shift !== end) packed.copyWithin(end, start + shift, stop + shift);
    packed.writeUInt32LE(stop - start, length);
    [length, end] = [length + 4, end + stop - start];
  }
  const plain = packed.subarray(0, end);
  return end < COMPRESSED ? plain : Buffer.concat([Buffer.of(DEFLATED), deflateRawSync(plain.subarray(1), { level: 1 })]);
}

/**
 * By their places in the block. Where one was purged nobody asks for it. Of what was spoiled from outside no keys and no body are left, so that
 * whoever verifies the journal comes past it, and sees that it is not what was sealed.
 */
export function recordsOf(block: Block): (at: number) => AuditRecord {
  const { times, numbers } = placesOf(block);
  const { bytes, ends } = unpacked(block, numbers.length);
  return (at) => ({
    chain: block.chain,
    number: numbers[at] ?? 0,
    time: times[at] ?? 0,
    keys: keysIn(bytes.toString('utf8', ends[2 * at], ends[2 * at + 1])),
    body: Buffer.from(bytes.subarray(ends[2 * at + 1], ends[2 * at + 2])),
  });
}

interface Unpacked {
  readonly bytes: Buffer;
  readonly ends: readonly number[];
}

function unpacked({ bodies }: Block, count: number): Unpacked {
  try {
    const packed = bodies.subarray(1);
    const bytes = bodies[0] === DEFLATED ? inflateRawSync(packed) : packed;
    const ends: number[] = [8 * count];
    for (let at = 0; at < 2 * count; at++) ends.push((ends[at] ?? 0) + bytes.readUInt32LE(4 * at));
    return { bytes, ends };
  } catch {
    return { bytes: Buffer.alloc(0), ends: [] };
  }
}

function keysIn(text: string): readonly string[] {
  try {
    return JSON.parse(text) as readonly string[];
  } catch {
    return [];
  }
}

/** The block without what is older, every other record in its place; undefined where nothing is left. */
export function withoutOlder(block: Block, before: number): Block | undefined {
  const { times, numbers } = placesOf(block);
  const recordAt = recordsOf(block);
  const none: AuditRecord = { chain: block.chain, number: 0, time: 0, keys: [], body: Buffer.alloc(0) };
  const all = Array.from(numbers, (number, at) => (number !== 0 && (times[at] ?? 0) >= before ? recordAt(at) : none));
  const left = all.filter(({ number }) => number !== 0);
  if (left.length === 0) return undefined;
  const whole = sheetOf(block.chain, all);
  const head = toBlock(sheetOf(block.chain, left), 0, left.length);
  return { ...head, places: packPlaces(whole, 0, all.length), bodies: packBodies(whole, 0, all.length) };
}
