/**
 * How index entries are written as keys. The type stands inside every key, so that one index over all types has the
 * selective value first. A sign behind the parameter says what kind of key it is.
 */
import type { EntryKind, IndexEntry } from '../port.js';
import type { Keys, PointEntry, RangeEntry } from './collections.js';

/** `Observation.code`: parameter names are opaque, so the signs that end them are escaped. */
export function parameterKey(type: string, param: string): string {
  return `${type}.${escaped(param)}`;
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

/** With a unit or code that belongs to the range, where there is one. */
export function rangeName(parameter: string, key: string | undefined, spanClass: string): string {
  return key === undefined ? `${parameter}:${spanClass}` : `${parameter}=${key}:${spanClass}`;
}

interface Gathered {
  readonly equal: Set<string>;
  readonly sent: Set<string>;
  readonly derived: Set<string>;
  readonly inside: Set<string>;
  readonly ranges: Map<string, RangeEntry>;
  readonly points: Map<string, PointEntry>;
}

/** Everything under which a resource is found, each key once. `container`: `Type/id` of it, or of what it stands in. */
export function keysOf(type: string, container: string, entries: readonly IndexEntry[], compartments: readonly string[]): Keys {
  const gathered: Gathered = {
    equal: new Set(),
    sent: new Set(),
    derived: new Set(),
    inside: new Set(),
    ranges: new Map(),
    points: new Map(),
  };
  for (const entry of entries) addEntry(parameterKey(type, entry.param), container, entry, gathered);
  addInside(type, entries, gathered.inside);
  const { equal, sent, derived, inside, ranges, points } = gathered;
  for (const name of compartments) equal.add(compartmentKey(type, name));
  const strings = new Set([...sent, ...derived, ...inside]);
  return {
    ...(equal.size > 0 && { k: [...equal] }),
    ...(strings.size > 0 && { n: [...strings] }),
    ...(sent.size > 0 && { f: sent.size }),
    ...(ranges.size > 0 && { r: [...ranges.values()] }),
    ...(points.size > 0 && { g: [...points.values()] }),
  };
}

/** A string that stands inside another one of its parameter, as a family name does in a whole one, is found with that. */
function addInside(type: string, entries: readonly IndexEntry[], inside: Set<string>): void {
  const sent = entries.flatMap((entry) => (entry.kind === 'string' && entry.raw !== '' ? [entry] : []));
  const whole = sent.filter(({ within, value }) => within && value !== '');
  for (const { param, value } of whole) for (const gram of gramsOf(value)) inside.add(gramKey(parameterKey(type, param), gram));
  for (const { param, value } of sent) {
    const isFound = whole.some((other) => other.param === param && other.value.includes(value));
    if (!isFound) inside.add(gramKey(parameterKey(type, param), ''));
  }
}

function addEntry(parameter: string, container: string, entry: IndexEntry, { equal, sent, derived, ranges, points }: Gathered): void {
  switch (entry.kind) {
    case 'token':
      equal.add(codeKey(parameter, entry.code));
      equal.add((entry.system === undefined ? noSystemKey(parameter) : systemKey(parameter, entry.system)) + entry.code);
      break;
    case 'reference':
      equal.add(referenceKey(parameter, entry.target));
      if (entry.target.startsWith('#')) equal.add(insideKey(parameter, container + entry.target));
      break;
    case 'uri':
      equal.add(uriKey(parameter, entry.value));
      break;
    case 'string':
      (entry.raw === '' ? derived : sent).add(foldedKey(parameter, entry.value));
      if (entry.raw !== '') equal.add(rawKey(parameter, entry.raw));
      break;
    case 'range': {
      const range = toRange(parameter, entry);
      ranges.set(`${range.p} ${range.l} ${range.h}`, range);
      break;
    }
    case 'point': {
      const { x, y, z } = entry;
      points.set(`${parameter} ${z} ${x} ${y}`, { p: parameter, z, x, y });
      break;
    }
  }
}

function toRange(parameter: string, { key, low, high }: Extract<IndexEntry, { kind: 'range' }>): RangeEntry {
  const span = high - low;
  const spanClass = spanClasses.find(({ longest }) => span <= longest) ?? spanClasses[spanClasses.length - 1];
  return { p: rangeName(parameter, key, spanClass?.sign ?? '~'), l: low, h: high };
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
