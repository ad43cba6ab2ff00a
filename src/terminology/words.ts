/** What people type to find a concept, in the forms in which it is looked for. Source: R4 valueset-operation-expand.html (filter) */
import { fold } from '../model/fold.js';
import { typedPinyin } from '../model/pinyin.js';
import { codeKey } from './text-keys.js';

export interface Words {
  readonly words: readonly Word[];
  /** All of them as one. */
  readonly whole: Word;
}

export interface Word {
  readonly code: Buffer;
  readonly text: Buffer;
  readonly sounds: readonly Buffer[];
  /** One letter or digit stands in nearly every term: only what begins with it is found. */
  readonly isShort: boolean;
}

/** Of a filter; what is beyond is not looked at. */
const MAX_WORDS = 12;
const MAX_LENGTH = 256;

/** Undefined where nothing is asked for. */
export function wordsOf(filter: string): Words | undefined {
  const typed = filter.slice(0, MAX_LENGTH).split(/\s+/u).filter(Boolean).slice(0, MAX_WORDS);
  if (typed.length === 0) return undefined;
  const whole = wordOf(typed.join(' '));
  const words = typed.map(wordOf);
  // `g m` is what `gm` is.
  return { words: words.length > 1 && words.every(({ isShort }) => isShort) ? [wordOf(typed.join(''))] : words, whole };
}

function wordOf(typed: string): Word {
  const folded = fold(typed);
  const joined = folded.replaceAll(' ', '');
  const sounds = /^[a-z0-9]+$/.test(joined) ? [joined, ...typedPinyin(joined)] : [];
  return {
    code: Buffer.from(codeKey(typed)),
    text: Buffer.from(folded),
    sounds: [...new Set(sounds)].map((one) => Buffer.from(one)),
    isShort: joined.length === 1 && joined.charCodeAt(0) < 0x80,
  };
}
