import { beforeAll, describe, expect, test } from '@jest/globals';
import { issuesOf } from '../../running-server.js';
import { serverOn } from '../../server-on.js';
import { stores } from '../../stores.js';
import { bundleOf, definitions, url } from './expand-samples.js';

// biome-ignore lint/suspicious/noExplicitAny: an answer of any shape
type Any = any;

describe.each(stores)('$find-matches in $name', ({ open }) => {
  const server = serverOn(open);
  beforeAll(async () => {
    const codeSystems = definitions.filter(({ resourceType }) => resourceType === 'CodeSystem');
    expect((await server.ask('POST', '', bundleOf(codeSystems))).status).toBe(200);
  });

  const matches = async (exact: boolean, ...said: readonly (readonly [code: string, value: object])[]) => {
    const property = said.map(([code, value]) => ({
      name: 'property',
      part: [
        { name: 'code', valueCode: code },
        { name: 'value', ...value },
      ],
    }));
    const parameter = [{ name: 'system', valueUri: url }, { name: 'exact', valueBoolean: exact }, ...property];
    const answer = await server.ask('POST', '/CodeSystem/$find-matches', { resourceType: 'Parameters', parameter });
    return answer.status === 200 ? (answer.body.parameter ?? []).map(({ part }: Any) => part) : issuesOf(answer);
  };
  const codeOf = (part: Any) => part[0].valueCoding.code;

  test('finds what has all the properties', async () => {
    expect((await matches(true, ['kind', { valueCode: 'acute' }], ['chapter', { valueString: 'X' }])).map(codeOf)).toEqual(['J00']);
    expect((await matches(true, ['weight', { valueDecimal: 1.5 }])).map(codeOf)).toEqual(['J18']);
    expect((await matches(true, ['parent', { valueCode: 'J' }], ['notSelectable', { valueBoolean: true }])).map(codeOf)).toEqual([
      ...['J', 'J00', 'J18', 'J99'],
    ]);
  });

  test('tells people what does not match', async () => {
    const [best, next] = await matches(false, ['kind', { valueCode: 'acute' }], ['chapter', { valueString: 'X' }]);
    expect(best).toEqual([
      { name: 'code', valueCoding: { system: url, version: '2.0', code: 'J00', display: '急性鼻咽炎[感冒]' } },
      { name: 'comment', valueString: '2 of 2 properties match' },
    ]);
    expect(next.slice(1)).toEqual([
      {
        name: 'unmatched',
        part: [
          { name: 'code', valueCode: 'chapter' },
          { name: 'value', valueString: 'X' },
        ],
      },
      { name: 'comment', valueString: '1 of 2 properties match' },
    ]);
  });

  test('refuses what cannot be asked', async () => {
    expect(await matches(true)).toEqual(['error: match-by-what at property']);
    expect(await matches(true, ['colour', { valueCode: 'red' }])).toEqual(['error: cannot-match']);
    const unnamed = await server.ask('GET', '/CodeSystem/diagnoses/$find-matches?exact=true');
    expect([unnamed.status, issuesOf(unnamed)]).toEqual([400, ['error: match-by-what at property']]);
  });
});
