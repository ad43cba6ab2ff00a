/** Columns that grow: what a table of concepts is put together from, outside of the heap. */
import { writeUtf8 } from '../../model/write-utf8.js';

const FIRST = 4096;

export interface Texts {
  /** UTF-8, one text behind the other. */
  readonly bytes: Buffer;
  /** Where each ends. */
  readonly ends: Uint32Array;
}

export function createTexts() {
  let bytes = Buffer.allocUnsafe(FIRST);
  let length = 0;
  const ends = createNumbers();
  return {
    add(text: string): void {
      // A character takes three bytes at most.
      const most = length + text.length * 3;
      if (most > bytes.length) {
        const larger = Buffer.allocUnsafe(Math.max(most, 2 * bytes.length));
        bytes.copy(larger, 0, 0, length);
        bytes = larger;
      }
      length = writeUtf8(bytes, text, length);
      ends.add(length);
    },
    at(place: number): string {
      return bytes.toString('utf8', place === 0 ? 0 : ends.at(place - 1), ends.at(place));
    },
    done: (): Texts => ({ bytes: bytes.subarray(0, length), ends: ends.done() }),
  };
}

export function createNumbers() {
  let numbers = new Uint32Array(FIRST);
  let count = 0;
  return {
    add(one: number): void {
      if (count === numbers.length) {
        const before = numbers;
        numbers = new Uint32Array(2 * count);
        numbers.set(before);
      }
      numbers[count++] = one;
    },
    at: (place: number): number => numbers[place] ?? 0,
    count: () => count,
    done: (): Uint32Array => numbers.subarray(0, count),
  };
}

export function textAt({ bytes, ends }: Texts, place: number): string {
  return bytes.toString('utf8', place === 0 ? 0 : ends[place - 1], ends[place]);
}

export function isEmptyAt({ ends }: Texts, place: number): boolean {
  return (ends[place] ?? 0) === (place === 0 ? 0 : ends[place - 1]);
}

/** Lists of places, one for each place: those of the first, those of the second, … */
export interface Links {
  readonly places: Uint32Array;
  readonly ends: Uint32Array;
}

export function linksAt({ places, ends }: Links, place: number): Uint32Array {
  return places.subarray(place === 0 ? 0 : ends[place - 1], ends[place]);
}

/** Places marked in one step. */
const AT_ONCE = 20_000;

/** 1 at each place that links lead to from one, however far; a circle does no harm. */
export function* marked(links: Links, from: number, count: number): Generator<undefined, Uint8Array> {
  const marks = new Uint8Array(count);
  const waiting = from < 0 ? [] : [...linksAt(links, from)];
  let looked = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (++looked % AT_ONCE === 0) yield;
    if (marks[next] === 1) continue;
    marks[next] = 1;
    for (const one of linksAt(links, next)) waiting.push(one);
  }
  return marks;
}

/** Who links to each: in the order of their places. */
export function reversed({ places, ends }: Links): Links {
  const count = ends.length;
  const starts = new Uint32Array(count + 1);
  for (const to of places) starts[to + 1] = (starts[to + 1] ?? 0) + 1;
  for (let place = 0; place < count; place++) starts[place + 1] = (starts[place + 1] ?? 0) + (starts[place] ?? 0);
  const back = new Uint32Array(places.length);
  const next = starts.slice(0, count);
  for (let place = 0, at = 0; place < count; place++) {
    for (; at < (ends[place] ?? 0); at++) {
      const to = places[at] ?? 0;
      const free = next[to] ?? 0;
      back[free] = place;
      next[to] = free + 1;
    }
  }
  return { places: back, ends: starts.slice(1) };
}
