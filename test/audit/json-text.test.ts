/** Texts of records are written as JSON.stringify writes them: their digests rest on it. */
import { expect, test } from '@jest/globals';
import { asciiJson, jsonText, withinQuotes } from '../../src/audit/json-text.js';

const texts = ['', 'Patient/1', '王小明', '𠮷', '\ud800', '\udfff!', 'a"b', 'a\\b', '\u0000', '\u001f', '\u007f', '\u2028', ' /<>'];

test('texts are JSON as JSON.stringify has it, whatever is in them', () => {
  for (const text of texts) {
    expect(`"${withinQuotes(text)}"`).toBe(JSON.stringify(text));
    expect(jsonText(text)).toBe(JSON.stringify(text));
  }
  expect(jsonText(undefined)).toBe('null');
});

test('JSON in ASCII reads as what it was made of', () => {
  const value = [1, null, ...texts, { 姓名: texts }];
  expect(asciiJson(value)).toMatch(/^[ -\u007f]*$/);
  expect(JSON.parse(asciiJson(value))).toEqual(value);
});
