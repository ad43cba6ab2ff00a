/**
 * Exact decimal arithmetic on integers scaled by a power of ten. Source: FHIRPath N1 #decimal, #math-1
 */
import { Decimal } from './json.js';

export type Numeric = number | Decimal;

/** digits × 10^-scale */
interface Scaled {
  readonly digits: bigint;
  readonly scale: number;
}

/** Beyond this many digits a result counts as overflow: data could otherwise ask for numbers that fill the memory. */
const MAX_DIGITS = 400;
const limit = 10n ** BigInt(MAX_DIGITS);
/** Digits after the point that a division keeps. */
const QUOTIENT_SCALE = 28;
const token = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** undefined: not a number, or too long to compute with. */
export function scaled(value: Numeric): Scaled | undefined {
  return parseScaled(typeof value === 'number' ? String(value) : value.text);
}

export function parseScaled(text: string): Scaled | undefined {
  const match = token.exec(text);
  if (!match) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const shift = Number(exponent);
  if (whole.length + fraction.length > MAX_DIGITS || Math.abs(shift) > MAX_DIGITS) return undefined;
  const digits = BigInt(sign === '-' ? `-${whole}${fraction}` : whole + fraction);
  const scale = fraction.length - shift;
  return scale < 0 ? { digits: digits * 10n ** BigInt(-scale), scale: 0 } : { digits, scale };
}

/** As a JSON number: a plain one when JavaScript prints the same text. undefined on overflow. */
export function numeric({ digits, scale }: Scaled): Numeric | undefined {
  if (digits >= limit || digits <= -limit) return undefined;
  const text = textOfScaled(digits, scale);
  const value = Number(text);
  return String(value) === text ? value : new Decimal(text);
}

function textOfScaled(digits: bigint, scale: number): string {
  if (scale === 0) return String(digits);
  const all = String(digits < 0n ? -digits : digits).padStart(scale + 1, '0');
  return `${digits < 0n ? '-' : ''}${all.slice(0, -scale)}.${all.slice(-scale)}`;
}

export function numericText(value: Numeric): string {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  const exact = scaled(value);
  return exact === undefined ? String(value) : textOfScaled(exact.digits, exact.scale);
}

function align(a: Scaled, b: Scaled): readonly [bigint, bigint, number] {
  if (a.scale === b.scale) return [a.digits, b.digits, a.scale];
  if (a.scale < b.scale) return [a.digits * 10n ** BigInt(b.scale - a.scale), b.digits, b.scale];
  return [a.digits, b.digits * 10n ** BigInt(a.scale - b.scale), a.scale];
}

/** Negative, zero or positive, as sorting wants it. */
export function compareNumeric(a: Numeric, b: Numeric): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const left = scaled(a);
  const right = scaled(b);
  if (left === undefined || right === undefined) return Number(a) - Number(b);
  const [x, y] = align(left, right);
  return x < y ? -1 : x > y ? 1 : 0;
}

export type Operation = '+' | '-' | '*' | '/' | 'div' | 'mod';

/** undefined where the result does not exist (division by zero) or overflows. */
export function calculate(operation: Operation, a: Numeric, b: Numeric): Numeric | undefined {
  if (operation !== '/' && typeof a === 'number' && typeof b === 'number' && Number.isInteger(a) && Number.isInteger(b)) {
    const quick = ofIntegers(operation, a, b);
    if (quick === undefined || Number.isSafeInteger(quick)) return quick;
  }
  const left = scaled(a);
  const right = scaled(b);
  if (left === undefined || right === undefined) return undefined;
  if (operation === '*') return numeric({ digits: left.digits * right.digits, scale: left.scale + right.scale });
  const [x, y, scale] = align(left, right);
  if (operation === '+') return numeric({ digits: x + y, scale });
  if (operation === '-') return numeric({ digits: x - y, scale });
  if (y === 0n) return undefined;
  if (operation === 'div') return numeric({ digits: x / y, scale: 0 });
  if (operation === 'mod') return numeric({ digits: x % y, scale });
  const quotient = divideRounded(x * 10n ** BigInt(QUOTIENT_SCALE), y);
  return numeric(withoutTrailingZeros({ digits: quotient, scale: QUOTIENT_SCALE }));
}

/** What doubles compute exactly as long as the result is a safe integer. */
function ofIntegers(operation: Exclude<Operation, '/'>, a: number, b: number): number | undefined {
  if (operation === '+') return a + b;
  if (operation === '-') return a - b;
  if (operation === '*') return a * b;
  if (b === 0) return undefined;
  // Adding zero makes -0 the 0 that JSON has.
  return (operation === 'div' ? Math.trunc(a / b) : a % b) + 0;
}

/** Integer division, halves away from zero. */
function divideRounded(x: bigint, y: bigint): bigint {
  const quotient = x / y;
  const rest = x % y;
  const twice = (rest < 0n ? -rest : rest) * 2n;
  if (twice < (y < 0n ? -y : y)) return quotient;
  return x < 0n === y < 0n ? quotient + 1n : quotient - 1n;
}

export function withoutTrailingZeros(value: Scaled): Scaled {
  let { digits, scale } = value;
  while (scale > 0 && digits % 10n === 0n) {
    digits /= 10n;
    scale--;
  }
  return { digits, scale };
}

export type Rounding = 'nearest' | 'floor' | 'ceiling' | 'truncate';

/** To so many digits after the point; padded with zeros where it has fewer. Nearest: halves away from zero. */
export function roundTo(value: Scaled, scale: number, rounding: Rounding): Scaled {
  if (scale >= value.scale) return { digits: value.digits * 10n ** BigInt(scale - value.scale), scale };
  const unit = 10n ** BigInt(value.scale - scale);
  if (rounding === 'nearest') return { digits: divideRounded(value.digits, unit), scale };
  const quotient = value.digits / unit;
  const rest = value.digits % unit;
  if (rounding === 'floor' && rest < 0n) return { digits: quotient - 1n, scale };
  if (rounding === 'ceiling' && rest > 0n) return { digits: quotient + 1n, scale };
  return { digits: quotient, scale };
}
