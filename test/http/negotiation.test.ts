import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { issuesOf, type RunningServer, startServer } from '../running-server.js';

jest.setTimeout(60_000);

const json = 'application/fhir+json; charset=utf-8';
const xml = 'application/fhir+xml; charset=utf-8';
const chrome = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8';

describe('Negotiation', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer();
    await server.ask(
      'PUT',
      '/Observation/o',
      '{"resourceType":"Observation","id":"o","status":"final","code":{"text":"张"},"valueQuantity":{"value":1.10}}',
    );
  });
  afterAll(() => server.close());

  const read = (query: string, headers: Record<string, string> = {}) => server.ask('GET', `/Observation/o${query}`, undefined, headers);

  test.each([
    ['application/fhir+json', json],
    ['', json],
    ['*/*', json],
    ['application/*', json],
    ['application/fhir+json; fhirVersion=4.0', json],
    ['application/fhir+json;fhirVersion="4.0"', json],
    ['application/json', 'application/json; charset=utf-8'],
    ['text/json', 'text/json; charset=utf-8'],
    ['application/json+fhir', 'application/json+fhir; charset=utf-8'],
    ['application/fhir+xml', xml],
    ['APPLICATION/FHIR+XML;charset=utf-8', xml],
    ['application/xml', 'application/xml; charset=utf-8'],
    ['text/xml', 'text/xml; charset=utf-8'],
    ['application/fhir+xml, application/fhir+json;q=0.5', xml],
    ['application/fhir+xml;q=0.5, application/fhir+json', json],
    ['application/fhir+xml;q=0.2, */*;q=0.9', json],
    ['application/fhir+xml, */*', xml],
    ['*/*, application/fhir+json;q=0', xml],
    ['application/fhir+json; fhirVersion=3.0, application/fhir+xml; fhirVersion=4.0', xml],
    ['image/png, application/fhir+json;q=0.1', json],
    [chrome, json],
    ['text/html, application/xhtml+xml, application/xml;q=0.9', 'application/xml; charset=utf-8'],
  ])('Accept: %s is answered as %s (http.html#mime-type)', async (accept, type) => {
    const answer = await read('', { accept });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, type]);
    expect(answer.text).toMatch(type.includes('json') ? /^\{/ : /^<\?xml version="1.0" encoding="UTF-8"\?>\n?<Observation xmlns=/);
    expect(answer.headers.get('vary')).toBe('Accept, Accept-Encoding, Accept-Language');
  });

  test.each([
    'image/png',
    'text/html',
    'application/fhir+json;q=0',
    'application/fhir+json; fhirVersion=5.0',
    'application/fhir+json;fhirVersion=3.0',
    'application/fhir+turtle',
    'nonsense',
  ])('Accept: %s is 406, said in JSON', async (accept) => {
    const answer = await read('', { accept });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([406, json]);
    expect(issuesOf(answer)).toEqual(['error: not-acceptable at http.Accept']);
  });

  test.each([
    ['json', json],
    ['application/json', json],
    ['application/fhir+json', json],
    ['application/fhir%2Bjson', json],
    ['application/fhir%2Bjson;fhirVersion=4.0', json],
    ['text/json', json],
    ['xml', xml],
    ['text/xml', xml],
    ['application/xml', xml],
    ['application/fhir+xml', xml],
    ['json&_format=xml', xml],
  ])('_format=%s overrides Accept (http.html#parameters)', async (format, type) => {
    for (const accept of ['application/fhir+xml', 'application/fhir+json', 'image/png']) {
      const answer = await read(`?_format=${format}`, { accept });
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, type]);
    }
  });

  test.each(['ttl', 'html', 'text/html', 'application/fhir+json;fhirVersion=3.0', ''])('_format=%s is 406', async (format) => {
    const answer = await read(`?_format=${format}`);
    expect([answer.status, issuesOf(answer)]).toEqual([406, ['error: not-acceptable at _format']]);
  });

  test.each([
    ['GET', '/Observation/none', 404],
    ['GET', '/Foo', 404],
    ['GET', '/Observation/o?_count=1', 400],
    ['GET', '/Observation?code=%zz', 400],
    ['DELETE', '/metadata', 405],
    ['POST', '/Patient', 400],
  ])('%s %s fails in the asked format and language', async (method, path, status) => {
    const headers = { accept: 'application/fhir+xml', 'accept-language': 'zh-CN' };
    const answer = await server.ask(method, path, method === 'POST' ? '{' : undefined, headers);
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('content-language')]).toEqual([status, xml, 'zh-CN']);
    expect(answer.text).toMatch(/<OperationOutcome xmlns="http:\/\/hl7.org\/fhir"><issue>.*<severity value="error"\/>.*[\u4e00-\u9fff]/s);
  });

  test('what is no FHIR path fails in the asked format too', async () => {
    const answer = await server.ask('GET', `${new URL(server.url).origin}/nothing`, undefined, { accept: 'application/fhir+xml' });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([404, xml]);
  });

  test('XML comes in and goes out: create, update, transaction', async () => {
    const sent = { 'content-type': 'application/fhir+xml; charset=utf-8' };
    const body = '<Observation xmlns="http://hl7.org/fhir"><status value="final"/><code><text value="张"/></code></Observation>';
    const created = await server.ask('POST', '/Observation', body, { ...sent, accept: 'application/fhir+json' });
    expect([created.status, created.body.code.text]).toEqual([201, '张']);
    const { id } = created.body;
    const other = body.replace('<status', `<id value="${id}"/><status`).replace('final', 'amended');
    for (const type of ['application/xml', 'text/xml', 'application/xml+fhir']) {
      const updated = await server.ask('PUT', `/Observation/${id}`, other, { 'content-type': type, accept: 'application/fhir+xml' });
      expect([updated.status, updated.text]).toEqual([200, expect.stringContaining('<status value="amended"/>')]);
    }
    const entry = `<entry><resource>${body}</resource><request><method value="POST"/><url value="Observation"/></request></entry>`;
    const bundle = `<Bundle xmlns="http://hl7.org/fhir"><type value="transaction"/>${entry}</Bundle>`;
    const done = await server.ask('POST', '', bundle, { ...sent, accept: 'application/fhir+xml' });
    expect([done.status, done.text]).toEqual([200, expect.stringContaining('<status value="201 Created"/>')]);
    const broken = await server.ask('POST', '/Observation', body.slice(0, 90), sent);
    expect(broken.status).toBe(400);
  });

  test('XML cannot run as a page of ours', async () => {
    const { headers } = await read('?_format=xml');
    expect([headers.get('x-content-type-options'), headers.get('content-security-policy')]).toEqual([
      'nosniff',
      "default-src 'none'; sandbox",
    ]);
  });

  test('_pretty indents and keeps the text of numbers; a browser gets it so', async () => {
    const { text } = await read('?_pretty=true');
    expect(text).toContain('\n  "resourceType": "Observation"');
    expect(text).toContain('"value": 1.10');
    expect((await read('?_pretty=true&_format=xml')).text).toContain('\n    <value value="1.10"/>');
    const error = await server.ask('GET', '/Observation/none?_pretty=true');
    expect(error.text).toContain('\n  "resourceType": "OperationOutcome"');
    expect((await read('', { accept: chrome })).text).toBe(text);
    expect((await read('?_pretty=false', { accept: chrome })).text).toBe((await read('')).text);
  });

  test('_format and _pretty of a POSTed form count', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await server.ask('POST', '/Observation/_search', '_format=json&_pretty=true&status=final', form)).text).toContain(
      '\n  "type": "searchset"',
    );
    const asXml = await server.ask('POST', '/Observation/_search', '_format=xml', form);
    expect([asXml.status, asXml.headers.get('content-type')]).toEqual([200, xml]);
    expect((await server.ask('POST', '/Observation/_search', '_format=ttl', form)).status).toBe(406);
  });

  test.each([
    ['zh-CN,zh;q=0.9,en;q=0.8', '不存在 Patient/none', 'zh-CN'],
    ['en-US,zh;q=0.5', 'There is no Patient/none', 'en'],
    ['fr, zh;q=0.1', '不存在 Patient/none', 'zh-CN'],
    ['fr', 'There is no Patient/none', 'en'],
  ])('Accept-Language: %s decides the language of messages', async (language, expected, tag) => {
    const { body, headers } = await server.ask('GET', '/Patient/none', undefined, { 'accept-language': language });
    expect([body.issue[0].details.text, headers.get('content-language')]).toEqual([expected, tag]);
  });
});
