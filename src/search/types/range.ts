/** Comparison prefixes over half-open ranges, for numbers, quantities and dates alike. Source: R4 search.html#prefix */
import type { RangeTest } from '../../store/port.js';

export const prefixes = ['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap'] as const;
export type Prefix = (typeof prefixes)[number];

export function splitPrefix(value: string): { readonly prefix: Prefix; readonly rest: string } {
  const prefix = prefixes.find((one) => value.startsWith(one));
  return prefix === undefined ? { prefix: 'eq', rest: value } : { prefix, rest: value.slice(2) };
}

/** What a search value means for each prefix. */
export interface SearchRange {
  /** By its precision: for eq and ne. */
  readonly low: number;
  readonly high: number;
  /** What the ordering prefixes compare with: for numbers the exact value, for dates the whole range. */
  readonly from: number;
  readonly to: number;
  /** How far `ap` reaches beyond. */
  readonly slack: number;
}

/** `ne` may need two tests: an entry that reaches out of the range at either end. */
export function rangeTests(prefix: Prefix, range: SearchRange): readonly RangeTest[] {
  switch (prefix) {
    case 'eq':
      return [{ lowFrom: range.low, highTo: range.high }];
    case 'ne':
      return [{ lowBefore: range.low }, { highAfter: range.high }];
    case 'gt':
      return [{ highAfter: range.to }];
    case 'ge':
      return [{ highAfter: range.from }];
    case 'lt':
      return [{ lowBefore: range.from }];
    case 'le':
      return [{ lowBefore: range.to }];
    case 'sa':
      return [{ lowFrom: range.to }];
    case 'eb':
      return [{ highTo: range.from }];
    case 'ap':
      return [{ lowBefore: range.high + range.slack, highAfter: range.low - range.slack }];
  }
}

const bits = new DataView(new ArrayBuffer(8));

/** The next representable number up, so that [v, nextUp(v)) holds v alone. */
export function nextUp(value: number): number {
  if (!Number.isFinite(value)) return value;
  if (value === 0) return Number.MIN_VALUE;
  bits.setFloat64(0, value);
  bits.setBigInt64(0, bits.getBigInt64(0) + (value > 0 ? 1n : -1n));
  return bits.getFloat64(0);
}
