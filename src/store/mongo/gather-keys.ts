/**
 * What a resource is found by, from its index entries: a fifth of the work of an import, so little is made that is thrown away again.
 * Source: port.ts IndexEntry
 */
import type { IndexEntry } from '../port.js';
import type { Keys, PointEntry, RangeEntry } from './collections.js';
import {
  codeKey,
  compartmentKey,
  foldedKey,
  gramKey,
  gramsOf,
  insideKey,
  noSystemKey,
  parameterKey,
  rangeName,
  rawKey,
  referenceKey,
  spanSign,
  systemKey,
  uriKey,
} from './keys.js';

type Entry<Kind extends IndexEntry['kind']> = Extract<IndexEntry, { readonly kind: Kind }>;

interface Gathered {
  readonly equal: Set<string>;
  readonly strings: Entry<'string'>[];
  /** By their low end: few have the same. */
  readonly ranges: Map<number, RangeEntry[]>;
  readonly points: Map<string, PointEntry>;
}

/** What is found by entries. `container`: `Type/id` of it, or of what it stands in. */
export interface Indexed {
  readonly type: string;
  readonly container: string;
  readonly entries: readonly IndexEntry[];
  readonly compartments: readonly string[];
}

export type Writable<T> = { -readonly [Property in keyof T]: T[Property] };

/** Everything under which it is found, each key once. */
export function keysOf(type: string, container: string, entries: readonly IndexEntry[], compartments: readonly string[]): Keys {
  const keys: Writable<Keys> = {};
  addKeys(keys, { type, container, entries, compartments });
  return keys;
}

/** Puts them into a document. */
export function addKeys(document: Writable<Keys>, { type, container, entries, compartments }: Indexed): void {
  const gathered: Gathered = { equal: new Set(), strings: [], ranges: new Map(), points: new Map() };
  for (const entry of entries) addEntry(parameterKey(type, entry.param), container, entry, gathered);
  const { equal, strings, ranges, points } = gathered;
  for (const name of compartments) equal.add(compartmentKey(type, name));
  if (equal.size > 0) document.k = [...equal];
  if (strings.length > 0) addStrings(document, type, strings);
  if (ranges.size > 0) document.r = [...ranges.values()].flat();
  if (points.size > 0) document.g = [...points.values()];
}

function addEntry(parameter: string, container: string, entry: IndexEntry, { equal, strings, ranges, points }: Gathered): void {
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
      strings.push(entry);
      if (entry.raw !== '') equal.add(rawKey(parameter, entry.raw));
      break;
    case 'range':
      addRange(rangeName(parameter, entry.key, spanSign(entry.high - entry.low)), entry, ranges);
      break;
    case 'point': {
      const { x, y, z } = entry;
      points.set(`${parameter} ${z} ${x} ${y}`, { p: parameter, z, x, y });
      break;
    }
  }
}

function addRange(p: string, { low: l, high: h }: Entry<'range'>, ranges: Gathered['ranges']): void {
  const alike = ranges.get(l);
  if (alike === undefined) ranges.set(l, [{ p, l, h }]);
  else if (!alike.some((other) => other.p === p && other.h === h)) alike.push({ p, l, h });
}

/** Those that were sent, then those derived from them, then what stands inside them. */
function addStrings(document: Writable<Keys>, type: string, strings: readonly Entry<'string'>[]): void {
  const keys = new Set<string>();
  const sent = strings.filter(({ raw }) => raw !== '');
  for (const { param, value } of sent) keys.add(foldedKey(parameterKey(type, param), value));
  const f = keys.size;
  for (const { param, value, raw } of strings) if (raw === '') keys.add(foldedKey(parameterKey(type, param), value));
  addInside(type, sent, keys);
  document.n = [...keys];
  if (f > 0) document.f = f;
}

/** A string that stands inside another one of its parameter, as a family name does in a whole one, is found with that. */
function addInside(type: string, sent: readonly Entry<'string'>[], keys: Set<string>): void {
  const whole = sent.filter(({ within, value }) => within && value !== '');
  for (const { param, value } of whole) for (const gram of gramsOf(value)) keys.add(gramKey(parameterKey(type, param), gram));
  for (const { param, value } of sent) {
    const isFound = whole.some((other) => other.param === param && other.value.includes(value));
    if (!isFound) keys.add(gramKey(parameterKey(type, param), ''));
  }
}
