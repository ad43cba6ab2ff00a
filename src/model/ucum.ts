/**
 * Units of measure: whether a text is a code of UCUM, which units measure the same, and values from one to the other.
 * Source: UCUM (http://unitsofmeasure.org), R4 datatypes.html#quantity
 */
import type { Numeric } from './decimal.js';
import { ownText } from './own-text.js';
import { minus, numericOf, over, plus, type Ratio, ratioOf, times, toNumber } from './ratio.js';
import { parseUnit, type Unit } from './ucum-parser.js';

const MAX_CACHED = 5_000;
const cache = new Map<string, Unit | undefined>();

function unitNamed(code: string): Unit | undefined {
  const found = cache.get(code);
  if (found !== undefined || cache.has(code)) return found;
  const unit = parseUnit(code);
  if (cache.size >= MAX_CACHED) cache.clear();
  cache.set(ownText(code), unit);
  return unit;
}

/** Whether the text is a code of UCUM in its case sensitive form. Names and printed symbols (`degree`, `°C`) are not. */
export function isUnit(code: string): boolean {
  return unitNamed(code) !== undefined;
}

/** Whether both are units and measure the same: `cm` and `[in_i]`. */
export function comparable(a: string, b: string): boolean {
  const [left, right] = [unitNamed(a), unitNamed(b)];
  return left !== undefined && right !== undefined && sameDimensions(left, right);
}

function sameDimensions({ dimensions: a }: Unit, { dimensions: b }: Unit): boolean {
  if (a.size !== b.size) return false;
  for (const [name, size] of a) if (b.get(name) !== size) return false;
  return true;
}

/**
 * The value in the other unit: exact where it ends within 28 digits, else rounded to so many, and on logarithmic scales to what a double
 * holds. undefined: the units do not measure the same, one is none, or the value is none on the scale (a level of zero).
 */
export function convert(value: Numeric, from: string, to: string): Numeric | undefined {
  const [source, target] = [unitNamed(from), unitNamed(to)];
  if (source === undefined || target === undefined || !sameDimensions(source, target)) return undefined;
  if (from === to) return value;
  const exact = ratioOf(value);
  const base = exact && toBase(exact, source);
  const result = base && fromBase(base, target);
  return result && numericOf(result);
}

function toBase(value: Ratio, { factor, scale }: Unit): Ratio | undefined {
  if (scale === undefined) return times(value, factor);
  const measured = times(value, scale.prefix);
  const amount = measured && scales[scale.name]?.toAmount(measured);
  return amount && times(amount, factor);
}

function fromBase(base: Ratio, { factor, scale }: Unit): Ratio | undefined {
  const amount = over(base, factor);
  if (scale === undefined || amount === undefined) return amount;
  const measured = scales[scale.name]?.fromAmount(amount);
  return measured && over(measured, scale.prefix);
}

/** The units that measure the same share one of these. */
export interface CanonicalUnit {
  /** Base units to their exponents, `g.m-3`; `1` without any. */
  readonly name: string;
  /** So much of the unit, as a decimal's text, is so much of the canonical one: the more the more. undefined: no number. */
  amount(value: string): number | undefined;
}

/** undefined: no unit, or one on a curved scale (a pH, a level in decibel), where more need not be more. */
export function canonicalUnit(code: string): CanonicalUnit | undefined {
  const unit = unitNamed(code);
  if (unit === undefined || (unit.scale !== undefined && scales[unit.scale.name]?.straight !== true)) return undefined;
  const names = [...unit.dimensions].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, size]) => (size === 1 ? name : name + size));
  return {
    name: names.length === 0 ? '1' : names.join('.'),
    amount(value) {
      const rough = Number(value);
      if (!Number.isFinite(rough)) return Number.isNaN(rough) ? undefined : rough;
      // Of more digits than can be computed with, what a double holds is enough.
      const exact = ratioOf(value) ?? ratioOf(rough);
      const base = exact && toBase(exact, unit);
      const amount = base === undefined ? Number.NaN : toNumber(base);
      return Number.isNaN(amount) ? rough * Number.POSITIVE_INFINITY : amount;
    },
  };
}

/** Between what a scale shows and the amount of its unit. */
interface Scale {
  /** The amount grows as what is shown. */
  readonly straight?: true;
  toAmount(shown: Ratio): Ratio | undefined;
  fromAmount(amount: Ratio): Ratio | undefined;
}

/** The zero is moved by so many of the scale's degrees; `degrees` of them make a unit of the amount. */
function shifted(zero: string): Scale {
  const by = ratioOf(zero);
  return { straight: true, toAmount: (shown) => by && plus(shown, by), fromAmount: (amount) => by && minus(amount, by) };
}

/** By functions that only doubles have. */
function curved(toAmount: (shown: number) => number, fromAmount: (amount: number) => number): Scale {
  const through = (value: Ratio, by: (x: number) => number) => {
    const result = by(toNumber(value));
    return Number.isFinite(result) ? ratioOf(result) : undefined;
  };
  return { toAmount: (shown) => through(shown, toAmount), fromAmount: (amount) => through(amount, fromAmount) };
}

const DEGREE = Math.PI / 180;
const homeopathic = (base: number) =>
  curved(
    (x) => base ** -x,
    (x) => -Math.log(x) / Math.log(base),
  );

/** By the names that UCUM's table has for them. Source: UCUM § 22, tables of special units */
const scales: Readonly<Record<string, Scale>> = {
  Cel: shifted('273.15'),
  degF: shifted('459.67'),
  degRe: shifted('218.52'),
  pH: curved(
    (x) => 10 ** -x,
    (x) => -Math.log10(x),
  ),
  ln: curved(Math.exp, Math.log),
  lg: curved((x) => 10 ** x, Math.log10),
  lgTimes2: curved(
    (x) => 10 ** (x / 2),
    (x) => 2 * Math.log10(x),
  ),
  ld: curved((x) => 2 ** x, Math.log2),
  tanTimes100: curved(
    (x) => Math.atan(x / 100),
    (x) => Math.tan(x) * 100,
  ),
  '100tan': curved(
    (x) => Math.atan(x / 100) / DEGREE,
    (x) => Math.tan(x * DEGREE) * 100,
  ),
  sqrt: curved((x) => x ** 2, Math.sqrt),
  hpX: homeopathic(10),
  hpC: homeopathic(100),
  hpM: homeopathic(1000),
  hpQ: homeopathic(50_000),
};
