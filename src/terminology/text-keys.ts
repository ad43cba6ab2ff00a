/**
 * What the concepts of a code system are found by, in few long Buffers outside of the heap: codes, texts (the display, then the
 * designations), the sounds of Chinese ones, and their initials. Each field begins with a mark, so that what begins with a word is found
 * by one search for the mark and the word. Made once for a code system; may be kept as bytes and read again.
 */
import { foldOnce } from '../model/fold.js';
import { termSounds } from '../model/term-sounds.js';
import { writeUtf8 } from '../model/write-utf8.js';
import type { KnownConcept } from './terminology.js';

/** One kind of key: the fields of the first concept, of the second, … */
export interface KeyZone {
  readonly bytes: Buffer;
  /** Where the fields of each concept end. */
  readonly ends: Uint32Array;
}

export interface TextKeys {
  readonly count: number;
  readonly codes: KeyZone;
  readonly texts: KeyZone;
  readonly sounds: KeyZone;
  readonly initials: KeyZone;
  /** For each byte of `sounds` a bit: whether a syllable begins there. */
  readonly syllables: Uint8Array;
}

/** Begins each field; no folded text holds it. */
export const MARK = '\n';

/** As codes are compared here: width and case say nothing. */
export function codeKey(code: string): string {
  return code.normalize('NFKC').toLowerCase();
}

/** Concepts looked at in one step. */
const AT_ONCE = 500;

type Named = Pick<KnownConcept, 'code' | 'display' | 'designation'>;

export interface GrowingKeys {
  add(concept: Named): void;
  /** To be called once. */
  done(): TextKeys;
}

export function createTextKeys(): GrowingKeys {
  const [codes, texts, sounds, initials] = [createZone(), createZone(), createZone(), createZone()];
  const syllables = createBits();
  let count = 0;
  return {
    add(concept) {
      codes.add(codeKey(concept.code));
      for (const term of termsOf(concept)) {
        texts.add(term);
        let last = '';
        for (const sound of termSounds(term)) {
          sounds.addParts(sound.syllables, syllables.set);
          // Other readings begin with the same letter more often than not.
          if (sound.initials !== last) initials.add(sound.initials);
          last = sound.initials;
        }
      }
      for (const zone of [codes, texts, sounds, initials]) zone.end();
      count++;
    },
    done: () => ({
      count,
      codes: codes.done(),
      texts: texts.done(),
      sounds: sounds.done(),
      initials: initials.done(),
      syllables: syllables.done(sounds.length()),
    }),
  };
}

/** In the order of the concepts. */
export function* makeTextKeys(concepts: Iterable<Named>): Generator<undefined, TextKeys> {
  const keys = createTextKeys();
  let count = 0;
  for (const concept of concepts) {
    keys.add(concept);
    if (++count % AT_ONCE === 0) yield;
  }
  return keys.done();
}

function termsOf({ display, designation }: Named): readonly string[] {
  const terms = typeof display === 'string' && display !== '' ? [foldOnce(display)] : [];
  for (const { value } of designation ?? []) {
    const term = typeof value === 'string' ? foldOnce(value) : '';
    if (term !== '' && !terms.includes(term)) terms.push(term);
  }
  return terms;
}

const FIRST_SIZE = 4096;

function createZone() {
  let bytes = Buffer.allocUnsafe(FIRST_SIZE);
  let length = 0;
  let ends = new Uint32Array(FIRST_SIZE / 4);
  let count = 0;
  /** Begins a field for which there is to be room. */
  const begin = (units: number) => {
    // A character takes three bytes at most.
    const most = length + 1 + units * 3;
    if (most > bytes.length) bytes = grown(bytes, most);
    length = writeUtf8(bytes, MARK, length);
  };
  return {
    add(field: string): void {
      begin(field.length);
      length = writeUtf8(bytes, field, length);
    },
    /** A field of several parts, with the places where they begin. */
    addParts(parts: readonly string[], begins: (at: number) => void): void {
      begin(parts.reduce((sum, part) => sum + part.length, 0));
      for (const part of parts) {
        begins(length);
        length = writeUtf8(bytes, part, length);
      }
    },
    end(): void {
      if (count === ends.length) {
        const before = ends;
        ends = new Uint32Array(2 * count);
        ends.set(before);
      }
      ends[count++] = length;
    },
    length: () => length,
    done: (): KeyZone => ({ bytes: Buffer.from(bytes.subarray(0, length)), ends: ends.slice(0, count) }),
  };
}

function grown(bytes: Buffer, least: number): Buffer<ArrayBuffer> {
  const larger = Buffer.allocUnsafe(Math.max(least, 2 * bytes.length));
  bytes.copy(larger);
  return larger;
}

function createBits() {
  let bits = new Uint8Array(FIRST_SIZE);
  return {
    set(at: number): void {
      if (at >> 3 >= bits.length) {
        const before = bits;
        bits = new Uint8Array(Math.max((at >> 3) + 1, 2 * before.length));
        bits.set(before);
      }
      bits[at >> 3] = (bits[at >> 3] ?? 0) | (1 << (at & 7));
    },
    done: (length: number): Uint8Array => {
      const all = new Uint8Array((length >> 3) + 1);
      all.set(bits.subarray(0, all.length));
      return all;
    },
  };
}
