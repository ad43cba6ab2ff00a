/**
 * The keys of clients that publish them at an address: kept no longer than the address says, and asked for anew when an assertion names a key
 * that is not among them. The library keeps them for a minute at least and uses an old set as long as it fits, so it is handed them from here.
 * Source: SMART App Launch 2.2 client-confidential-asymmetric.html#signature-verification
 */
import { decodeJwt, decodeProtectedHeader } from 'jose';
import type Provider from 'oidc-provider';
import { isObject, type JsonObject } from '../model/json.js';
import type { AuthRooms } from './rooms.js';

/** What the library has of a client's keys; it fetches none before `freshUntil`, in seconds. */
interface KeyStore extends Iterable<{ readonly kid?: string }> {
  freshUntil?: number;
  clear(): void;
  add(key: object): void;
}

export interface ClientKeys {
  /** Brings the keys of whoever made the assertion up to date. */
  follow(provider: Provider, assertion: string): Promise<void>;
}

/** Milliseconds: how long a set is kept whose address says nothing of it, and at most. */
const standard = 60_000;
const longest = 24 * 3_600_000;
/** Milliseconds between two fetches for the sake of an unknown key, or after one that failed. */
const pause = 2000;
const most = 100;

interface Fetched {
  readonly keys: readonly JsonObject[];
  /** Milliseconds UTC. */
  readonly at: number;
  readonly until: number;
}

export function clientKeys({ outboundFetch, now }: Pick<AuthRooms, 'outboundFetch' | 'now'>): ClientKeys {
  const known = new Map<string, Fetched | Promise<Fetched>>();
  const fetchAnew = (url: string): Promise<Fetched> => {
    const asked = fetchKeys(outboundFetch, url, now).then((fetched) => {
      known.set(url, fetched);
      return fetched;
    });
    // Who comes meanwhile waits for the same answer.
    known.set(url, asked);
    return asked;
  };
  const current = async (url: string, kid: string): Promise<Fetched> => {
    const last = await known.get(url);
    if (last === undefined || now() >= last.until) return fetchAnew(url);
    const isKnown = last.keys.some((key) => key.kid === kid);
    return isKnown || now() < last.at + pause ? last : fetchAnew(url);
  };
  return {
    async follow(provider, assertion) {
      const said = claimsOf(assertion);
      const client = said && (await provider.Client.find(said.client));
      if (said === undefined || client?.jwksUri === undefined) return;
      const { keys } = await current(client.jwksUri, said.kid);
      const store = client.asymmetricKeyStore as KeyStore;
      store.clear();
      for (const key of keys) store.add(key);
      store.freshUntil = Number.MAX_SAFE_INTEGER;
    },
  };
}

/** What cannot be fetched is no keys: the assertion is then refused as one of an unknown key. */
async function fetchKeys(outboundFetch: typeof fetch, url: string, now: () => number): Promise<Fetched> {
  try {
    const response = await outboundFetch(url, { headers: { accept: 'application/json' } });
    const body: unknown = response.ok ? await response.json() : undefined;
    const keys = isObject(body) && Array.isArray(body.keys) ? body.keys.filter(isPublicKey).slice(0, most) : [];
    return { keys, at: now(), until: now() + (keys.length === 0 ? pause : keepFor(response.headers, now())) };
  } catch {
    return { keys: [], at: now(), until: now() + pause };
  }
}

function isPublicKey(key: unknown): key is JsonObject {
  return isObject(key) && (key.kty === 'RSA' || key.kty === 'EC') && typeof key.kid === 'string' && key.d === undefined;
}

/** Milliseconds. Source: RFC 9111 5.2.2, 5.3 */
function keepFor(headers: Headers, now: number): number {
  const control = headers.get('cache-control')?.toLowerCase();
  if (control !== undefined && /\b(no-store|no-cache)\b/.test(control)) return 0;
  const [, seconds] = /\bmax-age\s*=\s*"?(\d+)/.exec(control ?? '') ?? [];
  if (seconds !== undefined) return Math.min(Number(seconds) * 1000, longest);
  const expires = Date.parse(headers.get('expires') ?? '');
  return Number.isNaN(expires) ? standard : Math.min(Math.max(expires - now, 0), longest);
}

function claimsOf(assertion: string): { readonly client: string; readonly kid: string } | undefined {
  try {
    const [{ kid }, { sub }] = [decodeProtectedHeader(assertion), decodeJwt(assertion)];
    return kid === undefined || sub === undefined ? undefined : { kid, client: sub };
  } catch {
    // The library says what is wrong with it.
    return undefined;
  }
}
