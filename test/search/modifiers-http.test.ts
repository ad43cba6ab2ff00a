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

  test('codes of a version are those of that version; more than can be compared are taken by the system, and that is said', async () => {
    const url = 'http://t.cn/versions';
    for (const code of ['V1', 'V2', 'V3']) await put(condition(code.toLowerCase(), url, code));
    await put(codeSystem(url, { version: '1', concept: [{ code: 'V1' }] }));
    await put({ ...codeSystem(url, { version: '2', concept: [{ code: 'V1' }, { code: 'V2' }] }), id: 'versions2' });
    const set = (id: string, include: object) => put({ ...valueSet(include), ...{ id, url: `http://t.cn/ValueSet/${id}` } });
    await set('version1', { system: url, version: '1' });
    await set('versions', { system: url });
    expect(await ids('Condition?code:in=ValueSet/version1')).toBe('v1');
    expect(await ids('Condition?code:in=ValueSet/versions')).toBe('v1 v2');
    const concept = Array.from({ length: 2100 }, (_, at) => ({ code: `V${at}` }));
    await put({ ...codeSystem(url, { version: '2', concept }), id: 'versions2' });
    await set('many', { system: url, filter: [{ property: 'code', op: 'regex', value: 'V.*' }] });
    const { body } = await server.ask('GET', '/Condition?code:in=ValueSet/versions');
    const [outcome] = body.entry.filter(({ search }: { search: { mode: string } }) => search.mode === 'outcome');
    expect([body.total, outcome.resource.issue[0].severity]).toEqual([3, 'warning']);
    expect(outcome.resource.issue[0].details.text).toContain('more than 2000 codes');
    expect((await server.ask('GET', '/Condition?code:in=ValueSet/many')).body.issue[0].code).toBe('too-costly');
    // What a write depends on is asked exactly or not at all.
    const refused = await server.ask('PUT', '/Condition?code:in=ValueSet/versions', { ...condition('v1', url, 'V1'), id: undefined });
    expect([refused.status, refused.body.issue[0].code]).toEqual([400, 'not-supported']);
    for (const id of ['version1', 'versions', 'many']) await server.ask('DELETE', `/ValueSet/${id}`);
  });

  test('OID and URI of one system are one name: in searches, in conditions of a write, and for the validator', async () => {
    const [url, oid] = ['http://t.cn/named', 'urn:oid:1.2.156.99999.7'];
    await put(condition('by-url', url, 'N1'));
    await put(condition('by-oid', oid, 'N1'));
    expect(await ids(`Condition?code=${oid}|N1`)).toBe('by-oid');
    const identifier = [{ system: 'urn:ietf:rfc:3986', value: oid }];
    await put(codeSystem(url, { identifier, concept: [{ code: 'N1' }, { code: 'N2' }] }));
    await put({ ...valueSet({ system: url }), ...{ id: 'named', url: 'http://t.cn/ValueSet/named' } });
    for (const asked of [`code=${oid}|N1`, `code=${url}|N1`, `code=${oid}|`, 'code:in=ValueSet/named', `code:below=${oid}|N1`]) {
      expect([asked, await ids(`Condition?${asked}`)]).toEqual([asked, 'by-url by-oid']);
    }
    const uniqueId = [
      { type: 'oid', value: '1.2.156.99999.8' },
      { type: 'uri', value: 'http://t.cn/number' },
    ];
    const about = { name: 'Number', status: 'active', kind: 'identifier', date: '2026' };
    await put({ resourceType: 'NamingSystem', id: 'number', ...about, uniqueId } as never);
    const person = (system: string) => ({ resourceType: 'Patient', identifier: [{ system, value: '77' }] });
    expect((await server.ask('POST', '/Patient', person('http://t.cn/number'))).status).toBe(201);
    const ifNoneExist = { 'If-None-Exist': 'identifier=urn:oid:1.2.156.99999.8|77' };
    expect((await server.ask('POST', '/Patient', person('urn:oid:1.2.156.99999.8'), ifNoneExist)).status).toBe(200);
    const judged = async (code: string) => {
      const { body } = await server.ask('POST', '/Condition/$validate', condition('x', oid, code));
      const said = body.issue as readonly { severity: string; diagnostics?: string; details?: { text?: string } }[];
      return said.map(({ severity, details }) => `${severity} ${details?.text ?? ''}`).filter((one) => one.includes(url));
    };
    expect(await judged('N1')).toEqual([`information "${oid}" is the code system "${url}"; FHIR names it by that URL`]);
    expect(await judged('N9')).toContainEqual(expect.stringContaining('has no code "N9"'));
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
