/**
 * Records of the journal are kept in blocks, many together: a row or a document of its own for each, and for each of its keys, would cost
 * more than the access it tells of. A block has its records' places, times and keys (as numbers made of their texts) in a part that is
 * searched, and the records themselves in another that is read. Source: store/audit-log.ts
 */
import { Buffer } from 'node:buffer';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { AuditRecord } from '../audit-log.js';

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
export function toBlocks(records: readonly AuditRecord[]): readonly Block[] {
  const chains = new Map<string, AuditRecord[]>();
  for (const record of records) {
    if (!(Number.isInteger(record.number) && record.number > 0 && record.number < 2 ** 32)) {
      throw new RangeError(`${record.number} is no number of a record in a chain`);
    }
    const own = chains.get(record.chain);
    if (own === undefined) chains.set(record.chain, [record]);
    else own.push(record);
  }
  return [...chains.values()].flatMap((own) => pieces(own.toSorted((a, b) => a.number - b.number)).map(toBlock));
}

function pieces(sorted: readonly AuditRecord[]): readonly (readonly AuditRecord[])[] {
  const all: AuditRecord[][] = [];
  let [first, since, until] = [0, 0, 0];
  for (const record of sorted) {
    const piece = all.at(-1);
    const { number, time } = record;
    [since, until] = [Math.min(since, time), Math.max(until, time)];
    if (piece !== undefined && piece.length < MOST && number - first < SPAN && until - since < TIME_SPAN) piece.push(record);
    else {
      all.push([record]);
      [first, since, until] = [number, time, time];
    }
  }
  return all;
}

function toBlock(records: readonly AuditRecord[]): Block {
  const [first] = records;
  let [since, until] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { time } of records) [since, until] = [Math.min(since, time), Math.max(until, time)];
  return {
    chain: first?.chain ?? '',
    first: first?.number ?? 0,
    last: records.at(-1)?.number ?? 0,
    since,
    until,
    records: records.length,
    places: packPlaces(records),
    bodies: packBodies(records),
  };
}

/** 32 bits of a text; what has another text and the same number is told apart when the record is read. */
export function keyNumber(key: string): number {
  let hash = 0x9e3779b9 ^ key.length;
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), 0x85ebca6b) ^ (hash >>> 15);
  hash = Math.imul(hash ^ (hash >>> 16), 0xc2b2ae35);
  return (hash ^ (hash >>> 13)) >>> 0;
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

function packPlaces(records: readonly AuditRecord[]): Buffer {
  const count = records.length;
  let all = 0;
  for (const { keys } of records) all += keys.length;
  const bytes = new ArrayBuffer(HEAD + EACH * count + 4 * all);
  new Float64Array(bytes, 0, 1)[0] = count;
  const places = placesWithin(bytes);
  let end = 0;
  for (const [at, { time, number, keys }] of records.entries()) {
    places.times[at] = time;
    places.numbers[at] = number;
    for (const key of keys) places.keys[end++] = keyNumber(key);
    places.ends[at] = end;
  }
  return Buffer.from(bytes);
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
function packBodies(records: readonly AuditRecord[]): Buffer {
  const texts = records.map(({ keys }) => JSON.stringify(keys));
  let most = 1 + 8 * records.length;
  for (const [at, { body }] of records.entries()) most += 3 * (texts[at]?.length ?? 0) + body.byteLength;
  const bytes = Buffer.allocUnsafe(most);
  bytes[0] = PLAIN;
  let [length, end] = [1, 1 + 8 * records.length];
  for (const [at, { body }] of records.entries()) {
    const written = bytes.write(texts[at] ?? '', end);
    bytes.set(body, end + written);
    bytes.writeUInt32LE(written, length);
    bytes.writeUInt32LE(body.byteLength, length + 4);
    end += written + body.byteLength;
    length += 8;
  }
  const plain = bytes.subarray(0, end);
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
  return left.length === 0 ? undefined : { ...toBlock(left), places: packPlaces(all), bodies: packBodies(all) };
}
