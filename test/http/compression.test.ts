import { brotliCompressSync, deflateSync, gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { issuesOf, type RunningServer, startServer } from '../running-server.js';
import { talk } from './raw-socket.js';

jest.setTimeout(60_000);

const LIMIT = 200_000;

describe('Packed bodies', () => {
  let server: RunningServer;
  const logged: unknown[] = [];
  beforeAll(async () => {
    server = await startServer({ logged, limits: { bodyBytes: LIMIT, bundleBytes: LIMIT } });
    await server.ask('PUT', '/Basic/long', { resourceType: 'Basic', id: 'long', code: { text: '张'.repeat(1000) } });
    await server.ask('PUT', '/Basic/longest', { resourceType: 'Basic', id: 'longest', code: { text: 'x'.repeat(50_000) } });
    await server.ask('PUT', '/Basic/short', { resourceType: 'Basic', id: 'short', code: { text: 'x' } });
  });
  afterAll(async () => {
    await server.close();
    expect(logged).toEqual([]);
  });

  const basic = Buffer.from(JSON.stringify({ resourceType: 'Basic', code: { text: '张'.repeat(100) } }));
  const send = (body: Uint8Array, coding: string) => server.ask('POST', '/Basic', body, { 'content-encoding': coding });

  test.each([
    ['gzip', gzipSync(basic)],
    ['GZIP', gzipSync(basic)],
    ['x-gzip', gzipSync(basic)],
    ['deflate', deflateSync(basic)],
    ['br', brotliCompressSync(basic)],
    ['identity', basic],
  ])('a body may come as %s (RFC 9110 §8.4)', async (coding, body) => {
    const answer = await send(body, coding);
    expect([answer.status, answer.body.code?.text]).toEqual([201, '张'.repeat(100)]);
  });

  test.each([
    ['what is no gzip', Buffer.from('{"resourceType":"Basic"}')],
    ['gzip that ends too early', gzipSync(basic).subarray(0, 40)],
    ['gzip with a wrong sum', Buffer.concat([gzipSync(basic).subarray(0, -8), Buffer.alloc(8)])],
    ['nothing at all', Buffer.alloc(0)],
  ])('%s is 400', async (_what, body) => {
    const answer = await send(body, 'gzip');
    expect([answer.status, issuesOf(answer)]).toEqual([400, ['error: bad-content-encoding at http.Content-Encoding']]);
  });

  test('another coding is 415 and says which there are', async () => {
    for (const coding of ['compress', 'gzip, gzip', 'zstd']) {
      const answer = await send(basic, coding);
      expect([answer.status, issuesOf(answer)]).toEqual([415, ['error: content-encoding at http.Content-Encoding']]);
      expect(answer.headers.get('accept-encoding')).toBe('gzip, deflate, br');
    }
  });

  test('what is unpacked counts against the limit, and unpacking ends there', async () => {
    const bomb = gzipSync(Buffer.alloc(150 * 1024 * 1024, 0x20), { level: 9 });
    expect(bomb.length).toBeLessThan(LIMIT);
    const before = process.memoryUsage().arrayBuffers;
    const answer = await send(bomb, 'gzip');
    expect([answer.status, issuesOf(answer)]).toEqual([413, ['error: body-too-long']]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50 * 1024 * 1024);
  });

  const get = async (path: string, accepted: string, method = 'GET') => {
    const fields = ['Host: x', `Accept-Encoding: ${accepted}`, 'Connection: close', 'Accept: application/fhir+json'];
    const answer = await talk(server.url, {
      pieces: [[`${method} /fhir${path} HTTP/1.1`, ...fields, '', ''].join('\r\n')],
      encoding: 'latin1',
    });
    const [head = '', body = ''] = answer.split(/\r\n\r\n(.*)/s);
    return { head, body: Buffer.from(body, 'latin1') };
  };

  test.each(['gzip', 'gzip, deflate, br', 'br;q=1.0, gzip;q=0.1', '*', 'x-gzip'])(
    'an answer goes out as gzip to who accepts %s',
    async (accepted) => {
      for (const path of ['/Basic/long', '/Basic/longest', '/metadata']) {
        const plain = await get(path, 'identity');
        const packed = await get(path, accepted);
        expect(packed.head).toMatch(/\r\nContent-Encoding: gzip\r\n/);
        expect(packed.body.length).toBeLessThan(plain.body.length / 2);
        expect(gunzipSync(packed.body).equals(plain.body)).toBe(true);
        for (const { head } of [plain, packed]) expect(head).toMatch(/\r\nVary: Accept, Accept-Encoding, Accept-Language\r\n/);
      }
    },
  );

  test.each([
    ['/Basic/long', 'identity'],
    ['/Basic/long', 'gzip;q=0'],
    ['/Basic/long', 'br'],
    ['/Basic/long', '*;q=0'],
    ['/Basic/short', 'gzip'],
    ['/Basic/none', 'gzip'],
  ])('%s for who accepts %s goes out as it is', async (path, accepted) => {
    const { head, body } = await get(path, accepted);
    expect(head).not.toMatch(/Content-Encoding/);
    expect(JSON.parse(body.toString()).resourceType).toMatch(/Basic|OperationOutcome/);
  });

  test('HEAD says that it would be packed, and packs nothing', async () => {
    const { head, body } = await get('/Basic/long', 'gzip', 'HEAD');
    expect(head).toMatch(/\r\nContent-Encoding: gzip\r\n/);
    expect(head).not.toMatch(/Content-Length/);
    expect(body.length).toBe(0);
  });
});
