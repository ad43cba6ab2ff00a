/**
 * Fractions of whole numbers, for factors between units: most of them have no end as decimals (5/9), and none may be rounded before
 * the last step.
 */
import { type Numeric, numeric, parseScaled, withoutTrailingZeros } from './decimal.js';

export interface Ratio {
  readonly top: bigint;
  /** Greater than zero. */
  readonly bottom: bigint;
}

/** Digits of a result that has no end. */
const DIGITS = 28;
/** Beyond so many bits nothing is computed: a unit is data and may ask for any power. */
const MAX_BITS = 8_000;

export const one: Ratio = { top: 1n, bottom: 1n };

/** undefined: no number, or too long. */
export function ratioOf(value: Numeric | string): Ratio | undefined {
  const parsed = parseScaled(typeof value === 'object' ? value.text : String(value));
  return parsed && ratio(parsed.digits, 10n ** BigInt(parsed.scale));
}

/** undefined: beyond what is computed, or no number (`bottom` is zero). */
function ratio(top: bigint, bottom: bigint): Ratio | undefined {
  if (bottom === 0n || bits(top) > MAX_BITS || bits(bottom) > MAX_BITS) return undefined;
  const common = divisor(top < 0n ? -top : top, bottom < 0n ? -bottom : bottom);
  const sign = bottom < 0n ? -common : common;
  return { top: top / sign, bottom: bottom / sign };
}

function bits(value: bigint): number {
  return value.toString(16).length * 4;
}

function divisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x === 0n ? 1n : x;
}

export function times(a: Ratio, b: Ratio): Ratio | undefined {
  return ratio(a.top * b.top, a.bottom * b.bottom);
}

export function over(a: Ratio, b: Ratio): Ratio | undefined {
  return ratio(a.top * b.bottom, a.bottom * b.top);
}

export function plus(a: Ratio, b: Ratio): Ratio | undefined {
  return ratio(a.top * b.bottom + b.top * a.bottom, a.bottom * b.bottom);
}

export function minus(a: Ratio, b: Ratio): Ratio | undefined {
  return plus(a, { top: -b.top, bottom: b.bottom });
}

export function power(a: Ratio, exponent: number): Ratio | undefined {
  const size = Math.abs(exponent);
  if (Math.max(bits(a.top), bits(a.bottom)) * size > MAX_BITS * 2) return undefined;
  const [top, bottom] = [a.top ** BigInt(size), a.bottom ** BigInt(size)];
  return exponent < 0 ? ratio(bottom, top) : ratio(top, bottom);
}

/** Exact where it ends within 28 digits, else rounded to so many. */
export function numericOf({ top, bottom }: Ratio): Numeric | undefined {
  const whole = (top < 0n ? -top : top) / bottom;
  const scale = whole === 0n ? leadingZeros(top, bottom) + DIGITS : Math.max(0, DIGITS - whole.toString().length);
  const shifted = top * 10n ** BigInt(scale);
  const half = top < 0n ? -bottom : bottom;
  return numeric(withoutTrailingZeros({ digits: (2n * shifted + half) / (2n * bottom), scale }));
}

/** Of a fraction below one: zeros after the point. */
function leadingZeros(top: bigint, bottom: bigint): number {
  return Math.max(0, bottom.toString().length - (top < 0n ? -top : top).toString().length - 1);
}

export function toNumber(value: Ratio): number {
  return Number(numericOf(value) ?? Number.NaN);
}
