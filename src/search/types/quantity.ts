/**
 * Search type quantity. A stored quantity is one range (a point, or open where it has a comparator) in several lanes: by number
 * alone, by system and code, by code or unit. A lane is a parameter name of its own, so that a number in one unit never meets
 * another. Source: R4 search.html#quantity
 */
import { isObject, type Json, type JsonObject } from '../../model/json.js';
import type { IndexEntry, Predicate } from '../../store/port.js';
import { malformed } from '../refusals.js';
import { splitEscaped, unescapeValue } from '../values.js';
import { parseSearchNumber, rangeEnds, toNumber } from './number.js';
import { nextUp, rangeTests, splitPrefix } from './range.js';
import type { Asked, SearchType } from './type.js';

interface Measured {
  readonly low: number;
  readonly high: number;
  readonly system?: string;
  readonly code?: string;
  readonly unit?: string;
}

const CURRENCIES = 'urn:iso:std:iso:4217';

export const quantityType: SearchType = {
  entry: 'range',
  modifiers: [],
  index(item, parameter, _context, add) {
    const measured = isObject(item.value) ? measure(item.type, item.value) : point(item.value);
    if (measured !== undefined) addLanes(parameter.code, measured, add);
  },
  match(asked) {
    const matches = asked.values.map((value) => quantityMatch(asked, value));
    const [only] = matches;
    return matches.length === 1 && only !== undefined ? only : { kind: 'any', of: matches };
  },
};

function addLanes(param: string, { low, high, system, code, unit }: Measured, add: (entry: IndexEntry) => void): void {
  const lane = (name: string) => add({ kind: 'range', param: name, low, high });
  lane(param);
  if (system !== undefined && code !== undefined) lane(`${param}|${system}|${code}`);
  if (code !== undefined) lane(`${param}||${code}`);
  if (unit !== undefined && unit !== code) lane(`${param}||${unit}`);
}

/** `number`, `number|system|code`, `number||code`; `number|system|` and a lone `number|code` have no lane. */
function quantityMatch(asked: Asked, value: string): Predicate {
  const parts = splitEscaped(value, '|').map((part) => unescapeValue(asked.name, part));
  const [number = '', system = '', code = ''] = parts;
  const { prefix, rest } = splitPrefix(number);
  const range = parseSearchNumber(rest);
  const shape = parts.length === 1 || (parts.length === 3 && (code !== '' || system === ''));
  if (range === undefined || !shape) {
    throw malformed(
      asked.name,
      value,
      'a quantity such as 5.4, gt5.4||mg or 5.4|http://unitsofmeasure.org|mg',
      '数量，例如 5.4、gt5.4||mg 或 5.4|http://unitsofmeasure.org|mg',
    );
  }
  const lane = code === '' ? '' : `|${system}|${code}`;
  return { kind: 'match', param: asked.parameter.code + lane, match: { kind: 'range', values: rangeTests(prefix, range) } };
}

function measure(type: string, value: JsonObject): Measured | undefined {
  if (type === 'Range') return span(value.low, value.high);
  if (type === 'SampledData') return sampled(value);
  const ends = point(value.value, text(value.comparator));
  if (ends === undefined) return undefined;
  const { low, high } = ends;
  if (type === 'Money') return { low, high, system: CURRENCIES, code: text(value.currency) };
  return { low, high, system: text(value.system), code: text(value.code), unit: text(value.unit) };
}

function point(value: Json | undefined, comparator?: string): { readonly low: number; readonly high: number } | undefined {
  const number = toNumber(value);
  if (number === undefined) return undefined;
  switch (comparator) {
    case '<':
      return { low: Number.NEGATIVE_INFINITY, high: number };
    case '<=':
      return { low: Number.NEGATIVE_INFINITY, high: nextUp(number) };
    case '>':
      return { low: nextUp(number), high: Number.POSITIVE_INFINITY };
    case '>=':
      return { low: number, high: Number.POSITIVE_INFINITY };
    default:
      return { low: number, high: nextUp(number) };
  }
}

/** The unit of a Range is that of the end that has one. */
function span(low: Json | undefined, high: Json | undefined): Measured | undefined {
  const ends = rangeEnds(low, high);
  return ends && { ...(isObject(high) ? units(high) : {}), ...(isObject(low) ? units(low) : {}), ...ends };
}

/** R4, value-quantity: "just search on the bounds of the values in sampled data". */
function sampled(value: JsonObject): Measured | undefined {
  const ends = rangeEnds({ value: value.lowerLimit }, { value: value.upperLimit });
  return ends && { ...(isObject(value.origin) ? units(value.origin) : {}), ...ends };
}

function units(value: JsonObject): Pick<Measured, 'system' | 'code' | 'unit'> {
  return { system: text(value.system), code: text(value.code), unit: text(value.unit) };
}

function text(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
