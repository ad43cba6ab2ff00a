/**
 * Addresses that the library tells, and audiences that it accepts, follow the Host header: an assertion made for another server would be taken
 * here by whoever replays it with that server's name. So a request for another host is refused, and what remains carries the issuer's own.
 * Source: RFC 9110 15.5.20
 */
import { addressOf } from '../../model/address.js';
import { sendJson } from '../show.js';
import type { Step } from './exchange.js';

export function pinHost(issuer: string, trustProxy: boolean): Step {
  const { host, protocol } = new URL(issuer);
  return async (exchange) => {
    const { headers } = exchange.req;
    const forwarded = trustProxy ? first(headers['x-forwarded-host']) : undefined;
    const asked = `${protocol}//${forwarded ?? headers.host ?? ''}`;
    // Small letters, and without the port that goes without saying.
    if (!URL.canParse(asked) || new URL(asked).host !== host) {
      const description = `this is ${host}: another host was asked for`;
      sendJson(exchange.res, 421, { error: 'invalid_request', error_description: description });
      return undefined;
    }
    const address = addressOf(exchange.req, trustProxy);
    Object.assign(headers, { host, 'x-forwarded-host': host, 'x-forwarded-proto': protocol.slice(0, -1) });
    headers['x-forwarded-for'] = address;
    return exchange;
  };
}

function first(header: string | string[] | undefined): string | undefined {
  const text = Array.isArray(header) ? header[0] : header;
  return text?.split(',')[0]?.trim();
}
