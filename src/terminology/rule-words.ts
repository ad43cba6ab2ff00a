/**
 * What codes are called that no package lists: units by UCUM's own table, languages, countries, currencies and time zones by the
 * JavaScript engine's (CLDR). Source: UCUM §§ 23-46; ECMA-402 Intl.DisplayNames
 */
import { unitName } from '../model/ucum-units.js';
import type { Concept } from './code-system.js';

/** A code that has no name is its own. */
export type WordsFor = (code: string) => Concept;

export const unitWords: WordsFor = (code) => {
  const name = unitName(code);
  return name === undefined ? { code, display: code } : { code, display: name, designation: [{ value: code }] };
};

export const asWritten: WordsFor = (code) => ({ code, display: code });

/** In English, and in Chinese where there is a word. */
export function engineWords(type: 'language' | 'region' | 'currency'): WordsFor {
  const [english, chinese] = (['en', 'zh-CN'] as const).map((locale) => new Intl.DisplayNames(locale, { type, fallback: 'none' }));
  return (code) => named(code, nameIn(english, code), nameIn(chinese, code));
}

export const timeZoneWords: WordsFor = (code) => named(code, zoneName('en', code), zoneName('zh-CN', code));

function named(code: string, display = code, chinese?: string): Concept {
  return { code, display, ...(chinese === undefined ? {} : { designation: [{ language: 'zh-CN', value: chinese }] }) };
}

/** What is well-formed only by its own rule may not be so by the engine's. */
function nameIn(names: Intl.DisplayNames | undefined, code: string): string | undefined {
  try {
    return names?.of(code);
  } catch {
    return undefined;
  }
}

function zoneName(locale: string, timeZone: string): string | undefined {
  const parts = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'longGeneric' }).formatToParts(0);
  return parts.find(({ type }) => type === 'timeZoneName')?.value;
}
