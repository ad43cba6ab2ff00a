/**
 * What clients send by form, before the library reads it: apps without a secret refresh without saying who they are, as SMART's table of
 * parameters has it; whoever signs with keys of their own has them brought up to date; and tokens may be asked about with a token.
 * Source: SMART App Launch 2.2 app-launch.html#refresh-access-token, token-introspection.html
 */
import type Provider from 'oidc-provider';
import type { ClientKeys } from '../client-keys.js';
import { introspected } from '../introspection.js';
import type { OwnTokens } from '../own-tokens.js';
import type { AuthRooms } from '../rooms.js';
import { sendJson } from '../show.js';
import { type Exchange, readBody, type Step, withBody } from './exchange.js';
import { type Failures, showsSecretOf } from './slow-failures.js';

export interface ClientRequestRooms extends Pick<AuthRooms, 'base' | 'issuer' | 'record'> {
  readonly provider: () => Provider;
  readonly keys: ClientKeys;
  readonly tokens: OwnTokens;
  readonly failures: Failures | undefined;
}

const paths: ReadonlySet<string> = new Set(['/token', '/introspect', '/revoke']);

export function readClientRequest(rooms: ClientRequestRooms): Step {
  return async (exchange) => {
    const { req, res, path } = exchange;
    const isForm = req.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
    if (!paths.has(path) || req.method !== 'POST' || !isForm) return exchange;
    const body = await readBody(req);
    if (body === undefined) {
      sendJson(res, 413, { error: 'invalid_request', error_description: 'the request is too long' });
      return undefined;
    }
    const form = new URLSearchParams(body);
    if (rooms.failures?.letThrough(exchange, showsSecretOf(form, req.headers.authorization)) === false) return undefined;
    const bearer = bearerOf(req.headers.authorization);
    if (path === '/introspect' && bearer !== undefined) return introspectByBearer(rooms, exchange, bearer, form);
    const assertion = form.get('client_assertion');
    if (assertion !== null) await rooms.keys.follow(rooms.provider(), assertion);
    const client = path === '/token' && req.headers.authorization === undefined ? await unnamedClient(rooms, form) : undefined;
    const sent = client === undefined ? body : `${body}&${new URLSearchParams({ client_id: client })}`;
    return { ...exchange, req: withBody(req, sent) };
  };
}

function bearerOf(header: string | undefined): string | undefined {
  return /^bearer +([^ ]+)$/i.exec(header ?? '')?.[1];
}

/** Of a public client alone: others have to prove who they are. */
async function unnamedClient({ provider }: ClientRequestRooms, form: URLSearchParams): Promise<string | undefined> {
  if (form.get('grant_type') !== 'refresh_token' || form.has('client_id') || form.has('client_assertion')) return undefined;
  const token = await provider().RefreshToken.find(form.get('refresh_token') ?? '', { ignoreExpiration: true });
  const client = token?.clientId === undefined ? undefined : await provider().Client.find(token.clientId);
  return client?.clientAuthMethod === 'none' ? client.clientId : undefined;
}

/** Source: SMART App Launch 2.2 token-introspection.html: a Bearer token of an authorized client will do. */
async function introspectByBearer(rooms: ClientRequestRooms, { res }: Exchange, bearer: string, form: URLSearchParams): Promise<undefined> {
  const asking = await rooms.tokens.verify(bearer);
  if (asking === undefined) {
    sendJson(res, 401, { error: 'invalid_token' }, { 'WWW-Authenticate': 'Bearer error="invalid_token"' });
    return undefined;
  }
  const { client } = asking.principal;
  if (!asking.principal.scope.split(' ').includes('__introspect')) {
    const challenge = 'Bearer error="insufficient_scope", scope="__introspect"';
    sendJson(res, 403, { error: 'insufficient_scope', scope: '__introspect' }, { 'WWW-Authenticate': challenge });
    return undefined;
  }
  const [token, ...more] = form.getAll('token');
  if (token === undefined || more.length > 0) {
    sendJson(res, 400, { error: 'invalid_request', error_description: 'exactly one token is asked about' });
    return undefined;
  }
  rooms.record({ kind: 'token-introspected', outcome: 'success', by: { client } });
  sendJson(res, 200, await introspectAny(rooms, token));
  return undefined;
}

/** One that is signed, or a refresh token, which is kept. */
async function introspectAny(rooms: ClientRequestRooms, text: string): Promise<object> {
  const signed = await rooms.tokens.verify(text);
  const kept = signed === undefined ? await rooms.provider().RefreshToken.find(text) : undefined;
  if (!kept?.isValid) return introspected(rooms, signed);
  const { clientId, accountId, scope, exp, iat } = kept;
  return { active: true, client_id: clientId, sub: accountId, scope, exp, iat };
}
