/**
 * How index entries are written as keys. The type stands inside every key, so that one index over all types has the
 * selective value first. A sign behind the parameter says what kind of key it is.
 */
import type { EntryKind, IndexEntry } from '../port.js';
import type { RangeEntry } from './collections.js';

/** `Observation.code`: parameter names are opaque, so the signs that end them are escaped. */
export function parameterKey(type: string, param: string): string {
  return `${type}.${escaped(param)}`;
}

const sign = /[%|=!>^"<@]/g;

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

export function compartmentKey(type: string, name: string): string {
  return `${type}.@${name}`;
}

/** What begins each key that an entry of this kind always has. */
export function presenceKey(parameter: string, kind: Exclude<EntryKind, 'range'>): string {
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

export function rangeName(parameter: string, spanClass: string): string {
  return `${parameter}:${spanClass}`;
}

export interface Keys {
  readonly k?: readonly string[];
  readonly n?: readonly string[];
  readonly r?: readonly RangeEntry[];
}

/** Everything under which a resource is found, each key once. */
export function keysOf(type: string, entries: readonly IndexEntry[], compartments: readonly string[]): Keys {
  const equal = new Set<string>();
  const folded = new Set<string>();
  const ranges = new Map<string, RangeEntry>();
  for (const entry of entries) addEntry(parameterKey(type, entry.param), entry, equal, folded, ranges);
  for (const name of compartments) equal.add(compartmentKey(type, name));
  return {
    ...(equal.size > 0 && { k: [...equal] }),
    ...(folded.size > 0 && { n: [...folded] }),
    ...(ranges.size > 0 && { r: [...ranges.values()] }),
  };
}

function addEntry(parameter: string, entry: IndexEntry, equal: Set<string>, folded: Set<string>, ranges: Map<string, RangeEntry>): void {
  switch (entry.kind) {
    case 'token':
      equal.add(codeKey(parameter, entry.code));
      equal.add((entry.system === undefined ? noSystemKey(parameter) : systemKey(parameter, entry.system)) + entry.code);
      break;
    case 'reference':
      equal.add(referenceKey(parameter, entry.target));
      break;
    case 'uri':
      equal.add(uriKey(parameter, entry.value));
      break;
    case 'string':
      folded.add(foldedKey(parameter, entry.value));
      if (entry.raw !== '') equal.add(rawKey(parameter, entry.raw));
      break;
    case 'range': {
      const range = toRange(parameter, entry.low, entry.high);
      ranges.set(`${range.p} ${range.l} ${range.h}`, range);
      break;
    }
  }
}

function toRange(parameter: string, low: number, high: number): RangeEntry {
  const span = high - low;
  const spanClass = spanClasses.find(({ longest }) => span <= longest) ?? spanClasses[spanClasses.length - 1];
  return { p: rangeName(parameter, spanClass?.sign ?? '~'), l: low, h: high };
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
