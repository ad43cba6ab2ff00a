/**
 * The keys of clients that publish them at an address: kept no longer than the address says, and asked for anew when an assertion names a key
 * that is not among them. The library keeps them for a minute at least and uses an old set as long as it fits.
 * Source: SMART App Launch 2.2 client-confidential-asymmetric.html#signature-verification
 */
import { decodeJwt, decodeProtectedHeader } from 'jose';
import type Provider from 'oidc-provider';
import type { AuthRooms } from './rooms.js';

/** What the library has of a client's keys. */
interface KeyStore extends Iterable<{ readonly kid?: string }> {
  freshUntil?: number;
  clear(): void;
  refresh(): Promise<void>;
}

export interface ClientKeys {
  /** For the library: notes how long what was fetched may be kept. */
  readonly fetch: typeof fetch;
  /** Brings the keys of whoever made the assertion up to date. */
  follow(provider: Provider, assertion: string): Promise<void>;
}

/** Milliseconds: how long a set is kept whose address says nothing of it, and at most. */
const standard = 60_000;
const longest = 24 * 3_600_000;
/** Milliseconds between two fetches for the sake of an unknown key. */
const pause = 2000;

export function clientKeys({ outboundFetch, now }: Pick<AuthRooms, 'outboundFetch' | 'now'>): ClientKeys {
  const fetched = new Map<string, { readonly at: number; readonly until: number }>();
  return {
    async fetch(input, init) {
      const url = String(input instanceof Request ? input.url : input);
      // The library's guard against private addresses; ours has its own, with a list of exceptions.
      const { dispatcher: _, ...rest } = (init ?? {}) as RequestInit & { readonly dispatcher?: unknown };
      const response = await outboundFetch(url, rest);
      fetched.set(url, { at: now(), until: now() + keepFor(response.headers, now()) });
      return response;
    },
    async follow(provider, assertion) {
      const said = claimsOf(assertion);
      const client = said && (await provider.Client.find(said.client));
      if (said === undefined || client?.jwksUri === undefined) return;
      const store = client.asymmetricKeyStore as KeyStore;
      const last = fetched.get(new URL(client.jwksUri).href);
      const isKnown = [...store].some(({ kid }) => kid === said.kid);
      if (last !== undefined && now() < last.until && (isKnown || now() < last.at + pause)) return;
      store.freshUntil = 0;
      // What cannot be fetched is not known: the assertion is then refused as one of an unknown key.
      await store.refresh().catch(() => store.clear());
    },
  };
}

/** Source: RFC 9111 5.2.2, 5.3 */
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
