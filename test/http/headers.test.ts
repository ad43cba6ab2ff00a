import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type RunningServer, startServer } from '../running-server.js';
import { talk } from './raw-socket.js';

jest.setTimeout(60_000);

describe('Header fields', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer();
    await server.ask('PUT', '/Patient/p', { resourceType: 'Patient', id: 'p' });
  });
  afterAll(() => server.close());

  const read = (headers: Record<string, string> = {}) => server.ask('GET', '/Patient/p', undefined, headers);

  test('a read tells version, time and where this version stays (http.html#versioning)', async () => {
    const { headers, body } = await read();
    expect([headers.get('etag'), headers.get('content-location')]).toEqual(['W/"1"', `${server.url}/Patient/p/_history/1`]);
    const updated = new Date(body.meta.lastUpdated);
    updated.setMilliseconds(0);
    expect(new Date(headers.get('last-modified') ?? '')).toEqual(updated);
    expect(headers.get('cache-control')).toBe('private, no-cache');
  });

  test('a request target may be a whole URL (RFC 9112 §3.2.2)', async () => {
    const { pathname } = new URL(server.url);
    const ask = (target: string) => talk(server.url, { pieces: [`GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`] });
    expect(await ask(`http://any.example:80${pathname}/Patient/p`)).toMatch(/^HTTP\/1.1 200 .*"id":"p"/s);
    expect(await ask(`HTTP://any.example?x=/Patient/p`)).toMatch(/^HTTP\/1.1 200 .*"name":"Lianyi"/is);
    expect(await ask('*')).toMatch(/^HTTP\/1.1 404 /);
  });

  test.each(['return=minimal', 'RETURN=minimal', 'Handling=lenient, Return="Minimal"'])(
    'preferences are known in whatever letters: %s (RFC 7240 §2)',
    async (prefer) => {
      const answer = await server.ask('PUT', '/Patient/q', { resourceType: 'Patient', id: 'q' }, { prefer });
      expect([answer.text, answer.headers.get('preference-applied')]).toEqual(['', 'return=minimal']);
      const lenient = await server.ask('GET', '/Patient/q?shoe=1', undefined, { prefer: 'HANDLING=lenient' });
      expect(lenient.status).toBe(200);
    },
  );

  test('HEAD has the header of GET and no body, everywhere (http.html#head)', async () => {
    for (const path of [
      '/Patient/p',
      '/Patient/p/_history/1',
      '/Patient/p/_history',
      '/Patient?_id=p',
      '/metadata',
      '/Patient/none',
      '/Foo',
    ]) {
      const plain = { 'accept-encoding': 'identity' };
      const [get, head] = [await server.ask('GET', path, undefined, plain), await server.ask('HEAD', path, undefined, plain)];
      const fields = (headers: Headers) =>
        [...headers].filter(([name]) => !['date', 'x-request-id', 'connection', 'keep-alive'].includes(name));
      expect([path, head.status, head.text, fields(head.headers)]).toEqual([path, get.status, '', fields(get.headers)]);
      expect(Number(head.headers.get('content-length'))).toBeGreaterThan(0);
    }
  });

  test.each([
    [{ 'if-none-match': 'W/"1"' }, 304],
    [{ 'if-none-match': '"1"' }, 304],
    [{ 'if-none-match': 'W/"7", W/"1"' }, 304],
    [{ 'if-none-match': 'W/"7",, W/"1",' }, 304],
    [{ 'if-none-match': '*' }, 304],
    [{ 'if-none-match': 'W/"2"' }, 200],
    [{ 'if-modified-since': new Date(Date.now() + 60_000).toUTCString() }, 304],
    [{ 'if-modified-since': 'Thu, 01 Jan 2015 00:00:00 GMT' }, 200],
    [{ 'if-modified-since': 'yesterday' }, 200],
  ])('a conditional read with %j is %d (http.html#cread)', async (headers, status) => {
    const answer = await read(headers);
    expect([answer.status, answer.headers.get('etag'), answer.headers.get('vary')]).toEqual([
      status,
      'W/"1"',
      'Accept, Accept-Encoding, Accept-Language',
    ]);
    if (status === 304)
      expect([answer.text, answer.headers.get('content-type'), answer.headers.get('content-length')]).toEqual(['', null, null]);
  });

  test('a create says where it is; a preference that was followed is named (http.html#ops)', async () => {
    for (const wanted of ['minimal', 'representation', 'OperationOutcome']) {
      const answer = await server.ask('POST', '/Patient', { resourceType: 'Patient' }, { prefer: `return=${wanted}` });
      expect([answer.status, answer.headers.get('preference-applied')]).toEqual([201, `return=${wanted}`]);
      expect(answer.headers.get('location')).toMatch(/^http:.*\/fhir\/Patient\/[^/]+\/_history\/1$/);
      expect(answer.headers.get('content-location')).toBe(wanted === 'representation' ? answer.headers.get('location') : null);
      const type = { minimal: undefined, representation: 'Patient', OperationOutcome: 'OperationOutcome' }[wanted];
      expect(answer.body?.resourceType).toBe(type);
    }
  });

  test('a request id is echoed or made, and every answer has a date (http.html#custom)', async () => {
    expect((await read({ 'x-request-id': 'abc-1' })).headers.get('x-request-id')).toBe('abc-1');
    const made = await read({ 'x-request-id': 'a b<script>' });
    expect(made.headers.get('x-request-id')).toMatch(/^[0-9a-f]{12}-\w+$/);
    expect(made.headers.get('x-correlation-id')).toBe('a b<script>');
    expect((await server.ask('GET', '/Foo')).headers.get('x-request-id')).toMatch(/^[0-9a-f]{12}-\w+$/);
    expect(made.headers.get('date')).toMatch(/GMT$/);
  });

  test('a correlation id comes back', async () => {
    const { headers } = await read({ 'x-correlation-id': 'visit 7', 'x-request-id': 'abc-2' });
    expect([headers.get('x-correlation-id'), headers.get('x-request-id')]).toEqual(['visit 7', 'abc-2']);
  });
});
