/** What a server is made with: for those who embed it, for the command and for tests. */
import type { IncomingMessage } from 'node:http';
import type { Access } from './access/access.js';
import type { AllowancesOptions } from './access/allowances.js';
import type { KeyRing } from './auth/key-ring.js';
import type { Lifetimes } from './auth/rooms.js';
import type { TrustedIssuerSettings } from './auth/verify/trusted-issuers.js';
import type { Logger } from './http/log.js';
import type { ConditionalDelete } from './interactions/intent.js';
import type { ResourceStore } from './store/port.js';
import type { Strictness } from './validation/compile.js';
import type { Demands } from './validation/demands.js';

export interface ServerOptions {
  /** `sqlite:<path>`, `sqlite::memory:`, a `mongodb://` URL, or a store that is open already. */
  readonly store: string | ResourceStore;
  /** Where the build put the compiled definitions; the one beside this file unless said otherwise. */
  readonly definitionsFolder?: string;
  /** Where the build put the pages of the implementation guide; the one beside this file unless said otherwise. */
  readonly guideFolder?: string;
  /** The FHIR base as clients see it; derived from the address it listens on where it is not given. */
  readonly baseUrl?: string;
  /** An IANA name, for dates without a zone in searches. */
  readonly timezone?: string;
  /** Types whose words `_text` and `_content` find: `none`, `all`, or names separated by commas. */
  readonly fullText?: string | undefined;
  /** What becomes of references to nothing, and of deletions of what is referred to; nothing is looked at where it is off, as by default. */
  readonly referentialIntegrity?: 'off' | 'warn' | 'refuse' | undefined;
  readonly limits?: Partial<Limits>;
  readonly logger?: Logger;
  /** A line for every request, at the level info; off unless said otherwise. */
  readonly logRequests?: boolean;
  /** Origins whose pages may ask; all (`*`) unless said otherwise. */
  readonly corsOrigins?: readonly string[];
  /** What a request may see and do; without it everything. */
  readonly accessOf?: (req: IncomingMessage) => Access | Promise<Access>;
  /** Whoever asks needs a token; `accessOf` says nothing then. */
  readonly smart?: SmartOptions | undefined;
  /** How much each of those whom tokens tell apart may ask for; no limit unless said. */
  readonly allowances?: AllowancesOptions;
  /** By type, canonicals of the profiles the server demands of every resource of it. */
  readonly demandedProfiles?: Demands;
  readonly strictness?: Partial<Strictness>;
  /** Whether a conditional delete may delete many; `single` unless said otherwise. */
  readonly conditionalDelete?: ConditionalDelete;
  /** How long what was done under an Idempotency-Key is remembered; 24 unless said otherwise. */
  readonly idempotencyHours?: number;
  /** Whether those who may search everything may ask how a search is carried out. */
  readonly explainSearches?: boolean;
  /** Bytes that the tables of concepts of large code systems may take, all together. */
  readonly terminologyBytes?: number;
  /** false: large code systems stay without their concepts, for who writes them and asks nothing by them. */
  readonly conceptTables?: boolean;
  /** Whether it is recorded who saw and did what, and for how many days that is kept; nothing is where it is absent. */
  readonly audit?: { readonly days: number } | undefined;
}

/** SMART on FHIR: an authorization server beside the FHIR base, and access by its tokens. */
export interface SmartOptions {
  readonly lifetimes?: Partial<Lifetimes>;
  /** The one that comes with the program unless another is named. */
  readonly policyFile?: string | undefined;
  /** Whether what another institution recorded needs the patient's permit, or only no denial; `opt-out` unless said otherwise. */
  readonly consent?: 'opt-in' | 'opt-out';
  /** Other authorization servers whose tokens are taken. */
  readonly trustedIssuers?: readonly TrustedIssuerSettings[];
  /** Under which secrets are sealed in the store; they lie there in clear without it. */
  readonly secretsKey?: KeyRing;
  /** Hosts that may be fetched from though they are private. */
  readonly outboundAllow?: readonly string[];
  /** Whether a proxy in front says who asks and by which name. */
  readonly trustProxy?: boolean;
  /** Told by the first server of a store: the token by which a client may register. */
  readonly onFirstStart?: (registrationToken: string) => void;
  /** Failures of one client from one address at the authorization server, after which it waits; no limit unless said. */
  readonly failuresPerMinute?: number;
  /** Milliseconds between two looks at what other processes revoked; two seconds unless said otherwise. */
  readonly pollEvery?: number;
  readonly now?: () => number;
}

export interface Limits {
  readonly bundleBytes: number;
  readonly bundleEntries: number;
  readonly bodyBytes: number;
  readonly answerBytes: number;
  /** Milliseconds in which the next part of a body must come. */
  readonly bodyIdle: number;
}

export const defaultTimezone = 'Asia/Shanghai';
/** Whether it has to be known what refers to a resource. */
export function keepsReferences({ referentialIntegrity = 'off' }: Pick<ServerOptions, 'referentialIntegrity'>): boolean {
  return referentialIntegrity !== 'off';
}
