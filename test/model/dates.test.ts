import { describe, expect, test } from '@jest/globals';
import { createZone, daysInMonth, httpDate, parseTimeRange } from '../../src/model/dates.js';

const shanghai = createZone('Asia/Shanghai');
const utc = createZone('UTC');

function shown(text: string, zone = shanghai): string {
  const range = parseTimeRange(text, zone);
  return range === undefined ? 'none' : `${new Date(range.low).toISOString()} ${new Date(range.high).toISOString()}`;
}

describe('a date has the width of its precision', () => {
  test.each([
    ['2024', '2023-12-31T16:00:00.000Z 2024-12-31T16:00:00.000Z'],
    ['2024-02', '2024-01-31T16:00:00.000Z 2024-02-29T16:00:00.000Z'],
    ['2024-12', '2024-11-30T16:00:00.000Z 2024-12-31T16:00:00.000Z'],
    ['2024-02-29', '2024-02-28T16:00:00.000Z 2024-02-29T16:00:00.000Z'],
    ['2024-02-29T08:30', '2024-02-29T00:30:00.000Z 2024-02-29T00:31:00.000Z'],
    ['2024-02-29T08:30:15', '2024-02-29T00:30:15.000Z 2024-02-29T00:30:16.000Z'],
    ['2024-02-29T08:30:15Z', '2024-02-29T08:30:15.000Z 2024-02-29T08:30:16.000Z'],
    ['2024-02-29T08:30:15.1Z', '2024-02-29T08:30:15.100Z 2024-02-29T08:30:15.200Z'],
    ['2024-02-29T08:30:15.123456Z', '2024-02-29T08:30:15.123Z 2024-02-29T08:30:15.124Z'],
    ['2024-02-29T08:30:15-05:30', '2024-02-29T14:00:15.000Z 2024-02-29T14:00:16.000Z'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z 2017-01-01T00:00:01.000Z'],
  ])('%s', (text, expected) => {
    expect(shown(text)).toBe(expected);
  });
});

test.each([
  '2020-13',
  '2020-00',
  '2021-02-29',
  '2024-04-31',
  '2024-02-29T24:00:00Z',
  '2024-02-29T10',
  '2024-02-29T10:60',
  '2024-02-29T10:00+15:00',
  '24-01-01',
  '0000',
  '2024-1-1',
  '2024-01-01Z',
  '',
  'today',
])('"%s" is no date', (text) => {
  expect(parseTimeRange(text, shanghai)).toBeUndefined();
});

describe('what has no zone is read in the zone of its time', () => {
  test.each([
    ['summer time of 1988 in Shanghai is nine hours ahead', '1988-07-01', '1988-06-30T15:00:00.000Z 1988-07-01T15:00:00.000Z'],
    ['the day summer time begins has 23 hours', '1988-04-17', '1988-04-16T16:00:00.000Z 1988-04-17T15:00:00.000Z'],
    ['the day summer time ends has 25 hours', '1988-09-11', '1988-09-10T15:00:00.000Z 1988-09-11T16:00:00.000Z'],
    ['a time after the change of that day', '1988-04-17T12:00', '1988-04-17T03:00:00.000Z 1988-04-17T03:01:00.000Z'],
    ['a time that happened twice is the first', '1988-09-11T01:30', '1988-09-10T16:30:00.000Z 1988-09-10T16:31:00.000Z'],
    ['a winter day is eight hours ahead', '1988-01-01', '1987-12-31T16:00:00.000Z 1988-01-01T16:00:00.000Z'],
  ])('%s', (_, text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  test('a time that the clocks skipped is as much later', () => {
    const skipped = parseTimeRange('1988-04-17T02:30', shanghai);
    expect(skipped).toEqual(parseTimeRange('1988-04-17T03:30', shanghai));
  });

  test('before zones the clocks showed the time of the place; the calendar is the Gregorian one for all years', () => {
    expect(shown('1582-10-10')).toBe('1582-10-09T15:54:17.000Z 1582-10-10T15:54:17.000Z');
    expect(shown('0800-12-25')).toBe('0800-12-24T15:54:17.000Z 0800-12-25T15:54:17.000Z');
    expect(shown('1700-01-01', createZone('America/New_York'))).toBe('1700-01-01T04:56:02.000Z 1700-01-02T04:56:02.000Z');
  });

  test('years before 100 are those years', () => {
    expect(shown('0050-01-01', utc)).toBe('0050-01-01T00:00:00.000Z 0050-01-02T00:00:00.000Z');
  });

  test('of the days from 1985 to 1992, six have 23 hours and six have 25', () => {
    const lengths = Array.from({ length: 2_922 }, (_, at) => {
      const day = 5_479 + at;
      return (shanghai.startOfDay(day + 1) - shanghai.startOfDay(day)) / 3_600_000;
    });
    expect([23, 24, 25].map((hours) => lengths.filter((one) => one === hours).length)).toEqual([6, 2_910, 6]);
  });
});

test('an unknown zone is a RangeError', () => {
  expect(() => createZone('Asia/Nowhere')).toThrow(RangeError);
});

test('February follows the Gregorian rule', () => {
  expect([1900, 2000, 2023, 2024].map((year) => daysInMonth(year, 2))).toEqual([28, 29, 28, 29]);
});

describe('HTTP dates (RFC 9110 §5.6.7)', () => {
  test.each([0, 59_999, 86_399_999, 951_782_399_000, 1_709_164_800_000, 1_795_686_645_678, -1, -129_600_000])('of %d', (ms) => {
    expect(httpDate(ms)).toBe(new Date(Math.floor(ms / 1000) * 1000).toUTCString());
    expect(httpDate(ms)).toMatch(/^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/);
  });
});
