/**
 * A client as light as it can be: keep-alive connections to this machine, one request in flight on each, answers read to the length
 * they announce. Loopback only.
 */
import { connect, type Socket } from 'node:net';

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly contentType?: string;
  /** An access token. */
  readonly token?: string;
}

export interface Target {
  readonly host: string;
  readonly port: number;
}

export interface Answer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

export type Ask = (request: Request) => Promise<Answer>;

/** As it goes over the wire. */
export function wire({ method, path, body, contentType = 'application/fhir+json', token }: Request): Buffer {
  const authorization = token === undefined ? '' : `authorization: Bearer ${token}\r\n`;
  const length = body === undefined ? '' : `content-type: ${contentType}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`;
  return Buffer.from(`${method} ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${authorization}${length}\r\n${body ?? ''}`);
}

export interface Channel {
  send(message: Buffer): void;
  close(): void;
}

/** What became of a request: the status, and the chunks its answer came in. */
export type Heard = (status: number, chunks: readonly Buffer[]) => void;

const HEAD_END = Buffer.from('\r\n\r\n');
const STATUS_AT = 'HTTP/1.1 '.length;

/** `heard` is called once for each request sent, `failed` once when the connection is of no more use. */
export async function openChannel({ host, port }: Target, heard: Heard, failed: (error: Error) => void): Promise<Channel> {
  if (host !== '127.0.0.1') throw new Error('the bench sends to 127.0.0.1 only');
  const socket = await connected(host, port);
  let chunks: Buffer[] = [];
  /** Bytes to come; before the head is there: not known. */
  let missing: number | undefined;
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    if (missing !== undefined) missing -= chunk.length;
    else {
      if (chunks.length > 1) chunks = [Buffer.concat(chunks)];
      missing = missingOf(chunks[0] ?? chunk);
    }
    if (missing === undefined || missing > 0) return;
    const whole = chunks;
    chunks = [];
    missing = undefined;
    heard(statusOf(whole[0] ?? chunk), whole);
  });
  socket.once('error', failed);
  socket.once('end', () => failed(new Error('the server closed the connection')));
  return {
    send: (message) => void socket.write(message),
    close: () => void socket.destroy(),
  };
}

async function connected(host: string, port: number): Promise<Socket> {
  const socket = connect({ host, port, noDelay: true });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve();
    });
    socket.once('error', reject);
  });
  return socket;
}

/** undefined where the head is not whole yet. */
function missingOf(received: Buffer): number | undefined {
  const end = received.indexOf(HEAD_END);
  if (end < 0) return undefined;
  const length = /\r\ncontent-length: *(\d+)/i.exec(received.toString('latin1', 0, end))?.[1] ?? 0;
  return end + HEAD_END.length + Number(length) - received.length;
}

function statusOf(received: Buffer): number {
  return Number(received.toString('latin1', STATUS_AT, STATUS_AT + 3));
}

/** One request on a connection of its own. */
export function askAt(target: Target): Ask {
  return async (request) => {
    const { promise, resolve, reject } = settled<readonly Buffer[]>();
    const channel = await openChannel(target, (_status, chunks) => resolve(chunks), reject);
    channel.send(wire(request));
    const received = Buffer.concat(await promise.finally(() => channel.close()));
    const end = received.indexOf(HEAD_END);
    const body = received.toString('utf8', end + HEAD_END.length);
    return { status: statusOf(received), head: received.toString('latin1', 0, end), body };
  };
}

function settled<T>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((done, fail) => {
    resolve = done;
    reject = fail;
  });
  return { promise, resolve, reject };
}
