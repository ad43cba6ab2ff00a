/**
 * A client that changes its registration may send its secret along. We keep it hashed, and the library compares letters: what is right is
 * taken out here, what is wrong is left for the library to refuse. Source: RFC 7592 2.2
 */
import type Provider from 'oidc-provider';
import { isObject } from '../../model/json.js';
import { sendJson } from '../show.js';
import { readBody, type Step, withBody } from './exchange.js';

export function takeOutSecret(provider: () => Provider): Step {
  return async (exchange) => {
    const { req, res, path } = exchange;
    if (req.method !== 'PUT' || !path.startsWith('/register/')) return exchange;
    const body = await readBody(req);
    if (body === undefined) {
      sendJson(res, 413, { error: 'invalid_client_metadata', error_description: 'the request is too long' });
      return undefined;
    }
    return { ...exchange, req: withBody(req, await withoutSecret(provider(), body)) };
  };
}

async function withoutSecret(provider: Provider, body: string): Promise<string> {
  const said = parsed(body);
  if (!isObject(said) || typeof said.client_secret !== 'string' || typeof said.client_id !== 'string') return body;
  const client = await provider.Client.find(said.client_id);
  if (!(await client?.compareClientSecret(said.client_secret))) return body;
  const { client_secret: _, ...rest } = said;
  return JSON.stringify(rest);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The library says what is wrong with it.
    return undefined;
  }
}
