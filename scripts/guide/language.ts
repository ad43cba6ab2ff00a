/** The two languages of the guide, and what a text that holds both says in one: "民族 Ethnic group", "中文。English." */
import type { Language } from '../../src/model/message.js';

export interface Words {
  readonly zh: string;
  readonly en: string;
}

export const languages: readonly Language[] = ['zh', 'en'];
/** As HTML names them. */
export const htmlLanguage: Readonly<Record<Language, string>> = { zh: 'zh-CN', en: 'en' };

const sentenceEnd = /[。！？][”’）]?\s*(?=["“'A-Za-z0-9])/gu;
const chinese = /[\p{Script=Han}\u3000-\u303f\uff00-\uffef“”]/u;
const han = /\p{Script=Han}/gu;

/**
 * The packages write Chinese first and English behind it. Sentences are parted where a Chinese one ends and nearly all that follows is
 * Latin; titles behind the last Chinese character. A text in one language is shown as it is.
 */
export function inLanguage(text: string, language: Language): string {
  const cut = whereEnglishBegins(text);
  if (cut === undefined) return text;
  return (language === 'zh' ? text.slice(0, cut) : text.slice(cut)).trim();
}

/** What the text is in, for the attribute `lang`; undefined where it is in the language asked for. */
export function foreign(text: string, language: Language): Language | undefined {
  const is = chinese.test(text) ? 'zh' : 'en';
  return is === language || (is === 'en' && !/[A-Za-z]{2}\s+[A-Za-z]/.test(text)) ? undefined : is;
}

function whereEnglishBegins(text: string): number | undefined {
  if (!chinese.test(text)) return undefined;
  const ends = [...text.matchAll(sentenceEnd)].map((match) => match.index + match[0].length);
  const sentence = ends.reverse().find((at) => shareOfHan(text.slice(at)) < 0.4);
  if (sentence !== undefined) return sentence;
  const characters = [...text];
  const last = characters.findLastIndex((character) => chinese.test(character));
  const behind = characters.slice(0, last + 1).join('').length;
  // A letter or number that is a value still belongs to the Chinese: "为 B B for the codes", "国家临床版 2.0 ICD-10, national".
  const at = behind + (/^\s*(?:[B-Z]|[A-Z]{0,3}\d[\d.]*)\s+(?=[A-Za-z0-9])/.exec(text.slice(behind))?.[0].length ?? 0);
  return /^\s*[A-Za-z0-9][A-Za-z0-9'-]*(?=[\s,;:(]|$)/.test(text.slice(at)) ? at : undefined;
}

function shareOfHan(text: string): number {
  return (text.match(han)?.length ?? 0) / Math.max(1, text.length);
}
