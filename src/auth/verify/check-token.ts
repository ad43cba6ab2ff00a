/**
 * Whether a token is one of an issuer, by fixed rules: its algorithms, its keys, its name, its audience, its type and its time. What the
 * token itself says about how to verify it (jku, x5u, jwk, another alg) is not listened to. Source: RFC 8725 §3, RFC 9068 §4, RFC 7519
 */
import type { KeyObject } from 'node:crypto';
import jwt, { type Algorithm, type JwtHeader } from 'jsonwebtoken';
import type { Claims } from './claims.js';

export interface Issuer {
  /** Exactly as tokens name it. */
  readonly issuer: string;
  readonly audience: string;
  readonly algorithms: readonly Algorithm[];
  /** `at+jwt` for our own; absent: not looked at. */
  readonly type?: string;
  /** undefined for a name that no key of the issuer has. */
  keyOf(kid: string): KeyObject | undefined | Promise<KeyObject | undefined>;
}

export interface Unverified {
  readonly header: JwtHeader;
  readonly kid: string;
  /** Says which issuer to ask, and no more. */
  readonly issuer: string;
}

/** Seconds by which clocks may differ. */
const LEEWAY = 5;

/** The head of a token and who it says it is from; undefined where it is no JWT. */
export function unverified(token: string): Unverified | undefined {
  try {
    const decoded = jwt.decode(token, { complete: true });
    if (decoded === null || typeof decoded.payload === 'string') return undefined;
    const { header, payload } = decoded;
    if (typeof header.kid !== 'string' || typeof payload.iss !== 'string') return undefined;
    return { header, kid: header.kid, issuer: payload.iss };
  } catch {
    // What is not JSON inside.
    return undefined;
  }
}

/** Its claims, or what is wrong with it. `now`: milliseconds UTC. */
export function checkToken(token: string, header: JwtHeader, key: KeyObject, rules: Issuer, now: number): Claims | 'unknown' | 'expired' {
  const { issuer, audience, algorithms, type } = rules;
  if (
    type !== undefined &&
    String(header.typ)
      .toLowerCase()
      .replace(/^application\//, '') !== type
  )
    return 'unknown';
  // What must be understood to be safe, and is not. Source: RFC 7515 §4.1.11
  if ('crit' in header) return 'unknown';
  try {
    const claims = jwt.verify(token, key, {
      algorithms: [...algorithms],
      issuer,
      audience,
      clockTolerance: LEEWAY,
      clockTimestamp: Math.floor(now / 1000),
    });
    return typeof claims === 'string' ? 'unknown' : claims;
  } catch (error) {
    return error instanceof jwt.TokenExpiredError ? 'expired' : 'unknown';
  }
}
