/**
 * Finds the places that have a whole field in a zone of keys: a hash leads to it. Of fields that are alike two are kept, which is enough
 * to know that neither is the only one.
 */
import { type KeyZone, MARK } from './text-keys.js';

/** The first places that have it; none, one or two. */
export type FindField = (field: string) => readonly number[];

const MARK_BYTE = MARK.charCodeAt(0);
const ENOUGH = 2;

export function indexFields(zone: KeyZone): FindField {
  const { bytes, ends } = zone;
  const starts = startsOf(bytes);
  let size = 1024;
  while (size < 2 * starts.length) size *= 2;
  const slots = new Uint32Array(size);
  for (const start of starts) {
    const end = endOf(bytes, start);
    let alike = 0;
    let at = hash(bytes, start, end) & (size - 1);
    for (; slots[at] !== 0 && alike < ENOUGH; at = (at + 1) & (size - 1)) if (isAt(bytes, slots[at] ?? 0, bytes, start, end)) alike++;
    if (alike < ENOUGH) slots[at] = start;
  }
  return (field) => {
    const wanted = Buffer.from(field);
    const places: number[] = [];
    let at = hash(wanted, 0, wanted.length) & (size - 1);
    for (; slots[at] !== 0; at = (at + 1) & (size - 1)) {
      const start = slots[at] ?? 0;
      if (isAt(bytes, start, wanted, 0, wanted.length)) places.push(placeOf(ends, start));
    }
    return places;
  };
}

/** Behind each mark: never 0. */
function startsOf(bytes: Buffer): Uint32Array {
  let count = 0;
  for (const byte of bytes) if (byte === MARK_BYTE) count++;
  const starts = new Uint32Array(count);
  for (let at = bytes.indexOf(MARK_BYTE), next = 0; at >= 0; at = bytes.indexOf(MARK_BYTE, at + 1)) starts[next++] = at + 1;
  return starts;
}

function endOf(bytes: Buffer, start: number): number {
  const end = bytes.indexOf(MARK_BYTE, start);
  return end < 0 ? bytes.length : end;
}

function isAt(bytes: Buffer, start: number, wanted: Buffer, from: number, to: number): boolean {
  const end = start + to - from;
  if (end > bytes.length || (end < bytes.length && bytes[end] !== MARK_BYTE)) return false;
  return bytes.compare(wanted, from, to, start, end) === 0;
}

/** FNV-1a over the bytes; the low bits choose the slot, and the high ones have to count, too. */
function hash(bytes: Buffer, from: number, to: number): number {
  let value = 0x811c9dc5;
  for (let at = from; at < to; at++) value = Math.imul(value ^ (bytes[at] ?? 0), 0x01000193);
  return (value ^ (value >>> 15)) >>> 0;
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
