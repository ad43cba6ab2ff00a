/** Finds the place of a code in a table: a hash of its folded form leads to it, or to nothing, within a look or two. */
import { createNumbers, type Texts, textAt } from './vectors.js';

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
  /** Puts in the code of the next place; false: it is there already. */
  add(code: string): boolean;
  /** To be called once. */
  done(codes: Texts): CodeIndex;
}

const FIRST_SLOTS = 1024;
/** Concepts looked at in one step. */
const AT_ONCE = 20_000;

/** Hashes are kept while it grows: a code is read only where they are the same. */
export function createGrowingIndex(codeAt: (place: number) => string, fold: FoldCode): GrowingIndex {
  let slots = new Uint32Array(FIRST_SLOTS);
  const hashes = createNumbers();
  const search = (wanted: string, hashed: number) =>
    find(slots, hashed, (place) => hashes.at(place) === hashed && fold(codeAt(place)) === wanted);
  return {
    placeOf(code) {
      const wanted = fold(code);
      return search(wanted, hash(wanted));
    },
    add(code) {
      const folded = fold(code);
      const hashed = hash(folded);
      if (search(folded, hashed) >= 0) return false;
      const place = hashes.count();
      if (2 * (place + 1) > slots.length) {
        slots = new Uint32Array(2 * slots.length);
        for (let before = 0; before < place; before++) put(slots, hashes.at(before), before);
      }
      put(slots, hashed, place);
      hashes.add(hashed);
      return true;
    },
    done: (codes) => indexBy(slots, codes, fold),
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
  return indexBy(slots, codes, fold);
}

function indexBy(slots: Uint32Array, codes: Texts, fold: FoldCode): CodeIndex {
  return {
    placeOf(code) {
      const wanted = fold(code);
      return find(slots, hash(wanted), (place) => fold(textAt(codes, place)) === wanted);
    },
    bytes: slots.byteLength,
  };
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

function find(slots: Uint32Array, hashed: number, isWanted: (place: number) => boolean): number {
  const mask = slots.length - 1;
  for (let at = hashed & mask; ; at = (at + 1) & mask) {
    const slot = slots[at] ?? 0;
    if (slot === 0) return -1;
    if (isWanted(slot - 1)) return slot - 1;
  }
}
