import { describe, expect, test } from '@jest/globals';
import { readConfig } from '../../src/config.js';
import type { Resource } from '../../src/model/resource.js';
import { createSearch } from '../../src/search/create-search.js';
import { askedWords, documentTypes, keptWords, narrativeText } from '../../src/search/full-text.js';
import { parseWordQuery, type WordQuery } from '../../src/search/word-query.js';
import { definitions } from '../built-definitions.js';
import { describeFinding } from './finding.js';
import { faultOf, planOf, search } from './fixture.js';

const report = (id: string, div: string, conclusion: string) => ({
  resourceType: 'DiagnosticReport',
  id,
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '24323-8', display: 'Comprehensive metabolic panel' }], text: '生化全套' },
  text: { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml">${div}</div>` },
  conclusion,
});

const reports = [
  report('chinese', '<p>患者<b>高血压</b>三年，&lt;未治疗&gt;</p>', '建议复查血糖'),
  report('english', '<p class="hidden">Müller&#8217;s sign&nbsp;positive</p>', 'Follow-up in 3 weeks; HbA1c 6.5%'),
  report('mixed', '<p>CT检查：左肺結節 8mm</p>', '無'),
  { resourceType: 'DiagnosticReport', id: 'silent', status: 'final', code: { coding: [{ code: 'x' }] } },
];

describeFinding('words', reports, [
  ['DiagnosticReport?_text=高血压', 'chinese'],
  ['DiagnosticReport?_text=血压', 'chinese'],
  ['DiagnosticReport?_text=压', 'chinese'],
  ['DiagnosticReport?_text=压高', ''],
  ['DiagnosticReport?_text=患者高血', 'chinese'],
  ['DiagnosticReport?_text=血糖', ''],
  ['DiagnosticReport?_content=血糖', 'chinese'],
  ['DiagnosticReport?_content=血糖 高血压', 'chinese'],
  ['DiagnosticReport?_content=高血壓', 'chinese'],
  ['DiagnosticReport?_text=muller positive', 'english'],
  ['DiagnosticReport?_text=posit', 'english'],
  ['DiagnosticReport?_text=ositive', ''],
  ['DiagnosticReport?_text=hidden', ''],
  ['DiagnosticReport?_text=nbsp', ''],
  ['DiagnosticReport?_content=hba1c weeks', 'english'],
  ['DiagnosticReport?_content=metabolic', 'chinese english mixed'],
  ['DiagnosticReport?_content=24323', ''],
  ['DiagnosticReport?_content=final', ''],
  ['DiagnosticReport?_text=ct检查', 'mixed'],
  ['DiagnosticReport?_text=左肺结节 8mm', 'mixed'],
  ['DiagnosticReport?_text=结节,高血压', 'chinese mixed'],
  ['DiagnosticReport?_text=高血压&_text=结节', ''],
  ['DiagnosticReport?_text=(muller OR 血压) and positive', 'english'],
  ['DiagnosticReport?_text=高血压 OR 肺结节 8mm', 'chinese mixed'],
  ['DiagnosticReport?_text=患者 or positive', 'chinese english'],
  ['DiagnosticReport?_text=positive NOT muller', ''],
  ['DiagnosticReport?_text=NOT (muller OR 患者)', 'mixed silent'],
  ['DiagnosticReport?_content=血糖 OR （hba1c AND positive）', 'chinese english'],
  ['DiagnosticReport?_text=not positive', ''],
  ['DiagnosticReport?_text:missing=true', 'silent'],
  ['DiagnosticReport?_content:missing=false', 'chinese english mixed'],
]);

describe('words joined by operators', () => {
  const shown = (query: WordQuery | undefined): string => {
    if (query === undefined) return '';
    if (query.kind === 'word') return query.word;
    return query.kind === 'not' ? `!${shown(query.of)}` : `(${query.of.map(shown).join(query.kind === 'all' ? '&' : '|')})`;
  };

  test.each([
    ['(bone OR liver) and metastases', '((bone|liver)&metastases)'],
    ['a OR b c', '(a|(b&c))'],
    ['a NOT NOT NOT b', '(a&!b)'],
    ['and', 'and'],
    ['OR a', '(or&a)'],
    ['a OR', '(a&or)'],
    ['a)) (b', '(a&b)'],
    ['a OR ()', 'a'],
    ['( - )', ''],
  ])('%s', (text, expected) => {
    expect(shown(parseWordQuery(text))).toBe(expected);
  });

  test('more than 20 parentheses inside each other are refused, and any number of NOT is read', () => {
    expect(faultOf(() => planOf(`Composition?_text=${'('.repeat(21)}a`))).toMatchObject({ expression: '_text' });
    expect(shown(parseWordQuery(`${'NOT '.repeat(100_001)}a`))).toBe('!a');
  });
});

describe('the words of a text', () => {
  test('Chinese in pairs, and the last character', () => {
    expect([...keptWords(['高血压'])]).toEqual(['高血', '血压', '压']);
    expect(askedWords('高血压')).toEqual(['高血', '血压']);
    expect(askedWords('高')).toEqual(['高']);
    expect(askedWords('ｶﾞﾝ 𠮷野')).toEqual(['カン', '𠮷野']);
  });

  test('markup, entities and what is between them', () => {
    expect(narrativeText('<div>a<br/>b &amp; &#x4e2d;&#0;&unknown; <')).toMatch(/^ a b & 中 {3}$/);
    expect(narrativeText('<'.repeat(100_000))).toBe('');
  });

  test('are bounded, and reading them takes time by the length of the text', () => {
    const begun = performance.now();
    expect(keptWords(['中'.repeat(1_000_000)]).size).toBe(2);
    expect(keptWords([Array.from({ length: 100_000 }, (_, at) => `w${at}`).join(' ')]).size).toBe(1000);
    expect(keptWords(['x'.repeat(1_000_000), '·'.repeat(1_000_000)]).size).toBe(1);
    expect(performance.now() - begun).toBeLessThan(5000);
    const long = { resourceType: 'Composition', id: '1', title: Array.from({ length: 5000 }, (_, at) => `w${at}`).join(' ') };
    expect(search.extract(long as unknown as Resource).entries.filter(({ param }) => param === '_content')).toHaveLength(1000);
  });
});

describe('the setting FULL_TEXT', () => {
  const withFullText = (fullText: string) =>
    createSearch({ definitions, baseUrl: 'http://127.0.0.1:8080/fhir', timezone: 'Asia/Shanghai', fullText });

  test('names types that are read as documents where nothing is set', () => {
    expect(readConfig({}).fullText).toBe(documentTypes);
  });

  test('all and none are what they say, a name that is no type is refused', () => {
    const patient = { resourceType: 'Patient', id: '1', text: { status: 'generated', div: '<div>x</div>' } } as unknown as Resource;
    const words = (setting: string) =>
      withFullText(setting)
        .extract(patient)
        .entries.filter(({ param }) => param === '_text');
    expect(words('all')).toEqual([{ kind: 'string', param: '_text', value: 'x', raw: '' }]);
    expect(words('none')).toEqual([]);
    expect(() => withFullText('Patien')).toThrow('FULL_TEXT: Patien is no resource type');
  });

  test('a value without a word is refused', () => {
    expect(faultOf(() => planOf('Composition?_text=***'))).toMatchObject({ status: 400, code: 'invalid', expression: '_text' });
  });
});
