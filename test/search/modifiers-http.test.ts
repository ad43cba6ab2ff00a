/** Modifiers over HTTP: what is uploaded counts from then on, and what cannot be done is never left out silently. Source: R4 search.html#token */
import { describe, expect, jest, test } from '@jest/globals';
import type { Answered } from '../running-server.js';
import { serverOn } from '../server-on.js';
import { stores } from '../stores.js';

jest.setTimeout(60_000);

const icd = 'http://t.cn/icd';
const found = ({ body }: Answered): string => (body.entry ?? []).map(({ resource }: { resource: { id: string } }) => resource.id).join(' ');

describe.each(stores)('in $name', ({ open }) => {
  const server = serverOn(open);
  const put = async (resource: { readonly resourceType: string; readonly id: string }) => {
    const { status } = await server.ask('PUT', `/${resource.resourceType}/${resource.id}`, resource);
    expect([200, 201]).toContain(status);
  };
  const ids = async (query: string) => found(await server.ask('GET', `/${query}`));
  const condition = (id: string, system: string, code: string) => ({
    resourceType: 'Condition',
    id,
    subject: { reference: 'Patient/p' },
    code: { coding: [{ system, code, display: `诊断${code}` }] },
  });
  const codeSystem = (url: string, more: object) => ({
    resourceType: 'CodeSystem',
    id: url.slice(12),
    url,
    status: 'active',
    content: 'complete',
    ...more,
  });
  const valueSet = (include: object) => ({
    resourceType: 'ValueSet',
    id: 'mine',
    url: 'http://t.cn/ValueSet/mine',
    version: '1',
    status: 'active',
    compose: { include: [include] },
  });

  test('a value set and a code system are followed as soon as they are stored, and as they are now', async () => {
    await put({ resourceType: 'Patient', id: 'p' } as never);
    for (const [id, code] of [
      ['a', 'A'],
      ['a1', 'A1'],
      ['b', 'B'],
    ] as const)
      await put(condition(id, icd, code));
    const refused = await server.ask('GET', '/Condition?code:in=ValueSet/mine');
    expect([refused.status, refused.body.issue[0].expression]).toEqual([400, ['code:in']]);
    expect((await server.ask('GET', `/Condition?code:below=${icd}|A`)).status).toBe(400);
    await put(codeSystem(icd, { concept: [{ code: 'A', concept: [{ code: 'A1' }] }, { code: 'B' }] }));
    await put(valueSet({ system: icd, filter: [{ property: 'concept', op: 'is-a', value: 'A' }] }));
    expect(await ids('Condition?code:in=ValueSet/mine')).toBe('a a1');
    expect(await ids('Condition?code:not-in=http://t.cn/ValueSet/mine|1')).toBe('b');
    expect(await ids(`Condition?code:below=${icd}|A`)).toBe('a a1');
    expect(await ids(`Condition?code:above=${icd}|A1`)).toBe('a a1');
    expect(await ids(`Condition?code:text=${encodeURIComponent('诊断A')}`)).toBe('a a1');
    await put(valueSet({ system: icd, concept: [{ code: 'B' }] }));
    expect(await ids('Condition?code:in=ValueSet/mine')).toBe('b');
    expect(await ids(`Patient?_has:Condition:patient:code:in=ValueSet/mine`)).toBe('p');
    expect((await server.ask('DELETE', '/ValueSet/mine')).status).toBe(204);
    expect((await server.ask('GET', '/Condition?code:in=http://t.cn/ValueSet/mine')).status).toBe(400);
  });

  test('what was stored before its code system said that case does not matter is found all the same', async () => {
    await put(condition('before', 'http://t.cn/any-case', 'AbC'));
    expect(await ids('Condition?code=http://t.cn/any-case|AbC')).toBe('before');
    await put(codeSystem('http://t.cn/any-case', { caseSensitive: false, concept: [{ code: 'AbC' }] }));
    await put(condition('after', 'http://t.cn/any-case', 'ABc'));
    expect(await ids('Condition?code=http://t.cn/any-case|AbC')).toBe('before after');
    expect(await ids('Condition?code=http://t.cn/any-case|abc')).toBe('after');
  });

  test('a code system of more codes than an index should hold is stored, and found by any of them', async () => {
    const concept = Array.from({ length: 5100 }, (_, at) => ({ code: `QX${at}` }));
    await put(codeSystem('http://t.cn/big', { concept }));
    await put(codeSystem('http://t.cn/small', { concept: [{ code: 'QX5099' }, { code: 'qother' }] }));
    expect(await ids('CodeSystem?code=QX5099')).toBe('big small');
    expect(await ids('CodeSystem?code=QX5100')).toBe('');
    expect(await ids('CodeSystem?code=|QX1')).toBe('big');
    expect(await ids('CodeSystem?code=qother,QX0')).toBe('big small');
    expect(await ids('CodeSystem?_id=big,small&code:not=QX0')).toBe('small');
    expect(await ids('CodeSystem?_id=big,small&code:missing=false')).toBe('big small');
    await put(codeSystem('http://t.cn/big', { concept: concept.slice(1) }));
    expect(await ids('CodeSystem?code=QX0')).toBe('');
    await put(codeSystem('http://t.cn/big', { concept: [{ code: 'QX0' }] }));
    expect(await ids('CodeSystem?code=QX0')).toBe('big');
    const include = [{ system: 'http://t.cn/big', concept: concept.slice(0, 5050) }];
    await put({ resourceType: 'ValueSet', id: 'long', url: 'http://t.cn/ValueSet/long', status: 'active', compose: { include } } as never);
    expect(await ids('ValueSet?code=QX5049')).toBe('long');
    expect(await ids('ValueSet?code=QX5050')).toBe('');
    expect((await server.ask('GET', '/Condition?code:in=ValueSet/long')).body.issue[0].code).toBe('too-costly');
  });

  test.each([
    ['Condition?code:nonsense=x', ':not, :text, :in, :not-in, :above, :below, :missing'],
    ['Condition?subject:exact=x', ':[type], :identifier, :missing'],
    ['ValueSet?url:contains=x', ':below, :above, :missing'],
    ['Condition?subject:Practitioner=x', 'Patient'],
  ])('%s is refused, under lenient handling too, with what is permitted', async (query, permitted) => {
    const { status, body } = await server.ask('GET', `/${query}`, undefined, { Prefer: 'handling=lenient' });
    expect(status).toBe(400);
    expect(body.issue[0].details.text).toContain(permitted);
  });
});
