/** A name for each request, by which its traces are found: the client's own, or ours. Source: R4 http.html#custom */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const process = randomBytes(6).toString('hex');
let count = 0;

/** What a client sends is echoed only where it can do no harm in a header or a log. */
export function nextRequestId(req: IncomingMessage): string {
  const sent = req.headers['x-request-id'];
  if (typeof sent === 'string' && /^[\w.:-]{1,64}$/.test(sent)) return sent;
  return `${process}-${(++count).toString(36)}`;
}
