/** Finds the place of a code in a table: a hash of its folded form leads to it, or to nothing, within a look or two. */
import { type Texts, textAt } from './vectors.js';

export interface CodeIndex {
  /** -1: it is not there. */
  placeOf(code: string): number;
  /** Bytes outside of the heap. */
  readonly bytes: number;
}

/** The form under which codes are compared. */
export type FoldCode = (code: string) => string;

/** A growing index while a table is made; places begin at 0 and follow each other. */
export interface GrowingIndex {
  placeOf(code: string): number;
  /** Puts in the code of the next place. */
  add(code: string): void;
}

const FIRST_SLOTS = 1024;
/** Concepts looked at in one step. */
const AT_ONCE = 20_000;

export function createGrowingIndex(codeAt: (place: number) => string, fold: FoldCode): GrowingIndex {
  let slots = new Uint32Array(FIRST_SLOTS);
  let count = 0;
  return {
    placeOf: (code) => find(slots, fold(code), (place) => fold(codeAt(place))),
    add(code) {
      if (2 * (count + 1) > slots.length) {
        slots = new Uint32Array(2 * slots.length);
        for (let place = 0; place < count; place++) put(slots, hash(fold(codeAt(place))), place);
      }
      put(slots, hash(fold(code)), count++);
    },
  };
}

export function* indexCodes(codes: Texts, fold: FoldCode): Generator<undefined, CodeIndex> {
  const count = codes.ends.length;
  let size = FIRST_SLOTS;
  while (size < 2 * count) size *= 2;
  const slots = new Uint32Array(size);
  for (let place = 0; place < count; place++) {
    put(slots, hash(fold(textAt(codes, place))), place);
    if (place % AT_ONCE === AT_ONCE - 1) yield;
  }
  return { placeOf: (code) => find(slots, fold(code), (place) => fold(textAt(codes, place))), bytes: slots.byteLength };
}

/** FNV-1a over the UTF-16 units. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  // The low bits choose the slot: the high ones have to count, too.
  return (value ^ (value >>> 15)) >>> 0;
}

/** Slots hold places from 1; 0 is free. There are twice as many as codes. */
function put(slots: Uint32Array, hashed: number, place: number): void {
  const mask = slots.length - 1;
  let at = hashed & mask;
  while (slots[at] !== 0) at = (at + 1) & mask;
  slots[at] = place + 1;
}

function find(slots: Uint32Array, wanted: string, foldedAt: (place: number) => string): number {
  const mask = slots.length - 1;
  for (let at = hash(wanted) & mask; ; at = (at + 1) & mask) {
    const slot = slots[at] ?? 0;
    if (slot === 0) return -1;
    if (foldedAt(slot - 1) === wanted) return slot - 1;
  }
}
