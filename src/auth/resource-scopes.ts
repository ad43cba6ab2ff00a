/**
 * Which scopes a token may have: SMART's are a grammar where the library knows lists, so each request is given the list of those it asked for
 * that are known and within what the client is registered for. Source: SMART App Launch 2.2 scopes-and-launch-context.html
 */
import { errors, type KoaContextWithOIDC, type ResourceServer } from 'oidc-provider';
import { coveredBy, narrow, parseScope, parseScopes, type SmartScope } from '../access/scopes.js';
import { isSystem } from './client-rules.js';
import { type LibraryClient, registeredScopes } from './own-client.js';
import { type AuthRooms, emergencySeconds } from './rooms.js';

/** The FHIR base is what tokens are for; a slash at its end is forgiven. */
export function isBase({ base }: Pick<AuthRooms, 'base'>, uri: string): boolean {
  return uri.replace(/\/$/, '') === base;
}

export function resourceServerOf(rooms: AuthRooms) {
  return (ctx: KoaContextWithOIDC, resource: string, client: LibraryClient): ResourceServer => {
    if (!isBase(rooms, resource)) throw new errors.InvalidTarget();
    const { grant_type: grantType, scope } = (ctx.oidc.params ?? {}) as { readonly grant_type?: string; readonly scope?: string };
    const { accessToken, systemToken } = rooms.lifetimes;
    if (grantType === 'client_credentials') return server(rooms, systemScopes(rooms, client, scope), systemToken);
    const granted = ctx.oidc.entities.Grant?.getResourceScope(resource);
    const scopes = grantType === undefined ? askedScopes(rooms, client, scope ?? '') : stillRegistered(rooms, client, granted ?? '');
    return server(rooms, scopes, scopes.some(({ text }) => text === '__btg') ? Math.min(emergencySeconds, accessToken) : accessToken);
  };
}

function server({ base }: AuthRooms, scopes: readonly SmartScope[], seconds: number): ResourceServer {
  const scope = scopes.map(({ text }) => text).join(' ');
  return { scope, audience: base, accessTokenTTL: seconds, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256' } } };
}

/** Of what an app asks for on behalf of a person: known, registered, and finer where only finer ones are registered. */
export function askedScopes({ types }: AuthRooms, client: LibraryClient, text: string): readonly SmartScope[] {
  const registered = registeredScopes(client, types);
  const possible = parseScopes(text, types)
    .filter((scope) => !isSystem(scope))
    .flatMap((scope) => narrow(scope, registered));
  return possible.filter((scope, at) => possible.findIndex((other) => other.text === scope.text) === at);
}

/** A registration may have become narrower since the grant. */
function stillRegistered({ types }: AuthRooms, client: LibraryClient, text: string): readonly SmartScope[] {
  const registered = registeredScopes(client, types);
  return parseScopes(text, types).filter((scope) => coveredBy(registered, scope));
}

/** Source: SMART App Launch 2.2 backend-services.html#scopes: all that is asked for must be pre-authorized. */
function systemScopes({ types }: AuthRooms, client: LibraryClient, text: string | undefined): readonly SmartScope[] {
  const registered = registeredScopes(client, types);
  const asked = [...new Set((text ?? '').split(' '))].filter((one) => one !== '');
  if (asked.length === 0) throw new errors.InvalidScope('scope is required: system/… as registered', '');
  return asked.map((one) => {
    const scope = parseScope(one, types);
    if (scope !== undefined && isSystem(scope) && coveredBy(registered, scope)) return scope;
    throw new errors.InvalidScope('the client is not registered for the scope', one);
  });
}
