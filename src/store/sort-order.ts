/** The order of a sorted walk, as `port.ts` lays it down: absent values first, numbers by value, strings by code point. */
import { compareCodePoints } from './code-points.js';
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
