/**
 * What SMART asks of a client's assertion beyond RFC 7523; its signature, audience, issuer and times are checked already, and that it was not
 * there before is checked next. Source: SMART App Launch 2.2 client-confidential-asymmetric.html#signature-verification
 */
import { errors } from 'oidc-provider';
import type { LibraryClient } from './own-client.js';

type Json = Readonly<Record<string, unknown>>;

/** Seconds: five minutes, and what clocks may differ by. */
const longest = 300;
const leeway = 30;

export function checkAssertion(claims: Json, header: Json, client: LibraryClient, now: number): void {
  if (typeof header.kid !== 'string') throw new errors.InvalidClientAuth('the header of a client assertion has a kid');
  if (header.typ !== undefined && header.typ !== 'JWT') throw new errors.InvalidClientAuth('the typ of a client assertion is JWT');
  if (header.jku !== undefined && header.jku !== client.jwksUri)
    throw new errors.InvalidClientAuth('jku is not the address that is registered');
  if (claims.sub !== claims.iss) throw new errors.InvalidClientAuth('iss and sub of a client assertion are the same');
  if (typeof claims.exp !== 'number' || claims.exp > now / 1000 + longest + leeway) {
    throw new errors.InvalidClientAuth('a client assertion lasts five minutes at most');
  }
}
