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
const MAX_REMEMBERED = 64;

/** Variant forms in names and addresses that the table of traditional characters leaves out: each with the one it is found by. */
const variants: readonly (readonly [string, string])[] = (
  '眞真 録录 産产 戶户 呂吕 淸清 靑青 黃黄 髙高 衞卫 兪俞 﨑崎 徳德 歩步 増增 鄕乡 尙尚 敍叙 郞郎 姸妍 倂并 屛屏 愼慎 塡填 顚颠 値值 呑吞 呉吴 窓窗 汚污 ' +
  '霊灵 栄荣 沢泽 広广 辺边 邉边 濵滨 恵惠 黒黑 覚觉'
)
  .split(' ')
  .map((pair) => {
    const [from = '', to = ''] = pair;
    return [from, to];
  });

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

/** Nothing but characters of the first block of Chinese ones, which have neither width nor accents nor other forms of writing. */
export function isUnified(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x4e00 || code > 0x9fff) return false;
  }
  return true;
}

/** The key of a string: never empty unless the text is blank. At most MAX_KEY characters. */
export function fold(text: string): string {
  if (text.length > MAX_REMEMBERED) return text.length <= MAX_KEY && ascii.test(text) ? foldAscii(text) : foldAny(text);
  return foldPlain(text) ?? foldShort(text);
}

/** The same where texts do not repeat: nothing is remembered. */
export function foldOnce(text: string): string {
  if (text.length > MAX_KEY) return foldAny(text);
  return foldPlain(text) ?? (ascii.test(text) ? foldAscii(text) : foldAny(text));
}

const foldShort = remembering(20_000, (text) => (ascii.test(text) ? foldAscii(text) : foldAny(text)));

const FIRST_HAN = 0x4e00;
const LAST_HAN = 0x9fff;
/** What each character of the first block of Chinese ones is found by; 0 where that lies outside of the block. */
const simple = new Uint16Array(LAST_HAN - FIRST_HAN + 1).map((_, at) => {
  const character = String.fromCharCode(FIRST_HAN + at);
  const found = simplified.get(character) ?? character;
  return isUnified(found) && found.length === 1 ? found.charCodeAt(0) : 0;
});

/** Where there are only characters that stand for one each; undefined for what takes a closer look. */
function foldPlain(text: string): string | undefined {
  let folded = '';
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const key = plainCharacter(code);
    if (key === 0) return undefined;
    if (key === code) continue;
    folded += text.slice(from, at) + String.fromCharCode(key);
    from = at + 1;
  }
  return from === 0 ? text : folded + text.slice(from);
}

/** 0: not by itself. */
function plainCharacter(code: number): number {
  if (code >= FIRST_HAN) return code <= LAST_HAN ? (simple[code - FIRST_HAN] ?? 0) : 0;
  if ((code > 0x60 && code < 0x7b) || (code > 0x2f && code < 0x3a)) return code;
  return code > 0x40 && code < 0x5b ? code + 0x20 : 0;
}

function foldAny(text: string): string {
  const base = text
    .slice(0, 4 * MAX_KEY)
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .normalize('NFC');
  const cleaned = mapCharacters(withZeros(base).replace(silent, '')).replace(parting, ' ').replace(spaceInChinese, '').trim();
  // A string of nothing but punctuation keeps it: an empty key would be a prefix of everything.
  return cut(cleaned === '' ? base.trim() : cleaned);
}

/** Behind Chinese characters a circle is typed for 〇, which keyboards hide: 李○. */
function withZeros(text: string): string {
  return text.replace(/(?<=\p{Script=Han}[○◯]*)[○◯]/gu, '〇');
}

/** Not between the two halves of a character. */
function cut(text: string): string {
  return text.length <= MAX_KEY ? text : text.slice(0, MAX_KEY).replace(/[\uD800-\uDBFF]$/, '');
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
