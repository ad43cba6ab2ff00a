/** A concept in the two languages that messages are written in. */
import type { Concept } from './code-system.js';
import type { Permitted } from './terminology.js';

export function permittedOf(system: string, { code, display, designation = [] }: Concept): Permitted {
  const inLanguage = (language: string) => designation.find((one) => one.language?.startsWith(language))?.value;
  return { system, code, display: inLanguage('en') ?? display, chinese: inLanguage('zh') ?? display };
}
