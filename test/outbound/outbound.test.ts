/** What the server fetches from others, and what nobody can make it fetch. */
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isPublicAddress } from '../../src/outbound/addresses.js';
import { createOutbound, OutboundError } from '../../src/outbound/outbound.js';

let server: Server;
let port: number;
let hits = 0;

const answers: Readonly<Record<string, RequestListener>> = {
  '/keys': (_req, res) => void res.setHeader('cache-control', 'max-age=7').end('{"keys":[]}'),
  '/away': (_req, res) => void res.writeHead(302, { location: '/keys' }).end(),
  '/long': (_req, res) => void res.end('x'.repeat(5000)),
  '/never': () => undefined,
  '/half': (_req, res) => void res.write('{"keys":'),
};

beforeAll(async () => {
  server = createServer((req, res) => {
    hits++;
    answers[req.url ?? '']?.(req, res);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe('fetching from others', () => {
  const outbound = createOutbound();

  test.each([
    'http://8.8.8.8/keys',
    'ftp://8.8.8.8/keys',
    'file:///etc/passwd',
    'data:application/json,{}',
    'https://user:secret@keys.example.org/keys',
  ])('%s is refused: only https without a user', async (url) => {
    await expect(outbound(url)).rejects.toThrow(OutboundError);
  });

  test.each([
    ...['127.0.0.1', '127.1', '0x7f000001', '2130706433', '0177.0.0.1', '0', '10.0.0.1', '172.31.255.1', '192.168.0.1', '169.254.169.254'],
    ...['100.64.0.1', '198.18.0.1', '224.0.0.1', '255.255.255.255', '192.0.2.1', '①②⑦.⓪.⓪.①'],
    ...['[::1]', '[::]', '[::ffff:127.0.0.1]', '[::7f00:1]', '[64:ff9b::7f00:1]', '[64:ff9b:1::1]', '[2002:7f00:1::]', '[2001::1]'],
    ...['[fe80::1]', '[fc00::1]', '[fec0::1]', '[ff02::1]', '[2001:db8::1]'],
  ])('an address that is not public is refused as it stands in the URL: %s', async (host) => {
    const before = hits;
    await expect(outbound(`https://${host}:${port}/keys`)).rejects.toThrow('not public');
    expect(hits).toBe(before);
  });

  test('a name that leads to such an address is refused', async () => {
    await expect(outbound(`https://localhost:${port}/keys`)).rejects.toThrow('not public');
  });

  test('public addresses are those that are given out', () => {
    expect(['8.8.8.8', '2606:4700::1111', '::ffff:8.8.8.8'].map(isPublicAddress)).toEqual([true, true, true]);
    expect(['', 'localhost', '127.1', '::ffff:10.0.0.1'].map(isPublicAddress)).toEqual([false, false, false, false]);
  });
});

describe('hosts that the operator allows', () => {
  test('are asked by http, at the port that was named or at any', async () => {
    for (const allow of [['127.0.0.1'], [`127.0.0.1:${port}`]]) {
      const response = await createOutbound({ allow })(`http://127.0.0.1:${port}/keys`, { headers: { accept: 'application/json' } });
      expect(response.headers.get('cache-control')).toBe('max-age=7');
      expect(await response.json()).toEqual({ keys: [] });
    }
    await expect(createOutbound({ allow: ['127.0.0.1:1'] })(`http://127.0.0.1:${port}/keys`)).rejects.toThrow('Only https');
  });

  test('may not lead elsewhere', async () => {
    const before = hits;
    await expect(createOutbound({ allow: ['127.0.0.1'] })(`http://127.0.0.1:${port}/away`)).rejects.toThrow('redirects are not followed');
    expect(hits).toBe(before + 1);
  });

  test('may not answer without end', async () => {
    await expect(createOutbound({ allow: ['127.0.0.1'], most: 1000 })(`http://127.0.0.1:${port}/long`)).rejects.toThrow('1000 bytes');
  });

  test.each(['/never', '/half'])('have to answer in time: %s', async (path) => {
    await expect(createOutbound({ allow: ['127.0.0.1'], timeout: 100 })(`http://127.0.0.1:${port}${path}`)).rejects.toThrow(OutboundError);
  });

  test('that are not there are an error with a sentence', async () => {
    await expect(createOutbound({ allow: ['127.0.0.1'] })('http://127.0.0.1:1/keys')).rejects.toThrow('127.0.0.1:1 could not be asked');
  });
});
