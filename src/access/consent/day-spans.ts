/**
 * Days as spans of 1, 32, 1024 … of them that begin at multiples of that: a period is a few dozen spans, a day lies in five, `*` that of
 * all days among them. So a period is found by equality, together with all else that a rule says. Days count from 1970-01-01.
 */
import type { TimeRange, Zone } from '../../model/dates.js';
import { any } from './rule-keys.js';

const DAY = 86_400_000;
const SHIFTS = [0, 5, 10, 15] as const;
/** From 1897 to 2256: nobody alive has consented outside of it. */
const FIRST = -26_500;
const LAST = FIRST + 4 * (1 << 15) - 1;

/** The spans a day lies in. */
export function spansAround(day: number): readonly string[] {
  return [...any, ...SHIFTS.map((shift) => `${shift}.${(day - FIRST) >> shift}`)];
}

/** The spans that make up the days from `first` to `last`, both included; none where there is no such day. */
export function spansOf(first: number, last: number): readonly string[] {
  const [from, until] = [Math.max(first, FIRST), Math.min(last, LAST) + 1];
  if (from <= FIRST && until > LAST) return any;
  const spans: string[] = [];
  for (let day = from - FIRST; day < until - FIRST; ) {
    const shift = SHIFTS.findLast((one) => day % (1 << one) === 0 && day + (1 << one) <= until - FIRST) ?? 0;
    spans.push(`${shift}.${day >> shift}`);
    day += 1 << shift;
  }
  return spans;
}

/** The local day of an instant. */
export function dayOf(instant: number, zone: Zone): number {
  const guess = Math.floor(instant / DAY);
  return [guess + 1, guess, guess - 1].find((day) => zone.startOfDay(day) <= instant) ?? guess;
}

/** The days a range has a part in, or those it has whole. */
export function daysOf({ low, high }: TimeRange, zone: Zone, how: 'wide' | 'exact'): readonly [first: number, last: number] {
  const first = Number.isFinite(low) ? dayOf(low, zone) : FIRST;
  const last = Number.isFinite(high) ? dayOf(high - 1, zone) : LAST;
  if (how === 'wide') return [first, last];
  const beginsWhole = !Number.isFinite(low) || zone.startOfDay(first) === low;
  const endsWhole = !Number.isFinite(high) || zone.startOfDay(last + 1) === high;
  return [beginsWhole ? first : first + 1, endsWhole ? last : last - 1];
}
