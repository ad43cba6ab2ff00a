/**
 * How index entries are written as keys. The type stands inside every key, so that one index over all types has the
 * selective value first. A sign behind the parameter says what kind of key it is.
 */
import type { EntryKind } from '../port.js';

/** `Observation.code`: parameter names are opaque, so the signs that end them are escaped. */
export function parameterKey(type: string, param: string): string {
  const known = parametersOf(type);
  const before = known.get(param);
  if (before !== undefined) return before;
  const made = `${type}.${escaped(param)}`;
  known.set(param, made);
  return made;
}

/** There are as many as the definitions have; making one anew costs more than all else that is done with it. */
const parameters = new Map<string, Map<string, string>>();

function parametersOf(type: string): Map<string, string> {
  const known = parameters.get(type) ?? new Map<string, string>();
  if (known.size === 0) parameters.set(type, known);
  return known;
}

const sign = /[%|=!>^"<@~#]/g;

function escaped(text: string): string {
  return text.replace(sign, (char) => `%${char.charCodeAt(0).toString(16)}`);
}

/** A token whatever its system is. Every token has this key, also one without a code. */
export function codeKey(parameter: string, code: string): string {
  return `${parameter}=${code}`;
}

/** Begins every key of this system. The system is escaped where it holds the sign that ends it. */
export function systemKey(parameter: string, system: string): string {
  return `${parameter}|${system.replace(/[%|]/g, (char) => (char === '|' ? '%7c' : '%25'))}|`;
}

/** Begins every key of a token that has no system. */
export function noSystemKey(parameter: string): string {
  return `${parameter}!`;
}

export function referenceKey(parameter: string, target: string): string {
  return `${parameter}>${target}`;
}

/** By what contained document it is that a chain leads there: `MedicationRequest/1#med1`. */
export function insideKey(parameter: string, document: string): string {
  return `${parameter}#${document}`;
}

export function uriKey(parameter: string, value: string): string {
  return `${parameter}^${value}`;
}

/** A string exactly as it was sent. */
export function rawKey(parameter: string, raw: string): string {
  return `${parameter}"${raw}`;
}

/** A folded string, found by its beginning; in the field `n`. */
export function foldedKey(parameter: string, value: string): string {
  return `${parameter}<${value}`;
}

/** What stands inside a folded string, from some place in it on; in the field `n`. An empty one: there is a string of which none are kept. */
export function gramKey(parameter: string, gram: string): string {
  return `${parameter}~${gram}`;
}

/** Characters of a gram. */
export const gramLength = 3;

/** From each character on as many as a gram has, or as there are: so whatever is no longer than a gram begins one of them. */
export function gramsOf(value: string): readonly string[] {
  const points = [...value];
  return points.map((_, index) => points.slice(index, index + gramLength).join(''));
}

/** The own id of a contained resource. */
export function ownIdKey(type: string, id: string): string {
  return `${type}.#${id}`;
}

export function compartmentKey(type: string, name: string): string {
  return `${type}.@${name}`;
}

/** What begins each key that an entry of this kind always has. */
export function presenceKey(parameter: string, kind: Exclude<EntryKind, 'range' | 'point'>): string {
  switch (kind) {
    case 'token':
      return codeKey(parameter, '');
    case 'reference':
      return referenceKey(parameter, '');
    case 'uri':
      return uriKey(parameter, '');
    case 'string':
      return foldedKey(parameter, '');
  }
}

const day = 25 * 3_600_000; // The longest day has 25 hours: China had summer time from 1986 to 1991.

/**
 * Ranges are kept in classes by how long they are, written in their name. Within a class the low end of whatever
 * overlaps a point is bounded below too, so a scan does not begin at the first range there is.
 */
export const spanClasses: readonly { readonly sign: string; readonly longest: number }[] = [
  { sign: '0', longest: 1 },
  { sign: 'd', longest: day },
  { sign: 'm', longest: 31 * day },
  { sign: 'y', longest: 366 * day },
  { sign: '~', longest: Number.POSITIVE_INFINITY },
];

/** The sign of the class that a range of this length is kept in. */
export function spanSign(span: number): string {
  for (const { sign, longest } of spanClasses) if (span <= longest) return sign;
  return '~';
}

/** With a unit or code that belongs to the range, where there is one. */
export function rangeName(parameter: string, key: string | undefined, spanClass: string): string {
  return key === undefined ? `${parameter}:${spanClass}` : `${parameter}=${key}:${spanClass}`;
}

/**
 * The first string behind all that begin with `prefix`, in the order of code points (which is that of UTF-8 bytes, in
 * which MongoDB compares). Undefined where there is none.
 */
export function behind(prefix: string): string | undefined {
  const points = [...prefix];
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    const code = last.codePointAt(0) ?? 0;
    // Surrogates are no code points of their own.
    const next = code === 0xd7ff ? 0xe000 : code + 1;
    if (next <= 0x10ffff) return points.join('') + String.fromCodePoint(next);
  }
  return undefined;
}
