import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { issuesOf, type RunningServer, startServer } from '../running-server.js';

jest.setTimeout(60_000);

describe('Negotiation', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer();
    await server.ask(
      'PUT',
      '/Observation/o',
      '{"resourceType":"Observation","id":"o","status":"final","code":{"text":"x"},"valueQuantity":{"value":1.10}}',
    );
  });
  afterAll(() => server.close());

  const read = (query: string, headers: Record<string, string> = {}) => server.ask('GET', `/Observation/o${query}`, undefined, headers);

  test.each([
    ['application/fhir+json', 200],
    ['application/json', 200],
    ['text/html, application/xhtml+xml, */*;q=0.8', 200],
    ['application/*', 200],
    ['application/fhir+json; fhirVersion=4.0', 200],
    ['application/fhir+xml, application/fhir+json;q=0.5', 200],
    ['application/fhir+xml', 406],
    ['image/png', 406],
    ['application/fhir+json;q=0', 406],
    ['application/fhir+json; fhirVersion=5.0', 406],
  ])('Accept: %s is %d (http.html#mime-type)', async (accept, status) => {
    const answer = await read('', { accept });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'application/fhir+json; charset=utf-8']);
    if (status === 406) expect(issuesOf(answer)).toEqual(['error: not-acceptable at http.Accept']);
  });

  test.each([
    ['json', 200],
    ['application/fhir+json', 200],
    ['application/fhir%2Bjson', 200],
    ['text/json', 200],
    ['xml', 406],
    ['application/fhir+xml', 406],
    ['ttl', 406],
  ])('_format=%s overrides Accept: %d (http.html#parameters)', async (format, status) => {
    const answer = await read(`?_format=${format}`, { accept: 'application/fhir+xml' });
    expect(answer.status).toBe(status);
  });

  test('_pretty indents and keeps the text of numbers', async () => {
    const { text } = await read('?_pretty=true');
    expect(text).toContain('\n  "resourceType": "Observation"');
    expect(text).toContain('"value": 1.10');
    const error = await server.ask('GET', '/Observation/none?_pretty=true');
    expect(error.text).toContain('\n  "resourceType": "OperationOutcome"');
  });

  test('_format and _pretty of a POSTed form count', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await server.ask('POST', '/Observation/_search', '_format=json&_pretty=true&status=final', form)).text).toContain(
      '\n  "type": "searchset"',
    );
    expect((await server.ask('POST', '/Observation/_search', '_format=xml', form)).status).toBe(406);
  });

  test.each([
    ['zh-CN,zh;q=0.9,en;q=0.8', '不存在 Patient/none'],
    ['en-US,zh;q=0.5', 'There is no Patient/none'],
    ['fr, zh;q=0.1', '不存在 Patient/none'],
    ['fr', 'There is no Patient/none'],
  ])('Accept-Language: %s decides the language of messages', async (language, expected) => {
    const { body } = await server.ask('GET', '/Patient/none', undefined, { 'accept-language': language });
    expect(body.issue[0].details.text).toBe(expected);
  });

  test('a request id is echoed or made, and every answer has a date', async () => {
    expect((await read('', { 'x-request-id': 'abc-1' })).headers.get('x-request-id')).toBe('abc-1');
    const made = await read('', { 'x-request-id': 'a b<script>' });
    expect(made.headers.get('x-request-id')).toMatch(/^[0-9a-f]{12}-\w+$/);
    expect((await server.ask('GET', '/Foo')).headers.get('x-request-id')).toMatch(/^[0-9a-f]{12}-\w+$/);
    expect(made.headers.get('date')).toMatch(/GMT$/);
  });
});
