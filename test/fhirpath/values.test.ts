import { describe, expect, test } from '@jest/globals';
import { resource, values } from './evaluate.js';

describe('decimals are exact', () => {
  const cases: readonly (readonly [string, unknown])[] = [
    ['0.1 + 0.2 = 0.3', true],
    ['1.10 = 1.1', true],
    ['1.10.toString()', '1.10'],
    ['123456789012345678901234567890.1 > 123456789012345678901234567890.0', true],
    ['(123456789012345678901234567890.1 - 123456789012345678901234567890.0).toString()', '0.1'],
    ['(1 / 3).toString()', '0.3333333333333333333333333333'],
    ['(2.0 / 3).round(3).toString()', '0.667'],
    ['(-2.5).round().toString()', '-3'],
    ['7 mod -3', 1],
    ['-7 div 2', -3],
    ['2147483647 + 1', undefined],
    ['10.power(400)', undefined],
    ['1.0 / 0', undefined],
    ["'1.50'.toDecimal().toString()", '1.50'],
    ['(1 | 1.0 | 1.00 | 2 | 3 | 4 | 5 | 6 | 7 | 8.0 | 8).count()', 8],
  ];
  test.each(cases)('%s', (expression, value) => {
    const [found] = values(expression);
    expect(found).toEqual(value);
  });

  test('a number keeps the text it came with', () => {
    const observation = resource('{"resourceType":"Observation","valueQuantity":{"value":1.10}}');
    expect(values('value.value.toString()', observation)).toEqual(['1.10']);
    expect(values('value.value = 1.1', observation)).toEqual([true]);
  });

  test.each(['1e999999999', '1e-999999999'])('%s does not fill the memory', (number) => {
    const observation = resource(`{"resourceType":"Observation","valueQuantity":{"value":${number}}}`);
    expect(values('value.value + 1', observation)).toEqual([]);
    expect(values('value.value > 1', observation)).toEqual([number === '1e999999999']);
  });
});

describe('dates of different precision', () => {
  const cases: readonly (readonly [string, readonly boolean[]])[] = [
    ['@2012 = @2012-04', []],
    ['@2012 = @2013-04', [false]],
    ['@2012 < @2013-04', [true]],
    ['@2012-01-01T10:00 = @2012-01-01T10:00:00', []],
    ['@2012-01-01T10:00:00 = @2012-01-01T10:00:00.000', [true]],
    ['@2012-01-01T23:00:00-05:00 = @2012-01-02T12:00:00+08:00', [true]],
    ['@2012-01-01T10:00:00Z < @2012-01-01T12:00:00', []],
    ['@2012-01-01T10:00:00Z < @2012-01-03T12:00:00', [true]],
    ['@2012 ~ @2012-01', [false]],
    ['@T10:30 < @T10:31:00', [true]],
    ['@T10:30 < @T10:30:30', []],
  ];
  test.each(cases)('%s', (expression, value) => {
    expect(values(expression)).toEqual(value);
  });

  test.each(['@2012-02-30', '@2011-02-29', '@2012-13', '@2012-01-01T24:00:00', '@T10:60', '@0000'])('%s is in no calendar', (literal) => {
    expect(() => values(literal)).toThrow('not in the calendar');
  });
});

describe('date arithmetic', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['@2024-01-31 + 1 month', ['2024-02-29']],
    ['@2024-02-29 + 1 year', ['2025-02-28']],
    ['@2024-03-31 - 1 month', ['2024-02-29']],
    ['@2014 + 24 months', ['2016']],
    ['@2014 + 23 months', ['2015']],
    ['@2016 + 365 days', ['2017']],
    ['@2024-12-31T23:59:59.500+08:00 + 500 milliseconds', ['2025-01-01T00:00:00.000+08:00']],
    ['@2024-01-01T00:00:00 - 1 second', ['2023-12-31T23:59:59']],
    ['@2024-01-01 + 36 hours', ['2024-01-02']],
    ['@T23:30 + 1 hour', ['00:30']],
    ['@9999-12-31 + 1 day', []],
    ['@0001-01-01 - 1 day', []],
  ];
  test.each(cases)('%s', (expression, value) => {
    expect(values(expression)).toEqual(value);
  });

  test.each(["@2024-01-01 + 1 'mo'", '@T10:00 + 1 day', "@2024-01-01 + 3 'mg'"])('%s is an error', (expression) => {
    expect(() => values(expression)).toThrow('cannot be added');
  });
});

describe('quantities', () => {
  const cases: readonly (readonly [string, readonly unknown[]])[] = [
    ['7 days = 1 week', [true]],
    ["5 'mg' > 4 'mg'", [true]],
    ["5 'mg' > 4 'mmol'", []],
    ["(5 'mg' + 4 'mg') = 9 'mg'", [true]],
    ["1 '[in_i]' = 2.54 'cm'", [true]],
    ["98.6 '[degF]' = 37 'Cel'", [true]],
    ["1 'g' > 999 'mg'", [true]],
    ["1 'g' = 1 'm'", []],
    ["1 'g' ~ 1 'm'", [false]],
    ["1 'frob' = 1 'frob'", [true]],
    ["1 'frob' < 2 'mg'", []],
    ["4040 'mg' ~ 4 'g'", [true]],
    ["(1 'm' + 1 'cm').toString()", ["101 'cm'"]],
    ["(1 'cm' - 1 'm').toString()", ["-99 'cm'"]],
    ["(1 'm' + 1 's').empty()", [true]],
    ["(6 'g' / (2 'mL' / 1 'kg')).toString()", ["3 'g/(mL/kg)'"]],
    ["(2 'g' * 3).toString()", ["6 'g'"]],
    ["6 'mm' / 2 'cm' = 0.3", [true]],
    ["(1 'frob' * 1 'm').empty()", [true]],
    ['1 year = 12 months', [true]],
    ["1 year = 1 'a'", []],
    ["1 year ~ 1 'a'", [true]],
    ["1 month ~ 1 'mo'", [true]],
    ["1 second = 1000000 'us'", [true]],
    ["1 day < 25 'h'", [true]],
    ["(1 'g' | 1000 'mg').count()", [1]],
    ["(1 'g' | 2000 'mg' | 3 'kg').max() = 3 'kg'", [true]],
    ['(1 hour + 30 minutes) = 90 minutes', [true]],
  ];
  test.each(cases)('%s', (expression, value) => {
    expect(values(expression)).toEqual(value);
  });

  test('a FHIR Quantity compares by its UCUM code; one with a comparator has no value', () => {
    const code = '"unit":"毫克","system":"http://unitsofmeasure.org","code":"mg"';
    expect(values("value > 4 'mg'", resource(`{"resourceType":"Observation","valueQuantity":{"value":5,${code}}}`))).toEqual([true]);
    expect(
      values("value > 4 'mg'", resource(`{"resourceType":"Observation","valueQuantity":{"value":5,"comparator":"<",${code}}}`)),
    ).toEqual([]);
  });
});

describe('narratives', () => {
  const cases: readonly (readonly [string, boolean])[] = [
    ['<div xmlns="http://www.w3.org/1999/xhtml"><p title="a">你好<br/><!-- c --></p></div>', true],
    ['<div xmlns="http://www.w3.org/1999/xhtml"><img src="#a" alt=""/></div>', true],
    ['<div xmlns="http://www.w3.org/1999/xhtml"> </div>', false],
    ['<div xmlns="http://www.w3.org/1999/xhtml"><script>x</script></div>', false],
    ['<div xmlns="http://www.w3.org/1999/xhtml"><p onclick="x()">a</p></div>', false],
    ['<div xmlns="http://www.w3.org/1999/xhtml"><a href=" javascript:x">a</a></div>', false],
    ['<div xmlns="http://www.w3.org/1999/xhtml"><p>a</div></p>', false],
    ['<p>a</p>', false],
    ['<div>a</div><div>b</div>', false],
  ];
  test.each(cases)('htmlChecks() of %s: %s', (div, fine) => {
    const patient = resource(JSON.stringify({ resourceType: 'Patient', text: { status: 'generated', div } }));
    expect(values('text.div.htmlChecks()', patient)).toEqual([fine]);
  });
});
