/**
 * Units of time: FHIRPath's calendar words and the UCUM codes that mean the same. Quantities of other units are comparable only
 * where the units are the same text. Source: FHIRPath N1 #time-valued-quantities, #quantity-equality
 */

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

const milliseconds: Readonly<Record<Exclude<CalendarUnit, 'year' | 'month'>, number>> = {
  week: 604_800_000,
  day: 86_400_000,
  hour: 3_600_000,
  minute: 60_000,
  second: 1_000,
  millisecond: 1,
};

/**
 * The unit in which two are compared, with the factor to it: all units of fixed length by milliseconds, calendar years by months;
 * every other unit by itself.
 */
export function commonUnit(unit: string): readonly [unit: string, factor: number] {
  const duration = durationUnit(unit);
  if (duration === undefined) return [unit, 1];
  if (duration === 'year') return ['month', 12];
  return duration === 'month' ? ['month', 1] : ['millisecond', milliseconds[duration]];
}
