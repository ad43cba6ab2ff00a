/**
 * Search type quantity. A stored quantity is one range (a point, or open where it has a comparator), alone and under keys: its unit's
 * text, its system and code, and for codes of UCUM the amount in canonical units, so that 1 g is found as 1000 mg. Under a key a number
 * in one unit never meets another. Source: R4 search.html#quantity
 */
import { isNumeric, isObject, type Json, type JsonObject } from '../../model/json.js';
import { type CanonicalUnit, canonicalUnit } from '../../model/ucum.js';
import type { IndexEntry, Predicate } from '../../store/port.js';
import { remembering } from '../recent.js';
import { malformed } from '../refusals.js';
import { splitEscaped, unescapeValue } from '../values.js';
import { parseDecimal, searchRange } from './number.js';
import { nextUp, rangeTests, splitPrefix } from './range.js';
import type { Asked, SearchType } from './type.js';

const CURRENCIES = 'urn:iso:std:iso:4217';
const UNITS = 'http://unitsofmeasure.org';

interface Ends {
  readonly low: number;
  readonly high: number;
}

/** What is measured: the numbers at its ends as they stand, open where one is absent. */
interface Measured {
  readonly low?: string;
  readonly high?: string;
  readonly comparator?: string;
  readonly system?: string;
  readonly code?: string;
  readonly unit?: string;
}

export const quantityType: SearchType = {
  entry: 'range',
  modifiers: [],
  index(item, parameter, _context, add) {
    const measured = isObject(item.value) ? measure(item.type, item.value) : exactly(item.value);
    if (measured !== undefined) addRanges(parameter.code, measured, add);
  },
  match(asked) {
    const matches = asked.values.map((value) => quantityMatch(asked, value));
    const [only] = matches;
    return matches.length === 1 && only !== undefined ? only : { kind: 'any', of: matches };
  },
};

function addRanges(param: string, measured: Measured, add: (entry: IndexEntry) => void): void {
  const { system, code, unit } = measured;
  const own = endsOf(measured, Number);
  if (own === undefined) return;
  const under = (key: string, ends: Ends = own) => add({ kind: 'range', param, key, ...ends });
  add({ kind: 'range', param, ...own });
  if (code !== undefined) under(`||${code}`);
  if (unit !== undefined && unit !== code) under(`||${unit}`);
  if (system === undefined || code === undefined) return;
  const canonical = system === UNITS ? canonicalOf(code) : undefined;
  const amounts = canonical && endsOf(measured, (value) => amountOf(`${value} ${code}`));
  if (canonical === undefined) under(`|${system}|${code}`);
  else if (amounts !== undefined) under(canonicalKey(canonical), amounts);
}

/** `number`, `number|system|code`, `number||code`; there is no other form. */
function quantityMatch(asked: Asked, value: string): Predicate {
  const parts = splitEscaped(value, '|').map((part) => unescapeValue(asked.name, part));
  const [number = '', system = '', code = ''] = parts;
  const { prefix, rest } = splitPrefix(number);
  const parsed = parseDecimal(rest);
  const canonical = system === UNITS ? canonicalOf(code) : undefined;
  const range = parsed && searchRange(parsed, canonical?.amount);
  const shape = parts.length === 1 || (parts.length === 3 && (code !== '' || system === ''));
  if (range === undefined || !shape) {
    throw malformed(
      asked.name,
      value,
      'a quantity such as 5.4, gt5.4||mg or 5.4|http://unitsofmeasure.org|mg',
      '数量，例如 5.4、gt5.4||mg 或 5.4|http://unitsofmeasure.org|mg',
    );
  }
  const key = canonical !== undefined ? canonicalKey(canonical) : `|${system}|${code}`;
  const match = { kind: 'range', ...(code === '' ? {} : { key }), values: rangeTests(prefix, range) } as const;
  return { kind: 'match', param: asked.parameter.code, match };
}

/** No code holds a space. */
function canonicalKey({ name }: CanonicalUnit): string {
  return `|${UNITS}| ${name}`;
}

const CACHED = 20_000;
const canonicalOf = remembering<CanonicalUnit | undefined>(CACHED, canonicalUnit);
/** Of `5.4 mg`: what is measured is measured often. */
const amountOf = remembering(CACHED, (text) => {
  const space = text.indexOf(' ');
  return canonicalOf(text.slice(space + 1))?.amount(text.slice(0, space));
});

function endsOf({ low, high, comparator }: Measured, read: (value: string) => number | undefined): Ends | undefined {
  const [from, to] = [low === undefined ? Number.NEGATIVE_INFINITY : read(low), high === undefined ? Number.POSITIVE_INFINITY : read(high)];
  if (from === undefined || to === undefined) return undefined;
  switch (comparator) {
    case '<':
      return { low: Number.NEGATIVE_INFINITY, high: to };
    case '<=':
      return { low: Number.NEGATIVE_INFINITY, high: nextUp(to) };
    case '>':
      return { low: nextUp(from), high: Number.POSITIVE_INFINITY };
    case '>=':
      return { low: from, high: Number.POSITIVE_INFINITY };
    default:
      return { low: from, high: nextUp(to) };
  }
}

function measure(type: string, value: JsonObject): Measured | undefined {
  if (type === 'Range') return between(value.low, value.high);
  // R4, value-quantity: "just search on the bounds of the values in sampled data".
  if (type === 'SampledData') return span(value.lowerLimit, value.upperLimit, value.origin);
  const number = exactly(value.value);
  if (number === undefined) return undefined;
  if (type === 'Money') return { ...number, system: CURRENCIES, code: text(value.currency) };
  return { ...number, comparator: text(value.comparator), ...units(value) };
}

function exactly(value: Json | undefined): Measured | undefined {
  const number = numberText(value);
  return number === undefined ? undefined : { low: number, high: number };
}

/** The unit of a Range is that of the end that has one; where they differ only the numbers are known. */
function between(low: Json | undefined, high: Json | undefined): Measured | undefined {
  const [from, to] = [isObject(low) ? low : {}, isObject(high) ? high : {}];
  const [first, last] = [units(from), units(to)];
  const same = first.code === last.code && first.system === last.system && first.unit === last.unit;
  const unit = same || to.value === undefined ? first : from.value === undefined ? last : {};
  return span(from.value, to.value, unit);
}

function span(low: Json | undefined, high: Json | undefined, unit: Json | undefined): Measured | undefined {
  const [from, to] = [numberText(low), numberText(high)];
  return from === undefined && to === undefined ? undefined : { low: from, high: to, ...(isObject(unit) ? units(unit) : {}) };
}

function units(value: JsonObject): Pick<Measured, 'system' | 'code' | 'unit'> {
  return { system: text(value.system), code: text(value.code), unit: text(value.unit) };
}

function numberText(value: Json | undefined): string | undefined {
  if (!isNumeric(value)) return undefined;
  return typeof value === 'number' ? String(value) : value.text;
}

function text(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
