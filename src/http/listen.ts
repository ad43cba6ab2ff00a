/** A node:http server that ends politely, and that leaves no request unanswered that node itself would refuse without a word. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Handler } from './fhir.js';
import { refuse, refuseTunnel } from './refuse.js';
import { keepTickShape } from './tick-shape.js';

export interface Bound {
  readonly address: AddressInfo;
  /** From now on this answers; until then requests wait. */
  serve(handler: Handler): void;
  /** What has been asked is answered, for at most `grace` milliseconds. */
  close(grace?: number): Promise<void>;
}

/**
 * Milliseconds for the head of a request, and for all of it: 32 MB in five minutes is 0.9 Mbit/s. Who dribbles is looked for more often than
 * node does by itself, so that a head that never ends holds its connection for twenty seconds at most.
 */
const HEAD_TIME = 15_000;
const REQUEST_TIME = 300_000;
const LOOKED_FOR = 5000;
/** Milliseconds in which something must go over a connection that is in use: longer than any request is worked on. */
const IDLE_TIME = 330_000;

/** Connections at once; more are closed. Each that does nothing costs some kilobytes. */
const MOST = 10_000;

/** Requests that come before there is anyone to answer them wait here. */
export async function bind(port: number, host: string): Promise<Bound> {
  keepTickShape();
  const early: Parameters<Handler>[] = [];
  const waiting: Handler = (req, res) => void early.push([req, res]);
  // The handler says itself what a request without Host lacks.
  const times = {
    requireHostHeader: false,
    headersTimeout: HEAD_TIME,
    requestTimeout: REQUEST_TIME,
    connectionsCheckingInterval: LOOKED_FOR,
  };
  const server = createServer(times, waiting);
  server.maxConnections = MOST;
  // Longer than what load balancers keep a connection open for, so that it is never us who close under a request.
  server.keepAliveTimeout = 65_000;
  server.timeout = IDLE_TIME;
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('clientError', refuse);
  server.on('connect', (_req, socket) => refuseTunnel(socket));
  // The handler answers those who expect what we do not know.
  server.on('checkExpectation', (req, res) => server.emit('request', req, res));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    address: server.address() as AddressInfo,
    serve(handler) {
      const served: Handler = (req, res) => {
        req.url = originForm(req.url ?? '');
        handler(req, res);
      };
      server.off('request', waiting).on('request', served);
      for (const [req, res] of early.splice(0)) served(req, res);
    },
    close: (grace = 10_000) => close(server, sockets, grace),
  };
}

/** Proxies name the whole URL, and a server has to take that. Source: RFC 9112 §3.2.2 */
function originForm(url: string): string {
  if (url.startsWith('/')) return url;
  const authority = /^https?:\/\/[^/?#]*/i.exec(url)?.[0];
  if (authority === undefined) return url;
  const rest = url.slice(authority.length);
  return rest.startsWith('/') ? rest : `/${rest}`;
}

/** Milliseconds between two looks for connections that have nothing left to do. */
const LOOK = 50;

function close(server: Server, sockets: ReadonlySet<Socket>, grace: number): Promise<void> {
  const closeIdle = server.closeIdleConnections.bind(server);
  // Closing a server does this too.
  server.closeIdleConnections = () => closeUnused(sockets, closeIdle);
  return new Promise((resolve) => {
    const looking = setInterval(() => server.closeIdleConnections(), LOOK);
    const timer = setTimeout(() => server.closeAllConnections(), grace);
    server.close(() => {
      clearInterval(looking);
      clearTimeout(timer);
      resolve();
    });
  });
}

/**
 * Node takes a connection for idle once it was given the end of an answer, though the client may not have taken much of it yet, and not for
 * idle where nothing was ever asked.
 */
function closeUnused(sockets: ReadonlySet<Socket>, closeIdle: () => void): void {
  const sending = [...sockets].filter(({ writableLength }) => writableLength > 0);
  for (const socket of sending) Object.defineProperty(socket, 'destroy', { configurable: true, value: () => socket });
  closeIdle();
  for (const socket of sending) Reflect.deleteProperty(socket, 'destroy');
  for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
}
