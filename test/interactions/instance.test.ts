import { describe, expect, jest, test } from '@jest/globals';
import { issuesOf } from '../running-server.js';
import { serverOn } from '../server-on.js';
import { stores } from '../stores.js';

const patient = { resourceType: 'Patient', active: true, name: [{ family: '张', given: ['三'] }] };

jest.setTimeout(60_000);

describe.each(stores)('Instances on $name', ({ open }) => {
  const server = serverOn(open);

  const create = async (resource: object = patient): Promise<string> => (await server.ask('POST', '/Patient', resource)).body.id;

  test('create answers 201 with Location, ETag and Last-Modified, and ignores an id in the body (http.html#create)', async () => {
    const answer = await server.ask('POST', '/Patient', { ...patient, id: 'mine' });
    const { id, meta } = answer.body;
    expect(answer.status).toBe(201);
    expect(id).not.toBe('mine');
    expect(answer.headers.get('location')).toBe(`${server.url}/Patient/${id}/_history/1`);
    expect(answer.headers.get('etag')).toBe('W/"1"');
    expect(answer.headers.get('content-type')).toBe('application/fhir+json; charset=utf-8');
    expect(Math.floor(Date.parse(meta.lastUpdated) / 1000) * 1000).toBe(Date.parse(answer.headers.get('last-modified') ?? ''));
    expect(meta.versionId).toBe('1');
  });

  test('what was sent comes back as it was, but for id, versionId and lastUpdated', async () => {
    const sent =
      '{"meta":{"source":"urn:a","versionId":"77","tag":[{"code":"t"}],"lastUpdated":"2001-01-01T00:00:00Z"},"resourceType":"Observation",' +
      '"status":"final","code":{"text":"𠮷 \\u00e9"},"valueQuantity":{"unit":"g","value":1.10},"component":[{"valueQuantity":{"value":1234567890.12345678901234567890},"code":{"text":"b"}}]}';
    const created = await server.ask('POST', '/Observation', sent);
    const { id, meta } = created.body;
    const expected =
      `{"resourceType":"Observation","id":"${id}","meta":{"versionId":"1","lastUpdated":"${meta.lastUpdated}","source":"urn:a","tag":[{"code":"t"}]},` +
      '"status":"final","code":{"text":"𠮷 é"},"valueQuantity":{"unit":"g","value":1.10},"component":[{"valueQuantity":{"value":1234567890.12345678901234567890},"code":{"text":"b"}}]}';
    expect(created.text).toBe(expected);
    expect((await server.ask('GET', `/Observation/${id}`)).text).toBe(expected);
    expect(meta.lastUpdated).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  test('read of an id that never was is 404, HEAD is GET without the body', async () => {
    const id = await create();
    const head = await server.ask('HEAD', `/Patient/${id}`);
    const get = await server.ask('GET', `/Patient/${id}/`);
    expect([head.status, head.text, head.headers.get('etag')]).toEqual([200, '', get.headers.get('etag')]);
    expect(head.headers.get('content-length')).toBe(String(Buffer.byteLength(get.text)));
    const missing = await server.ask('GET', '/Patient/never');
    expect([missing.status, issuesOf(missing)]).toEqual([404, ['error: not-found']]);
  });

  test('a version the client has is not sent again (http.html#cread)', async () => {
    const id = await create();
    const { headers } = await server.ask('GET', `/Patient/${id}`);
    const modified = headers.get('last-modified') ?? '';
    const known = await server.ask('GET', `/Patient/${id}`, undefined, { 'if-none-match': 'W/"1"' });
    expect([known.status, known.text, known.headers.get('etag')]).toEqual([304, '', 'W/"1"']);
    expect((await server.ask('GET', `/Patient/${id}`, undefined, { 'if-modified-since': modified })).status).toBe(304);
    expect((await server.ask('GET', `/Patient/${id}`, undefined, { 'if-none-match': 'W/"2"' })).status).toBe(200);
  });

  test('update makes the next version, vread reads the old one (http.html#update, #vread)', async () => {
    const id = await create();
    const updated = await server.ask('PUT', `/Patient/${id}`, { ...patient, id, active: false });
    expect([updated.status, updated.headers.get('etag'), updated.body.active]).toEqual([200, 'W/"2"', false]);
    expect((await server.ask('GET', `/Patient/${id}/_history/1`)).body.active).toBe(true);
    expect((await server.ask('GET', `/Patient/${id}/_history/2`)).body).toEqual(updated.body);
    expect((await server.ask('GET', `/Patient/${id}/_history/3`)).status).toBe(404);
    expect((await server.ask('GET', `/Patient/${id}/_history/abc`)).status).toBe(404);
  });

  test('update with an id that is not there creates it (http.html#upsert)', async () => {
    const created = await server.ask('PUT', '/Patient/chosen.by-client', { ...patient, id: 'chosen.by-client' });
    expect([created.status, created.headers.get('location')]).toEqual([201, `${server.url}/Patient/chosen.by-client/_history/1`]);
    expect((await server.ask('GET', '/Patient/chosen.by-client')).status).toBe(200);
  });

  test.each([
    ['none', patient],
    ['another', { ...patient, id: 'other' }],
    ['a number as', { ...patient, id: 1 }],
  ])('update with %s id in the body is 400 (http.html#update)', async (_what, body) => {
    const answer = await server.ask('PUT', '/Patient/some', body);
    expect([answer.status, issuesOf(answer)]).toEqual([400, ['error: id-mismatch at Patient.id']]);
  });

  test.each([
    ['W/"1"', 200],
    ['"1"', 200],
    ['W/"7", W/"1"', 200],
    ['*', 200],
    ['W/"2"', 412],
    ['nonsense', 400],
  ])('update with If-Match %s is %d at version 1 (http.html#concurrency)', async (ifMatch, status) => {
    const id = await create();
    const answer = await server.ask('PUT', `/Patient/${id}`, { ...patient, id }, { 'if-match': ifMatch });
    expect(answer.status).toBe(status);
    expect((await server.ask('GET', `/Patient/${id}`)).headers.get('etag')).toBe(status === 200 ? 'W/"2"' : 'W/"1"');
  });

  test('If-Match on what is not there is 412, If-None-Match: * on what is there too', async () => {
    const id = await create();
    expect((await server.ask('PUT', '/Patient/absent', { ...patient, id: 'absent' }, { 'if-match': '*' })).status).toBe(412);
    expect((await server.ask('PUT', `/Patient/${id}`, { ...patient, id }, { 'if-none-match': '*' })).status).toBe(412);
    expect((await server.ask('DELETE', `/Patient/${id}`, undefined, { 'if-match': 'W/"9"' })).status).toBe(412);
  });

  test('delete is 204, again 204, read after it 410, and update brings it back with 201 (http.html#delete)', async () => {
    const id = await create();
    const first = await server.ask('DELETE', `/Patient/${id}`);
    expect([first.status, first.text, first.headers.get('etag')]).toEqual([204, '', 'W/"2"']);
    expect((await server.ask('DELETE', `/Patient/${id}`)).status).toBe(204);
    const gone = await server.ask('GET', `/Patient/${id}`);
    expect([gone.status, issuesOf(gone)]).toEqual([410, ['error: deleted']]);
    expect((await server.ask('GET', `/Patient/${id}/_history/2`)).status).toBe(410);
    expect((await server.ask('GET', `/Patient/${id}/_history/1`)).status).toBe(200);
    const back = await server.ask('PUT', `/Patient/${id}`, { ...patient, id });
    expect([back.status, back.headers.get('etag')]).toEqual([201, 'W/"3"']);
    expect((await server.ask('DELETE', '/Patient/never-there')).status).toBe(204);
  });

  test('history shows every version, newest first, deletions without a resource, in pages (http.html#history)', async () => {
    const id = await create();
    await server.ask('DELETE', `/Patient/${id}`);
    await server.ask('PUT', `/Patient/${id}`, { ...patient, id });
    await server.ask('PUT', `/Patient/${id}`, { ...patient, id, active: false });
    const { body } = await server.ask('GET', `/Patient/${id}/_history?_count=3`);
    const shown = ({ resource, request, response }: Record<'resource' | 'request' | 'response', Record<string, unknown>>) =>
      [request.method, request.url, response.status, response.etag, resource?.id === id].join(' ');
    expect([body.type, body.total]).toEqual(['history', 4]);
    expect(body.entry.map(shown)).toEqual([
      `PUT Patient/${id} 200 OK W/"4" true`,
      `PUT Patient/${id} 201 Created W/"3" true`,
      `DELETE Patient/${id} 204 No Content W/"2" false`,
    ]);
    const next = body.link.find(({ relation }: { relation: string }) => relation === 'next').url;
    const last = (await server.ask('GET', next)).body;
    expect(last.entry.map(shown)).toEqual(['POST Patient 201 Created W/"1" true']);
    expect(last.link.map(({ relation }: { relation: string }) => relation)).toEqual(['self']);
    expect((await server.ask('GET', '/Patient/never/_history')).status).toBe(404);
  });

  test('Prefer says what comes back (http.html#prefer)', async () => {
    const minimal = await server.ask('POST', '/Patient', patient, { prefer: 'return=minimal' });
    expect([minimal.status, minimal.text, minimal.headers.get('etag')]).toEqual([201, '', 'W/"1"']);
    const outcome = await server.ask(
      'POST',
      '/Patient',
      { ...patient, meta: { profile: ['http://example.org/unknown'] } },
      { prefer: 'return=OperationOutcome' },
    );
    expect(outcome.body.resourceType).toBe('OperationOutcome');
    expect(issuesOf(outcome).join()).toContain('warning: ');
  });

  test('sixty-four updates of one resource at once make sixty-four versions', async () => {
    const id = await create();
    const answers = await Promise.all(Array.from({ length: 64 }, () => server.ask('PUT', `/Patient/${id}`, { ...patient, id })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(64);
    expect(new Set(answers.map(({ headers }) => headers.get('etag'))).size).toBe(64);
    expect((await server.ask('GET', `/Patient/${id}/_history?_count=1`)).body.total).toBe(65);
  });

  test('of sixteen updates at once with the same If-Match one succeeds, the others get 412', async () => {
    const id = await create();
    const answers = await Promise.all(
      Array.from({ length: 16 }, () => server.ask('PUT', `/Patient/${id}`, { ...patient, id }, { 'if-match': 'W/"1"' })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 15 }, () => 412)]);
  });
});
