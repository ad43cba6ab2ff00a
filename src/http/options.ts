/**
 * What may be done at a path, and what a browser asks before a page of another origin may do it. DSTU2 had the capabilities of a
 * server behind OPTIONS at its base; a link leads to where they are now.
 * Source: RFC 9110 §9.3.7, RFC 5789 §3.1, RFC 8631 (service-desc); Fetch standard, CORS protocol
 */
import { methodsAt, type TypeNames } from '../interactions/parse-target.js';
import { acceptPatch } from './body-kind.js';
import { addPreflightHeaders, isPreflight } from './cors.js';
import type { Exchange } from './exchange.js';
import { send } from './respond.js';

/** Throws FhirError 404 for a path there is not. */
export function respondOptions(exchange: Exchange, types: TypeNames, url: string): void | Promise<void> {
  const { baseUrl } = exchange.premises;
  const methods = methodsAt(types, url);
  const headers = ['Allow', methods.join(', ')];
  if (methods.includes('PATCH')) headers.push('Accept-Patch', acceptPatch);
  if (isPreflight(exchange)) addPreflightHeaders(exchange, methods.join(', '), headers);
  headers.push('Link', `<${baseUrl}/metadata>; rel="service-desc"`);
  return send(exchange, { status: 204, headers });
}
