/**
 * The resource server's side of OAuth: from the request's token to what it may see and do. A token that was verified before costs a digest
 * and a look-up, on a connection that brought it before neither, and nothing is waited for.
 * Source: RFC 6750; SMART App Launch 2.2; design: deny first, then the cache, then the keys
 */
import type { IncomingMessage } from 'node:http';
import type { Access } from '../../access/access.js';
import type { Principal } from '../../access/principal.js';
import { FhirError } from '../../model/outcome.js';
import { type Counter, createCounter } from '../counter.js';
import { authorizationOf, bearerToken } from './bearer.js';
import { cannotTell, invalidToken, type TokenFault, tooManyTokens } from './challenge.js';
import { checkToken, type Issuer, unverified } from './check-token.js';
import { type Claims, verifiedBy } from './claims.js';
import type { Denied } from './denied.js';
import { createConnections, createVerifiedTokens, digestOf, type Kept } from './verified-tokens.js';

export interface TrustedIssuer extends Issuer {
  /** Brings its claims to the names of ours, with what is kept beside them; undefined where something is missing. Absent: they have them. */
  claimsOf?(claims: Claims): Claims | undefined | Promise<Claims | undefined>;
}

export interface VerifierRooms {
  readonly issuers: readonly TrustedIssuer[];
  readonly denied: Denied;
  /** What a principal may see and do. */
  readonly accessFor: (principal: Principal) => Access | Promise<Access>;
  /** Of whoever asks: how often tokens from there were none is counted, where there is a limit. */
  readonly addressOf: (req: IncomingMessage) => string;
  readonly failuresPerMinute?: number | undefined;
  readonly now?: () => number;
}

export interface Verifier {
  /** Throws FhirError 401, or 503 where it cannot be told which tokens are revoked. */
  accessOf(req: IncomingMessage): Access | Promise<Access>;
  /** The same for a token by itself: undefined where it does not count. */
  verify(token: string): Promise<Access | undefined>;
  /** Every token is verified anew: keys are gone. */
  forget(): void;
}

/** Tokens that are remembered: a few megabytes. */
const REMEMBERED = 10_000;

export function createVerifier(rooms: VerifierRooms): Verifier {
  const { denied, addressOf, failuresPerMinute: perMinute, now = Date.now } = rooms;
  const failures = perMinute === undefined ? undefined : createCounter({ perMinute, now });
  const kept = createVerifiedTokens(REMEMBERED);
  let broughtOn = createConnections();
  let forgotten = 0;
  const remembered = (digest: string): Kept | undefined => {
    const known = kept.get(digest);
    if (known === undefined || known.expires > now()) return known;
    kept.delete(digest);
    return undefined;
  };
  const judge = async (digest: string, token: string): Promise<Access | TokenFault> => {
    if (!denied.isFresh()) await denied.refresh().catch(failClosed);
    const known = remembered(digest);
    const before = forgotten;
    const found = known ?? (await fresh(rooms, token, now()).catch(failClosed));
    if (typeof found === 'string') return found;
    if (denied.has(found.token)) {
      kept.delete(digest);
      return 'revoked';
    }
    // Not before: a connection may hold it still.
    found.generation = denied.generation;
    if (known === undefined && found.expires > now() && before === forgotten) kept.add(digest, found);
    return found.access;
  };
  return {
    accessOf(req) {
      const authorization = authorizationOf(req);
      const brought = broughtOn(req.socket, authorization);
      brought.kept ??= remembered(brought.digest);
      const known = brought.kept;
      if (known !== undefined && known.generation === denied.generation && known.expires > now() && denied.isFresh()) return known.access;
      brought.kept = undefined;
      return judge(brought.digest, bearerToken(authorization)).then((access) => {
        if (typeof access !== 'string') return access;
        throw failures === undefined || access === 'expired' ? invalidToken(access) : counted(failures, addressOf(req), access);
      });
    },
    async verify(token) {
      const access = await judge(digestOf(`Bearer ${token}`), token);
      return typeof access === 'string' ? undefined : access;
    },
    forget() {
      forgotten++;
      kept.clear();
      broughtOn = createConnections();
    },
  };
}

/** Whoever goes on and on is told to wait; those from there whose tokens are right are let in all the same. */
function counted(failures: Counter, address: string, found: TokenFault): FhirError {
  const seconds = failures.wait(address);
  if (seconds > 0) return tooManyTokens(seconds);
  failures.add(address);
  return invalidToken(found);
}

/** What cannot be found out at present is no reason to let anybody in, nor to say that the token is wrong. */
function failClosed(error: unknown): never {
  throw error instanceof FhirError ? error : cannotTell(error);
}

async function fresh(rooms: VerifierRooms, token: string, now: number): Promise<Kept | 'unknown' | 'expired'> {
  const said = unverified(token);
  if (said === undefined) return 'unknown';
  const rules = rooms.issuers.find(({ issuer }) => issuer === said.issuer);
  const key = await rules?.keyOf(said.kid);
  if (rules === undefined || key === undefined) return 'unknown';
  const checked = checkToken(token, said.header, key, rules, now);
  if (typeof checked === 'string') return checked;
  const claims = rules.claimsOf === undefined ? checked : await rules.claimsOf(checked);
  const verified = claims && verifiedBy(claims);
  if (verified === undefined) return 'unknown';
  const { principal } = verified;
  return { access: await rooms.accessFor(principal), token: verified.token, expires: principal.expires, generation: 0 };
}
