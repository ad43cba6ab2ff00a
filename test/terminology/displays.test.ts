import { describe, expect, test } from '@jest/globals';
import { isInLanguage, languagesOf, wordsIn } from '../../src/terminology/displays.js';

const male = {
  display: 'Male',
  designation: [
    { language: 'zh-Hant', value: '男（繁）' },
    { language: 'zh-CN', value: '男性', use: { system: 'http://terminology.hl7.org/CodeSystem/designation-usage', code: 'consumer' } },
    { language: 'zh-CN', value: '男' },
    { language: 'de', value: 'männlich' },
  ],
};

describe('the words for a concept', () => {
  test.each([
    ['zh', '男'],
    ['zh-CN', '男'],
    ['zh-Hans', '男'],
    ['zh-TW', '男（繁）'],
    ['zh-Hant-HK', '男（繁）'],
    ['en-GB', 'Male'],
    ['de-AT', 'männlich'],
    ['fr', 'Male'],
    ['fr, de;q=0.5, zh;q=0.7', '男'],
    ['*', 'Male'],
    ['not a tag', 'Male'],
    ['zh;q=0', 'Male'],
  ])('are the nearest to %s (RFC 4647 §3.4)', (wanted, text) => {
    expect(wordsIn(male, languagesOf(wanted), 'en')?.text).toBe(text);
  });

  test('are its display where nothing is wanted, or its first designation where it has none', () => {
    expect(wordsIn(male, languagesOf(undefined))).toEqual({ text: 'Male' });
    expect(wordsIn({ designation: male.designation }, [])).toEqual({ text: '男（繁）', language: 'zh-Hant' });
    expect(wordsIn({}, ['zh'])).toBeUndefined();
  });

  test('simplified and traditional Chinese are two, a language and its country one', () => {
    expect([isInLanguage('zh', 'zh-CN'), isInLanguage('zh-CN', 'zh-Hans'), isInLanguage('zh-Hans', 'zh-TW')]).toEqual([true, true, false]);
    expect([isInLanguage('en-US', 'en'), isInLanguage('en', 'zh')]).toEqual([true, false]);
  });
});
