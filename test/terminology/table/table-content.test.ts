import { describe, expect, test } from '@jest/globals';
import type { CodeSystem } from 'fhir/r4.js';
import { wholly } from '../../../src/model/in-steps.js';
import { type CodeContent, type Concept, codeContent } from '../../../src/terminology/code-system.js';
import { type ConceptTest, testsOf } from '../../../src/terminology/filters.js';
import { searchConcepts } from '../../../src/terminology/search-concepts.js';
import { createTableBuilder } from '../../../src/terminology/table/build-table.js';
import type { ConceptTable } from '../../../src/terminology/table/concept-table.js';
import { tableOfCodeSystem } from '../../../src/terminology/table/from-code-system.js';
import { readTable, writeTable } from '../../../src/terminology/table/table-bytes.js';
import { tableContent } from '../../../src/terminology/table/table-content.js';
import { wordsOf } from '../../../src/terminology/words.js';

const sample: CodeSystem = {
  resourceType: 'CodeSystem',
  url: 'http://a.cn/diagnoses',
  version: '2.0',
  status: 'active',
  content: 'complete',
  property: [{ code: 'block', type: 'string' }],
  concept: [
    {
      code: 'I10',
      display: '原发性高血压',
      definition: '无明确病因的高血压',
      property: [{ code: 'notSelectable', valueBoolean: true }],
      concept: [
        {
          code: 'I10.x00',
          display: '特发性高血压',
          designation: [
            { language: 'en', value: 'Essential hypertension' },
            { use: { system: 'http://a.cn/use', code: 'short' }, value: '高血压' },
          ],
          concept: [{ code: 'I10.x00x002', display: '高血压病', property: [{ code: 'parent', valueCode: 'J98' }] }],
        },
        { code: 'I10.x01', property: [{ code: 'inactive', valueBoolean: true }] },
      ],
    },
    {
      code: 'J98',
      display: '其他呼吸性疾患',
      property: [
        { code: 'block', valueString: 'J95-J99' },
        { code: 'weight', valueDecimal: 1.5 },
        { code: 'inactive', valueBoolean: false },
        { code: 'child', valueCode: 'Ａ１' },
        { code: 'see', valueCoding: { system: 'http://a.cn/other', code: 'x' } },
        { code: 'parent', valueCode: 'nowhere' },
      ],
    },
    { code: 'Ａ１', display: '全角𠮷代码' },
  ],
};

type Nested = Concept & { readonly concept?: unknown };
const alone = ({ concept: _, ...one }: Nested): Concept => one;
const listed = (content: CodeContent) => [...content.concepts()].map(alone);
const { concept: _, ...about } = sample;
const kept = (table: ConceptTable) => wholly(readTable(aligned(writeTable(table))));
const table = wholly(tableOfCodeSystem(sample));

function aligned(written: readonly Buffer[]): Buffer {
  const all = Buffer.concat(written);
  const own = Buffer.allocUnsafeSlow(all.length);
  all.copy(own);
  return own;
}

describe.each([
  ['as it was made', table],
  ['as it was kept', kept(table)],
])('A table of concepts, %s, answers as the code system itself', (_, one) => {
  const [content, expected] = [tableContent(about, one), codeContent(sample)];

  test('of its concepts, in order', () => {
    expect(listed(content)).toEqual(listed(expected));
    expect(content).toMatchObject({ size: 6, version: '2.0', caseSensitive: true });
    expect([...content.properties].sort()).toEqual([...expected.properties].sort());
  });

  test.each(['I10', 'I10.x00', 'Ａ１', 'i10', 'nowhere', '', 'I10.x0'])('of the code %j', (code) => {
    expect(content.contains(code)).toBe(expected.contains(code));
    const concept = expected.find(code);
    expect(content.find(code)).toEqual(concept && alone(concept));
  });

  test.each(['I10', 'I10.x00', 'I10.x00x002', 'J98', 'Ａ１'])('of those above and below %s', (code) => {
    for (const side of ['parents', 'children'] as const) {
      const known = expected
        .hierarchy()
        [side].get(code)
        ?.filter((other) => expected.find(other) !== undefined);
      expect(new Set(content.hierarchy()[side].get(code))).toEqual(new Set(known));
    }
  });

  test.each([
    ['concept', 'is-a', 'I10'],
    ['concept', 'descendent-of', 'J98'],
    ['parent', '=', 'I10.x00'],
    ['block', '=', 'J95-J99'],
    ['inactive', '=', 'true'],
    ['display', 'regex', '.*高血压.*'],
    ['weight', 'exists', 'true'],
  ] as const)('of the filter %s %s %s', (property, op, value) => {
    const passing = (of: CodeContent) =>
      listed(of).filter((each) => (testsOf([{ property, op, value }], of, 'http://a.cn/diagnoses')[0] as ConceptTest)(each));
    expect(passing(content)).toEqual(passing(expected));
    expect(passing(content).length).toBeGreaterThan(0);
  });

  test.each(['高血压', 'gxy', 'gaoxueya', 'essential', 'I10.x', 'huxi', '高血压 病', 'zzz'])('of what is found by %s', (words) => {
    const found = (of: CodeContent) => {
      const wanted = wordsOf(words);
      return wanted === undefined ? [] : [...searchConcepts(of, wanted)].map(({ concept, rank }) => [concept.code, rank]);
    };
    expect(found(content)).toEqual(found(expected));
  });
});

test('codes are found without regard to case where the code system says so', () => {
  const content = tableContent(about, wholly(tableOfCodeSystem({ ...sample, caseSensitive: false })));
  expect([content.contains('i10.X00'), content.find('i10.X00')?.code]).toEqual(['in', 'I10.x00']);
  expect(content.hierarchy().parents.get(content.fold('I10.X00'))).toEqual(['i10']);
});

test('a part of a code system does not say that a code is none', () => {
  expect(tableContent(about, wholly(tableOfCodeSystem({ ...sample, content: 'fragment' }))).contains('Z')).toBe('undecided');
});

test('the first concept of a code stays, and there may be many', () => {
  const builder = createTableBuilder({ caseSensitive: true, isComplete: true });
  const codes = Array.from({ length: 5000 }, (_, at) => `C${at}`);
  for (const code of codes) expect(builder.add({ code, display: `第${code}` })).toBe(true);
  expect(builder.add({ code: 'C7', display: 'other' })).toBe(false);
  const content = tableContent(about, kept(builder.finish()));
  expect(codes.every((code) => content.find(code)?.display === `第${code}`)).toBe(true);
  expect(content.contains('C5000')).toBe('out');
});

test.each([
  ['of another program', (bytes: Buffer) => bytes.fill('x', 0, 8), 'no table'],
  ['cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length - 40), 'in the middle'],
])('a table %s is refused', (_, spoil, said) => {
  expect(() => wholly(readTable(spoil(aligned(writeTable(table)))))).toThrow(said);
});
