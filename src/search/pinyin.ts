/**
 * Chinese names as they are typed on a Latin keyboard: full pinyin without spaces, by the surname's own reading and by the plain
 * one (曾 zeng, ceng), ü as v, u and yu (吕 lv, lu, lyu).
 */
import { createRequire } from 'node:module';
import type { pinyin as Pinyin } from 'pinyin-pro';
import { hasHan } from './fold.js';
import { remembering } from './recent.js';

const CACHED_NAMES = 20_000;
const MAX_LENGTH = 40;

let read: typeof Pinyin | undefined;

/** The dictionary takes a tenth of a second to load: only who has a Chinese name pays. */
function reader(): typeof Pinyin {
  read ??= (createRequire(import.meta.url)('pinyin-pro') as { pinyin: typeof Pinyin }).pinyin;
  return read;
}

/**
 * Every key for one name (or part of one); empty when it has no Chinese character. `surname`: it begins with, or is, one; its own
 * reading, the one to sort by, is then the last.
 */
export function pinyinKeys(text: string, surname: boolean): readonly string[] {
  if (!hasHan(text) || text.length > MAX_LENGTH) return [];
  return surname ? surnameFirst(text) : plain(text);
}

const surnameFirst = remembering(CACHED_NAMES, (text) => readings(text, true));
const plain = remembering(CACHED_NAMES, (text) => readings(text, false));

function readings(text: string, surname: boolean): readonly string[] {
  const pinyin = reader();
  const texts = [pinyin(text, { toneType: 'none', type: 'array' })];
  if (surname) texts.push(pinyin(text, { toneType: 'none', type: 'array', surname: 'head' }));
  const joined = texts.map((syllables) =>
    syllables
      .join('')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]/gu, ''),
  );
  return [...new Set(joined.flatMap((one) => (one.includes('ü') ? ['yu', 'u', 'v'].map((u) => one.replaceAll('ü', u)) : [one])))];
}
