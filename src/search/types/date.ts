/** Search type date: dates, instants, Periods and the outer limits of Timings as ranges of time. Source: R4 search.html#date */
import { parseTimeRange, type TimeRange, type Zone } from '../../model/dates.js';
import { isObject, type Json, type JsonObject } from '../../model/json.js';
import type { RangeTest } from '../../store/port.js';
import type { SearchContext } from '../context.js';
import { addRange } from '../entry-list.js';
import { malformed } from '../refusals.js';
import type { Parameter } from '../registry.js';
import { unescapeValue } from '../values.js';
import { rangeTests, splitPrefix } from './range.js';
import type { Asked, SearchType } from './type.js';

const moments: ReadonlySet<string> = new Set(['date', 'dateTime', 'instant']);
const dated: ReadonlySet<string> = new Set([...moments, 'Period', 'Timing']);

export const dateType: SearchType = {
  entry: 'range',
  modifiers: [],
  indexer(type, { code }, { zone }) {
    // Another type of the same choice may be a text that looks like a date, or an age.
    if (!dated.has(type)) return undefined;
    return (value, list) => {
      const range = isObject(value) ? complexRange(value, zone) : primitiveRange(value, zone);
      if (range !== undefined) addRange(list, code, undefined, range.low, range.high);
    };
  },
  match(asked, context) {
    return {
      kind: 'match',
      param: asked.parameter.code,
      match: { kind: 'range', values: dateTests(asked, context, maySpan(asked.parameter)) },
    };
  },
};

function maySpan({ elements }: Parameter): boolean {
  return elements === undefined || elements.some(({ type }) => !moments.has(type));
}

/**
 * For entries, and for `_lastUpdated`, which has none. `maySpan`: a value may begin inside of the one asked for and end behind it, or the
 * other way round; dates and times, which are parts of each other or apart, need one test less.
 */
export function dateTests(asked: Pick<Asked, 'name' | 'values'>, context: SearchContext, maySpan: boolean): readonly RangeTest[] {
  return asked.values.flatMap((value) => {
    // A plus sign that was not percent-encoded arrives as a space.
    const { prefix, rest } = splitPrefix(unescapeValue(asked.name, value).replace(/ (?=\d\d:\d\d$)/, '+'));
    const range = parseTimeRange(rest, context.zone);
    if (range === undefined) {
      const [hint, hintZh] = writtenOtherwise(rest);
      throw malformed(
        asked.name,
        value,
        `${hint}a date such as 2024, 2024-02, ge2024-02-29 or 2024-02-29T08:00:00+08:00`,
        `${hintZh}日期，例如 2024、2024-02、ge2024-02-29 或 2024-02-29T08:00:00+08:00`,
      );
    }
    const slack = prefix === 'ap' ? Math.abs(context.now() - (range.low + range.high) / 2) / 10 : 0;
    // R4 search.html#prefix: beyond the value, or wholly inside of it.
    const within = { lowFrom: range.low, highTo: range.high };
    if (maySpan && prefix === 'le') return [{ lowBefore: range.low }, within];
    if (maySpan && prefix === 'ge') return [{ highAfter: range.high }, within];
    return rangeTests(prefix, { ...range, from: range.low, to: range.high, nearFrom: range.low - slack, nearTo: range.high + slack });
  });
}

/** 19900307, 1990-3-7, 1990/03/07: how FHIR writes the day. A day that there is not says so. */
function writtenOtherwise(text: string): readonly [string, string] {
  const [, year = '', month = '', day = ''] = /^(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?$/.exec(text) ?? [];
  if (year === '') return ['', ''];
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  if (isDay(date)) return [`${date}, or `, `${date}，或`];
  return text === date ? ['a day that there is in the calendar, or ', '日历中存在的日期，或'] : ['', ''];
}

function isDay(date: string): boolean {
  const time = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(date);
}

function primitiveRange(value: Json | undefined, zone: Zone): TimeRange | undefined {
  return typeof value === 'string' ? parseTimeRange(value, zone) : undefined;
}

function complexRange(value: JsonObject, zone: Zone): TimeRange | undefined {
  if (value.event !== undefined || value.repeat !== undefined || value.code !== undefined) return timingRange(value, zone);
  return periodRange(value, zone);
}

/** Source: R4 datatypes.html#Period: an end of 2012-02-03 includes that whole day. */
export function periodRange(period: JsonObject, zone: Zone): TimeRange | undefined {
  const start = primitiveRange(period.start, zone);
  const end = primitiveRange(period.end, zone);
  if (start === undefined && end === undefined) return undefined;
  return { low: start?.low ?? Number.NEGATIVE_INFINITY, high: end?.high ?? Number.POSITIVE_INFINITY };
}

function timingRange(timing: JsonObject, zone: Zone): TimeRange | undefined {
  const events = Array.isArray(timing.event) ? (timing.event as readonly Json[]) : [];
  const ranges = events.map((event) => primitiveRange(event, zone));
  if (isObject(timing.repeat) && isObject(timing.repeat.boundsPeriod)) ranges.push(periodRange(timing.repeat.boundsPeriod, zone));
  let whole: TimeRange | undefined;
  for (const range of ranges) {
    if (range === undefined) continue;
    whole = { low: Math.min(whole?.low ?? range.low, range.low), high: Math.max(whole?.high ?? range.high, range.high) };
  }
  return whole;
}
