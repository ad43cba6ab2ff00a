/**
 * What a token is, for those who may ask: the library knows tokens that it keeps, ours are signed and kept by nobody.
 * Source: RFC 7662, SMART App Launch 2.2 token-introspection.html
 */
import type { OwnToken } from './own-tokens.js';
import type { AuthRooms } from './rooms.js';

/** Where it is not active nothing else is said. Source: RFC 7662 2.2 */
export function introspected(rooms: Pick<AuthRooms, 'base'>, token: OwnToken | undefined): object {
  if (token === undefined) return { active: false };
  const { scope_ref: _, role: __, institution: ___, name: ____, gid: _____, ...claims } = token.claims;
  const { fhirUser, scope } = token.principal;
  const user = fhirUser === undefined ? {} : { fhirUser: `${rooms.base}/${fhirUser}` };
  return { ...claims, active: true, token_type: 'Bearer', scope, ...user };
}
