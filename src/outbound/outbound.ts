/**
 * The one client by which the server fetches from others: keys of clients and issuers. Only https, only public addresses, never a
 * redirect, in a few seconds and a few hundred kilobytes, unless the operator has named the host. The address that was judged is the one
 * that is connected to. Source: OWASP SSRF prevention; RFC 9126 §7.1 (keys and metadata by URL)
 */
import { lookup as resolve } from 'node:dns';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { isPublicAddress } from './addresses.js';

export interface OutboundOptions {
  /** Hosts (`host` or `host:port`) that may be private, and may be asked by http. */
  readonly allow?: readonly string[];
  /** Milliseconds for all of it. */
  readonly timeout?: number;
  /** Bytes of the answer. */
  readonly most?: number;
}

/** As `fetch` is called, so that it can be handed to those who take one. Rejects with OutboundError. */
export type Outbound = typeof fetch;

/** What was not fetched, and why, in a sentence for operators. */
export class OutboundError extends Error {
  override readonly name = 'OutboundError';
}

const TIMEOUT = 5000;
const MOST = 512 * 1024;

export function createOutbound({ allow = [], timeout = TIMEOUT, most = MOST }: OutboundOptions = {}): Outbound {
  const allowed = new Set(allow.map((host) => host.toLowerCase()));
  return async (given, init = {}) => {
    const url = new URL(given instanceof Request ? given.url : given);
    const isAllowed = allowed.has(url.hostname) || allowed.has(url.host) || allowed.has(`${url.hostname}:${portOf(url)}`);
    refuseUrl(url, isAllowed);
    const signals = [AbortSignal.timeout(timeout), ...(init.signal == null ? [] : [init.signal])];
    try {
      const response = await ask(url, init, { lookup: isAllowed ? undefined : publicOnly, signal: AbortSignal.any(signals) });
      return await whole(response, most);
    } catch (error) {
      if (error instanceof OutboundError) throw error;
      throw new OutboundError(`${url.host} could not be asked: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  };
}

function portOf({ port, protocol }: URL): string {
  if (port !== '') return port;
  return protocol === 'https:' ? '443' : '80';
}

/** An address that stands in the URL is never looked up: it is judged here. The parser has made all its spellings one. */
function refuseUrl(url: URL, isAllowed: boolean): void {
  const { protocol, hostname, username, password } = url;
  if (protocol !== 'https:' && !(isAllowed && protocol === 'http:')) {
    throw new OutboundError(`Only https is fetched, and http from hosts in OUTBOUND_ALLOW; it was ${protocol}//${url.host}`);
  }
  if (username !== '' || password !== '') throw new OutboundError(`A URL to fetch from holds no user name: ${url.host}`);
  const literal = hostname.replace(/^\[|\]$/g, '');
  if (!isAllowed && isIP(literal) !== 0 && !isPublicAddress(literal)) throw isPrivate(hostname);
}

function isPrivate(host: string): OutboundError {
  return new OutboundError(`${host} leads to an address that is not public; OUTBOUND_ALLOW names the hosts that may`);
}

/** Gives public addresses alone; the connection is made to what it gives, so that no second look-up finds another. */
const publicOnly: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, [], 0);
    const [first] = addresses;
    if (first === undefined || !addresses.every(({ address }) => isPublicAddress(address))) return callback(isPrivate(hostname), [], 0);
    if (options.all) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};

function ask(
  url: URL,
  { method = 'GET', headers, body }: RequestInit,
  { lookup, signal }: { readonly lookup: LookupFunction | undefined; readonly signal: AbortSignal },
): Promise<IncomingMessage> {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((found, reject) => {
    const sent = request(
      url,
      {
        method,
        headers: { accept: 'application/json', ...Object.fromEntries(new Headers(headers)) },
        signal,
        // A connection of its own: none is kept that was made under other rules.
        agent: false,
        ...(lookup === undefined ? {} : { lookup }),
      },
      (response) => {
        // The head has come; the body is under the same clock.
        response.once('error', reject);
        found(response);
      },
    );
    sent.once('error', reject);
    sent.end(body == null ? undefined : String(body));
  });
}

async function whole(response: IncomingMessage, most: number): Promise<Response> {
  const { statusCode: status = 502, headers } = response;
  if (status >= 300 && status < 400) {
    response.destroy();
    throw new OutboundError(`It answered ${status}, and redirects are not followed`);
  }
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > most) {
      response.destroy();
      throw new OutboundError(`The answer is longer than ${most} bytes`);
    }
    parts.push(part);
  }
  const kept = Object.entries(headers).flatMap(([name, value]): [string, string][] => (typeof value === 'string' ? [[name, value]] : []));
  return new Response(length === 0 ? null : new Uint8Array(Buffer.concat(parts)), { status, headers: kept });
}
