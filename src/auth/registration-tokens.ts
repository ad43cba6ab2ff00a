/** The tokens with which clients register themselves: each says what its holder may be registered for at most. Source: RFC 7591 3 */
import { randomBytes } from 'node:crypto';
import type { ScopeTypes } from '../access/scopes.js';
import type { StateStore } from '../store/state.js';
import { checkedScopes, isSystem, systemRole } from './client-rules.js';
import { digestOf } from './secrets.js';

export interface RegistrationLimits {
  /** Scopes, separated by spaces. */
  readonly scope: string;
  /** What a client has that acts for itself. */
  readonly role?: string;
  readonly institution?: string;
}

export interface NewRegistrationToken extends Partial<RegistrationLimits> {
  /** Seconds; a week unless said otherwise. */
  readonly lasts?: number;
}

const kind = 'initial-access-token';
const limitsKind = 'registration-limits';

/** For apps of people: nothing that acts without one. */
export const appScopes =
  'openid profile fhirUser launch launch/patient launch/encounter offline_access online_access __btg patient/*.cruds user/*.cruds';

/** The token, in clear this once. */
export async function addRegistrationToken(
  states: StateStore,
  token: NewRegistrationToken,
  { types, now = Date.now() }: { readonly types: ScopeTypes; readonly now?: number },
): Promise<string> {
  const { lasts = 7 * 86_400, scope = appScopes, institution } = token;
  const role = checkedScopes(scope, types).some(isSystem) ? (token.role ?? systemRole) : undefined;
  const made = randomBytes(32).toString('base64url');
  const id = digestOf(made);
  const limits: RegistrationLimits = {
    scope,
    ...(role === undefined ? {} : { role }),
    ...(institution === undefined ? {} : { institution }),
  };
  const expires = now + lasts * 1000;
  const payload = {
    kind: 'InitialAccessToken',
    iat: Math.floor(now / 1000),
    exp: Math.floor(expires / 1000),
    policies: ['registration'],
  };
  await states.put({ kind: limitsKind, id, value: JSON.stringify(limits), expires });
  await states.put({ kind, id, value: JSON.stringify(payload), expires });
  return made;
}

export async function limitsOf(states: StateStore, token: string): Promise<RegistrationLimits> {
  const item = await states.get(limitsKind, digestOf(token));
  return item === undefined ? { scope: '' } : (JSON.parse(item.value) as RegistrationLimits);
}
