/** What the authorization server is built from: `auth.ts` takes it, every part of it gets it. */
import type { ScopeTypes } from '../access/scopes.js';
import type { RecordEvent } from '../audit/event.js';
import type { FhirError } from '../model/outcome.js';
import type { StateStore } from '../store/state.js';
import type { Denied } from './verify/denied.js';

/** All in seconds. */
export interface Lifetimes {
  /** Of a person's access token. */
  readonly accessToken: number;
  /** Of the access token of a system that acts for itself. */
  readonly systemToken: number;
  /** Without use, after which an app with offline_access has to ask again. */
  readonly refreshToken: number;
  /** A person stays signed in. */
  readonly session: number;
}

export interface AuthRooms {
  /** `https://host/auth`, without a slash at the end. */
  readonly issuer: string;
  /** The FHIR base, without a slash at the end. */
  readonly base: string;
  readonly states: StateStore;
  /** What the store threw, as an answer; undefined for what is no store's own error. */
  readonly storeFault: (error: unknown) => FhirError | undefined;
  readonly denied: Denied;
  /** Milliseconds UTC. */
  readonly now: () => number;
  readonly lifetimes: Lifetimes;
  /** Whether a proxy in front says by X-Forwarded-Host what was asked for. */
  readonly trustProxy: boolean;
  readonly types: ScopeTypes;
  /** Whether those of a role may have emergency access. */
  readonly mayBreakGlass: (role: string) => boolean;
  /** The one way out to other servers. */
  readonly outboundFetch: typeof fetch;
  readonly record: RecordEvent;
  readonly logger: { error(fields: object, text: string): void };
  /** Of one client from one address, after which it waits; absent: no limit. */
  readonly failuresPerMinute?: number;
  /** Keys are gone before their time, or it cannot be told whether they are: what they signed is to be judged anew. */
  readonly onKeysGone?: () => void;
  /** Milliseconds between two looks at what other processes did. */
  readonly pollEvery?: number;
}

/** In which a person has to be through with the pages. */
export const interactionSeconds = 20 * 60;
/** Of a token of emergency access. */
export const emergencySeconds = 15 * 60;

/** The longest that anything signed is looked at, in milliseconds: what its key and its denial have to outlast. */
export function longestLife({ accessToken, systemToken, session }: Lifetimes): number {
  return Math.max(accessToken, systemToken, session, 3600) * 1000;
}
