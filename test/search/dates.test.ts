import { describe, expect, test } from '@jest/globals';
import { describeFinding } from './finding.js';
import { faultOf, planOf } from './fixture.js';

const observation = (id: string, value: object) => ({ resourceType: 'Observation', id, status: 'final', ...value });

describeFinding(
  'dates',
  [
    observation('year', { effectiveDateTime: '2024' }),
    observation('minute', { effectiveDateTime: '2024-02-29T08:00+08:00' }),
    observation('second', { effectiveDateTime: '2024-02-29T00:00:00Z' }),
    observation('fraction', { effectiveInstant: '2024-02-29T00:00:00.250Z' }),
    observation('open', { effectivePeriod: { start: '2024-03-01' } }),
    observation('ended', { effectivePeriod: { end: '2023-12' } }),
    observation('empty', { effectivePeriod: { extension: [{ url: 'x', valueString: 'y' }] } }),
    observation('timing', { effectiveTiming: { event: ['2020-01-01', '2020-03-01'] } }),
    observation('bounds', { effectiveTiming: { repeat: { boundsPeriod: { start: '2019-01-01', end: '2019-12-31' } } } }),
    { resourceType: 'Patient', id: 'summer', birthDate: '1988-07-01', deceasedDateTime: '1988-07-01T23:30:00' },
    { resourceType: 'Immunization', id: 'said', status: 'completed', occurrenceString: '2019', patient: { reference: 'Patient/1' } },
    { resourceType: 'Procedure', id: 'aged', status: 'completed', performedAge: { value: 2019 }, subject: { reference: 'Patient/1' } },
  ],
  [
    ['Observation?date=2024', 'year minute second fraction'],
    ['Observation?date=2024-02', 'minute second fraction'],
    ['Observation?date=2024-02-29T08:00', 'minute second fraction'],
    ['Observation?date=2024-02-29T08:00:00', 'second fraction'],
    ['Observation?date=2024-02-29T00:00:00Z', 'second fraction'],
    ['Observation?date=2024-02-29T00:00:00.250Z', 'fraction'],
    ['Observation?date=2024-02-29T00:00:00.2Z', 'fraction'],
    ['Observation?date=2024-02-29T08:00:00 08:00', 'second fraction'],
    ['Observation?date=ne2024', 'open ended timing bounds'],
    ['Observation?date=gt2024', 'open'],
    ['Observation?date=lt2024', 'ended timing bounds'],
    ['Observation?date=sa2024', ''],
    ['Observation?date=sa2024-02-29T00:00:00.250Z', 'open'],
    ['Observation?date=eb2024', 'ended timing bounds'],
    ['Observation?date=gt2999', 'open'],
    ['Observation?date=lt1900', 'ended'],
    ['Observation?date=2020', 'timing'],
    ['Observation?date=2020-02', ''],
    ['Observation?date=ge2020-02&date=le2020-02', 'ended timing'],
    ['Observation?date=lt2019-02,sa2024-02', 'open ended bounds'],
    ['Observation?date:missing=true', 'empty'],
    ['Patient?birthdate=1988-07-01', 'summer'],
    ['Patient?death-date=1988-07-01T14:30:00Z', 'summer'],
    ['Patient?death-date=1988-07-01T15:30:00Z', ''],
    ['Patient?birthdate=ap1988', 'summer'],
    ['Immunization?date=2019', ''],
    ['Immunization?date:missing=true', 'said'],
    ['Procedure?date=2019', ''],
  ],
);

describe('what is no date', () => {
  test.each([
    '2024-02-30',
    '2024-13',
    '24',
    '2024-2',
    '2024-02-29T08',
    '2024-02-29T25:00',
    '2024-02-29T08:00+25:00',
    'today',
    'xx2024',
    '0000',
    'ge',
  ])('%s: 400', (value) => {
    expect(faultOf(() => planOf(`Observation?date=${value}`))).toMatchObject({ status: 400, code: 'invalid', expression: 'date' });
  });
});

test.each([
  ['19900307', 'expected 1990-03-07, or a date such as'],
  ['1990-3-7', 'expected 1990-03-07, or'],
  ['ge1990/03/07', 'expected 1990-03-07, or'],
  ['1990-02-30', 'expected a day that there is in the calendar, or'],
  ['yesterday', 'expected a date such as'],
])('a date written otherwise is refused with how it is to be written: %s', (date, expected) => {
  expect(faultOf(() => planOf(`Patient?birthdate=${date}`))?.text).toContain(expected);
});
