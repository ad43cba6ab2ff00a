/** encode, decode, escape and unescape. Source: FHIRPath N1 #additional-string-functions */
import { message } from '../model/message.js';
import { FhirPathError } from './expression.js';

type Coding = 'hex' | 'base64' | 'base64url';

function codingOf(format: string): Coding {
  if (format === 'hex' || format === 'base64') return format;
  if (format === 'urlbase64') return 'base64url';
  throw new FhirPathError(
    message(
      'fhirpath-encoding',
      `The encoding "${format}" is not known; hex, base64 and urlbase64 are`,
      `未知的编码“${format}”；可用 hex、base64 和 urlbase64`,
    ),
  );
}

export function encode(text: string, format: string): string {
  const encoded = Buffer.from(text, 'utf8').toString(codingOf(format));
  // Node leaves the padding away in base64url; FHIRPath's urlbase64 keeps it.
  return format === 'urlbase64' ? encoded.padEnd(Math.ceil(encoded.length / 4) * 4, '=') : encoded;
}

const alphabets: Readonly<Record<Coding, RegExp>> = {
  hex: /^(?:[0-9A-Fa-f]{2})*$/,
  base64: /^[A-Za-z0-9+/]*={0,2}$/,
  base64url: /^[A-Za-z0-9_-]*={0,2}$/,
};

/** undefined: the text is not of that encoding. */
export function decode(text: string, format: string): string | undefined {
  const coding = codingOf(format);
  return alphabets[coding].test(text) ? Buffer.from(text, coding).toString('utf8') : undefined;
}

const htmlNames: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const htmlValues = new Map(Object.entries(htmlNames).map(([value, name]) => [name, value]));

function target(name: string): 'html' | 'json' {
  if (name === 'html' || name === 'json') return name;
  throw new FhirPathError(
    message('fhirpath-escaping', `Escaping for "${name}" is not known; html and json are`, `未知的转义目标“${name}”；可用 html 和 json`),
  );
}

export function escapeFor(text: string, name: string): string {
  if (target(name) === 'html') return text.replace(/[&<>"']/g, (character) => htmlNames[character] ?? character);
  return JSON.stringify(text).slice(1, -1);
}

/** undefined: the text is not escaped in that way. */
export function unescapeFrom(text: string, name: string): string | undefined {
  if (target(name) === 'html') return text.replace(/&(?:amp|lt|gt|quot|#39);/g, (found) => htmlValues.get(found) ?? found);
  try {
    const value: unknown = JSON.parse(`"${text.replace(/(^|[^\\])"/g, '$1\\"')}"`);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
