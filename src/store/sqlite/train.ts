/**
 * What many texts have in common, as a dictionary to compress them with. Only what stands in several of the samples is taken, so that
 * nothing of one person stays in it when a record is gone.
 */
import type { Buffer } from 'node:buffer';

/** Bytes that are compared as one. */
const GRAM = 8;
/** In so many samples something has to stand. */
const COMMON = 6;
/** What is shorter is not worth its place. */
const SHORTEST = 12;
const TABLE_BITS = 17;

function hashAt(text: Buffer, at: number): number {
  const mixed = Math.imul(text.readInt32LE(at), 0x9e3779b1) ^ Math.imul(text.readInt32LE(at + 4), 0x85ebca6b);
  return Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d) >>> (32 - TABLE_BITS);
}

/** In how many samples each piece of eight bytes stands. */
function countPieces(samples: readonly Buffer[]): Uint16Array {
  const counts = new Uint16Array(1 << TABLE_BITS);
  const seenIn = new Uint16Array(1 << TABLE_BITS);
  for (const [i, sample] of samples.entries()) {
    for (let at = 0; at + GRAM <= sample.length; at++) {
      const hash = hashAt(sample, at);
      if (seenIn[hash] === i + 1) continue;
      seenIn[hash] = i + 1;
      counts[hash] = (counts[hash] ?? 0) + 1;
    }
  }
  return counts;
}

/** At most `size` bytes. */
export function train(samples: readonly Buffer[], size: number): Uint8Array {
  const counts = countPieces(samples);
  const taken = new Uint8Array(1 << TABLE_BITS);
  const dictionary = new Uint8Array(size);
  let length = 0;
  for (const sample of samples) {
    for (let at = 0; at + GRAM <= sample.length; ) {
      const end = endOfCommon(sample, at, counts, taken);
      if (end - at >= SHORTEST && length + end - at <= size) {
        dictionary.set(sample.subarray(at, end), length);
        length += end - at;
        for (let from = at; from + GRAM <= end; from++) taken[hashAt(sample, from)] = 1;
      }
      at = Math.max(at + 1, end - GRAM + 1);
    }
  }
  return dictionary.subarray(0, length);
}

/** Where the run of common pieces that begins here ends. */
function endOfCommon(sample: Buffer, from: number, counts: Uint16Array, taken: Uint8Array): number {
  let at = from;
  for (; at + GRAM <= sample.length; at++) {
    const hash = hashAt(sample, at);
    if ((counts[hash] ?? 0) < COMMON || taken[hash] === 1) break;
  }
  return at === from ? from : at + GRAM - 1;
}
