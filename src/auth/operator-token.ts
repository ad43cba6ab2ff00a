/**
 * An access token for whoever keeps the server, signed with the keys of the store: short-lived, of no client that is registered, and bound to
 * an account where it is to act as somebody. Source: RFC 9068 2
 */
import { createPrivateKey, randomBytes } from 'node:crypto';
import jwt from 'jsonwebtoken';
import type { StateStore } from '../store/state.js';
import type { Account } from './accounts.js';
import { keptBeside } from './kept-claims.js';
import { ensureKeys, keysAt } from './keys.js';

export interface OperatorToken {
  readonly issuer: string;
  /** The FHIR base. */
  readonly base: string;
  /** Scopes, separated by spaces. */
  readonly scope: string;
  readonly role: string;
  /** Seconds. */
  readonly lasts: number;
  /** Ids. */
  readonly patient?: string;
  readonly encounter?: string;
  readonly institution?: string;
  /** Whom it acts as. */
  readonly account?: Pick<Account, 'id' | 'name' | 'displayName' | 'fhirUser' | 'patients'>;
}

export interface SignedToken {
  readonly token: string;
  readonly id: string;
}

/** What stands where tokens of others name their client. */
export const operatorClient = 'lianyi-operator';

export async function signOperatorToken(states: StateStore, token: OperatorToken, now: number = Date.now()): Promise<SignedToken> {
  const [signing] = keysAt(await ensureKeys(states, now), now, 0);
  if (signing === undefined) throw new Error('The store has no key to sign with');
  const { issuer, base, scope, role, lasts, patient, encounter, institution, account } = token;
  const id = randomBytes(16).toString('base64url');
  const issued = Math.floor(now / 1000);
  const who = { fhirUser: account?.fhirUser, name: account === undefined ? undefined : (account.displayName ?? account.name) };
  const context = { patient, encounter, institution, patients: account?.patients, ...who };
  const claims = {
    iss: issuer,
    aud: base,
    sub: account?.id ?? subjectFor(scope),
    client_id: operatorClient,
    scope,
    role,
    jti: id,
    iat: issued,
    exp: issued + lasts,
    ...Object.fromEntries(Object.entries(context).filter(([, value]) => value !== undefined)),
  };
  const told = await keptBeside(states, claims);
  const key = createPrivateKey({ key: signing.jwk, format: 'jwk' });
  return { token: jwt.sign(told, key, { algorithm: 'RS256', header: { alg: 'RS256', typ: 'at+jwt', kid: signing.kid } }), id };
}

/** A system that acts for itself is its own subject; a person, though without an account, is another than the client. */
function subjectFor(scope: string): string {
  return scope.split(' ').some((one) => one.startsWith('user/')) ? 'operator' : operatorClient;
}
