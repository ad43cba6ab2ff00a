/** Answers that are ready at the same time are written at the same time: each on its own connection, in order, and whole. */
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type RunningServer, startServer } from '../running-server.js';
import { talk } from './raw-socket.js';

const COUNT = 40;
/** Another length for each, so that what is mixed up shows. */
const patient = (n: number) => ({ resourceType: 'Patient', id: `p${n}`, name: [{ text: '王'.repeat(1 + 700 * (n % 7)) }] });

describe('Requests that come at the same time', () => {
  let server: RunningServer;
  const logged: unknown[] = [];
  const get = (n: number, last = false) =>
    `GET ${new URL(server.url).pathname}/Patient/p${n} HTTP/1.1\r\nHost: a\r\n${last ? 'Connection: close\r\n' : ''}\r\n`;
  const idsIn = (text: string) => [...text.matchAll(/"id":"(p\d+)"/g)].map(([, id]) => id);

  beforeAll(async () => {
    server = await startServer({ logged });
    for (let n = 0; n < COUNT; n++) await server.ask('PUT', `/Patient/p${n}`, patient(n));
  });
  afterAll(() => server.close());

  test('are answered in their order when they come in one packet on one connection (RFC 9112 §9.3.2)', async () => {
    const order = Array.from({ length: COUNT }, (_, n) => (n * 7) % COUNT);
    const packet = order.map((n, at) => get(n, at === COUNT - 1)).join('');
    expect(idsIn(await talk(server.url, { pieces: [packet] }))).toEqual(order.map((n) => `p${n}`));
  });

  test.each([
    ['what is no HTTP', 'what is this\r\n\r\n', true],
    ['a method that there is none of', 'FOO / HTTP/1.1\r\nHost: a\r\n\r\n', true],
    ['a request behind the last one', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', false],
  ])('are answered before %s in the same packet', async (_, behind, isRefused) => {
    for (const before of [[1], [1, 2], [0, 6, 2, 6]]) {
      const packet = before.map((n, at) => get(n, !isRefused && at === before.length - 1)).join('') + behind + behind;
      const text = await talk(server.url, { pieces: [packet] });
      expect(idsIn(text)).toEqual(before.map((n) => `p${n}`));
      const statuses = [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));
      expect(statuses).toEqual([...before.map(() => 200), ...(isRefused ? [400] : [])]);
    }
  });

  test('are answered before one whose body cannot be read', async () => {
    const broken = get(3).replace('GET', 'PUT').replace('\r\n\r\n', '\r\nTransfer-Encoding: chunked\r\n\r\nno length\r\n');
    const text = await talk(server.url, { pieces: [get(1) + get(2) + broken] });
    expect(idsIn(text)).toEqual(['p1', 'p2']);
    expect([...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual(['200', '200', '400']);
  });

  test('are answered each on its connection, whatever becomes of the others', async () => {
    const sockets = await Promise.all(Array.from({ length: COUNT }, () => opened(Number(new URL(server.url).port))));
    const heard = sockets.map((socket, n) => (n % 3 === 0 ? undefined : wholeOf(socket)));
    for (const [n, socket] of sockets.entries()) socket.write(get(n, true));
    for (const [n, socket] of sockets.entries()) if (n % 3 === 0) socket.resetAndDestroy();
    for (const [n, text] of (await Promise.all(heard)).entries()) {
      if (text !== undefined) expect(JSON.parse(text.slice(text.indexOf('\r\n\r\n')))).toMatchObject(patient(n));
    }
    expect((await server.ask('GET', '/Patient/p0')).body).toMatchObject(patient(0));
    expect(logged).toEqual([]);
  });
});

test('An answer that is taken slowly is whole when the server stops meanwhile, and the stop waits for no other', async () => {
  const server = await startServer();
  const div = `<div xmlns="http://www.w3.org/1999/xhtml">${'y'.repeat(900_000)}</div>`;
  for (let n = 0; n < 9; n++) {
    const large = { resourceType: 'Patient', id: `p${n}`, gender: 'other', text: { status: 'generated', div } };
    expect((await server.ask('PUT', `/Patient/p${n}`, large)).status).toBe(201);
  }
  const [slow, idle] = await Promise.all([0, 1].map(() => opened(Number(new URL(server.url).port))));
  const idleEnds = wholeOf(idle as Socket);
  const answer = wholeOf((slow as Socket).pause());
  slow?.write(`GET ${new URL(server.url).pathname}/Patient?gender=other HTTP/1.1\r\nHost: a\r\n\r\n`);
  await sleep(1000);
  const began = performance.now();
  const closed = server.close();
  await idleEnds;
  await sleep(300);
  slow?.resume();
  const text = await answer;
  expect(JSON.parse(text.slice(text.indexOf('\r\n\r\n'))).entry).toHaveLength(9);
  await closed;
  expect(performance.now() - began).toBeLessThan(9000);
});

function opened(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket)).once('error', reject);
  });
}

function wholeOf(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.once('end', () => resolve(Buffer.concat(chunks).toString()));
    socket.once('error', reject);
  });
}
