/**
 * A load generator as light as it can be: keep-alive connections to this machine, one request in flight on each, answers read
 * to the length they announce. Loopback only, bounded in time.
 */
import { connect, type Socket } from 'node:net';

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
}

export interface Timing {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly requests: number;
  /** Answers of 400 and above. */
  readonly errors: number;
}

export interface Target {
  readonly host: string;
  readonly port: number;
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Asks `next` for requests on every connection until `milliseconds` have passed or it gives none. */
export async function drive(
  target: Target,
  connections: number,
  milliseconds: number,
  next: (n: number) => Request | undefined,
): Promise<Timing> {
  const times: number[] = [];
  const state = { sent: 0, errors: 0 };
  const start = performance.now();
  const worker = async () => {
    const channel = await open(target);
    for (;;) {
      const request = performance.now() - start < milliseconds ? next(state.sent) : undefined;
      if (request === undefined) break;
      state.sent += 1;
      const began = performance.now();
      const { status } = await channel.send(request);
      times.push(performance.now() - began);
      if (status >= 400) state.errors += 1;
    }
    channel.close();
  };
  await Promise.all(Array.from({ length: connections }, worker));
  return summary(times, performance.now() - start, state.errors);
}

function summary(times: number[], elapsed: number, errors: number): Timing {
  times.sort((a, b) => a - b);
  const at = (part: number) => times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0;
  return { perSecond: (times.length / elapsed) * 1000, p50: at(0.5), p95: at(0.95), p99: at(0.99), requests: times.length, errors };
}

/** One request on a connection of its own. */
export async function ask(target: Target, request: Request): Promise<Answer> {
  const channel = await open(target);
  const answer = await channel.send(request);
  channel.close();
  return answer;
}

interface Channel {
  send(request: Request): Promise<Answer>;
  close(): void;
}

async function open({ host, port }: Target): Promise<Channel> {
  if (host !== '127.0.0.1') throw new Error('the bench sends to 127.0.0.1 only');
  const socket = connect({ host, port, noDelay: true });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  return { send: (request) => exchange(socket, request), close: () => socket.destroy() };
}

function exchange(socket: Socket, { method, path, body }: Request): Promise<Answer> {
  const length = body === undefined ? '' : `content-type: application/fhir+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`;
  socket.write(`${method} ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${length}\r\n${body ?? ''}`);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let missing = -1;
    let head = '';
    const done = (action: () => void) => {
      socket.off('data', hear);
      socket.off('error', fail);
      socket.off('close', ended);
      action();
    };
    const fail = (error: Error) => done(() => reject(error));
    const ended = () => fail(new Error('the server closed the connection'));
    const hear = (chunk: Buffer) => {
      chunks.push(chunk);
      if (missing < 0) {
        const all = chunks.length === 1 ? chunk : Buffer.concat(chunks);
        const end = all.indexOf('\r\n\r\n');
        if (end < 0) return;
        head = all.toString('latin1', 0, end);
        missing = end + 4 + Number(/content-length: *(\d+)/i.exec(head)?.[1] ?? 0) - all.length;
      } else missing -= chunk.length;
      if (missing > 0) return;
      const text = Buffer.concat(chunks).toString('utf8');
      done(() => resolve({ status: Number(head.slice(9, 12)), body: text.slice(text.indexOf('\r\n\r\n') + 4) }));
    };
    socket.on('data', hear);
    socket.once('error', fail);
    socket.once('close', ended);
  });
}
