/** Our own access tokens, at our own doors: introspection, revocation, launches. */
import type { KeyObject } from 'node:crypto';
import { wholeClaims } from './kept-claims.js';
import type { AuthRooms } from './rooms.js';
import { checkToken, unverified } from './verify/check-token.js';
import { type Claims, type Verified, verifiedBy } from './verify/claims.js';
import type { TrustedIssuer } from './verify/verifier.js';

export interface OwnToken extends Verified {
  /** As the token says them. */
  readonly claims: Claims;
}

export interface OwnTokens {
  /** undefined: not ours, expired, or denied. */
  verify(token: string): Promise<OwnToken | undefined>;
}

export type KeyOf = (kid: string) => Promise<KeyObject | undefined>;

/** What a token of ours has to be. */
export function ownIssuer({ issuer, base: audience, states }: Pick<AuthRooms, 'issuer' | 'base' | 'states'>, keyOf: KeyOf): TrustedIssuer {
  const claimsOf = (claims: Claims) => wholeClaims(states, claims);
  return { issuer, audience, algorithms: ['RS256'], type: 'at+jwt', keyOf, claimsOf };
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
      const whole = await wholeClaims(rooms.states, claims);
      const verified = whole && verifiedBy(whole);
      if (verified === undefined || rooms.denied.has(verified.token)) return undefined;
      return { ...verified, claims };
    },
  };
}
