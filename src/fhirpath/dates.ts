/**
 * Dates, date-times and times with the precision they were written with. Comparing values of different precision, or of which
 * only one has a timezone, gives no answer where the answer depends on what is not there.
 * Source: FHIRPath N1 #datetime-equality, #comparison, #datetime-arithmetic
 */

/**
 * `fields`: year, month, day, hour, minute, and seconds in nanoseconds, as many as were written; a time begins with the hour.
 * Milliseconds are no precision of their own. `offset`: minutes east of UTC.
 */
export interface Temporal {
  readonly time: boolean;
  readonly fields: readonly number[];
  readonly offset: number | undefined;
  /** Digits of a second's fraction as they were written. */
  readonly fraction: number;
}

const clock = '(\\d\\d)(?::(\\d\\d)(?::(\\d\\d)(?:\\.(\\d{1,9})\\d*)?)?)?';
const datePattern = new RegExp(`^(\\d{4})(?:-(\\d\\d)(?:-(\\d\\d))?)?(?:T(?:${clock}(Z|[+-]\\d\\d:\\d\\d)?)?)?$`);
const timePattern = new RegExp(`^T?${clock}$`);
const NANOS = 1e9;

/** A date or date-time: `2015`, `2015-02-04T14:34:28.123+08:00`. undefined: not one, or not in the calendar. */
export function parseDate(text: string): Temporal | undefined {
  const match = datePattern.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', zone] = match;
  const fields = fieldsOf([year, month, day, hour, minute], second, fraction);
  const [y = 0, m = 1, d = 1] = fields;
  if (y < 1 || m < 1 || m > 12 || d < 1 || d > daysIn(y, m) || !isClock(fields.slice(3))) return undefined;
  if (hour !== undefined && day === undefined) return undefined;
  return { time: false, fields, offset: zone === undefined ? undefined : offsetOf(zone), fraction: fraction.length };
}

export function parseTime(text: string): Temporal | undefined {
  const match = timePattern.exec(text);
  if (!match) return undefined;
  const [, hour, minute, second, fraction = ''] = match;
  const fields = fieldsOf([hour, minute], second, fraction);
  return isClock(fields) ? { time: true, fields, offset: undefined, fraction: fraction.length } : undefined;
}

function fieldsOf(parts: readonly (string | undefined)[], second: string | undefined, fraction: string): number[] {
  const fields = parts.filter((part) => part !== undefined).map(Number);
  if (second !== undefined) fields.push(Number(second) * NANOS + Number(fraction.padEnd(9, '0')));
  return fields;
}

function isClock([hour = 0, minute = 0, nanos = 0]: readonly number[]): boolean {
  return hour < 24 && minute < 60 && nanos < 61 * NANOS;
}

function offsetOf(zone: string): number {
  if (zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4));
  return zone.startsWith('-') ? -minutes : minutes;
}

export function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days since 1970-01-01 in the calendar that FHIR uses for all years. */
function dayNumber(year: number, month: number, day: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return Math.round(date.getTime() / 86_400_000);
}

/** Minutes since 1970 of what is written, as if it were UTC. */
function minutesOf([year = 1, month = 1, day = 1, hour = 0, minute = 0]: readonly number[]): number {
  return dayNumber(year, month, day) * 1440 + hour * 60 + minute;
}

function fieldsOfMinutes(minutes: number): number[] {
  const date = new Date(Math.floor(minutes / 1440) * 86_400_000);
  const rest = ((minutes % 1440) + 1440) % 1440;
  return [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate(), Math.floor(rest / 60), rest % 60];
}

/** The fields at UTC, where they reach down to the clock and the zone is known. */
function universal({ fields, offset }: Temporal): readonly number[] {
  if (offset === undefined || offset === 0 || fields.length < 4) return fields;
  return [...fieldsOfMinutes(minutesOf(fields) - offset).slice(0, fields.length), ...fields.slice(5)];
}

/** The widest a timezone can move a clock, in minutes. */
const ZONE_REACH = 14 * 60;

/** Negative, zero, positive; undefined where it depends on what was not written. */
export function compareTemporal(a: Temporal, b: Temporal): number | undefined {
  if (a.time !== b.time) return undefined;
  const zoned = (value: Temporal) => value.offset !== undefined;
  if (!a.time && a.fields.length > 3 && b.fields.length > 3 && zoned(a) !== zoned(b)) {
    const apart = minutesOf(universal(a)) - minutesOf(universal(b));
    return Math.abs(apart) > ZONE_REACH ? apart : undefined;
  }
  // A date has no zone: it is compared with the date-time as that was written.
  const both = zoned(a) && zoned(b);
  return compareFields(both ? universal(a) : a.fields, both ? universal(b) : b.fields);
}

function compareFields(left: readonly number[], right: readonly number[]): number | undefined {
  const common = Math.min(left.length, right.length);
  for (let i = 0; i < common; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length === right.length ? 0 : undefined;
}

const two = (value: number | undefined) => String(value ?? 0).padStart(2, '0');

/** The text it is written with: `2015-02-04T14:34`, a time without its `T`. */
export function temporalText({ time, fields, offset, fraction }: Temporal): string {
  const [year, month, day] = time ? [] : fields;
  const date = time ? '' : [String(year).padStart(4, '0'), ...[month, day].filter((field) => field !== undefined).map(two)].join('-');
  const [hour, minute, nanos] = time ? fields : fields.slice(3);
  if (hour === undefined) return date;
  const seconds = nanos === undefined ? [] : [secondsText(nanos, fraction)];
  const text = [two(hour), ...(minute === undefined ? [] : [two(minute)]), ...seconds].join(':');
  return time ? text : `${date}T${text}${zoneText(offset)}`;
}

function secondsText(nanos: number, fraction: number): string {
  const whole = two(Math.floor(nanos / NANOS));
  return fraction === 0
    ? whole
    : `${whole}.${String(nanos % NANOS)
        .padStart(9, '0')
        .slice(0, fraction)}`;
}

function zoneText(offset: number | undefined): string {
  if (offset === undefined) return '';
  if (offset === 0) return 'Z';
  const minutes = Math.abs(offset);
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** The fields an amount of minutes later; those that were not written stay away. */
export function plusMinutes(value: Temporal, minutes: number): Temporal | undefined {
  if (value.time) {
    const [hour = 0, minute = 0, ...rest] = value.fields;
    const total = (((hour * 60 + minute + minutes) % 1440) + 1440) % 1440;
    return { ...value, fields: [Math.floor(total / 60), total % 60, ...rest].slice(0, value.fields.length) };
  }
  const moved = fieldsOfMinutes(minutesOf(value.fields) + minutes);
  const year = moved[0] ?? 0;
  if (!(year >= 1 && year <= 9999)) return undefined;
  return { ...value, fields: [...moved, ...value.fields.slice(5)].slice(0, value.fields.length) };
}

export function plusMonths(value: Temporal, months: number): Temporal | undefined {
  const [year = 1, month = 1, day, ...rest] = value.fields;
  const total = year * 12 + (month - 1) + months;
  const y = Math.floor(total / 12);
  const m = (total % 12) + 1;
  if (!(y >= 1 && y <= 9999)) return undefined;
  const fields = [y, m, ...(day === undefined ? [] : [Math.min(day, daysIn(y, m))]), ...rest];
  return { ...value, fields: fields.slice(0, value.fields.length) };
}

export function plusNanos(value: Temporal, nanos: number): Temporal | undefined {
  const at = value.time ? 2 : 5;
  const total = (value.fields[at] ?? 0) + nanos;
  const minutes = Math.floor(total / (60 * NANOS));
  const moved = plusMinutes(value, minutes);
  if (moved === undefined) return undefined;
  const rest = total - minutes * 60 * NANOS;
  const fraction = rest % NANOS === 0 ? value.fraction : Math.max(value.fraction, 3);
  return { ...moved, fields: [...moved.fields.slice(0, at), rest], fraction };
}
