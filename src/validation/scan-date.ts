/**
 * Scanners for date, dateTime, instant and time: calendar-valid, zone required with a time, no `24:00`.
 * Source: R4 datatypes.html#date, #dateTime, #instant, #time
 */
import { isDigit } from './scan-text.js';

const daysOf = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Two digits at `at` as a number, -1 when they are not there. */
function two(text: string, at: number): number {
  const tens = text.charCodeAt(at);
  const ones = text.charCodeAt(at + 1);
  return isDigit(tens) && isDigit(ones) ? (tens - 0x30) * 10 + ones - 0x30 : -1;
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** `2020`, `2020-02`, `2020-02-29` */
export function isDate(text: string): boolean {
  const { length } = text;
  return (length === 4 || length === 7 || length === 10) && isDatePart(text, length);
}

function isDatePart(text: string, length: number): boolean {
  const century = two(text, 0);
  const yearOfCentury = two(text, 2);
  if (century < 0 || yearOfCentury < 0 || century + yearOfCentury === 0) return false;
  if (length === 4) return true;
  const month = two(text, 5);
  if (text.charCodeAt(4) !== 0x2d || month < 1 || month > 12) return false;
  if (length === 7) return true;
  const day = two(text, 8);
  const last = month === 2 && isLeap(century * 100 + yearOfCentury) ? 29 : (daysOf[month - 1] ?? 0);
  return text.charCodeAt(7) === 0x2d && day >= 1 && day <= last;
}

/** A date, or a date with time to the second and a zone. */
export function isDateTime(text: string): boolean {
  return text.length <= 10 ? isDate(text) : isInstant(text);
}

/** `2020-02-29T10:00:00.123+08:00` */
export function isInstant(text: string): boolean {
  if (text.length < 20 || text.charCodeAt(10) !== 0x54 || !isDatePart(text, 10)) return false;
  const end = timeEnd(text, 11);
  return end > 0 && isZone(text, end);
}

/** `10:00:00` with or without a fraction, no zone. */
export function isTime(text: string): boolean {
  return timeEnd(text, 0) === text.length;
}

/** Where the time that starts at `at` ends; 0 when there is none. A leap second is 60. */
function timeEnd(text: string, at: number): number {
  const hour = two(text, at);
  const minute = two(text, at + 3);
  const second = two(text, at + 6);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return 0;
  if (text.charCodeAt(at + 2) !== 0x3a || text.charCodeAt(at + 5) !== 0x3a) return 0;
  let end = at + 8;
  if (text.charCodeAt(end) !== 0x2e) return end;
  end++;
  const fraction = end;
  while (isDigit(text.charCodeAt(end))) end++;
  return end > fraction ? end : 0;
}

/** `Z`, or an offset of at most 14 hours to the end of the text. */
function isZone(text: string, at: number): boolean {
  const sign = text.charCodeAt(at);
  if (sign === 0x5a) return text.length === at + 1;
  const hour = two(text, at + 1);
  const minute = two(text, at + 4);
  if ((sign !== 0x2b && sign !== 0x2d) || text.length !== at + 6 || text.charCodeAt(at + 3) !== 0x3a) return false;
  return hour >= 0 && minute >= 0 && minute <= 59 && (hour < 14 || (hour === 14 && minute === 0));
}
