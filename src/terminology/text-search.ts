/**
 * Finds concepts by what people type: each word must stand in a code at its beginning, in a display or a designation anywhere, or be how a
 * Chinese one sounds, in full or by initials, from the beginning of a character on. Better ones come first, equal ones in the order of
 * the code system. Source: R4 valueset-operation-expand.html (filter)
 */
import type { Concept, ConceptMatches, IsWanted } from './code-system.js';
import { type KeyZone, MARK, type TextKeys } from './text-keys.js';
import type { Word, Words } from './words.js';

/** How well a concept answers to a word; 0: not at all. */
const rank = { soundInside: 1, inside: 2, soundBegins: 3, textBegins: 4, codeBegins: 5, text: 6, code: 7 } as const;

/** What begins with all the words as they were typed comes before what each of them finds. */
const TOGETHER = 8;
const BEST = TOGETHER + rank.code;

/** Keys of what is said beside of some of the concepts. */
export interface KeysBeside {
  readonly keys: TextKeys;
  /** For each place of the keys that of the concept they are of; -1: of none. */
  readonly places: Int32Array;
}

export interface Narrowing {
  readonly isWanted?: IsWanted | undefined;
  readonly beside?: readonly KeysBeside[];
}

/** `conceptAt`: the concept whose keys stand at a place. */
export function searchKeys(
  keys: TextKeys,
  words: Words,
  conceptAt: (place: number) => Concept | undefined,
  { isWanted, beside = [] }: Narrowing = {},
): ConceptMatches {
  const ranks = ranksOfAll(keys, words, beside);
  if (isWanted !== undefined) for (let place = 0; place < ranks.length; place++) if (!isWanted(place)) ranks[place] = 0;
  const places = bestFirst(ranks);
  return {
    size: places.length,
    *[Symbol.iterator]() {
      for (const place of places) {
        const concept = conceptAt(place);
        if (concept !== undefined) yield { concept, rank: ranks[place] ?? 0 };
      }
    },
  };
}

function ranksOfAll(keys: TextKeys, { words, whole }: Words, beside: readonly KeysBeside[]): Uint8Array {
  const [ranks = new Uint8Array(keys.count), ...others] = words.map((word) => ranksWith(keys, word, beside));
  if (others.length > 0) {
    for (let place = 0; place < keys.count; place++) {
      let least = ranks[place] ?? 0;
      for (const other of others) least = Math.min(least, other[place] ?? 0);
      ranks[place] = least > 0 && beginsWith(keys, place, whole) ? TOGETHER + least : least;
    }
  }
  return ranks;
}

/** The display, or how it is usually read. */
function beginsWith({ texts, sounds }: TextKeys, place: number, { text, sounds: typed }: Word): boolean {
  return firstBegins(texts, place, text) || typed.some((one) => firstBegins(sounds, place, one));
}

function firstBegins({ bytes, ends }: KeyZone, place: number, wanted: Buffer): boolean {
  const from = (place === 0 ? 0 : (ends[place - 1] ?? 0)) + 1;
  if (from + wanted.length > (ends[place] ?? 0)) return false;
  for (let at = 0; at < wanted.length; at++) if (bytes[from + at] !== wanted[at]) return false;
  return true;
}

function ranksOf({ count, codes, texts, sounds, initials, syllables }: TextKeys, word: Word): Uint8Array {
  const ranks = new Uint8Array(count);
  const { isShort } = word;
  const give = (place: number, value: number) => {
    if (value > (ranks[place] ?? 0)) ranks[place] = value;
  };
  each(codes, word.code, true, (place, { isWhole }) => give(place, isWhole ? rank.code : rank.codeBegins));
  each(texts, word.text, isShort, (place, { begins, isWhole }) => {
    give(place, begins ? (isWhole ? rank.text : rank.textBegins) : rank.inside);
  });
  const onSyllable = (at: number) => ((syllables[at >> 3] ?? 0) & (1 << (at & 7))) !== 0;
  const giveSound = (place: number, { begins }: Hit) => give(place, begins ? rank.soundBegins : rank.soundInside);
  for (const typed of word.sounds) {
    each(sounds, typed, isShort, giveSound, onSyllable);
    each(initials, typed, isShort, giveSound);
  }
  return ranks;
}

/** The better of what a concept says itself and what is said of it beside. */
function ranksWith(keys: TextKeys, word: Word, beside: readonly KeysBeside[]): Uint8Array {
  const ranks = ranksOf(keys, word);
  for (const one of beside) {
    for (const [from, value] of ranksOf(one.keys, word).entries()) {
      const place = value === 0 ? -1 : (one.places[from] ?? -1);
      if (place >= 0 && value > (ranks[place] ?? 0)) ranks[place] = value;
    }
  }
  return ranks;
}

function marked(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(MARK), bytes]);
}

const MARK_BYTE = MARK.charCodeAt(0);

interface Hit {
  /** A field begins with it. */
  begins: boolean;
  /** And ends with it. */
  isWhole: boolean;
}

/** Each concept that has these bytes, once, by the first place where they count. `onlyBegins`: only what a field begins with. */
function each(
  { bytes, ends }: KeyZone,
  wanted: Buffer,
  onlyBegins: boolean,
  visit: (place: number, hit: Hit) => void,
  counts?: (at: number) => boolean,
): void {
  if (wanted.length === 0) return;
  const sought = onlyBegins ? marked(wanted) : wanted;
  const ahead = sought.length - wanted.length;
  const hit: Hit = { begins: onlyBegins, isWhole: false };
  let place = 0;
  for (let found = bytes.indexOf(sought); found >= 0; ) {
    const at = found + ahead;
    if (counts !== undefined && !counts(at)) {
      found = bytes.indexOf(sought, found + 1);
      continue;
    }
    let end = ends[place] ?? bytes.length;
    while (end <= at) end = ends[++place] ?? bytes.length;
    hit.begins = bytes[at - 1] === MARK_BYTE;
    const after = at + wanted.length;
    hit.isWhole = after === end || bytes[after] === MARK_BYTE;
    visit(place, hit);
    found = end >= bytes.length ? -1 : bytes.indexOf(sought, end);
  }
}

function bestFirst(ranks: Uint8Array): Uint32Array {
  const starts = new Uint32Array(BEST + 1);
  for (let place = 0; place < ranks.length; place++) {
    const one = ranks[place] ?? 0;
    if (one > 0) starts[BEST - one + 1] = (starts[BEST - one + 1] ?? 0) + 1;
  }
  for (let at = 1; at < starts.length; at++) starts[at] = (starts[at] ?? 0) + (starts[at - 1] ?? 0);
  const places = new Uint32Array(starts[BEST] ?? 0);
  for (let place = 0; place < ranks.length; place++) {
    const one = ranks[place] ?? 0;
    if (one === 0) continue;
    const at = starts[BEST - one] ?? 0;
    places[at] = place;
    starts[BEST - one] = at + 1;
  }
  return places;
}
