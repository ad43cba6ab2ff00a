/** A supplement adds what it has, wherever its concepts and those it adds to lie. Source: R4 codesystem.html#supplements */
import { describe, expect, test } from '@jest/globals';
import type { CodeSystem, ValueSetComposeInclude } from 'fhir/r4.js';
import { wholly } from '../../../src/model/in-steps.js';
import { createTerminology } from '../../../src/terminology/create-terminology.js';
import { withTable } from '../../../src/terminology/table/attached.js';
import { tableOfCodeSystem } from '../../../src/terminology/table/from-code-system.js';
import { wordsOf } from '../../../src/terminology/words.js';

const url = 'http://a.cn/diagnoses';
const base = (more: Partial<CodeSystem> = {}): CodeSystem => ({
  ...{ resourceType: 'CodeSystem', url, version: '1', status: 'active', content: 'complete', caseSensitive: true, ...more },
  concept: [
    { code: 'I10', display: '高血压病', designation: [{ language: 'en', value: 'Hypertension' }] },
    { code: 'J00', display: '感冒' },
    { code: 'Z99' },
  ],
});
const supplement: CodeSystem = {
  ...{ resourceType: 'CodeSystem', url: 'http://a.cn/local', version: '3', status: 'active', content: 'supplement', language: 'zh-CN' },
  supplements: url,
  concept: [
    { code: 'X', display: '无此编码' },
    {
      code: 'J00',
      display: '伤风',
      designation: [{ language: 'en', value: 'Common cold' }],
      property: [{ code: 'ward', valueCode: 'w1' }],
    },
    { code: 'I10', designation: [{ language: 'de', value: 'Bluthochdruck' }], property: [{ code: 'inactive', valueBoolean: true }] },
  ],
};
const inTable = (codeSystem: CodeSystem) => withTable(codeSystem, wholly(tableOfCodeSystem(codeSystem)));
const asItIs = (codeSystem: CodeSystem) => codeSystem;

function readBy(one: CodeSystem, other: CodeSystem, supplements: readonly string[] = []) {
  const systems = new Map([one, other].flatMap((system) => [system.url, `${system.url}|${system.version}`].map((name) => [name, system])));
  return createTerminology({
    ...{ valueSet: () => undefined, codeSystems: [], supplements: ['http://a.cn/local|3'] },
    codeSystem: (canonical) => systems.get(canonical),
    generation: { structures: 0, terminology: 0, conceptMaps: 0, searchParameters: 0 },
  }).at({ supplements });
}

function codesOf(sources: ReturnType<typeof readBy>, include: Partial<ValueSetComposeInclude>, typed?: string): readonly string[] {
  const content = sources.unnamed({ resourceType: 'ValueSet', status: 'active', compose: { include: [{ system: url, ...include }] } });
  const words = typed === undefined ? undefined : wordsOf(typed);
  return [...(words === undefined ? content.codes() : content.search(words))].flatMap((one) =>
    one === undefined ? [] : [one.concept.code],
  );
}

describe.each([
  ['concepts in JSON, supplement in JSON', asItIs, asItIs],
  ['concepts in a table, supplement in JSON', inTable, asItIs],
  ['concepts in JSON, supplement in a table', asItIs, inTable],
  ['concepts in a table, supplement in a table', inTable, inTable],
])('%s', (_, one, other) => {
  const sources = readBy(one(base()), other(supplement));

  test('its display and designations are designations of the concept', () => {
    const content = sources.codeSystem(url);
    expect(content?.find('J00')).toMatchObject({
      ...{ code: 'J00', display: '感冒' },
      designation: [
        { language: 'zh-CN', value: '伤风' },
        { language: 'en', value: 'Common cold' },
      ],
    });
    expect([...(content?.concepts() ?? [])].map(({ designation = [] }) => designation.map(({ value }) => value))).toEqual([
      ['Hypertension', 'Bluthochdruck'],
      ['伤风', 'Common cold'],
      [],
    ]);
    expect(content?.supplements).toEqual(['http://a.cn/local|3']);
  });

  test('codes that only the supplement has are none', () => {
    expect([sources.codeSystem(url)?.contains('X'), sources.codeSystem(url)?.size]).toEqual(['out', 3]);
    expect(codesOf(sources, {})).toEqual(['I10', 'J00', 'Z99']);
  });

  test.each([
    ['its words', 'common', ['J00']],
    ['its words as they sound', 'shangfeng', ['J00']],
    ['their initials', 'sf', ['J00']],
    ['words of both', '感冒 cold', ['J00']],
    ['words of the code system alone', 'gxy', ['I10']],
    ['what another concept is called', '感冒 bluthochdruck', []],
    ['a code that only the supplement has', 'X', []],
  ])('a filter finds by %s', (_name, typed, found) => {
    expect(codesOf(sources, {}, typed)).toEqual(found);
  });

  test('properties count where the supplement is asked for by its name', () => {
    const ward: Partial<ValueSetComposeInclude> = { filter: [{ property: 'ward', op: '=', value: 'w1' }] };
    expect(codesOf(readBy(one(base()), other(supplement), ['http://a.cn/local']), ward)).toEqual(['J00']);
    expect(() => codesOf(sources, ward)).toThrow();
  });

  test('whether case matters is for the code system to say', () => {
    const lower = { ...supplement, concept: [{ code: 'j00', display: '伤风' }] };
    const designated = (caseSensitive: boolean) =>
      readBy(one(base({ caseSensitive })), other(lower))
        .codeSystem(url)
        ?.find('J00')?.designation;
    expect([designated(false), designated(true)]).toEqual([[{ language: 'zh-CN', value: '伤风' }], undefined]);
  });
});
