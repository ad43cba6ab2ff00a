/**
 * Finds the places that have a whole field in a zone of keys: a hash leads to it. Of fields that are alike two are kept, which is enough
 * to know that neither is the only one.
 */
import { type KeyZone, MARK } from './text-keys.js';

/** The first places that have it; none, one or two. */
export type FindField = (field: string) => readonly number[];

const MARK_BYTE = MARK.charCodeAt(0);
const ENOUGH = 2;

export function indexFields({ bytes, ends }: KeyZone): FindField {
  const count = fieldsIn(bytes);
  let size = 1024;
  while (size < 2 * count) size *= 2;
  const slots = new Uint32Array(size);
  const put = (start: number, end: number, hashed: number) => {
    let alike = 0;
    let at = spread(hashed) & (size - 1);
    for (; slots[at] !== 0 && alike < ENOUGH; at = (at + 1) & (size - 1)) if (isAlike(bytes, slots[at] ?? 0, start, end)) alike++;
    if (alike < ENOUGH) slots[at] = start;
  };
  // The first byte is a mark: no field begins at 0.
  let start = 1;
  let hashed = SEED;
  for (let at = 1; at <= bytes.length; at++) {
    const byte = bytes[at] ?? MARK_BYTE;
    if (byte !== MARK_BYTE) hashed = mixed(hashed, byte);
    else {
      put(start, at, hashed);
      start = at + 1;
      hashed = SEED;
    }
  }
  return (field) => {
    const wanted = Buffer.from(field);
    const places: number[] = [];
    let at = spread(wanted.reduce(mixed, SEED)) & (size - 1);
    for (; slots[at] !== 0; at = (at + 1) & (size - 1)) {
      const start = slots[at] ?? 0;
      if (isAt(bytes, start, wanted, 0, wanted.length)) places.push(placeOf(ends, start));
    }
    return places;
  };
}

function fieldsIn(bytes: Buffer): number {
  let count = 0;
  for (let at = 0; at < bytes.length; at++) if (bytes[at] === MARK_BYTE) count++;
  return count;
}

function isAlike(bytes: Buffer, start: number, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (bytes[start + at - from] !== bytes[at]) return false;
  return isEnd(bytes, start + to - from);
}

function isEnd(bytes: Buffer, at: number): boolean {
  return at >= bytes.length || bytes[at] === MARK_BYTE;
}

function isAt(bytes: Buffer, start: number, wanted: Buffer, from: number, to: number): boolean {
  const end = start + to - from;
  return end <= bytes.length && isEnd(bytes, end) && bytes.compare(wanted, from, to, start, end) === 0;
}

/** FNV-1a over the bytes. */
const SEED = 0x811c9dc5;

function mixed(hashed: number, byte: number): number {
  return Math.imul(hashed ^ byte, 0x01000193);
}

/** The low bits choose the slot: the high ones have to count, too. */
function spread(hashed: number): number {
  return (hashed ^ (hashed >>> 15)) >>> 0;
}

/** The first place that ends behind it. */
function placeOf(ends: Uint32Array, at: number): number {
  let [low, high] = [0, ends.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ends[middle] ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
