/**
 * Clients that register themselves: with a registration token, within what it allows, and never with more rights than a client of their kind
 * may have. Source: RFC 7591, RFC 7592, SMART App Launch 2.2 app-launch.html#register-app-with-ehr
 */
import { errors, type KoaContextWithOIDC, type ClientMetadata as LibraryMetadata } from 'oidc-provider';
import { narrow, parseScopes, type ScopeTypes } from '../access/scopes.js';
import { FhirError } from '../model/outcome.js';
import { type ClientMetadata, checkClient, readingScopes } from './client-rules.js';
import { ownOf } from './own-client.js';
import { limitsOf, type RegistrationLimits } from './registration-tokens.js';
import type { AuthRooms } from './rooms.js';

type Changing = { -readonly [Key in keyof ClientMetadata]: ClientMetadata[Key] } & { scope?: string };

/** The library calls it for every client that it reads, with `ctx` for those that register. */
export function registrationRules(types: ScopeTypes) {
  return (ctx: KoaContextWithOIDC | undefined, key: string, _value: unknown, metadata: LibraryMetadata): void => {
    if (ctx === undefined || key !== 'smart_scope') return;
    checkOwn(metadata as unknown as Readonly<Record<string, unknown>>);
    try {
      checkClient(metadata as unknown as ClientMetadata, types);
    } catch (error) {
      if (error instanceof FhirError) throw new errors.InvalidClientMetadata(error.message);
      throw error;
    }
  };
}

/** What the library does not know of it looks at. */
function checkOwn({ smart_scope: scope, launch_uri: launchUri }: Readonly<Record<string, unknown>>): void {
  if (typeof scope !== 'string') throw new errors.InvalidClientMetadata('scope must be a string');
  if (launchUri === undefined) return;
  const isUrl = typeof launchUri === 'string' && URL.canParse(launchUri) && /^https?:$/.test(new URL(launchUri).protocol);
  if (!isUrl) throw new errors.InvalidClientMetadata('launch_uri must be a web uri');
}

/** Every registration and every change of one goes through here: what the registrant may not say of itself comes from its token. */
export function registrationPolicy({ states, types }: Pick<AuthRooms, 'states' | 'types'>) {
  return async (ctx: KoaContextWithOIDC, properties: LibraryMetadata): Promise<void> => {
    const client = properties as unknown as Changing;
    const { InitialAccessToken: token, Client: before } = ctx.oidc.entities;
    const limits = token === undefined ? limitsAsBefore(before === undefined ? {} : ownOf(before)) : await limitsOf(states, token.jti);
    client.smart_scope = client.scope ?? readingWithin(limits, types);
    // The library knows a list of names, which SMART's scopes are not.
    delete client.scope;
    client.scope_limit = limits.scope;
    setOrDelete(client, 'role', limits.role);
    setOrDelete(client, 'institution', limits.institution);
    setOrDelete(client, 'may_launch', before === undefined ? undefined : ownOf(before).may_launch);
    // A system that only acts for itself has nowhere to be sent back to. Source: RFC 7591 2
    const { grant_types: grants, response_types: responses } = client;
    if (responses === undefined && Array.isArray(grants) && !grants.includes('authorization_code')) client.response_types = [];
  };
}

function limitsAsBefore({ scope_limit: scope = '', role, institution }: Partial<ClientMetadata>): RegistrationLimits {
  return { scope, ...(role === undefined ? {} : { role }), ...(institution === undefined ? {} : { institution }) };
}

function readingWithin({ scope }: RegistrationLimits, types: ScopeTypes): string {
  const limit = parseScopes(scope, types);
  const narrowed = parseScopes(readingScopes, types).flatMap((one) => narrow(one, limit));
  return narrowed.map(({ text }) => text).join(' ');
}

function setOrDelete<Key extends 'role' | 'institution' | 'may_launch'>(client: Changing, key: Key, value: Changing[Key]): void {
  if (value === undefined) delete client[key];
  else client[key] = value;
}
