/**
 * The keys of another issuer: where they are is settled by its configuration, once, and never by a token. They are fetched when they are first
 * needed, again after a while and when a name is not among them, but not more often than is good for the other side.
 * Source: OpenID Connect Core 1.0 10.1.1, Discovery 1.0 4.3; RFC 7517
 */
import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { isObject } from '../../model/json.js';

export interface RemoteKeysOptions {
  readonly issuer: string;
  readonly jwksUri?: string | undefined;
  readonly fetch: typeof fetch;
  /** Why the keys could not be had. */
  readonly onFault: (error: unknown) => void;
  readonly now: () => number;
}

/** Milliseconds until they are asked for again, and until they count no longer. */
const FRESH = 10 * 60_000;
const STALE = 24 * 60 * 60_000;
/** Between two tries. */
const PAUSE = 30_000;

export function createRemoteKeys(options: RemoteKeysOptions): (kid: string) => Promise<KeyObject | undefined> {
  const { now, onFault } = options;
  let keys: ReadonlyMap<string, KeyObject> = new Map();
  let place = options.jwksUri;
  let [had, tried] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let fetching: Promise<void> | undefined;
  const load = async () => {
    place ??= await placeOf(options);
    keys = keysIn(await jsonAt(options, place));
    had = now();
  };
  const refresh = () => {
    tried = now();
    fetching = load()
      // Those that are here still count: the other side being away is no reason to refuse its people.
      .catch(onFault)
      .finally(() => {
        fetching = undefined;
      });
    return fetching;
  };
  return async (kid) => {
    const isWanting = !keys.has(kid) || now() - had > FRESH;
    if (isWanting && fetching === undefined && now() - tried > PAUSE) void refresh();
    if (now() - had > STALE || !keys.has(kid)) await fetching;
    return now() - had > STALE ? undefined : keys.get(kid);
  };
}

async function placeOf(options: RemoteKeysOptions): Promise<string> {
  const { issuer } = options;
  const found = await jsonAt(options, `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  if (!isObject(found) || found.issuer !== issuer || typeof found.jwks_uri !== 'string') {
    throw new Error(`The configuration of ${issuer} is not its own, or says nothing of its keys`);
  }
  return found.jwks_uri;
}

async function jsonAt({ fetch }: RemoteKeysOptions, url: string): Promise<unknown> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response.json();
}

function keysIn(set: unknown): ReadonlyMap<string, KeyObject> {
  const listed = isObject(set) && Array.isArray(set.keys) ? set.keys : [];
  return new Map(listed.flatMap((jwk) => publicKey(jwk)));
}

/** None where it is of a kind that is not known, or not for signatures. */
function publicKey(jwk: unknown): [string, KeyObject][] {
  if (!isObject(jwk) || typeof jwk.kid !== 'string' || (jwk.use !== undefined && jwk.use !== 'sig')) return [];
  try {
    return [[jwk.kid, createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' })]];
  } catch {
    return [];
  }
}
