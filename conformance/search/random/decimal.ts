/** Decimals without rounding, as whole numbers of 10⁻²⁴, and the ranges that they stand for. Source: R4 search.html#number, #prefix */

const PLACES = 24;

/** A decimal as it is written, an exponent included. */
export function decimalOf(text: string): bigint {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const shift = PLACES - fraction.length + Number(exponent);
  const digits = BigInt(whole + fraction);
  const value = shift >= 0 ? digits * 10n ** BigInt(shift) : digits / 10n ** BigInt(-shift);
  return sign === '-' ? -value : value;
}

/** Half of the last place that is written: 100 is [99.5, 100.5), 1e2 is [95, 105). */
export function halfPlace(text: string): bigint {
  const [, fraction, exponent] = /^[+-]?\d+(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const places = exponent !== undefined && fraction === undefined ? 1 : (fraction?.length ?? 0);
  return 5n * 10n ** BigInt(PLACES - places - 1 + Number(exponent ?? 0));
}
