/** Texts of records are written as JSON.stringify writes them: their digests rest on it. */
import { expect, test } from '@jest/globals';
import { jsonText, jsonTexts } from '../../src/audit/json-text.js';

test('texts are JSON as JSON.stringify has it, whatever is in them', () => {
  const texts = ['', 'Patient/1', '王小明', '𠮷', '\ud800', '\udfff!', 'a"b', 'a\\b', '\u0000', '\u001f', '\u007f', '\u2028', ' /<>'];
  for (const text of texts) expect(jsonText(text)).toBe(JSON.stringify(text));
  for (let count = 0; count <= texts.length; count++) expect(jsonTexts(texts.slice(0, count))).toBe(JSON.stringify(texts.slice(0, count)));
  expect(jsonText(undefined)).toBe('null');
});
