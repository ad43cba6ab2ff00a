/**
 * Where and how tokens are had, for everybody, as JSON whatever is accepted.
 * Source: SMART App Launch 2.2 conformance.html#using-well-known
 */
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';
import { addPreflightHeaders, isPreflight } from './cors.js';
import type { Exchange } from './exchange.js';
import { send } from './respond.js';

const path = '/.well-known/smart-configuration';
const allowed = 'GET, HEAD, OPTIONS';

/** `url` is what follows the base. */
export function isSmartConfiguration(url: string): boolean {
  return url.startsWith(path) && (url.length === path.length || url[path.length] === '?');
}

/** Throws FhirError 405. */
export function respondConfiguration(exchange: Exchange, body: Buffer): void | Promise<void> {
  switch (exchange.req.method) {
    case 'GET':
    case 'HEAD':
      return send(exchange, { status: 200, headers: [], body, contentType: 'application/json' });
    case 'OPTIONS': {
      const headers = ['Allow', allowed];
      if (isPreflight(exchange)) addPreflightHeaders(exchange, allowed, headers);
      return send(exchange, { status: 204, headers });
    }
    default:
      throw fault(
        'not-supported',
        message('configuration-method', `The configuration is had by GET, not by ${exchange.req.method}`, `该配置只能用 GET 获取`),
        { status: 405, headers: { Allow: allowed } },
      );
  }
}
