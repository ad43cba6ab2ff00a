/**
 * Search type quantity. A stored quantity is one range (a point, or open where it has a comparator), alone and under keys: its unit's
 * text, its system and code, and for codes of UCUM the amount in canonical units, so that 1 g is found as 1000 mg. Under a key a number
 * in one unit never meets another. Source: R4 search.html#quantity
 */
import type { Numeric } from '../../model/decimal.js';
import { isNumeric, isObject, type Json, type JsonObject } from '../../model/json.js';
import { remembering } from '../../model/recent.js';
import { type CanonicalUnit, canonicalUnit } from '../../model/ucum.js';
import type { Predicate } from '../../store/port.js';
import { addRange, type EntryList } from '../entry-list.js';
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
  readonly low: Numeric | undefined;
  readonly high: Numeric | undefined;
  readonly comparator: string | undefined;
  readonly system: string | undefined;
  readonly code: string | undefined;
  readonly unit: string | undefined;
}

export const quantityType: SearchType = {
  entry: 'range',
  modifiers: [],
  indexer(type, { code }) {
    return (value, list) => {
      const measured = isObject(value) ? measure(type, value) : exactly(value);
      if (measured !== undefined) addRanges(code, measured, list);
    };
  },
  match(asked) {
    const matches = asked.values.map((value) => quantityMatch(asked, value));
    const [only] = matches;
    return matches.length === 1 && only !== undefined ? only : { kind: 'any', of: matches };
  },
};

function addRanges(param: string, measured: Measured, list: EntryList): void {
  const { system, code, unit } = measured;
  const { low, high } = endsOf(measured, asItStands);
  addRange(list, param, undefined, low, high);
  if (code !== undefined) addRange(list, param, bareKey(code), low, high);
  if (unit !== undefined && unit !== code) addRange(list, param, bareKey(unit), low, high);
  if (system === undefined || code === undefined) return;
  const canonical = system === UNITS ? unitOf(code) : undefined;
  const ends = canonical === undefined ? { low, high } : endsOf(measured, canonical.amount);
  addRange(list, param, canonical?.key ?? `|${system}|${code}`, ends.low, ends.high);
}

function asItStands(value: Numeric): number {
  return typeof value === 'number' ? value : Number(value);
}

/** `number`, `number|system|code`, `number||code`; there is no other form. */
function quantityMatch(asked: Asked, value: string): Predicate {
  const parts = splitEscaped(value, '|').map((part) => unescapeValue(asked.name, part));
  const [number = '', system = '', code = ''] = parts;
  const { prefix, rest } = splitPrefix(number);
  const parsed = parseDecimal(rest);
  const canonical = system === UNITS ? unitOf(code) : undefined;
  const range = parsed && searchRange(parsed, canonical?.exactly);
  const shape = parts.length === 1 || (parts.length === 3 && (code !== '' || system === ''));
  if (range === undefined || !shape) {
    throw malformed(
      asked.name,
      value,
      'a quantity such as 5.4, gt5.4||mg or 5.4|http://unitsofmeasure.org|mg',
      '数量，例如 5.4、gt5.4||mg 或 5.4|http://unitsofmeasure.org|mg',
    );
  }
  const key = canonical?.key ?? `|${system}|${code}`;
  const match = { kind: 'range', ...(code === '' ? {} : { key }), values: rangeTests(prefix, range) } as const;
  return { kind: 'match', param: asked.parameter.code, match };
}

interface KnownUnit {
  readonly key: string;
  readonly exactly: CanonicalUnit['amount'];
  amount(value: Numeric): number;
}

const CACHED = 5000;

const bareKey = remembering(CACHED, (unit) => `||${unit}`);

/** What is measured is measured often; exact arithmetic takes some microseconds. */
const unitOf = remembering<KnownUnit | undefined>(CACHED, (code) => {
  const canonical = canonicalUnit(code);
  if (canonical === undefined) return undefined;
  const amounts = new Map<number, number>();
  const made = (value: Numeric) => canonical.amount(typeof value === 'number' ? String(value) : value.text) ?? Number(value);
  return {
    // No code holds a space.
    key: `|${UNITS}| ${canonical.name}`,
    exactly: canonical.amount,
    amount(value) {
      if (typeof value !== 'number') return made(value);
      const known = amounts.get(value);
      if (known !== undefined) return known;
      const amount = made(value);
      if (amounts.size >= CACHED) amounts.clear();
      amounts.set(value, amount);
      return amount;
    },
  };
});

function endsOf({ low, high, comparator }: Measured, read: (value: Numeric) => number): Ends {
  const from = low === undefined ? Number.NEGATIVE_INFINITY : read(low);
  const to = high === undefined ? Number.POSITIVE_INFINITY : high === low ? from : read(high);
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
  if (!isNumeric(value.value)) return undefined;
  const number = value.value;
  const money = type === 'Money';
  return {
    low: number,
    high: number,
    comparator: text(value.comparator),
    system: money ? CURRENCIES : text(value.system),
    code: text(money ? value.currency : value.code),
    unit: text(value.unit),
  };
}

function exactly(value: Json | undefined): Measured | undefined {
  return span(value, value, undefined);
}

/** The unit of a Range is that of the end that has one; where they differ only the numbers are known. */
function between(low: Json | undefined, high: Json | undefined): Measured | undefined {
  const [from, to] = [isObject(low) ? low : {}, isObject(high) ? high : {}];
  const same = from.code === to.code && from.system === to.system && from.unit === to.unit;
  const unit = same || to.value === undefined ? from : from.value === undefined ? to : undefined;
  return span(from.value, to.value, unit);
}

function span(low: Json | undefined, high: Json | undefined, unit: Json | undefined): Measured | undefined {
  const [from, to] = [isNumeric(low) ? low : undefined, isNumeric(high) ? high : undefined];
  if (from === undefined && to === undefined) return undefined;
  const { system, code, unit: name } = isObject(unit) ? unit : {};
  return { low: from, high: to, comparator: undefined, system: text(system), code: text(code), unit: text(name) };
}

function text(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
