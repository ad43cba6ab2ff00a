/** The access token of a request: in the header and nowhere else, once. Source: RFC 6750 §2 (2.2 and 2.3 are not supported), RFC 7235 §2.1 */
import type { IncomingMessage } from 'node:http';
import { malformed, tokenMissing } from './challenge.js';

const bearer = /^bearer +([A-Za-z0-9\-._~+/]+=*) *$/i;

type Head = Pick<IncomingMessage, 'headers' | 'rawHeaders' | 'url'>;

/** The one field by which a request says who asks, as it was sent. Throws FhirError 401. */
export function authorizationOf({ headers: { authorization }, rawHeaders, url = '' }: Head): string {
  const isInUrl = hasTokenParameter(url);
  if (authorization === undefined) throw isInUrl ? malformed('query') : tokenMissing();
  if (isInUrl || isRepeated(rawHeaders)) throw malformed('twice');
  return authorization;
}

/** Throws FhirError 401. */
export function bearerToken(authorization: string): string {
  const token = bearer.exec(authorization)?.[1];
  if (token !== undefined) return token;
  // Who tries another scheme has not been told yet which one is used here.
  throw /^bearer\b/i.test(authorization) || authorization === '' ? malformed('header') : tokenMissing();
}

function hasTokenParameter(url: string): boolean {
  const mark = url.indexOf('?');
  if (mark === -1) return false;
  // Few have what could be the name, spelt out or not.
  const query = url.slice(mark + 1);
  return /token|%/i.test(query) && new URLSearchParams(query).has('access_token');
}

/** Node keeps the first of several and drops the others without a word. */
function isRepeated(rawHeaders: readonly string[]): boolean {
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name?.length === 13 && name.toLowerCase() === 'authorization') count++;
  }
  return count > 1;
}
