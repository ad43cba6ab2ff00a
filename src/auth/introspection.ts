/**
 * What a token is, for those who may ask: the library knows tokens that it keeps, ours are signed and kept by nobody.
 * Source: RFC 7662, SMART App Launch 2.2 token-introspection.html
 */
import type { OwnToken } from './own-tokens.js';
import type { AuthRooms } from './rooms.js';
import { smartStyleUrl } from './smart-style.js';

/** What our own resource server decides by, and nobody else's affair. */
const ours: ReadonlySet<string> = new Set(['claims_ref', 'role', 'institution', 'gid']);

/** Where it is not active nothing else is said. Source: RFC 7662 2.2 */
export function introspected(rooms: Pick<AuthRooms, 'base' | 'issuer'>, token: OwnToken | undefined): object {
  if (token === undefined) return { active: false };
  const claims = Object.fromEntries(Object.entries(token.claims).filter(([name]) => !ours.has(name)));
  const { fhirUser, scope } = token.principal;
  const mayKnow = /(^| )(fhirUser|profile)( |$)/.test(scope);
  const user = fhirUser === undefined || !mayKnow ? {} : { fhirUser: `${rooms.base}/${fhirUser}` };
  const style = token.principal.grant === undefined ? {} : { smart_style_url: smartStyleUrl(rooms.issuer) };
  return { ...style, ...claims, active: true, token_type: 'Bearer', scope, ...user };
}
