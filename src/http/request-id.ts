/** A name for each request, by which its traces are found: the client's own, or ours. Source: R4 http.html#custom */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const process = randomBytes(6).toString('hex');
let count = 0;

/** What a client sends is echoed only where it can do no harm in a header or a log. */
export function nextRequestId({ headers }: IncomingMessage): string {
  const sent = headers['x-request-id'];
  if (typeof sent === 'string' && /^[\w.:-]{1,64}$/.test(sent)) return sent;
  return `${process}-${(++count).toString(36)}`;
}

/** What goes back as X-Correlation-Id: the client's own, also where we gave the request another id than the one it came with. */
export function correlationId({ headers }: IncomingMessage, requestId: string): string | undefined {
  const sent = headers['x-correlation-id'] ?? headers['x-request-id'];
  return typeof sent === 'string' && sent !== requestId && /^[\x20-\x7e]{1,256}$/.test(sent) ? sent : undefined;
}
