/** What a text in both languages says in one. */
import { expect, test } from '@jest/globals';
import { inLanguage } from '../../scripts/guide/language.js';

test.each([
  ['人的性别代码 Sex of a person', '人的性别代码', 'Sex of a person'],
  ['ABO血型代码 ABO blood group', 'ABO血型代码', 'ABO blood group'],
  ['国家临床版 2.0 ICD-10, national edition', '国家临床版 2.0', 'ICD-10, national edition'],
  ['代码表为 B B for the codes', '代码表为 B', 'B for the codes'],
  ['说明（甲）。The 56 groups of GB 3304.', '说明（甲）。', 'The 56 groups of GB 3304.'],
  ['某表 的全部代码。All codes of 某表 (2011).', '某表 的全部代码。', 'All codes of 某表 (2011).'],
  ['中文。FHIR 的代码不够。FHIR has too few codes.', '中文。FHIR 的代码不够。', 'FHIR has too few codes.'],
  ['婚姻状况代码 → v3 MaritalStatus', '婚姻状况代码 → v3 MaritalStatus', '婚姻状况代码 → v3 MaritalStatus'],
  ['Only English.', 'Only English.', 'Only English.'],
  ['只有中文', '只有中文', '只有中文'],
])('%s', (text, zh, en) => {
  expect([inLanguage(text, 'zh'), inLanguage(text, 'en')]).toEqual([zh, en]);
});
