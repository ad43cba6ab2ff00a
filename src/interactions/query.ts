/**
 * The query part of a URL as parameters in their order. Source: R4 search.html#escaping, http.html#parameters,
 * HTML form encoding (a plus is a space)
 */
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';
import { MAX_PARAMETERS, tooManyParameters } from '../search/budget.js';
import type { Parameters } from '../search/search.js';

/** `text` without its question mark. Throws FhirError 400 for percent signs that encode no UTF-8, and for more parameters than a search may have. */
export function parseQuery(text: string): Parameters {
  const parameters: [string, string][] = [];
  for (let start = 0, end = 0; end < text.length; start = end + 1) {
    const next = text.indexOf('&', start);
    end = next === -1 ? text.length : next;
    if (end === start) continue;
    if (parameters.length === MAX_PARAMETERS) throw tooManyParameters();
    const part = text.slice(start, end);
    const equals = part.indexOf('=');
    if (equals === -1) parameters.push([decode(part), '']);
    else parameters.push([decode(part.slice(0, equals)), decode(part.slice(equals + 1))]);
  }
  return parameters;
}

function decode(text: string): string {
  return decodePercent(text.includes('+') ? text.replaceAll('+', ' ') : text);
}

/** Throws FhirError 400. */
export function decodePercent(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    throw fault(
      'invalid',
      message(
        'bad-percent-encoding',
        `"${text}" is not percent-encoded UTF-8: each % must begin the encoding of a character`,
        `“${text}”不是百分号编码的 UTF-8：每个 % 都应是一个字符编码的开头`,
      ),
    );
  }
}

/** The text of a query; what RFC 3986 allows there, and FHIR's own separators, stay readable. */
export function formatQuery(parameters: Parameters): string {
  return parameters.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
}

const readable: Readonly<Record<string, string>> = { '%3A': ':', '%2F': '/', '%2C': ',', '%7C': '|', '%24': '$', '%40': '@' };

/** What needs no encoding; most names and values are so. */
const plain = /^[\w.!~*'():/,|$@-]*$/;

function encode(text: string): string {
  if (plain.test(text)) return text;
  const encoded = encodeURIComponent(text);
  return encoded.includes('%') ? encoded.replace(/%(?:3A|2F|2C|7C|24|40)/g, (code) => readable[code] ?? code) : encoded;
}
