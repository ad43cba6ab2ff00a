/**
 * Values beside the least or the greatest that an element may have: numbers, times of any precision and zone, quantities in units that can
 * be converted, and dates beside a time from now. Source: R4 elementdefinition-definitions.html#ElementDefinition.minValue_x_, #maxValue_x_
 */
import { createZone, parseTimeRange, type TimeRange } from '../../model/dates.js';
import { compareNumeric, type Numeric } from '../../model/decimal.js';
import { isNumeric, isObject, type Json, type JsonObject } from '../../model/json.js';
import { convert } from '../../model/ucum.js';

export interface Limit {
  readonly rule: 'minValue' | 'maxValue';
  readonly value: Json;
}

/** Whether a value surely lies outside; undefined: that cannot be told of its unit. What has not the shape of its type is inside. */
export type IsOutside = (value: Json) => boolean | undefined;

export function limitOf(type: string, { rule, value: limit }: Limit): IsOutside {
  const isLower = rule === 'minValue';
  switch (type) {
    case 'date':
    case 'dateTime':
    case 'instant':
      return typeof limit === 'string' ? besideTime(limit, isLower) : besideNow(limit, isLower);
    case 'time':
      return (value) => besideClock(value, limit, isLower);
    default:
      if (isObject(limit)) return (value) => isObject(value) && besideQuantity(value, limit, isLower);
      return (value) => isNumeric(value) && isNumeric(limit) && isBeyond(compareNumeric(value, limit), isLower);
  }
}

function isBeyond(difference: number, isLower: boolean): boolean {
  return isLower ? difference < 0 : difference > 0;
}

const utc = createZone('UTC');
const HOUR = 3_600_000;
const zoned = /(?:Z|[+-]\d\d:\d\d)$/;

/** Outside is what lies outside with all that it may mean: a month lies before a day when its last day does. */
function besideTime(limit: string, isLower: boolean): IsOutside {
  const withZone = rangeOf(limit, true);
  const asWritten = rangeOf(limit, false);
  return (value) => {
    if (typeof value !== 'string') return false;
    // Two that both name no zone mean the same one.
    const isLocal = !hasZone(value) && !hasZone(limit);
    const [found, most] = isLocal ? [rangeOf(value, false), asWritten] : [rangeOf(value, true), withZone];
    if (found === undefined || most === undefined) return false;
    return isLower ? found.high <= most.low : found.low >= most.high;
  };
}

function hasZone(text: string): boolean {
  return text.length > 10 && zoned.test(text);
}

/** `isAnywhere`: what names no zone may be meant in any of the world's, of 14 hours before UTC to 12 after. */
function rangeOf(text: string, isAnywhere: boolean): TimeRange | undefined {
  const range = parseTimeRange(text, utc);
  if (range === undefined || !isAnywhere || hasZone(text)) return range;
  return { low: range.low - 14 * HOUR, high: range.high + 12 * HOUR };
}

/** "The duration value is positive, and is subtracted from the current clock to determine the minimum", and added for the maximum. */
function besideNow(limit: Json, isLower: boolean): IsOutside {
  return (value) => {
    const found = typeof value === 'string' ? rangeOf(value, true) : undefined;
    if (found === undefined) return false;
    const bound = isObject(limit) ? fromNow(limit, isLower ? -1 : 1) : undefined;
    if (bound === undefined) return undefined;
    return isLower ? found.high <= bound : found.low > bound;
  };
}

/** Milliseconds UTC. Months and years are those of the calendar. */
function fromNow({ value, code }: JsonObject, sign: number): number | undefined {
  if (!isNumeric(value) || typeof code !== 'string') return undefined;
  const now = new Date();
  const months = code === 'a' ? 12 * Number(value) : code === 'mo' ? Number(value) : undefined;
  if (months !== undefined && Number.isInteger(months)) return now.setUTCMonth(now.getUTCMonth() + sign * months);
  const seconds = convert(value, code, 's');
  return seconds === undefined ? undefined : now.getTime() + sign * Number(seconds) * 1000;
}

function besideClock(value: Json, limit: Json, isLower: boolean): boolean {
  if (typeof value !== 'string' || typeof limit !== 'string') return false;
  const [found, bound] = [padded(value), padded(limit)];
  return isLower ? found < bound : found > bound;
}

/** Times of a day with the fraction of a second that all have: their texts are then in the order of the times. */
function padded(time: string): string {
  const [whole = '', fraction = ''] = time.split('.');
  return `${whole}.${fraction.padEnd(30, '0')}`;
}

/** In the limit's unit; a limit without one is for the number alone. A comparator leaves open how far a value lies on its side. */
function besideQuantity(quantity: JsonObject, limit: JsonObject, isLower: boolean): boolean | undefined {
  if (!isNumeric(quantity.value) || !isNumeric(limit.value)) return false;
  const value = inUnitOf(limit, quantity, quantity.value);
  if (value === undefined) return undefined;
  const difference = compareNumeric(value, limit.value);
  const { comparator } = quantity;
  if (typeof comparator !== 'string') return isBeyond(difference, isLower);
  if (comparator.startsWith('<') !== isLower) return false;
  return isBeyond(difference, isLower) || (difference === 0 && !comparator.endsWith('='));
}

function inUnitOf(limit: JsonObject, { system, code, unit }: JsonObject, value: Numeric): Numeric | undefined {
  if (limit.code === undefined) return limit.unit === undefined || limit.unit === unit ? value : undefined;
  if (system !== limit.system) return undefined;
  if (code === limit.code) return value;
  if (system !== 'http://unitsofmeasure.org' || typeof code !== 'string' || typeof limit.code !== 'string') return undefined;
  return convert(value, code, limit.code);
}
