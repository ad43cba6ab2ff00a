/** Our own access tokens, at our own doors: introspection, revocation, launches. */
import type { KeyObject } from 'node:crypto';
import type { AuthRooms } from './rooms.js';
import { scopeBy } from './scope-reference.js';
import { checkToken, type Issuer, unverified } from './verify/check-token.js';
import { type Claims, type Verified, verifiedBy } from './verify/claims.js';

export interface OwnToken extends Verified {
  readonly claims: Claims;
}

export interface OwnTokens {
  /** undefined: not ours, expired, or denied. */
  verify(token: string): Promise<OwnToken | undefined>;
}

export type KeyOf = (kid: string) => Promise<KeyObject | undefined>;

/** What a token of ours has to be. */
export function ownIssuer({ issuer, base: audience }: Pick<AuthRooms, 'issuer' | 'base'>, keyOf: KeyOf): Issuer {
  return { issuer, audience, algorithms: ['RS256'], type: 'at+jwt', keyOf };
}

export function ownTokens(rooms: AuthRooms, keyOf: KeyOf): OwnTokens {
  const rules = ownIssuer(rooms, keyOf);
  return {
    async verify(token) {
      const said = unverified(token);
      const key = said && (await keyOf(said.kid));
      if (said === undefined || key === undefined) return undefined;
      const claims = checkToken(token, said.header, key, rules, rooms.now());
      if (typeof claims === 'string') return undefined;
      const scope = typeof claims.scope_ref === 'string' ? await scopeBy(rooms.states, claims.scope_ref) : claims.scope;
      const verified = typeof scope === 'string' ? verifiedBy(claims, scope) : undefined;
      if (verified === undefined || rooms.denied.has(verified.token)) return undefined;
      return { ...verified, claims };
    },
  };
}
