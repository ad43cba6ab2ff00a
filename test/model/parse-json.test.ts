import { describe, expect, test } from '@jest/globals';
import { Decimal, isObject, type Json, stringifyJson } from '../../src/model/json.js';
import { FhirError } from '../../src/model/outcome.js';
import { parseJson } from '../../src/model/parse-json.js';

function refusal(text: string): FhirError {
  try {
    parseJson(text);
  } catch (error) {
    if (error instanceof FhirError) return error;
    throw error;
  }
  throw new Error(`accepted: ${text}`);
}

describe('JSON (R4 json.html)', () => {
  test.each([
    '{"value":1.10}',
    '{"value":1.0}',
    '{"value":0.1234567890123456789012345}',
    '{"value":1e-7}',
    '{"value":1E+2}',
    '{"value":-0}',
    '{"value":123456789012345678901234567890}',
    '{"b":1,"a":[null,{"c":"\u{20bb7}"}],"_a":[{"id":"x"},null]}',
    '"plain"',
    '[]',
    '{"text":"\u4e2d\u6587 \\"quoted\\" \\n"}',
  ])('%s comes back as it was sent', (text) => {
    expect(stringifyJson(parseJson(text))).toBe(text);
  });

  test('white space and a byte order mark around the value are allowed', () => {
    expect(parseJson('\ufeff { "a" : [ 1 , 2 ] }\r\n')).toEqual({ a: [1, 2] });
  });

  test('a number JavaScript keeps exactly is a number, another one a Decimal', () => {
    const value = parseJson('[1.5, 1.50]') as readonly Json[];
    expect(value[0]).toBe(1.5);
    expect(value[1]).toBeInstanceOf(Decimal);
    expect(Number(value[1])).toBe(1.5);
  });

  test('a property named __proto__ is only a property', () => {
    const value = parseJson('{"__proto__":{"polluted":true}}');
    expect(isObject(value) && Object.hasOwn(value, '__proto__')).toBe(true);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(stringifyJson(value)).toBe('{"__proto__":{"polluted":true}}');
  });

  test('a text that looks like the inside of a Decimal stays a text', () => {
    const inside = JSON.stringify(new Decimal('1.10'));
    const forged = inside.replace(/[0-9a-f]/, (digit) => (digit === '0' ? '1' : '0'));
    expect(stringifyJson([JSON.parse(forged) as string, new Decimal('1.10')])).toBe(`[${forged},1.10]`);
  });

  test.each([
    ['{"a":1,"a":2}', 'json-duplicate-key', 'line 1, column 8'],
    ['{"a":1,"\\u0061":2}', 'json-duplicate-key', 'line 1, column 8'],
    ['', 'json-empty', 'line 1'],
    ['{"a":01}', 'json-syntax', 'column 7'],
    ['{"a":1.}', 'json-syntax', 'column 7'],
    ['{"a":+1}', 'json-syntax', 'column 6'],
    ['{"a":NaN}', 'json-syntax', 'column 6'],
    ['{\n "a": tru }', 'json-syntax', 'line 2, column 7'],
    ['{"a":1,}', 'json-syntax', 'property name'],
    ['[1,]', 'json-syntax', 'a JSON value'],
    ['{"a":"b', 'json-syntax', 'closing quote'],
    ['{"a":"\\x"}', 'json-bad-string', 'escape'],
    ['{"a":"\t"}', 'json-syntax', 'control character'],
    ['{"a":\n"x\\ud800"}', 'json-surrogate', 'line 2, column 1'],
    ['{"a":"\\udc00\\ud800"}', 'json-surrogate', 'line 1, column 6'],
    ['{"\\uDFFF":1}', 'json-surrogate', 'line 1, column 2'],
    ['{"a":1} {', 'json-syntax', 'the end of the text'],
    ["{'a':1}", 'json-syntax', 'double quotes'],
    ['{"a"', 'json-syntax', 'colon'],
  ])('%s is refused as %s', (text, id, words) => {
    const error = refusal(text);
    expect(error.status).toBe(400);
    expect(error.issues[0]?.message.id).toBe(id);
    expect(error.message).toContain(words);
  });

  test('both halves of a surrogate pair together are a character', () => {
    expect(parseJson('"\\ud840\\udc00"')).toBe('\u{20000}');
  });

  test('nesting over 100 levels is refused, 100 are allowed', () => {
    expect(() => parseJson('['.repeat(100) + ']'.repeat(100))).not.toThrow();
    expect(refusal('['.repeat(101) + ']'.repeat(101)).issues[0]?.message.id).toBe('json-too-deep');
    expect(refusal('{"a":'.repeat(100_000)).issues[0]?.message.id).toBe('json-too-deep');
  });
});
