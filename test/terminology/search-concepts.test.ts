import { describe, expect, test } from '@jest/globals';
import type { CodeSystemConcept } from 'fhir/r4.js';
import { searchConcepts } from '../../src/terminology/search-concepts.js';
import { wordsOf } from '../../src/terminology/words.js';

const concepts: readonly CodeSystemConcept[] = [
  { code: 'J00', display: '急性鼻咽炎[感冒]', designation: [{ language: 'en', value: 'Acute nasopharyngitis [common cold]' }] },
  { code: 'J00.x', display: '感冒' },
  { code: 'I10', display: '高血压病', designation: [{ language: 'en', value: 'Hypertension' }] },
  { code: 'L50', display: '荨麻疹' },
  { code: 'G70.0', display: '重症肌无力' },
  { code: 'K12', display: '长期口腔炎' },
  { code: 'D53', display: '维生素B12缺乏性贫血' },
  { code: 'S70', display: '股骨颈骨折' },
  { code: 'E66', display: '肥胖 (单纯性)' },
  { code: 'R51', display: '頭痛', designation: [{ language: 'en', value: 'Headache, cold-stimulus' }] },
  { code: 'LV1', display: '绿脓杆菌感染' },
];
const content = { concepts: () => concepts };

function found(typed: string): readonly string[] {
  const words = wordsOf(typed);
  return words === undefined ? [] : [...searchConcepts(content, words)].map(({ concept }) => concept.code);
}

describe('the filter of $expand', () => {
  test.each([
    ['an exact code comes before what begins with it', 'j00', ['J00', 'J00.x']],
    ['the beginning of a code', 'J0', ['J00', 'J00.x']],
    ['the inside of a code is not looked at', '70', []],
    ['a display that is the word comes before one that has it inside', '感冒', ['J00.x', 'J00']],
    ['a designation in another language', 'HYPERTENSION', ['I10']],
    ['every word must be found', 'cold common', ['J00']],
    ['width, case and form of writing say nothing', 'ｈｅａｄＡＣＨＥ', ['R51']],
    ['simplified finds traditional', '头痛', ['R51']],
    ['traditional finds simplified', '肥胖 單純', ['E66']],
    ['full pinyin', 'ganmao', ['J00.x', 'J00']],
    ['pinyin with spaces', 'gan mao', ['J00.x', 'J00']],
    ['pinyin with the last syllable begun', 'gaoxuey', ['I10']],
    ['pinyin begins with a syllable', 'anmao', []],
    ['initials', 'gm', ['J00.x', 'J00']],
    ['initials with spaces', 'g m', ['J00.x', 'J00']],
    ['initials with letters and digits between', 'wssb12', ['D53']],
    ['pinyin with letters and digits between', 'weishengsub12que', ['D53']],
    ['a character read in two ways, by one', 'xunmazhen', ['L50']],
    ['a character read in two ways, by the other', 'qianmazhen', ['L50']],
    ['重 as it is read here', 'zhongzheng', ['G70.0']],
    ['重 as it is read elsewhere', 'chongzheng', ['G70.0']],
    ['长 chang', 'changqi', ['K12']],
    ['长 zhang', 'zhangqi', ['K12']],
    ['血 xue', 'gaoxueya', ['I10']],
    ['血 xie', 'gaoxieya', ['I10']],
    ['ü as v, as u and as yu', 'lvnong', ['LV1']],
    ['ü as it is written', 'lünong', ['LV1']],
    ['words of both kinds', '贫血 b12', ['D53']],
    ['pinyin beside a code', 's70 guzhe', ['S70']],
    ['nothing', 'nothing', []],
    ['blanks ask for nothing', ' \t ', []],
  ])('%s: %s', (_, typed, expected) => {
    expect(found(typed)).toEqual(expected);
  });

  test('one letter finds what begins with it', () => {
    expect(found('g')).toEqual(['G70.0', 'J00.x', 'I10', 'S70']);
  });

  test('what begins with all words together stands first', () => {
    expect(found('ji xing')).toEqual(['J00']);
    expect(found('gu gu')).toEqual(['S70']);
    expect(found('xing 感')).toEqual(['J00']);
    expect(found('xing 肝')).toEqual([]);
  });
});
