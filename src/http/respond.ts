/** Writes answers to the socket: what is stored goes out as it is. Source: R4 http.html#versioning, http.html#create, http.html#head */
import type { Answer } from '../interactions/intent.js';
import { etag } from '../interactions/preconditions.js';
import { httpDate } from '../model/dates.js';
import type { Language } from '../model/message.js';
import { acceptsGzip } from './accept.js';
import { isWorthPacking, packed } from './compress.js';
import { addCorsHeaders, variesByOrigin } from './cors.js';
import type { Exchange } from './exchange.js';
import { render } from './render.js';
import { correlationId } from './request-id.js';
import { endSoon } from './sending.js';

/**
 * Health data may stay in the cache of the one who asked for it alone, and may not be shown from there without asking again: whether
 * it is still true, and whether it may still be seen. `no-store` would forbid a client to keep what a 304 refers to.
 */
const CACHE_CONTROL = 'private, no-cache';

const languageTag: Readonly<Record<Language, string>> = { en: 'en', zh: 'zh-CN' };

/** Browsers show XML as a page, in which narrative would be at home: nothing in it may run. */
export const notAsPage = ['X-Content-Type-Options', 'nosniff', 'Content-Security-Policy', "default-src 'none'; sandbox"] as const;

/** Source: R4 http.html#read, #create (Location, ETag, Last-Modified) */
export function respond(exchange: Exchange, answer: Answer): void | Promise<void> {
  const { status, outcome = answer.isOutcome ? answer.resource : undefined, resource } = answer;
  const headers = headersOf(exchange, answer);
  if (outcome !== undefined) return answerOutcome(exchange, status, headers, outcome);
  if (resource !== undefined) return sendResource(exchange, status, headers, resource);
  return send(exchange, { status, headers });
}

/** `outcome` is the JSON text of an OperationOutcome. */
export function answerOutcome(exchange: Exchange, status: number, headers: string[], outcome: Buffer): void | Promise<void> {
  headers.push('Content-Language', languageTag[exchange.wishes.language]);
  return sendResource(exchange, status, headers, outcome);
}

function sendResource(exchange: Exchange, status: number, headers: string[], resource: Buffer): void | Promise<void> {
  const { premises, wishes } = exchange;
  const { form, pretty } = wishes;
  const { contentType } = form;
  if (form.syntax === 'xml') headers.push(...notAsPage);
  const body = render(premises.types, resource, form, pretty);
  if (Buffer.isBuffer(body)) return send(exchange, { status, headers, body, contentType });
  return body.then((written) => send(exchange, { status, headers, body: written, contentType }));
}

/** What the answer says about the version it is about. */
export function headersOf({ premises, req, wishes }: Exchange, { version, location, resource, storeId, replayed }: Answer): string[] {
  const headers: string[] = [];
  if (storeId !== undefined) headers.push('Lianyi-Store', storeId);
  if (replayed) headers.push('Idempotency-Replayed', 'true');
  if (version !== undefined) {
    headers.push('ETag', etag(version.version), 'Last-Modified', httpDate(version.lastUpdated));
    if (resource !== undefined && version.id !== undefined) {
      headers.push('Content-Location', `${premises.baseUrl}/${version.type}/${version.id}/_history/${version.version}`);
    }
  }
  if (location !== undefined) headers.push('Location', `${premises.baseUrl}/${location}`);
  if (wishes.return !== undefined && version !== undefined && req.method !== 'GET' && req.method !== 'DELETE') {
    headers.push('Preference-Applied', `return=${wishes.return}`);
  }
  return headers;
}

export interface Sending {
  readonly status: number;
  /** Names and values in turn. */
  readonly headers: string[];
  /** None for 204 and 304, and where nothing was wanted. */
  readonly body?: Buffer;
  readonly contentType?: string;
}

/** Never throws; what is long is packed by another thread first. */
export function send(exchange: Exchange, sending: Sending): void | Promise<void> {
  const { req } = exchange;
  const { body, contentType, headers } = sending;
  addCommonHeaders(exchange, headers);
  if (body === undefined || contentType === undefined) return finish(exchange, sending, undefined);
  headers.push('Content-Type', contentType);
  if (!isWorthPacking(body) || !isText.test(contentType) || !acceptsGzip(req.headers['accept-encoding']))
    return finish(exchange, sending, body);
  headers.push('Content-Encoding', 'gzip');
  // How long it would be is not worth packing it for.
  if (req.method === 'HEAD') return finish(exchange, sending, undefined);
  const smaller = packed(body);
  if (Buffer.isBuffer(smaller)) return finish(exchange, sending, smaller);
  return smaller.then((bytes) => finish(exchange, sending, bytes));
}

const isText = /^text\/|[/+](?:json|xml|javascript)\b/;

function addCommonHeaders(exchange: Exchange, headers: string[]): void {
  const { premises, req, requestId } = exchange;
  headers.push('X-Request-Id', requestId, 'Cache-Control', CACHE_CONTROL);
  const varies = variesByOrigin(premises);
  headers.push('Vary', varies ? 'Accept, Accept-Encoding, Accept-Language, Origin' : 'Accept, Accept-Encoding, Accept-Language');
  const correlation = correlationId(req, requestId);
  if (correlation !== undefined) headers.push('X-Correlation-Id', correlation);
  if (req.headers.origin !== undefined) addCorsHeaders(exchange, headers);
}

function finish({ req, res }: Exchange, { status, headers, body }: Sending, bytes: Buffer | undefined): void {
  if (bytes !== undefined) headers.push('Content-Length', String(bytes.length));
  else if (body === undefined && status !== 204 && status !== 304) headers.push('Content-Length', '0');
  res.writeHead(status, headers);
  endSoon(res, req.method === 'HEAD' ? undefined : bytes);
}
