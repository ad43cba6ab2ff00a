import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { issuesOf, type RunningServer, startServer } from '../running-server.js';
import { talk } from './raw-socket.js';

jest.setTimeout(60_000);

describe('What node would refuse without a word', () => {
  let server: RunningServer;
  const logged: unknown[] = [];
  beforeAll(async () => {
    server = await startServer({ logged, limits: { bodyIdle: 150 } });
  });
  afterAll(async () => {
    await server.close();
    expect(logged).toEqual([]);
  });

  const head = (line: string, ...fields: string[]) => [line, ...fields, 'Connection: close', '', ''].join('\r\n');
  const codeIn = (answer: string) => /"code":"([a-z0-9-]+)"\}\],"text"/.exec(answer)?.[1];

  test.each([
    ['no HTTP at all', 'NONSENSE\r\n\r\n', 400, 'unknown-method'],
    ['an unknown method', head('BREW /fhir/Patient HTTP/1.1', 'Host: x'), 400, 'unknown-method'],
    ['a known method FHIR has no use for', head('PROPFIND /fhir/Patient HTTP/1.1', 'Host: x'), 405, 'method-not-allowed'],
    ['TRACE', head('TRACE /fhir/Patient HTTP/1.1', 'Host: x'), 405, 'method-not-allowed'],
    ['CONNECT', head('CONNECT example.org:443 HTTP/1.1', 'Host: x'), 405, 'method-not-allowed'],
    ['HTTP/1.1 without Host (RFC 9112 §3.2)', head('GET /fhir/metadata HTTP/1.1'), 400, 'host-missing'],
    [
      'another expectation (RFC 9110 §10.1.1)',
      head('GET /fhir/metadata HTTP/1.1', 'Host: x', 'Expect: 200-foo'),
      417,
      'expectation-failed',
    ],
    ['a URL in Chinese', head('GET /fhir/Patient?name=张 HTTP/1.1', 'Host: x'), 400, 'url-not-encoded'],
    ['a head too long', head(`GET /fhir/Patient?name=${'x'.repeat(20_000)} HTTP/1.1`, 'Host: x'), 431, 'header-too-long'],
    ['two lengths', head('POST /fhir/Patient HTTP/1.1', 'Host: x', 'Content-Length: 2', 'Content-Length: 3'), 400, 'bad-http'],
    [
      'length and chunks',
      head('POST /fhir/Patient HTTP/1.1', 'Host: x', 'Content-Length: 2', 'Transfer-Encoding: chunked'),
      400,
      'bad-http',
    ],
  ])('%s is answered with an OperationOutcome', async (_what, request, status, id) => {
    const answer = await talk(server.url, { pieces: [request] });
    expect([Number(answer.slice(9, 12)), codeIn(answer)]).toEqual([status, id]);
    expect(answer).toMatch(/Content-Type: application\/fhir\+json; charset=utf-8\r\n/);
    expect(answer).toMatch(/\r\nDate: .* GMT\r\n/);
  });

  test('what node could not read is answered in the language that its head asks for', async () => {
    const chinese = head('GET /fhir/Patient?name=张 HTTP/1.1', 'Host: x', 'Accept-Language: zh-CN,zh;q=0.9');
    expect(await talk(server.url, { pieces: [chinese] })).toContain('URL 含有未经百分号编码的字符');
  });

  test('HTTP/1.0 needs no Host, and 100-continue is told to go on', async () => {
    expect(await talk(server.url, { pieces: ['GET /fhir/metadata HTTP/1.0\r\n\r\n'] })).toMatch(/^HTTP\/1\.1 200 OK/);
    const fields = ['Host: x', 'Content-Type: application/json', 'Content-Length: 26', 'Expect: 100-continue'];
    const answer = await talk(server.url, { pieces: [head('POST /fhir/Patient HTTP/1.1', ...fields), '{"resourceType":"Patient"}'] });
    expect(answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 201 Created/);
  });

  test('a body of which nothing more comes is 408, and the connection ends', async () => {
    const fields = ['Host: x', 'Content-Type: application/fhir+json', 'Content-Length: 500'];
    const answer = await talk(server.url, { pieces: [head('POST /fhir/Basic HTTP/1.1', ...fields), '{"resourceType":'] });
    expect([Number(answer.slice(9, 12)), codeIn(answer)]).toEqual([408, 'request-timeout']);
    expect(answer).toMatch(/\r\nConnection: close\r\n/);
  });

  test('a client that goes away in the middle of its request leaves nothing behind', async () => {
    const fields = ['Host: x', 'Content-Type: application/fhir+json', 'Content-Length: 500'];
    const pieces = [head('PUT /fhir/Basic/left HTTP/1.1', ...fields), '{"resourceType":"Basic","id":"left","code":{"text":"x"}'];
    expect(await talk(server.url, { pieces, leaveAfter: 50 })).toBe('');
    expect((await server.ask('GET', '/Basic/left')).status).toBe(404);
  });

  test('connections are kept, also after an error, and closed when asked', async () => {
    const get = (path: string, ...fields: string[]) => [`GET /fhir${path} HTTP/1.1`, 'Host: x', ...fields, '', ''].join('\r\n');
    const answer = await talk(server.url, { pieces: [get('/Patient/none'), get('/Foo'), get('/metadata', 'Connection: close')] });
    expect(answer.match(/HTTP\/1\.1 \d{3}/g)).toEqual(['HTTP/1.1 404', 'HTTP/1.1 404', 'HTTP/1.1 200']);
  });

  test('a refused body does not become the next request', async () => {
    const smuggled = 'GET /fhir/metadata HTTP/1.1\r\nHost: x\r\n\r\n';
    const first = `POST /fhir/Patient HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: ${smuggled.length + 10}\r\n\r\n`;
    const answer = await talk(server.url, { pieces: [first + smuggled], leaveAfter: 200 });
    expect(answer.match(/HTTP\/1\.1 \d{3}/g)).toEqual(['HTTP/1.1 415']);
    expect(issuesOf(await server.ask('GET', '/Foo'))).toEqual(['error: unknown-type']);
  });
});
