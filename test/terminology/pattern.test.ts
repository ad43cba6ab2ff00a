import { describe, expect, test } from '@jest/globals';
import { wholeMatcher } from '../../src/terminology/pattern.js';

describe('a pattern of a value set is matched as a whole, as JavaScript does', () => {
  const texts = [
    '',
    'a',
    'b',
    'ab',
    'aab',
    'abab',
    'I10',
    'I10.x1',
    'J18',
    '高血压病',
    '原发性高血压',
    '𠮷',
    '\u{2a6d6}x',
    'a\nb',
    '1.5',
    'aaa',
  ];
  test.each([
    'a*b',
    '(a|b)+',
    '(ab)*',
    'I1[0-5](\\.x\\d+)?',
    'I10|J18|1\\.5',
    '.*高血压.*',
    '^a+$|^b$',
    '\\p{Script=Han}+',
    '[^a-z]+',
    'a{2,3}b?',
    'a{0}b',
    '(a?b?){2}',
    '𠮷|x',
    '.x?',
    '()',
    '(a|)b',
    'a{2,}',
    '(?:a|a)*?',
  ])('%s', (pattern) => {
    const matches = wholeMatcher(pattern);
    expect(texts.filter((text) => matches?.(text))).toEqual(texts.filter((text) => new RegExp(`^(?:${pattern})$`, 'u').test(text)));
  });

  test.each(['(a|a)*b', '((a)+)+b', '(a|aa)+b', '(a?){25}b', '(a*)*(a*)*b'])('%s ends at once, however many ways there are', (pattern) => {
    expect(wholeMatcher(pattern)?.('a'.repeat(5000))).toBe(false);
    expect(wholeMatcher(pattern)?.(`${'a'.repeat(20)}b`)).toBe(true);
  });

  test.each(['(', '(?=a)a', '(a)\\1', 'a\\b', 'a^', '(a{1,40}){1,40}', 'a'.repeat(501)])('%s is not followed', (pattern) => {
    expect(wholeMatcher(pattern)).toBeUndefined();
  });
});
