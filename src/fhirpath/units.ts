/**
 * Units of quantities: UCUM's codes, and FHIRPath's calendar words with the codes that mean the same.
 * Source: FHIRPath N1 #time-valued-quantities, #quantity-equality
 */
import { calculate, type Numeric } from '../model/decimal.js';
import { convert, isUnit } from '../model/ucum.js';

const calendarUnits = ['year', 'month', 'week', 'day', 'hour', 'minute', 'second', 'millisecond'] as const;
export type CalendarUnit = (typeof calendarUnits)[number];

const words = new Map<string, CalendarUnit>(
  calendarUnits.flatMap((unit) => [
    [unit, unit],
    [`${unit}s`, unit],
  ]),
);

/** `days` → `day`; undefined for what is no calendar word. */
export function calendarUnit(word: string): CalendarUnit | undefined {
  return words.get(word);
}

const codes: Readonly<Record<string, CalendarUnit>> = { wk: 'week', d: 'day', h: 'hour', min: 'minute', s: 'second', ms: 'millisecond' };

/**
 * The calendar unit a unit stands for in date arithmetic. UCUM's year and month (`a`, `mo`) are of fixed length and therefore none.
 */
export function durationUnit(unit: string): CalendarUnit | undefined {
  return words.get(unit) ?? (Object.hasOwn(codes, unit) ? codes[unit] : undefined);
}

/** Units of fixed length by their UCUM code; a calendar year or month has none. */
const fixed: ReadonlyMap<string, string> = new Map(Object.entries(codes).map(([code, word]) => [word, code]));
/** What calendar years and months are equivalent to, though not equal. Source: FHIRPath N1 #time-valued-quantities */
const nearly: Readonly<Record<string, string>> = { year: 'a', month: 'mo' };

/** `day` → `d`; years and months only where the nearest unit of fixed length will do. */
function ucumCode(unit: string, roughly: boolean): string {
  return fixed.get(unit) ?? (roughly && Object.hasOwn(nearly, unit) ? (nearly[unit] ?? unit) : unit);
}

/** The value in the other unit; undefined where the two measure different things or one is no unit. */
export function inUnit(value: Numeric, from: string, to: string, roughly = false): Numeric | undefined {
  if (from === to) return value;
  if (from === 'year' && to === 'month') return calculate('*', value, 12);
  if (from === 'month' && to === 'year') return calculate('/', value, 12);
  return convert(value, ucumCode(from, roughly), ucumCode(to, roughly));
}

/** The units of a product or a quotient. undefined: one is not UCUM's. */
export function joinedUnits(operator: '*' | '/', a: string, b: string): string | undefined {
  if (b === '1') return a;
  if (operator === '*' && a === '1') return b;
  if (operator === '/' && a === b) return '1';
  const right = ucumCode(b, true);
  const unit = `${ucumCode(a, true)}${operator === '*' ? '.' : '/'}${/[./]/.test(right) ? `(${right})` : right}`;
  return isUnit(unit) ? unit : undefined;
}
