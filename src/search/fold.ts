/**
 * What two strings must share to be found by each other: width, case, accents, punctuation, the many middle dots of names, and
 * traditional against simplified characters. Folding goes character by character, so a prefix folds to a prefix.
 * Source: R4 search.html#string; 民委发〔2016〕33号 (the dot in names)
 */
import traditionalPairs from 'opencc-js/dict/TSCharacters';
import { remembering } from './recent.js';

/** Beyond this many characters a key says no more. */
export const MAX_KEY = 512;
/** Names are shorter, and they repeat. */
const MAX_REMEMBERED = 40;

/** Variants that the table of traditional characters leaves out. */
const variants: readonly (readonly [string, string])[] = [
  ['眞', '真'],
  ['録', '录'],
  ['産', '产'],
  ['戶', '户'],
  ['呂', '吕'],
  ['淸', '清'],
  ['靑', '青'],
  ['黃', '黄'],
];

/** Latin letters that do not come apart into a letter and an accent. */
const letters: Readonly<Record<string, string>> = {
  ø: 'o',
  đ: 'd',
  ł: 'l',
  ð: 'd',
  þ: 'th',
  æ: 'ae',
  œ: 'oe',
  ı: 'i',
  ß: 'ss',
  ς: 'σ',
  ħ: 'h',
  ŧ: 't',
};

const simplified = new Map<string, string>([
  ...traditionalPairs.split('|').map((pair): [string, string] => {
    const [from = '', to = ''] = pair.split(' ');
    return [from, to];
  }),
  ...variants,
]);

// biome-ignore lint/suspicious/noControlCharactersInRegex: the whole of ASCII is meant
const ascii = /^[\x00-\x7f]*$/;
const word = /^[a-z0-9]+$/;
const han = /\p{Script=Han}/u;
/** Dots and apostrophes inside names vanish; all other punctuation parts words. */
const silent = /['’‘ʼ`´.·\u0387•‧∙⋅・᛫●]|\p{Cf}/gu;
const spaceInChinese = /(?<=\p{Script=Han}) (?=\p{Script=Han})/gu;
const parting = /[\p{P}\p{S}\p{Z}\p{Cc}]+/gu;

export function hasHan(text: string): boolean {
  return han.test(text);
}

/** The key of a string: never empty unless the text is blank. At most MAX_KEY characters. */
export function fold(text: string): string {
  if (text.length <= MAX_KEY && ascii.test(text)) return foldAscii(text);
  return text.length <= MAX_REMEMBERED ? foldShort(text) : foldAny(text);
}

const foldShort = remembering(20_000, foldAny);

function foldAny(text: string): string {
  const base = text
    .slice(0, 4 * MAX_KEY)
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .normalize('NFC');
  const cleaned = mapCharacters(base.replace(silent, '')).replace(parting, ' ').replace(spaceInChinese, '').trim();
  // A string of nothing but punctuation keeps it: an empty key would be a prefix of everything.
  return (cleaned === '' ? base.trim() : cleaned).slice(0, MAX_KEY);
}

/** The same for what has no accents, in a tenth of the time. */
function foldAscii(text: string): string {
  const lower = text.toLowerCase();
  if (word.test(lower)) return lower;
  const cleaned = lower
    .replace(/['`.]/g, '')
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();
  return cleaned === '' ? lower.trim() : cleaned;
}

function mapCharacters(text: string): string {
  let result = '';
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    result += point < 0x80 ? character : point < 0x400 ? (letters[character] ?? character) : (simplified.get(character) ?? character);
  }
  return result;
}
