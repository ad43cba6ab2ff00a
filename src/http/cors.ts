/**
 * Pages of other origins as clients. Nothing is allowed that needs a cookie: tokens come in Authorization.
 * Source: R4 http.html#general (CORS), security.html#cors; Fetch standard, CORS protocol
 */
import type { Exchange, Premises } from './exchange.js';

const allowedHeaders = [
  'Accept',
  'Accept-Language',
  'Authorization',
  'Content-Type',
  'Content-Encoding',
  'Prefer',
  'If-Match',
  'If-None-Match',
  'If-None-Exist',
  'If-Modified-Since',
  'Idempotency-Key',
  'X-Request-Id',
  'X-Correlation-Id',
  'X-Security-Context',
].join(', ');

const exposedHeaders = [
  'Location',
  'Content-Location',
  'ETag',
  'Last-Modified',
  'Link',
  'Retry-After',
  'Preference-Applied',
  'Accept-Patch',
  'Lianyi-Store',
  'Idempotency-Replayed',
  'X-Request-Id',
  'X-Correlation-Id',
  'X-Security-Context',
  'WWW-Authenticate',
].join(', ');

/** Seconds a browser may remember what it was told. */
const MAX_AGE = '7200';

/** Whether answers differ by the origin that asks. */
export function variesByOrigin({ origins }: Premises): boolean {
  return !origins.includes('*');
}

/** What the page of an origin may see of an answer; nothing where there is no other origin, or one that may not ask. */
export function addCorsHeaders({ premises, req }: Exchange, headers: string[]): void {
  const allowed = allowedOrigin(premises, req.headers.origin);
  if (allowed !== undefined) headers.push('Access-Control-Allow-Origin', allowed, 'Access-Control-Expose-Headers', exposedHeaders);
}

export function isPreflight({ req: { method, headers } }: Exchange): boolean {
  return method === 'OPTIONS' && headers.origin !== undefined && headers['access-control-request-method'] !== undefined;
}

export function addPreflightHeaders({ premises, req }: Exchange, methods: string, headers: string[]): void {
  if (allowedOrigin(premises, req.headers.origin) === undefined) return;
  headers.push('Access-Control-Allow-Methods', methods, 'Access-Control-Allow-Headers', allowedHeaders, 'Access-Control-Max-Age', MAX_AGE);
}

function allowedOrigin({ origins }: Premises, origin: string | undefined): string | undefined {
  if (origin === undefined) return undefined;
  if (origins.includes('*')) return '*';
  return origins.includes(origin) ? origin : undefined;
}
