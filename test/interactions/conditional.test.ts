import { describe, expect, jest, test } from '@jest/globals';
import { type Answered, issuesOf } from '../running-server.js';
import { serverOn } from '../server-on.js';
import { stores } from '../stores.js';

const system = 'urn:oid:1.2.3';
const person = (value: string, more: object = {}) => ({ resourceType: 'Patient', identifier: [{ system, value }], ...more });

jest.setTimeout(60_000);

describe.each(stores)('Conditional interactions on $name', ({ open }) => {
  const server = serverOn(open);

  const createUnless = (criteria: string, resource: object): Promise<Answered> =>
    server.ask('POST', '/Patient', resource, { 'if-none-exist': criteria });
  const total = async (value: string): Promise<number> =>
    (await server.ask('GET', `/Patient?identifier=${system}|${value}&_summary=count`)).body.total;

  test('If-None-Exist: none creates, one is shown and left as it is, many are 412 (http.html#ccreate)', async () => {
    const created = await createUnless(`identifier=${system}|c1`, person('c1'));
    const found = await createUnless(`?identifier=${system}|c1`, person('c1', { active: true }));
    expect([created.status, found.status]).toEqual([201, 200]);
    expect(found.headers.get('location')).toBe(`${server.url}/Patient/${created.body.id}/_history/1`);
    expect(found.body).toEqual(created.body);
    await server.ask('POST', '/Patient', person('c1'));
    const many = await createUnless(`identifier=${system}|c1`, person('c1'));
    expect([many.status, issuesOf(many)]).toEqual([412, ['error: multiple-matches']]);
  });

  test('criteria that are empty, unknown or only about the result are refused', async () => {
    for (const criteria of ['_count=1', 'nonsense=1', 'identifier=']) {
      const answer = await createUnless(criteria, person('c2'));
      expect([criteria, answer.status]).toEqual([criteria, 400]);
    }
    expect(await total('c2')).toBe(0);
  });

  test.each([
    ['system and value', (value: string) => [`identifier=${system}|${value}`]],
    ['different forms of the same', (value: string) => [`identifier=${system}|${value}`, `identifier=${value}`]],
  ])('sixty-four creates at once with If-None-Exist by %s make one resource', async (what, criteria) => {
    const value = what.replaceAll(' ', '-');
    const forms = criteria(value);
    const answers = await Promise.all(Array.from({ length: 64 }, (_, n) => createUnless(forms[n % forms.length] ?? '', person(value))));
    const statuses = answers.map(({ status }) => status);
    expect([statuses.filter((status) => status === 201).length, statuses.filter((status) => status === 200).length]).toEqual([1, 63]);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(await total(value)).toBe(1);
  });

  test('conditional update: none creates, one is updated, another id is 400, many are 412 (http.html#cond-update)', async () => {
    const path = `/Patient?identifier=${system}|u1`;
    const created = await server.ask('PUT', path, person('u1'));
    const updated = await server.ask('PUT', path, person('u1', { active: true }));
    expect([created.status, updated.status, updated.body.id, updated.headers.get('etag')]).toEqual([201, 200, created.body.id, 'W/"2"']);
    const other = await server.ask('PUT', path, person('u1', { id: 'other' }));
    expect([other.status, issuesOf(other)]).toEqual([400, ['error: id-mismatch at Patient.id']]);
    await server.ask('POST', '/Patient', person('u1'));
    expect((await server.ask('PUT', path, person('u1'))).status).toBe(412);
    const named = await server.ask('PUT', `/Patient?identifier=${system}|u2`, person('u2', { id: 'named' }));
    expect([named.status, named.body.id]).toEqual([201, 'named']);
  });

  test('conditional delete: one is deleted, none is 204, many are 412, no criteria 400 (http.html#cdelete)', async () => {
    const path = `/Patient?identifier=${system}|d1`;
    const { body } = await server.ask('POST', '/Patient', person('d1'));
    expect((await server.ask('DELETE', path)).status).toBe(204);
    expect((await server.ask('GET', `/Patient/${body.id}`)).status).toBe(410);
    expect((await server.ask('DELETE', path)).status).toBe(204);
    await server.ask('POST', '/Patient', person('d2'));
    await server.ask('POST', '/Patient', person('d2'));
    expect((await server.ask('DELETE', `/Patient?identifier=${system}|d2`)).status).toBe(412);
    expect((await server.ask('DELETE', '/Patient')).status).toBe(400);
    expect(await total('d2')).toBe(2);
  });

  test.each([
    ['another type', `Observation?identifier=${system}|c3`, 'if-none-exist-place at http.If-None-Exist'],
    ['a whole URL', `http://example.org/Patient?identifier=${system}|c3`, 'if-none-exist-place at http.If-None-Exist'],
    ['an include', `identifier=${system}|c3&_include=*`, 'criteria-result-parameter at http.If-None-Exist'],
    ['a cursor', `identifier=${system}|c3&_cursor=x`, 'criteria-result-parameter at http.If-None-Exist'],
    ['a broken percent sign', 'identifier=%zz', 'bad-percent-encoding at http.If-None-Exist'],
    ['an unknown parameter', 'nonsense=1', 'search-parameter-unknown at http.If-None-Exist'],
  ])('If-None-Exist with %s is 400, alone and in an entry (http.html#ccreate)', async (_what, criteria, expected) => {
    const alone = await createUnless(criteria, person('c3'));
    expect([alone.status, issuesOf(alone)]).toEqual([400, [`error: ${expected}`]]);
    const entry = { resource: person('c3'), request: { method: 'POST', url: 'Patient', ifNoneExist: criteria } };
    const inEntry = [`error: ${expected.replace('http.If-None-Exist', 'Bundle.entry[0].request.ifNoneExist')}`];
    const whole = await server.ask('POST', '', { resourceType: 'Bundle', type: 'transaction', entry: [entry] });
    expect([whole.status, issuesOf(whole)]).toEqual([400, inEntry]);
    const batch = await server.ask('POST', '', { resourceType: 'Bundle', type: 'batch', entry: [entry] });
    expect(issuesOf({ ...batch, body: batch.body.entry[0].response.outcome })).toEqual(inEntry);
    expect(await total('c3')).toBe(0);
  });

  test('If-None-Exist may name the type it is for', async () => {
    const answer = await createUnless(`Patient?identifier=${system}|c4`, person('c4'));
    const again = await createUnless(`Patient?identifier=${system}|c4`, person('c4'));
    expect([answer.status, again.status]).toEqual([201, 200]);
  });

  test('a conditional update or delete that shapes a result is 400', async () => {
    const asked = `/Patient?identifier=${system}|c5&_count=1`;
    for (const answer of [await server.ask('PUT', asked, person('c5')), await server.ask('DELETE', asked)]) {
      expect([answer.status, issuesOf(answer)]).toEqual([400, ['error: criteria-result-parameter at _count']]);
    }
  });

  test.each(['constructor', '__proto__', 'toString'])(
    'the parameter %s of an entry is told like any other that is unknown',
    async (name) => {
      const entry = { request: { method: 'GET', url: `Patient?${name}=1` } };
      const answer = await server.ask('POST', '', { resourceType: 'Bundle', type: 'batch', entry: [entry] });
      const { outcome } = answer.body.entry[0].response;
      expect(issuesOf({ ...answer, body: outcome })).toEqual(['error: search-parameter-unknown at Bundle.entry[0]']);
    },
  );
});
