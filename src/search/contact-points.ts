/**
 * Telephone numbers and addresses of electronic mail in the one form by which they are found: digits without what parts them and
 * without the code of China, addresses in small letters. Source: R4 search.html#token ("ignoring punctuation"), ITU-T E.123
 */
import { remembering } from '../model/recent.js';

const MAX_LENGTH = 100;
const number = /^\+?[\d\s().\-\u2010-\u2015]+$/;
const mobile = /^1[3-9]\d{9}$/;

/** undefined where it has no other form than the one it was sent in. */
export function contactForm(value: string): string | undefined {
  return value.length > MAX_LENGTH || isPlain(value) ? undefined : otherForm(value);
}

/** Digits that begin with no code of a country, and addresses in small letters. */
function isPlain(value: string): boolean {
  let isAddress = false;
  let isNumber = true;
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (code > 0x2f && code < 0x3a) continue;
    isNumber = false;
    if (code === 0x40) isAddress = true;
    else if (!((code > 0x60 && code < 0x7b) || code === 0x2e || code === 0x2d || code === 0x5f)) return false;
  }
  return isAddress || (isNumber && !value.startsWith('86') && !value.startsWith('0086'));
}

/** One number is looked at by several parameters. */
const otherForm = remembering(1000, readForm);

function readForm(value: string): string | undefined {
  const text = value
    .normalize('NFKC')
    .trim()
    .replace(/^(?:tel|mailto):/i, '');
  const form = text.includes('@') ? text.toLowerCase() : number.test(text) ? numberForm(text) : undefined;
  return form === value || form === '' ? undefined : form;
}

function numberForm(text: string): string {
  const international = text.startsWith('+');
  const digits = text.replace(/\D/g, '');
  const [, inChina] = /^(?:00)?86(\d+)$/.exec(digits) ?? [];
  if (inChina !== undefined && mobile.test(inChina)) return inChina;
  // A fixed line is dialled with a zero before the code of its place.
  if (inChina !== undefined && (international || digits.startsWith('00'))) return inChina.startsWith('0') ? inChina : `0${inChina}`;
  return international ? `+${digits}` : digits;
}
