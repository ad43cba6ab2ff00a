/**
 * The clients that administrators register, list and revoke, and the tokens with which clients register themselves; all in the state store,
 * where running servers find them. Source: RFC 7591, SMART App Launch 2.2 app-launch.html#register-app-with-ehr
 */
import type { ScopeTypes } from '../access/scopes.js';
import { type Message, message } from '../model/message.js';
import { fault } from '../model/outcome.js';
import { eachItem, type StateStore } from '../store/state.js';
import { type ClientMetadata, checkClient, checkedScopes, isSystem, readingScopes, systemRole } from './client-rules.js';
import { hashSecret, newClientId, newSecret } from './secrets.js';

/** public: nothing is secret in it; secret: it keeps a password; asymmetric: it signs with a key of its own. */
export type ClientKind = 'public' | 'secret' | 'asymmetric';

export interface NewClient {
  readonly name: string;
  readonly kind: ClientKind;
  /** Made where it is not given. */
  readonly id?: string;
  readonly redirectUris?: readonly string[];
  readonly postLogoutUris?: readonly string[];
  readonly launchUri?: string;
  /** Reading what the user may see where none are given. */
  readonly scopes?: readonly string[];
  readonly jwks?: ClientMetadata['jwks'];
  readonly jwksUri?: string;
  readonly role?: string;
  readonly institution?: string;
  readonly mayLaunch?: boolean;
}

export interface AddedClient {
  readonly id: string;
  /** In clear, this once. */
  readonly secret?: string;
}

export interface ListedClient extends Omit<NewClient, 'id' | 'jwks'> {
  readonly id: string;
  readonly registeredItself: boolean;
  /** Milliseconds UTC. */
  readonly madeAt?: number;
}

export interface ClientRooms {
  readonly types: ScopeTypes;
  /** Milliseconds UTC. */
  readonly now?: number;
}

const kind = 'client';
const methods: Readonly<Record<ClientKind, string>> = {
  public: 'none',
  secret: 'client_secret_basic',
  asymmetric: 'private_key_jwt',
};
const idForm = /^[A-Za-z0-9._~-]{1,64}$/;

export async function addClient(states: StateStore, client: NewClient, rooms: ClientRooms): Promise<AddedClient> {
  const { now = Date.now(), types } = rooms;
  const id = client.id ?? newClientId();
  const metadata = metadataOf(client, id, now, types);
  const secret = client.kind === 'secret' ? newSecret() : undefined;
  const value = JSON.stringify(secret === undefined ? metadata : { ...metadata, client_secret: await hashSecret(secret) });
  if (await states.add({ kind, id, value })) return { id, ...(secret === undefined ? {} : { secret }) };
  throw fault('duplicate', message('client-exists', `There is a client ${id} already`, `客户端${id}已存在`));
}

export async function listClients(states: StateStore): Promise<readonly ListedClient[]> {
  const found: ListedClient[] = [];
  for await (const { value } of eachItem(states, kind)) found.push(listed(JSON.parse(value)));
  return found;
}

function metadataOf(client: NewClient, id: string, now: number, types: ScopeTypes): ClientMetadata {
  const { redirectUris = [], postLogoutUris = [], jwks, jwksUri, launchUri, role, institution, mayLaunch } = client;
  if (!idForm.test(id))
    throw bad('client-id', `A client's id has 1 to 64 of A–Z a–z 0–9 . _ ~ -: found "${id}"`, `客户端标识格式无效：“${id}”`);
  const scope = client.scopes === undefined ? readingScopes : client.scopes.join(' ');
  const systems = checkedScopes(scope, types).some(isSystem);
  const grants = [...(redirectUris.length > 0 ? ['authorization_code', 'refresh_token'] : []), ...(systems ? ['client_credentials'] : [])];
  const metadata: ClientMetadata = {
    client_id: id,
    client_name: client.name,
    client_id_issued_at: Math.floor(now / 1000),
    token_endpoint_auth_method: methods[client.kind],
    redirect_uris: redirectUris,
    post_logout_redirect_uris: postLogoutUris,
    response_types: redirectUris.length > 0 ? ['code'] : [],
    grant_types: grants,
    application_type: [...redirectUris, ...postLogoutUris].every((uri) => /^https?:/.test(uri)) ? 'web' : 'native',
    smart_scope: scope,
    ...(jwks === undefined ? {} : { jwks }),
    ...(jwksUri === undefined ? {} : { jwks_uri: jwksUri }),
    ...(launchUri === undefined ? {} : { launch_uri: launchUri }),
    ...(systems || role !== undefined ? { role: role ?? systemRole } : {}),
    ...(institution === undefined ? {} : { institution }),
    ...(mayLaunch ? { may_launch: true } : {}),
  };
  if (mayLaunch && client.kind === 'asymmetric' && !systems) throw launchesWithoutToken();
  checkUris(client);
  checkKeys(client);
  checkClient(metadata, types);
  if (grants.length > 0 || mayLaunch) return metadata;
  throw bad(
    'client-without-use',
    'A client needs a redirect URI (an app that people use), system/ scopes (a system that acts for itself) or the right to make launches',
    '客户端需要重定向地址（供人使用的应用）、system/ scope（后台系统）或发起启动的权限',
  );
}

/** Source: RFC 6749 3.1.2, RFC 9700 2.1: whole, without a fragment; what runs in the browser itself is no place to be sent to. */
function checkUris({ redirectUris = [], postLogoutUris = [], launchUri, jwksUri }: NewClient): void {
  for (const uri of [...redirectUris, ...postLogoutUris]) {
    const parsed = URL.canParse(uri) ? new URL(uri) : undefined;
    if (parsed !== undefined && !uri.includes('#') && !/^(javascript|vbscript|data|blob|file|about):$/.test(parsed.protocol)) continue;
    throw bad(
      'redirect-uri',
      `A redirect URI is absolute and has no fragment: found "${uri}"`,
      `重定向地址应为不含片段的绝对URI：“${uri}”`,
    );
  }
  for (const uri of [launchUri, jwksUri]) {
    if (uri === undefined || (URL.canParse(uri) && /^https?:$/.test(new URL(uri).protocol))) continue;
    throw bad('web-uri', `Expected an http or https URL: found "${uri}"`, `应为http或https地址：“${uri}”`);
  }
}

function checkKeys({ kind, jwks, jwksUri }: NewClient): void {
  if (kind === 'asymmetric' && (jwks === undefined) === (jwksUri === undefined)) {
    throw bad(
      'client-keys',
      'An asymmetric client needs its public keys: by value or by address, not both',
      '非对称客户端须提供公钥（按值或按地址，二者之一）',
    );
  }
  const keys = jwks?.keys ?? [];
  if (
    jwks !== undefined &&
    (!Array.isArray(keys) ||
      keys.length === 0 ||
      keys.some(({ kty, d, k }) => typeof kty !== 'string' || d !== undefined || k !== undefined))
  ) {
    throw bad('client-jwks', 'Expected a JSON Web Key Set of public keys: {"keys": […]}', '应为公钥的JSON Web Key Set：{"keys": […]}');
  }
}

function listed(metadata: ClientMetadata): ListedClient {
  const { client_id: id, client_name: name = id, client_id_issued_at: seconds, smart_scope: scope = '', role, institution } = metadata;
  const method = metadata.token_endpoint_auth_method;
  return {
    id,
    name,
    kind: method === 'none' ? 'public' : method === 'private_key_jwt' ? 'asymmetric' : 'secret',
    redirectUris: metadata.redirect_uris ?? [],
    postLogoutUris: metadata.post_logout_redirect_uris ?? [],
    scopes: scope.split(' '),
    registeredItself: metadata.scope_limit !== undefined,
    mayLaunch: metadata.may_launch === true,
    ...(metadata.launch_uri === undefined ? {} : { launchUri: metadata.launch_uri }),
    ...(metadata.jwks_uri === undefined ? {} : { jwksUri: metadata.jwks_uri }),
    ...(role === undefined ? {} : { role }),
    ...(institution === undefined ? {} : { institution }),
    ...(seconds === undefined ? {} : { madeAt: seconds * 1000 }),
  };
}

/** A secret is shown at the door itself; who signs gets a token first, and a token has scopes. */
function launchesWithoutToken() {
  return bad(
    'launching-scope',
    'An asymmetric client that makes launches needs a system/ scope: it makes them with an access token',
    '发起启动的非对称客户端需要system/ scope：须凭访问令牌发起启动',
  );
}

function bad(id: string, en: string, zh: string) {
  const text: Message = message(id, en, zh);
  return fault('value', text);
}
