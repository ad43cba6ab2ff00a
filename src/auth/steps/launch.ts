/**
 * Where the system that a person works in says which patient is open there, before it starts an app: `POST <issuer>/launch`. SMART leaves to
 * each server how that is told. Source: SMART App Launch 2.2 app-launch.html#launch-app-ehr-launch, scopes-and-launch-context.html#fhir-context
 */
import type { IncomingMessage } from 'node:http';
import type Provider from 'oidc-provider';
import { findAccount, findAccountById } from '../accounts.js';
import { launchSeconds, makeLaunch } from '../launch-handles.js';
import { type LaunchRequest, launchOf } from '../launch-request.js';
import { type LibraryClient, ownOf } from '../own-client.js';
import type { OwnTokens } from '../own-tokens.js';
import type { AuthRooms } from '../rooms.js';
import { sendJson } from '../show.js';
import { type Exchange, readBody, type Step } from './exchange.js';
import { type Failures, showsSecretOf } from './slow-failures.js';

export interface LaunchRooms extends Pick<AuthRooms, 'states' | 'now' | 'record'> {
  readonly failures: Failures | undefined;
  readonly provider: () => Provider;
  readonly tokens: OwnTokens;
}

interface Asking {
  readonly client: LibraryClient;
  /** Where a person asks: the launch is for them unless another is named. */
  readonly account?: string;
}

export function makeLaunches(rooms: LaunchRooms): Step {
  return async (exchange) => {
    const { req, res, path } = exchange;
    if (path !== '/launch') return exchange;
    if (req.method !== 'POST') return refuse(exchange, 405, 'invalid_request', 'a launch is made by POST', { Allow: 'POST' });
    const client = showsSecretOf(new URLSearchParams(), req.headers.authorization);
    if (rooms.failures?.letThrough(exchange, client) === false) return undefined;
    const asking = await whoAsks(rooms, req);
    if (asking === undefined) {
      return refuse(exchange, 401, 'invalid_client', 'who asks is not known', { 'WWW-Authenticate': 'Bearer, Basic realm="launch"' });
    }
    if (ownOf(asking.client).may_launch !== true) return refuse(exchange, 403, 'unauthorized_client', 'the client may not make launches');
    const body = await readBody(req);
    const request = body === undefined ? 'the request is too long' : launchOf(body);
    if (typeof request === 'string') return refuse(exchange, 400, 'invalid_request', request);
    const account = await accountOf(rooms, request, asking);
    const app = await rooms.provider().Client.find(request.client_id);
    if (app === undefined) return refuse(exchange, 400, 'invalid_request', 'client_id is no client');
    if (account === undefined) return refuse(exchange, 400, 'invalid_request', 'account is no account that may sign in');
    const launch = await makeLaunch(rooms.states, { client: app.clientId, account, context: request.context }, rooms.now());
    const { patient } = request.context;
    const about = { kind: 'client', id: app.clientId, name: app.clientName ?? app.clientId } as const;
    const by = { client: asking.client.clientId, ...(asking.account === undefined ? {} : { account: asking.account }) };
    rooms.record({ kind: 'launch-created', outcome: 'success', by, about, ...(patient === undefined ? {} : { patient }) });
    sendJson(res, 201, { launch, expires_in: launchSeconds });
    return undefined;
  };
}

function refuse({ res }: Exchange, status: number, error: string, description: string, headers = {}): undefined {
  sendJson(res, status, { error, error_description: description }, headers);
}

async function whoAsks({ provider, tokens }: LaunchRooms, req: IncomingMessage): Promise<Asking | undefined> {
  const [, scheme = '', credentials = ''] = /^(\S+) +(\S+)$/.exec(req.headers.authorization ?? '') ?? [];
  if (scheme.toLowerCase() === 'bearer') {
    const token = await tokens.verify(credentials);
    const client = token && (await provider().Client.find(token.principal.client));
    const { account } = token?.principal ?? {};
    return client && { client, ...(account === undefined ? {} : { account }) };
  }
  if (scheme.toLowerCase() !== 'basic') return undefined;
  const [id = '', secret = ''] = Buffer.from(credentials, 'base64').toString('utf8').split(':');
  const client = await provider().Client.find(id);
  const keepsSecret = client?.clientAuthMethod === 'client_secret_basic' || client?.clientAuthMethod === 'client_secret_post';
  return keepsSecret && (await client.compareClientSecret(secret)) ? { client } : undefined;
}

/** By id or by the name that is typed to sign in. */
async function accountOf({ states }: LaunchRooms, { account: named }: LaunchRequest, asking: Asking): Promise<string | undefined> {
  const wanted = named ?? asking.account;
  if (wanted === undefined) return undefined;
  const account = (await findAccountById(states, wanted)) ?? (await findAccount(states, wanted));
  return account?.locked ? undefined : account?.id;
}
