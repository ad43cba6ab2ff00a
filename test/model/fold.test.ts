import { describe, expect, test } from '@jest/globals';
import { fold, MAX_KEY } from '../../src/model/fold.js';

describe('strings are compared without case, accents, punctuation and width', () => {
  test.each([
    ['case', 'EVE', 'eve'],
    ['accents', 'Carreño', 'carreno'],
    ['letters that do not come apart', 'Łódź Ærø Straße', 'lodz aero strasse'],
    ['final sigma', 'ΟΔΟΣ', 'οδοσ'],
    ['full width', '１２３Ｘ', '123x'],
    ['apostrophes vanish', "O'Brien", 'obrien'],
    ['hyphens part words', 'Smith-Jones', 'smith jones'],
    ['white space is one space', ' Peter \t  James ', 'peter james'],
    ['traditional to simplified', '鍾範', '钟范'],
    ['traditional to simplified, character by character', '邱乾坤', '邱干坤'],
    ['variants', '眞録', '真录'],
    ['compatibility ideographs', '\uf90a', '金'],
    ['variation selectors', '葛\u{e0100}', '葛'],
    ['characters beyond the basic plane stay', '李𠮷', '李𠮷'],
    ['spaces between Chinese characters', '张 三', '张三'],
    ['spaces beside Latin words stay', '张三 MD', '张三 md'],
    ['a string of punctuation keeps it', '***', '***'],
    ['blank is nothing', ' \u3000 ', ''],
  ])('%s', (_, text, expected) => {
    expect(fold(text)).toBe(expected);
  });

  test('the middle dots of names are all one, and none', () => {
    const dots = ['·', '•', '・', '‧', '∙', '⋅', '･', '．', '.', '●', ''];
    expect(new Set(dots.map((dot) => fold(`买买提${dot}艾力`)))).toEqual(new Set(['买买提艾力']));
  });

  test('a prefix folds to a prefix', () => {
    const text = '邱乾坤·O’Neil-Müller';
    const whole = fold(text);
    for (let end = 1; end <= text.length; end++) expect(whole.startsWith(fold(text.slice(0, end)))).toBe(true);
  });

  test('a key is bounded', () => {
    expect(fold('x y'.repeat(10_000))).toHaveLength(MAX_KEY);
  });
});
