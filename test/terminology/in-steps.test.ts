/** Value sets over large code systems are worked out in steps, and the same comes out without a pause. */
import { describe, expect, test } from '@jest/globals';
import type { CodeSystem, ValueSet, ValueSetComposeInclude } from 'fhir/r4.js';
import { wholly } from '../../src/model/in-steps.js';
import { createTerminology } from '../../src/terminology/create-terminology.js';
import { type ExpandAsked, expand, nothingLeftOut } from '../../src/terminology/expand.js';
import { withTable } from '../../src/terminology/table/attached.js';
import { tableOfCodeSystem } from '../../src/terminology/table/from-code-system.js';
import { wordsOf } from '../../src/terminology/words.js';
import { definitions } from '../built-definitions.js';

const COUNT = 6000;
const system = 'http://t.cn/large';
const code = (at: number) => `C${String(at).padStart(5, '0')}`;
const large: CodeSystem = {
  resourceType: 'CodeSystem',
  url: system,
  status: 'active',
  content: 'complete',
  property: [{ code: 'kind', type: 'code' }],
  concept: Array.from({ length: COUNT }, (_, at) => ({
    code: code(at),
    display: `诊断 ${at}`,
    property: [
      ...(at === 0 ? [] : [{ code: 'parent', valueCode: code(at < 10 ? 0 : at % 10) }]),
      { code: 'kind', valueCode: at % 2 === 0 ? 'even' : 'odd' },
      ...(at % 3 === 0 ? [{ code: 'inactive', valueBoolean: true }] : []),
    ],
  })),
};

const of = (property: string, op: string, value: string): ValueSetComposeInclude => ({
  system,
  filter: [{ property, op: op as 'is-a', value }],
});
const whole: ValueSetComposeInclude = { system };
const listed: ValueSetComposeInclude = { system, concept: (large.concept ?? []).map((one) => ({ code: one.code })) };

interface Kind {
  readonly include: ValueSetComposeInclude;
  readonly exclude?: ValueSetComposeInclude;
  readonly asked?: Partial<ExpandAsked>;
  readonly total: number;
}

const kinds: Readonly<Record<string, Kind>> = {
  'active ones': { include: whole, asked: { activeOnly: true }, total: 4000 },
  'is-a': { include: of('concept', 'is-a', code(3)), total: 600 },
  'is-not-a': { include: of('concept', 'is-not-a', code(3)), total: 5400 },
  regex: { include: of('code', 'regex', 'C0[0-9]+5'), total: 600 },
  property: { include: of('kind', '=', 'odd'), total: 3000 },
  'what is left of all': { include: whole, exclude: of('kind', '=', 'odd'), total: 3000 },
  'what is left of a list': { include: listed, exclude: of('concept', 'is-a', code(3)), total: 5400 },
  'words found in what is left': { include: whole, exclude: of('kind', '=', 'odd'), asked: { words: wordsOf('诊断') }, total: 3000 },
};

const usual: ExpandAsked = {
  ...{ offset: 0, count: 5, activeOnly: false, withoutAbstract: false, nested: false, isLeftOut: nothingLeftOut, most: 1000 },
};

describe.each([
  ['listed', () => large],
  ['kept in a table', () => withTable(large, wholly(tableOfCodeSystem(large)))],
])('of a large code system that is %s', (_, make) => {
  const codeSystem = make();

  test.each(Object.entries(kinds))('%s', (_kind, { include, exclude, asked, total }) => {
    const compose = { include: [include], ...(exclude === undefined ? {} : { exclude: [exclude] }) };
    const valueSet: ValueSet = { resourceType: 'ValueSet', url: 'http://t.cn/vs', status: 'active', compose };
    const expanding = () => {
      const { generation } = definitions;
      const known = { generation, supplements: [], codeSystems: [] };
      const terminology = createTerminology({
        ...known,
        valueSet: (canonical) => (canonical === valueSet.url ? valueSet : undefined),
        codeSystem: (canonical) => (canonical === system ? codeSystem : undefined),
      });
      const sources = terminology.at({});
      return expand(sources.unnamed(valueSet), (one) => sources.codeSystem(one.system), { ...usual, ...asked });
    };
    let steps = 0;
    const going = expanding();
    let step = going.next();
    for (; !step.done; step = going.next()) steps++;
    expect(steps).toBeGreaterThanOrEqual(COUNT / 1000);
    expect(step.value).toMatchObject({ total });
    expect(wholly(expanding())).toEqual(step.value);
  });
});
