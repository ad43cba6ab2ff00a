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
  /** For `ap`: what is near enough overlaps with this. */
  readonly nearFrom: number;
  readonly nearTo: number;
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
      return [{ lowBefore: range.nearTo, highAfter: range.nearFrom }];
  }
}

const float = new Float64Array(1);
/** The same eight bytes as two words; which of them is the low one depends on the machine. */
const words = new Uint32Array(float.buffer);
float[0] = 1;
const [low, high] = words[0] === 0 ? [0, 1] : [1, 0];

/** The next representable number up, so that [v, nextUp(v)) holds v alone. */
export function nextUp(value: number): number {
  if (!Number.isFinite(value)) return value;
  if (value === 0) return Number.MIN_VALUE;
  float[0] = value;
  const step = value > 0 ? 1 : -1;
  const word = (words[low] ?? 0) + step;
  words[low] = word;
  if (word < 0 || word > 0xffff_ffff) words[high] = (words[high] ?? 0) + step;
  return float[0];
}
