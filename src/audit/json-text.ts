/** JSON of texts as JSON.stringify has it, sooner: nearly all that a record names needs no escape. */
import { Buffer } from 'node:buffer';

// biome-ignore lint/suspicious/noControlCharactersInRegex: what JSON escapes begins with them
const escaped = /["\\\u0000-\u001f\ud800-\udfff]/;

/** Without the quotes around it. */
export function withinQuotes(text: string): string {
  return escaped.test(text) ? JSON.stringify(text).slice(1, -1) : text;
}

/** `null` where there is none. */
export function jsonText(text: string | undefined): string {
  return text === undefined ? 'null' : `"${withinQuotes(text)}"`;
}

/** JSON without a sign beyond ASCII, in one piece: what is made once and becomes part of many texts. */
export function asciiJson(value: unknown): string {
  const text = JSON.stringify(value).replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return Buffer.from(text, 'latin1').toString('latin1');
}
