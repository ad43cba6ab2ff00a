import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type Answered, issuesOf, type RunningServer, startServer } from '../running-server.js';

jest.setTimeout(60_000);

const patient = { resourceType: 'Patient', active: true };
const created = { resource: patient, request: { method: 'POST', url: 'Patient' } };

describe('Batch', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer({ limits: { bundleEntries: 200 } });
  });
  afterAll(() => server.close());

  const batch = (entry: unknown, headers: Record<string, string> = {}): Promise<Answered> =>
    server.ask('POST', '', { resourceType: 'Bundle', type: 'batch', entry }, headers);

  test('a url may be the whole URL, that of the base too; one of another server is refused by its name (bundle-definitions.html#Bundle.entry.request.url)', async () => {
    const get = (url: string) => ({ request: { method: 'GET', url } });
    const answer = await batch([
      get(`${server.url}?_type=Patient`),
      get(`${server.url}/?_type=Patient`),
      get('https://elsewhere.example/fhir/Patient/1'),
      get(`${server.url}2/Patient/1`),
      { resource: patient, request: { method: 'POST', url: server.url } },
    ]);
    const [first, second, ...refused] = answer.body.entry;
    expect([first.resource.type, second.resource.type]).toEqual(['searchset', 'searchset']);
    expect(refused.map(({ response }: { response: { outcome: unknown } }) => issuesOf({ ...answer, body: response.outcome }))).toEqual([
      ['error: url-of-other-server at Bundle.entry[2].request.url'],
      ['error: url-of-other-server at Bundle.entry[3].request.url'],
      ['error: bundle-in-bundle at Bundle.entry[4].request.url'],
    ]);
  });

  test('every entry is performed for itself, answers come in their order (http.html#brules)', async () => {
    const answer = await batch([
      { resource: patient, request: { method: 'POST', url: 'Patient' } },
      { resource: { ...patient, gender: 'wrong' }, request: { method: 'POST', url: 'Patient' } },
      { request: { method: 'GET', url: 'Patient/none' } },
      { resource: { ...patient, id: 'b' }, request: { method: 'PUT', url: `${server.url}/Patient/b` } },
      { request: { method: 'DELETE', url: 'Patient/none' } },
      { request: { method: 'GET', url: '/metadata' } },
    ]);
    const statuses = answer.body.entry.map(({ response }: { response: { status: string } }) => response.status);
    expect([answer.status, answer.body.type]).toEqual([200, 'batch-response']);
    expect(statuses).toEqual(['201 Created', '422 Unprocessable Entity', '404 Not Found', '201 Created', '204 No Content', '200 OK']);
    const [created, invalid, missing, , , metadata] = answer.body.entry;
    expect(created.response.location).toMatch(new RegExp(`^${server.url}/Patient/[^/]+/_history/1$`));
    expect(created.resource).toBeUndefined();
    expect(issuesOf({ ...answer, body: invalid.response.outcome })).toContain(
      'error: code-not-in-value-set at Bundle.entry[1].resource.gender',
    );
    expect(issuesOf({ ...answer, body: missing.response.outcome })).toEqual(['error: not-found at Bundle.entry[2]']);
    expect(metadata.resource.resourceType).toBe('CapabilityStatement');
  });

  test('return=representation brings the resources, HEAD only what is around them', async () => {
    const answer = await batch(
      [
        { resource: { ...patient, id: 'r' }, request: { method: 'PUT', url: 'Patient/r' } },
        { request: { method: 'HEAD', url: 'metadata' } },
      ],
      { prefer: 'return=representation' },
    );
    const [put, head] = answer.body.entry;
    expect([put.resource.id, head.response.status, head.resource]).toEqual(['r', '200 OK', undefined]);
  });

  test.each([
    ['no request', { resource: patient }, 'error: entry-object-wanted at Bundle.entry[0].request'],
    ['no method', { request: { url: 'Patient' } }, 'error: entry-string-wanted at Bundle.entry[0].request.method'],
    ['no url', { request: { method: 'GET' } }, 'error: entry-string-wanted at Bundle.entry[0].request.url'],
    ['a method in lower case', { request: { method: 'get', url: 'Patient' } }, 'error: bad-method at Bundle.entry[0].request.method'],
    ['PATCH without a patch', { request: { method: 'PATCH', url: 'Patient/1' } }, 'error: entry-patch at Bundle.entry[0].resource'],
    ['a create without a resource', { request: { method: 'POST', url: 'Patient' } }, 'error: not-a-resource at Bundle.entry[0]'],
    ['a url that is a number', { request: { method: 'GET', url: 1 } }, 'error: entry-string-wanted at Bundle.entry[0].request.url'],
    [
      'a Bundle to be executed inside',
      { resource: {}, request: { method: 'POST', url: '/' } },
      'error: bundle-in-bundle at Bundle.entry[0].request.url',
    ],
    ['null', null, 'error: entry-object-wanted at Bundle.entry[0]'],
    ['search (bdl-2)', { search: { mode: 'match' }, ...created }, 'error: bdl-2 at Bundle.entry[0].search'],
    ['a response (bdl-4)', { response: { status: '200' }, ...created }, 'error: bdl-4 at Bundle.entry[0].response'],
    ['a relative fullUrl', { fullUrl: 'Patient/1', ...created }, 'error: full-url-not-absolute at Bundle.entry[0].fullUrl'],
    [
      'a fullUrl with a version (bdl-8)',
      { fullUrl: 'http://example.org/Patient/1/_history/1', ...created },
      'error: full-url-not-absolute at Bundle.entry[0].fullUrl',
    ],
  ])('an entry with %s is 400 for itself in a batch, and for the whole in a transaction', async (_what, entry, expected) => {
    const alone = await batch([entry]);
    expect(alone.body.entry[0].response.status).toBe('400 Bad Request');
    expect(issuesOf({ ...alone, body: alone.body.entry[0].response.outcome })).toEqual([expected]);
    const whole = await server.ask('POST', '', { resourceType: 'Bundle', type: 'transaction', entry: [entry] });
    expect([whole.status, issuesOf(whole)]).toEqual([400, [expected]]);
  });

  test.each([
    ['a Bundle of another type', { resourceType: 'Bundle', type: 'collection' }, 400, 'error: bundle-type at Bundle.type'],
    ['a Bundle without a type', { resourceType: 'Bundle' }, 400, 'error: bundle-type at Bundle.type'],
    ['what is no Bundle', patient, 400, 'error: bundle-wanted at Patient.resourceType'],
    ['entries that are no list', { resourceType: 'Bundle', type: 'batch', entry: {} }, 400, 'error: entries-wanted at Bundle.entry'],
    ['a total (bdl-1)', { resourceType: 'Bundle', type: 'batch', total: 1 }, 422, 'error: bdl-1 at Bundle'],
    ['a bad id', { resourceType: 'Bundle', type: 'transaction', id: 'a b' }, 422, 'error: invalid-id at Bundle.id'],
    ['a misspelt property', { resourceType: 'Bundle', type: 'batch', entries: [] }, 400, 'error: unknown-property at Bundle.entries'],
    [
      'a misspelt property of an entry',
      { resourceType: 'Bundle', type: 'batch', entry: [{ ressource: {} }] },
      400,
      'error: unknown-property at Bundle.entry[0].ressource',
    ],
    [
      'too many entries',
      { resourceType: 'Bundle', type: 'batch', entry: Array.from({ length: 201 }, () => ({})) },
      413,
      'error: too-many-entries at Bundle.entry',
    ],
  ])('%s at the root is refused', async (_what, body, status, expected) => {
    const answer = await server.ask('POST', '', body);
    expect([answer.status, issuesOf(answer)]).toEqual([status, [expected]]);
  });

  test('a hundred creates with the same ifNoneExist make one resource', async () => {
    const entry = {
      resource: { ...patient, identifier: [{ system: 'urn:a', value: 'batch' }] },
      request: { method: 'POST', url: 'Patient', ifNoneExist: 'identifier=urn:a|batch' },
    };
    const answer = await batch(Array.from({ length: 100 }, () => entry));
    const statuses = answer.body.entry.map(({ response }: { response: { status: string } }) => response.status);
    expect(statuses.filter((status: string) => status === '201 Created')).toHaveLength(1);
    expect((await server.ask('GET', '/Patient?identifier=urn:a|batch')).body.total).toBe(1);
  });
});
