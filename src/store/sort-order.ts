/** The order of a sorted walk, as `port.ts` lays it down: absent values first, numbers by value, strings by code point. */
import type { Position, Sort } from './port.js';

/** Negative when `a` comes first; by the sort values alone. */
export function comparePositions(a: Position, b: Position, sort: readonly Sort[]): number {
  for (const [at, { descending }] of sort.entries()) {
    const order = compareValues(a.values[at] ?? null, b.values[at] ?? null);
    if (order !== 0) return descending ? -order : order;
  }
  return 0;
}

function compareValues(a: string | number | null, b: string | number | null): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return compareCodePoints(String(a), String(b));
}

/** JavaScript compares UTF-16 units, which puts U+FF0C behind the characters beyond U+FFFF. */
function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x !== y) return isSurrogate(x) === isSurrogate(y) ? x - y : isSurrogate(x) ? 1 : -1;
  }
  return a.length - b.length;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}
