import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { issuesOf, type RunningServer, startServer } from '../running-server.js';

jest.setTimeout(60_000);

const nested = (levels: number) => `{"resourceType":"Basic","extension":${'[{"extension":'.repeat(levels)}[]${'}]'.repeat(levels)}}`;

describe('Bad input', () => {
  let server: RunningServer;
  const logged: unknown[] = [];
  beforeAll(async () => {
    server = await startServer({ logged, limits: { bodyBytes: 1000, bundleBytes: 2000 } });
  });
  afterAll(async () => {
    await server.close();
    expect(logged).toEqual([]);
  });

  test.each([
    ['broken JSON', '{"resourceType":"Patient",', 400, 'error: json-syntax'],
    ['an empty body', '', 400, 'error: not-a-resource'],
    ['only spaces', '  ', 400, 'error: json-empty'],
    ['a list', '[]', 400, 'error: not-a-resource'],
    ['null', 'null', 400, 'error: not-a-resource'],
    ['no resourceType', '{}', 400, 'error: not-a-resource'],
    ['another type', '{"resourceType":"Group"}', 400, 'error: type-mismatch at Patient.resourceType'],
    ['a doubled key', '{"resourceType":"Patient","active":true,"active":true}', 400, 'error: json-duplicate-key'],
    ['text after the end', '{"resourceType":"Patient"} x', 400, 'error: json-syntax'],
    ['half a Bundle', '{"resourceType":"Bundle","type":"transaction","entry":[{"resource":{"resourceType":"Pat', 400, 'error: json-syntax'],
    ['an unknown property', '{"resourceType":"Patient","shoe":1}', 422, 'error: unknown-element at Patient'],
    ['__proto__', '{"resourceType":"Patient","__proto__":{"active":true}}', 422, 'error: unknown-element at Patient'],
    ['a wrong type', '{"resourceType":"Patient","active":"yes"}', 422, 'error: wrong-json-type at Patient.active'],
    ['meta that is a list', '{"resourceType":"Patient","meta":[]}', 422, /^error: .* at Patient\.meta/],
  ])('%s is refused with its place', async (_what, body, status, expected) => {
    const answer = await server.ask('POST', '/Patient', body);
    const issues = issuesOf(answer).filter((issue) => issue.startsWith('error'));
    expect([answer.status, answer.body.resourceType]).toEqual([status, 'OperationOutcome']);
    expect(issues).toEqual([expected instanceof RegExp ? expect.stringMatching(expected) : expected]);
    expect((await server.ask('GET', '/Patient?_summary=count')).body.total).toBe(0);
  });

  test('nesting beyond a hundred levels is refused', async () => {
    const answer = await server.ask('POST', '/Basic', nested(40).padEnd(990));
    const deep = await server.ask('POST', '/Basic', nested(50));
    expect(issuesOf(answer)).not.toContain('error: json-too-deep');
    expect([deep.status, issuesOf(deep)]).toEqual([400, ['error: json-too-deep']]);
  });

  test('bytes of a field that are no UTF-8 are refused with its name', async () => {
    const gbk = { 'if-none-exist': 'identifier=\u00b2\u00a1\u00b0\u00b8' };
    const answer = await server.ask('POST', '/Patient', { resourceType: 'Patient' }, gbk);
    expect([answer.status, issuesOf(answer)]).toEqual([400, ['error: field-not-utf8 at http.If-None-Exist']]);
  });

  test('bytes that are no UTF-8 are refused', async () => {
    const answer = await server.ask('POST', '/Patient', new Uint8Array([0x7b, 0xff, 0x7d]));
    expect([answer.status, issuesOf(answer)]).toEqual([400, ['error: not-utf8']]);
  });

  test('a body over its limit is 413, said beforehand or found while reading; the root has a limit of its own', async () => {
    const long = `{"resourceType":"Patient","language":"${'x'.repeat(1500)}"}`;
    const known = await server.ask('POST', '/Patient', long);
    expect([known.status, issuesOf(known)]).toEqual([413, ['error: body-too-long']]);
    const body = new ReadableStream({
      start(controller) {
        for (let n = 0; n < 40; n++) controller.enqueue(new TextEncoder().encode(' '.repeat(100)));
        controller.close();
      },
    });
    const headers = { 'content-type': 'application/fhir+json' };
    const chunked = await fetch(`${server.url}/Patient`, { method: 'POST', headers, body, duplex: 'half' });
    expect(chunked.status).toBe(413);
    expect((await server.ask('POST', '', long)).status).toBe(400);
  });

  test.each([
    ['an unknown type', 'GET', '/Foo/1', 404, 'error: unknown-type'],
    ['a type in lower case', 'GET', '/patient/1', 404, 'error: unknown-type'],
    ['an id that is none', 'GET', '/Patient/a_b', 400, 'error: bad-id'],
    ['an id of 65 characters', 'GET', `/Patient/${'a'.repeat(65)}`, 400, 'error: bad-id'],
    ['an id in Chinese', 'PUT', '/Patient/%E5%BC%A0', 400, 'error: bad-id'],
    ['a slash in an id', 'GET', '/Patient/a%2Fb', 400, 'error: bad-id'],
    ['percent signs that encode nothing', 'GET', '/Patient/%zz', 400, 'error: bad-percent-encoding'],
    ['percent signs that encode no UTF-8', 'GET', '/Patient?name=%ff', 400, 'error: bad-percent-encoding'],
    ['a path too long', 'GET', '/Patient/1/_history/1/2', 404, 'error: unknown-path'],
    ['a path below metadata', 'GET', '/metadata/x', 404, 'error: unknown-type'],
    ['a parameter that a read does not know', 'GET', '/Patient/1?_count=1', 400, 'error: parameter-not-supported at _count'],
  ])('%s is a 4xx', async (_what, method, path, status, expected) => {
    const answer = await server.ask(method, path, method === 'PUT' ? { resourceType: 'Patient' } : undefined);
    expect([answer.status, issuesOf(answer)]).toEqual([status, [expected]]);
  });

  test('a type written small is told of the one that is meant', async () => {
    const { body } = await server.ask('GET', '/patient/1');
    expect(body.issue[0].details.text).toBe('"patient" is not a resource type of FHIR R4; did you mean "Patient"?');
  });

  test.each([
    ['PATCH', '/Patient/1/_history/1', 'GET, HEAD, OPTIONS'],
    ['POST', '/Patient/1', 'GET, PUT, PATCH, DELETE, HEAD, OPTIONS'],
    ['DELETE', '/metadata', 'GET, HEAD, OPTIONS'],
    ['PUT', '', 'GET, POST, HEAD, OPTIONS'],
    ['GET', '/Patient/_search', 'POST, OPTIONS'],
  ])('%s %s is 405 and says what is possible', async (method, path, allowed) => {
    const answer = await server.ask(method, path);
    expect([answer.status, answer.headers.get('allow'), issuesOf(answer)]).toEqual([405, allowed, ['error: method-not-allowed']]);
  });

  test.each([
    ['application/fhir+turtle', 415],
    ['application/fhir+xml', 400],
    ['text/plain', 415],
    ['application/x-www-form-urlencoded', 415],
    ['application/json; charset=gbk', 415],
    ['application/fhir+json; fhirVersion=3.0', 415],
    ['application/fhir+json; fhirVersion=4.0; charset=UTF-8', 201],
    ['application/json', 201],
    ['text/json;charset=utf-8', 201],
  ])('a body of the type %s is %d', async (type, status) => {
    const answer = await server.ask('POST', '/Basic', '{"resourceType":"Basic","code":{"text":"x"}}', { 'content-type': type });
    expect(answer.status).toBe(status);
    if (status === 415) {
      expect(issuesOf(answer)).toEqual(['error: media-type at http.Content-Type']);
      expect([answer.headers.get('accept'), answer.text]).toEqual([
        'application/fhir+json, application/fhir+xml',
        expect.stringContaining('application/fhir+json, application/fhir+xml'),
      ]);
    }
  });

  test('a patch of another type, or of none, is 415 and says which there are (RFC 5789)', async () => {
    for (const type of ['application/xml-patch+xml', 'text/plain', '']) {
      const answer = await server.ask('PATCH', '/Patient/1', '[]', { 'content-type': type });
      expect([type, answer.status, issuesOf(answer)]).toEqual([type, 415, ['error: media-type at http.Content-Type']]);
      expect(answer.headers.get('accept-patch')).toContain('application/json-patch+json');
    }
  });
});
