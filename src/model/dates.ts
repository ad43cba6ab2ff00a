/**
 * FHIR's dates as ranges of time: every date has the width of its precision, and what has no zone is read in a named one with
 * its true history (Asia/Shanghai had summer time 1986–1991).
 * Source: R4 datatypes.html#date, #dateTime, #instant; search.html#date
 */

/** Half-open, milliseconds UTC. */
export interface TimeRange {
  readonly low: number;
  readonly high: number;
}

/** A time zone: what local clocks meant. Days count from 1970-01-01, local milliseconds from its midnight. */
export interface Zone {
  readonly name: string;
  /** The first instant of a local day. */
  startOfDay(day: number): number;
  /** Where a local time happens twice the first is meant; where it was skipped, as much later as was skipped. */
  instantOf(local: number): number;
}

const DAY = 86_400_000;
/** A hundred years of days: more are forgotten and worked out again. */
const CACHED_DAYS = 40_000;

/** Throws RangeError for a name the IANA database does not know. */
export function createZone(name: string): Zone {
  const offsetAt = createOffset(name);
  const starts = new Map<number, number>();
  const instantOf = (local: number): number => {
    const before = offsetAt(local - DAY);
    const after = offsetAt(local + DAY);
    if (before === after) return local - before;
    const fitting = [local - before, local - after].filter((instant) => instant + offsetAt(instant) === local);
    return fitting.length === 0 ? local - before : Math.min(...fitting);
  };
  const startOfDay = (day: number): number => {
    const known = starts.get(day);
    if (known !== undefined) return known;
    const start = instantOf(day * DAY);
    if (starts.size >= CACHED_DAYS) starts.clear();
    starts.set(day, start);
    return start;
  };
  return { name, startOfDay, instantOf };
}

const offsetText = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?/;

/** Milliseconds that local clocks are ahead of UTC at an instant; asked by name alone, which takes a fifth of the time of a whole date. */
function createOffset(timeZone: string): (instant: number) => number {
  if (timeZone === 'UTC') return () => 0;
  const format = new Intl.DateTimeFormat('en-US', { timeZone, hour: '2-digit', hourCycle: 'h23', timeZoneName: 'longOffset' });
  return (instant) => {
    const [, sign, hours = 0, minutes = 0, seconds = 0] = offsetText.exec(format.format(instant)) ?? [];
    const ahead = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
    return sign === '-' ? -ahead : ahead;
  };
}

const pattern = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d)?)?)?)?$/;

/**
 * The range of a date, dateTime, instant or search value; seconds and zone may be missing. undefined when it is none, or no
 * day of the calendar.
 */
export function parseTimeRange(text: string, zone: Zone): TimeRange | undefined {
  return usualRange(text, zone) ?? anyRange(text, zone);
}

/** Of a day that every month has, by itself or with a time to the second and a zone: most dates. undefined: to be read in full. */
function usualRange(text: string, zone: Zone): TimeRange | undefined {
  if (text.charCodeAt(4) !== DASH || text.charCodeAt(7) !== DASH) return undefined;
  const year = twoDigitsAt(text, 0) * 100 + twoDigitsAt(text, 2);
  const month = twoDigitsAt(text, 5);
  const dayOfMonth = twoDigitsAt(text, 8);
  if (!(year > 0 && month >= 1 && month <= 12 && dayOfMonth >= 1 && dayOfMonth <= 28)) return undefined;
  const day = daysFromCivil(year, month, dayOfMonth);
  return text.length === 10 ? days(zone, day, day + 1) : usualTime(text, day);
}

const DASH = 0x2d;
const COLON = 0x3a;

/** `T08:30:00+08:00`, `T08:30:00.000Z` */
function usualTime(text: string, day: number): TimeRange | undefined {
  const hasMilliseconds = text.charCodeAt(19) === 0x2e;
  const end = hasMilliseconds ? 23 : 19;
  if (text.charCodeAt(10) !== 0x54 || text.charCodeAt(13) !== COLON || text.charCodeAt(16) !== COLON) return undefined;
  const milliseconds = hasMilliseconds ? twoDigitsAt(text, 20) * 10 + digitAt(text, 22) : 0;
  const [hour, minute, second] = [twoDigitsAt(text, 11), twoDigitsAt(text, 14), twoDigitsAt(text, 17)];
  const isZulu = text.charCodeAt(end) === 0x5a && text.length === end + 1;
  const ahead = isZulu ? 0 : usualOffset(text, end);
  if (!(hour < 24 && minute < 60 && second <= 60 && milliseconds >= 0 && ahead !== undefined)) return undefined;
  const low = day * DAY + ((hour * 60 + minute) * 60 + second) * 1000 + milliseconds - ahead;
  return { low, high: low + (hasMilliseconds ? 1 : 1000) };
}

/** Milliseconds ahead of UTC. */
function usualOffset(text: string, at: number): number | undefined {
  const sign = text.charCodeAt(at);
  if (text.length !== at + 6 || (sign !== 0x2b && sign !== DASH) || text.charCodeAt(at + 3) !== COLON) return undefined;
  const hours = twoDigitsAt(text, at + 1);
  const minutes = twoDigitsAt(text, at + 4);
  if (!(hours < 14 && minutes < 60)) return undefined;
  const ahead = (hours * 60 + minutes) * 60_000;
  return sign === DASH ? -ahead : ahead;
}

/** NaN for what is no digit. */
function digitAt(text: string, at: number): number {
  const digit = text.charCodeAt(at) - 0x30;
  return digit >= 0 && digit <= 9 ? digit : Number.NaN;
}

function twoDigitsAt(text: string, at: number): number {
  return digitAt(text, at) * 10 + digitAt(text, at + 1);
}

function anyRange(text: string, zone: Zone): TimeRange | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [, y, mo, d, h, mi, s, fraction, offset] = match;
  const year = Number(y);
  if (year === 0) return undefined;
  if (mo === undefined) return days(zone, daysFromCivil(year, 1, 1), daysFromCivil(year + 1, 1, 1));
  const month = Number(mo);
  if (month < 1 || month > 12) return undefined;
  if (d === undefined) return days(zone, daysFromCivil(year, month, 1), daysFromCivil(year, month + 1, 1));
  const dayOfMonth = Number(d);
  if (dayOfMonth < 1 || dayOfMonth > daysInMonth(year, month)) return undefined;
  const day = daysFromCivil(year, month, dayOfMonth);
  if (h === undefined || mi === undefined) return days(zone, day, day + 1);
  return timeOfDay(zone, day, [h, mi, s, fraction, offset]);
}

function days(zone: Zone, first: number, next: number): TimeRange {
  return { low: zone.startOfDay(first), high: zone.startOfDay(next) };
}

type ClockTexts = readonly [
  hour: string,
  minute: string,
  second: string | undefined,
  fraction: string | undefined,
  offset: string | undefined,
];

function timeOfDay(zone: Zone, day: number, [h, mi, s, fraction, offset]: ClockTexts): TimeRange | undefined {
  const hour = Number(h);
  const minute = Number(mi);
  const second = Number(s ?? 0);
  // A leap second is written :60.
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  const millisecond = fraction === undefined ? 0 : Math.floor(Number(`0.${fraction}`) * 1000 + 1e-9);
  const clock = ((hour * 60 + minute) * 60 + second) * 1000 + millisecond;
  const width = s === undefined ? 60_000 : fraction === undefined ? 1000 : Math.max(1, 10 ** (3 - fraction.length));
  const low = offset === undefined ? localInstant(zone, day, clock) : zonedInstant(day, clock, offset);
  return low === undefined ? undefined : { low, high: low + width };
}

function zonedInstant(day: number, clock: number, offset: string): number | undefined {
  if (offset === 'Z') return day * DAY + clock;
  const hours = Number(offset.slice(1, 3));
  const minutes = Number(offset.slice(4));
  if (hours > 14 || minutes > 59 || (hours === 14 && minutes > 0)) return undefined;
  const ahead = (hours * 60 + minutes) * 60_000;
  return day * DAY + clock - (offset.startsWith('-') ? -ahead : ahead);
}

function localInstant(zone: Zone, day: number, clock: number): number {
  const start = zone.startOfDay(day);
  const ordinary = zone.startOfDay(day + 1) - start === DAY;
  return ordinary ? start + clock : zone.instantOf(day * DAY + clock);
}

export function daysInMonth(year: number, month: number): number {
  return daysFromCivil(year, month + 1, 1) - daysFromCivil(year, month, 1);
}

/** Days from 1970-01-01 in the proleptic Gregorian calendar; month 13 is the next January. */
function daysFromCivil(year: number, month: number, day: number): number {
  const shifted = year + Math.floor((month - 3) / 12);
  const monthFromMarch = (month + 9) % 12;
  const dayOfYear = Math.floor((153 * monthFromMarch + 2) / 5) + day - 1;
  return shifted * 365 + Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400) + dayOfYear - 719_468;
}

/** An instant in UTC. */
export const instantText = rememberingLast((ms) => new Date(ms).toISOString());

/** To the second, as HTTP writes it. Source: RFC 9110 §5.6.7 */
export function httpDate(ms: number): string {
  const second = Math.floor(ms / 1000);
  const day = Math.floor(second / 86_400);
  const ofDay = second - day * 86_400;
  const ofHour = ofDay % 3600;
  return `${dayText(day)}${twoDigits[(ofDay - ofHour) / 3600]}:${twoDigits[Math.floor(ofHour / 60)]}:${twoDigits[ofHour % 60]} GMT`;
}

const twoDigits: readonly string[] = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));
const dayTexts = new Map<number, string>();

/** `Thu, 26 Nov 2026 `: reads come from many days, and the calendar takes longer than the rest of a date. */
function dayText(day: number): string {
  const known = dayTexts.get(day);
  if (known !== undefined) return known;
  const text = new Date(day * DAY).toUTCString().slice(0, -'00:00:00 GMT'.length);
  if (dayTexts.size >= CACHED_DAYS) dayTexts.clear();
  dayTexts.set(day, text);
  return text;
}

/** What is stored together has the same time, and is often asked for together. */
function rememberingLast(make: (time: number) => string): (time: number) => string {
  let last = 0;
  let text = make(last);
  return (time) => {
    if (time !== last) {
      text = make(time);
      last = time;
    }
    return text;
  };
}
