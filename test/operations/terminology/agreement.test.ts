/** What `:in` finds is what $expand lists and $validate-code accepts. Source: R4 search.html#token, terminology-service.html#validation */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ValueSetCompose } from 'fhir/r4.js';
import { type RunningServer, startServer } from '../../running-server.js';

const system = 'http://t.cn/agreed';
const other = 'http://t.cn/agreed-without-case';
const retired = [{ code: 'status', valueCode: 'retired' }];
const definition = { resourceType: 'CodeSystem', status: 'active', content: 'complete' };
const sent = [
  { ...definition, id: 'agreed', url: system, concept: [{ code: 'A' }, { code: 'B', property: retired }, { code: 'C' }] },
  { ...definition, id: 'without-case', url: other, caseSensitive: false, concept: [{ code: 'A' }, { code: 'B' }] },
];
const composes: Readonly<Record<string, ValueSetCompose>> = {
  whole: { include: [{ system }] },
  'whole-without-one': { include: [{ system }], exclude: [{ system, concept: [{ code: 'A' }] }] },
  'listed-active': { inactive: false, include: [{ system, concept: [{ code: 'A' }, { code: 'B' }] }] },
  'active-of-other': { inactive: false, include: [{ valueSet: ['http://t.cn/vs/whole'] }] },
  both: { include: [{ system: other, valueSet: ['http://t.cn/vs/in-another-case'] }] },
  'in-another-case': { include: [{ system: other, concept: [{ code: 'a' }] }] },
  'without-another-case': { include: [{ system: other }], exclude: [{ system: other, concept: [{ code: 'a' }] }] },
  circle: { include: [{ valueSet: ['http://t.cn/vs/back'] }, { system, concept: [{ code: 'A' }] }] },
  back: { include: [{ valueSet: ['http://t.cn/vs/circle'] }, { system, filter: [{ property: 'code', op: 'regex', value: '(B|B)*' }] }] },
};
const asked = ['A', 'B', 'C', 'nowhere'].flatMap((code) => [system, other].map((one) => `${one}|${code}`));

describe('a value set', () => {
  let server: RunningServer;
  const put = (resource: { readonly resourceType: string; readonly id: string }) =>
    server.ask('PUT', `/${resource.resourceType}/${resource.id}`, resource);
  beforeAll(async () => {
    server = await startServer();
    for (const [n, token] of asked.entries()) {
      const [of, code] = token.split('|');
      // What was recorded before the code system came may have codes of no such system.
      await put({ resourceType: 'Basic', id: `b${n}`, code: { coding: [{ system: of, code }] } } as never);
    }
    for (const one of sent) await put(one);
    for (const [id, compose] of Object.entries(composes))
      await put({ resourceType: 'ValueSet', id, url: `http://t.cn/vs/${id}`, status: 'active', compose } as never);
    for (const [n, token] of asked.entries()) {
      const [of, code] = token.split('|');
      await put({ resourceType: 'Basic', id: `b${n}`, language: 'zh', code: { coding: [{ system: of, code }] } } as never);
    }
  });
  afterAll(() => server.close());

  test.each(Object.keys(composes))('%s has the same codes by every way of asking', async (id) => {
    const { body } = await server.ask('GET', `/ValueSet/${id}/$expand?excludeNested=true`);
    const contains: readonly { system: string; code: string }[] = body.expansion.contains ?? [];
    const expanded = new Set(contains.map((one) => `${one.system}|${one.system === other ? one.code.toUpperCase() : one.code}`));
    const found = await server.ask('GET', `/Basic?code:in=http://t.cn/vs/${id}&_count=100`);
    const ids = new Set((found.body.entry ?? []).map((entry: { resource: { id: string } }) => entry.resource.id));
    const valid = await Promise.all(
      asked.map(async (token) => {
        const [of, code] = token.split('|');
        const answer = await server.ask('GET', `/ValueSet/${id}/$validate-code?system=${of}&code=${code}`);
        return answer.body.parameter[0].valueBoolean === true;
      }),
    );
    const accepted = asked.filter((_, n) => valid[n]);
    expect(asked.filter((_, n) => ids.has(`b${n}`))).toEqual(accepted);
    expect(asked.filter((token) => expanded.has(token))).toEqual(accepted);
    expect(accepted.length).toBeGreaterThan(0);
  });
});
