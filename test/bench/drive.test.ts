/** The load generator of the bench: what it counts must be what a server answered. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { askAt, type Target, wire } from '../../bench/client.js';
import { drive } from '../../bench/drive.js';

async function served<T>(listener: RequestListener, action: (target: Target) => Promise<T>): Promise<T> {
  const server = createServer(listener);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  try {
    return await action({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const get = (n: number) => wire({ method: 'GET', path: `/${n}` });
const upTo = (count: number) => (n: number) => (n < count ? get(n) : undefined);

describe('the load generator', () => {
  test('sends each request once, over as many connections as it was told, and ends when there are no more', async () => {
    const paths: (string | undefined)[] = [];
    const sockets = new Set<unknown>();
    const listener: RequestListener = (request, response) => {
      paths.push(request.url);
      sockets.add(request.socket);
      response.end('{}');
    };
    const timing = await served(listener, (target) =>
      drive(target, { connections: 3, milliseconds: 60_000, next: upTo(30), good: (status) => status === 200 }),
    );
    expect(timing).toMatchObject({ requests: 30, errors: 0, p99: undefined });
    expect(new Set(paths).size).toBe(30);
    expect(sockets.size).toBe(3);
  });

  test('counts answers that are not what was asked for', async () => {
    const listener: RequestListener = (request, response) => response.writeHead(request.url === '/1' ? 500 : 200).end('{}');
    const timing = await served(listener, (target) =>
      drive(target, { connections: 1, milliseconds: 60_000, next: upTo(4), good: (status) => status === 200 }),
    );
    expect(timing).toMatchObject({ requests: 4, errors: 1 });
  });

  test('ends when its time is up though there are more requests', async () => {
    const listener: RequestListener = (_request, response) => response.end('{}');
    const timing = await served(listener, (target) => drive(target, { connections: 2, milliseconds: 50, next: get, good: () => true }));
    expect(timing.requests).toBeGreaterThan(0);
  });

  test('reads an answer that comes in pieces, in the middle of its head and of a character too', async () => {
    const body = Buffer.from('{"text":"血红蛋白"}');
    const listener: RequestListener = async (_request, response) => {
      const whole = Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n`), body]);
      for (const [from, to] of [
        [0, 20],
        [20, whole.length - 7],
        [whole.length - 7, whole.length],
      ] as const) {
        response.socket?.write(whole.subarray(from, to));
        await pause(5);
      }
    };
    const answer = await served(listener, (target) => askAt(target)({ method: 'GET', path: '/' }));
    expect(answer).toMatchObject({ status: 200, body: '{"text":"血红蛋白"}' });
  });

  test('fails when the server closes the connection without an answer', async () => {
    const listener: RequestListener = (request) => request.socket.destroy();
    const driving = served(listener, (target) => drive(target, { connections: 1, milliseconds: 60_000, next: get, good: () => true }));
    await expect(driving).rejects.toThrow();
  });

  test('goes nowhere but to this machine', async () => {
    await expect(askAt({ host: '192.0.2.1', port: 80 })({ method: 'GET', path: '/' })).rejects.toThrow('127.0.0.1');
  });
});
