/**
 * Scanners for the texts of primitives, true when the text has the form. Where one character decides, a regular expression that looks
 * for it takes half the time of a loop over the characters; the other scanners are loops of one pass.
 * Source: R4 datatypes.html#primitive
 */

const SPACE = 0x20;

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isWhitespace(code: number): boolean {
  return code === SPACE || code === 0x09 || code === 0x0a || code === 0x0d;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
const controlOrSpace = /[\u0000-\u0020\ufffe\uffff]/;

export function isBlank(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (!isWhitespace(code) && code !== 0xa0 && code !== 0x3000) return false;
  }
  return true;
}

/** At least one character, no leading or trailing whitespace, inside only single spaces. */
export function isCodeText(text: string): boolean {
  let before = SPACE;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < SPACE || (code === SPACE && before === SPACE) || code >= 0xfffe) return false;
    before = code;
  }
  return before !== SPACE;
}

/** 1–64 of `A-Z a-z 0-9 - .` */
export function isIdText(text: string): boolean {
  if (text.length === 0 || text.length > 64) return false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const letter = (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;
    if (!letter && !isDigit(code) && code !== 0x2d && code !== 0x2e) return false;
  }
  return true;
}

export function isUriText(text: string): boolean {
  if (text.charCodeAt(0) === 0x75) {
    if (text.startsWith('urn:uuid:')) return isUuidText(text);
    if (text.startsWith('urn:oid:')) return isOidText(text);
  }
  return text !== '' && !controlOrSpace.test(text);
}

/** `urn:oid:` and at least two arcs without leading zeros, the first 0, 1 or 2. */
export function isOidText(text: string): boolean {
  if (!text.startsWith('urn:oid:') || text.length < 11) return false;
  const first = text.charCodeAt(8);
  if (first < 0x30 || first > 0x32 || text.charCodeAt(9) !== 0x2e) return false;
  let start = 10;
  for (let i = start; i <= text.length; i++) {
    const code = i === text.length ? 0x2e : text.charCodeAt(i);
    if (isDigit(code)) continue;
    if (code !== 0x2e || i === start || (text.charCodeAt(start) === 0x30 && i > start + 1)) return false;
    start = i + 1;
  }
  return true;
}

const uuid = /^urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** `urn:uuid:` and 8-4-4-4-12 hexadecimal digits, in lower case. Source: R4 datatypes.html#uri, #uuid */
export function isUuidText(text: string): boolean {
  return text.length === 45 && uuid.test(text);
}

/** 1 for the 64 digits, 2 for whitespace, which R4 allows between them, 3 for `=`. */
const base64Class = new Uint8Array(128);
for (const digit of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/') base64Class[digit.charCodeAt(0)] = 1;
for (const space of ' \t\r\n') base64Class[space.charCodeAt(0)] = 2;
base64Class['='.charCodeAt(0)] = 3;

const unbrokenBase64 = /^[A-Za-z0-9+/]+={0,2}$/;
/** A regular expression remembers every character it may have to give back: on millions of them that overflows its stack. */
const SHORT = 100_000;

export function isBase64Text(text: string): boolean {
  if (text.length <= SHORT && text.length % 4 === 0 && unbrokenBase64.test(text)) return true;
  let digits = 0;
  let padding = 0;
  for (let i = 0; i < text.length; i++) {
    const kind = base64Class[text.charCodeAt(i)];
    if (kind === 1 && padding === 0) digits++;
    else if (kind === 3) padding++;
    else if (kind !== 2) return false;
  }
  return digits > 0 && padding <= 2 && (digits + padding) % 4 === 0;
}
