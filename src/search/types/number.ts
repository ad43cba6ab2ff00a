/** Search type number: values are points, search values have the width of their precision. Source: R4 search.html#number */
import { isNumeric, isObject, type Json } from '../../model/json.js';
import { addRange } from '../entry-list.js';
import { malformed } from '../refusals.js';
import { unescapeValue } from '../values.js';
import { nextUp, rangeTests, type SearchRange, splitPrefix } from './range.js';
import type { SearchType } from './type.js';

/** Bounded: arithmetic on more digits than anyone measures would cost time. */
const decimal = /^([+-]?)(\d{1,50})(?:\.(\d{1,50}))?(?:[eE]([+-]?\d{1,3}))?$/;

/** The bounds of a search value as exact decimals, so that they can be taken to another unit. */
export interface SearchNumber {
  readonly low: string;
  readonly high: string;
  readonly value: string;
  /** Of `ap`: a tenth beyond the precision. */
  readonly least: string;
  readonly most: string;
}

/** undefined when the text is no decimal, or beyond what a double can hold. */
export function parseDecimal(text: string): SearchNumber | undefined {
  const match = decimal.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', exponent] = match;
  const digits = exponent !== undefined && fraction === '' ? '0' : fraction;
  const scale = Number(exponent ?? 0) - digits.length - 1;
  const middle = BigInt(whole + digits) * (sign === '-' ? -10n : 10n);
  const slack = middle < 0n ? -middle : middle;
  if (!Number.isFinite(Number(text))) return undefined;
  return {
    low: `${middle - 5n}e${scale}`,
    high: `${middle + 5n}e${scale}`,
    value: `${middle}e${scale}`,
    least: `${(middle - 5n) * 10n - slack}e${scale - 1}`,
    most: `${(middle + 5n) * 10n + slack}e${scale - 1}`,
  };
}

/** As doubles, perhaps on the scale of another unit; undefined where one of them has no value there. */
export function searchRange(
  { low, high, value, least, most }: SearchNumber,
  convert: (text: string) => number | undefined = Number,
): SearchRange | undefined {
  const bounds = [low, high, value, least, most].map(convert);
  if (!bounds.every((bound) => bound !== undefined)) return undefined;
  const [first = 0, last = 0, from = 0, nearFrom = 0, nearTo = 0] = bounds;
  // More digits than a double holds leave no width.
  const to = nextUp(from);
  return { low: first, high: Math.max(last, to), from, to, nearFrom, nearTo: Math.max(nearTo, to) };
}

/**
 * 100 is [99.5, 100.5), 100.00 is [99.995, 100.005); with an exponent at least one decimal is understood: 1e2 is [95, 105).
 * undefined when the text is no decimal.
 */
export function parseSearchNumber(text: string): SearchRange | undefined {
  const parsed = parseDecimal(text);
  return parsed && searchRange(parsed);
}

/** A stored number as a point; undefined for what is none. */
export function toNumber(value: Json | undefined): number | undefined {
  return isNumeric(value) ? Number(value) : undefined;
}

/** Between two quantities; open where one is missing, undefined where both are. */
export function rangeEnds(
  lowEnd: Json | undefined,
  highEnd: Json | undefined,
): { readonly low: number; readonly high: number } | undefined {
  const low = isObject(lowEnd) ? toNumber(lowEnd.value) : undefined;
  const high = isObject(highEnd) ? toNumber(highEnd.value) : undefined;
  if (low === undefined && high === undefined) return undefined;
  return { low: low ?? Number.NEGATIVE_INFINITY, high: high === undefined ? Number.POSITIVE_INFINITY : nextUp(high) };
}

export const numberType: SearchType = {
  entry: 'range',
  modifiers: [],
  indexer(_type, { code }) {
    return (value, list) => {
      const ends = isObject(value) ? rangeEnds(value.low, value.high) : rangeEnds({ value }, { value });
      if (ends !== undefined) addRange(list, code, undefined, ends.low, ends.high);
    };
  },
  match(asked) {
    const values = asked.values.flatMap((value) => {
      const { prefix, rest } = splitPrefix(unescapeValue(asked.name, value));
      const range = parseSearchNumber(rest);
      if (range === undefined)
        throw malformed(asked.name, value, 'a decimal such as 100, gt0.8 or 5.4e-3', '十进制数，例如 100、gt0.8 或 5.4e-3');
      return rangeTests(prefix, range);
    });
    return { kind: 'match', param: asked.parameter.code, match: { kind: 'range', values } };
  },
};
