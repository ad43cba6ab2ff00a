import { describe, expect, test } from '@jest/globals';
import { textFinder } from '../../src/model/text-finder.js';

describe('A text is found in bytes', () => {
  const json = Buffer.from('{"resourceType":"Basic","meta":{"source":"a","tag":[]},"code":{"text":"王source"}}');
  const behind = (text: string, from = 0) => {
    const at = textFinder(text)(json, from);
    return at === -1 ? undefined : json.toString('utf8', at, at + 4);
  };

  test.each([
    ['"source', '":"a'],
    ['"source":', '"a",'],
    ['"tag', '":[]'],
    ['{"re', 'sour'],
    ['"security', undefined],
    ['x"resourceType', undefined],
  ])('wherever else its end may stand: %s', (text, found) => {
    expect(behind(text)).toBe(found);
  });

  test('once more from where it was found', () => {
    const find = textFinder('source');
    const first = find(json, 0);
    expect([json.toString('utf8', find(json, first)).slice(0, 4), find(json, json.length)]).toEqual(['":"a', -1]);
  });
});
