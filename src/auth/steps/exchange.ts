/** A request on its way to the library. */
import { IncomingMessage, type ServerResponse } from 'node:http';

export interface Exchange {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** Behind the issuer, in small letters, without a query and a slash at the end: the library knows its routes in any case. */
  readonly path: string;
}

/** undefined: it has been answered. */
export type Step = (exchange: Exchange) => Promise<Exchange | undefined>;

/** The library takes bodies up to 56 kB. */
const largest = 64 * 1024;

/** The body as text; undefined where it is too large. */
export async function readBody(req: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of req as AsyncIterable<Buffer>) {
    size += part.length;
    if (size <= largest) parts.push(part);
  }
  return size > largest ? undefined : Buffer.concat(parts).toString('utf8');
}

/** The same request, whose body has been read, with another in its place. */
export function withBody(req: IncomingMessage, body: string): IncomingMessage {
  const again = new IncomingMessage(req.socket);
  const { method, url, headers, rawHeaders, httpVersion, httpVersionMajor, httpVersionMinor } = req;
  const { 'transfer-encoding': _, ...rest } = headers;
  const length = { 'content-length': String(Buffer.byteLength(body)) };
  const originalUrl = (req as { readonly originalUrl?: string }).originalUrl;
  // It has come to its end: nothing of it is to be waited for.
  Object.assign(again, { method, url, rawHeaders, httpVersion, httpVersionMajor, httpVersionMinor, originalUrl, complete: true });
  Object.defineProperty(again, 'headers', { value: { ...rest, ...length } });
  again.push(body);
  again.push(null);
  return again;
}

/** The library finds out from these two where it is mounted. */
export function setUrl(req: IncomingMessage, issuerPath: string, url: string): void {
  Object.assign(req, { url, originalUrl: issuerPath + url });
}
