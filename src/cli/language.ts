/** In which language a command speaks. */
import { Option } from 'commander';
import type { Language } from '../model/message.js';

export function languageOption(): Option {
  return new Option('--lang <language>', 'of the messages; without it that of LC_ALL, LC_MESSAGES or LANG')
    .choices(['en', 'zh'])
    .default(localLanguage(), localLanguage());
}

/** The first that is set decides, as everywhere. */
export function localLanguage(): Language {
  const locale = ['LC_ALL', 'LC_MESSAGES', 'LANG'].map((name) => process.env[name]).find((value) => value !== undefined && value !== '');
  return locale !== undefined && /^zh/i.test(locale) ? 'zh' : 'en';
}

/** `1 file`, `2 files` */
export function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}
