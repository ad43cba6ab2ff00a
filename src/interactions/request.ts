/**
 * What a client asks for, whether it came as an HTTP request or as an entry of a Bundle.
 * Source: R4 http.html, bundle-definitions.html#Bundle.entry.request
 */
import type { Access } from '../access/access.js';
import type { Json } from '../model/json.js';
import type { Language } from '../model/message.js';
import type { Resource } from '../model/resource.js';
import type { Sent } from '../model/sent.js';
import type { Parameters } from '../search/search.js';

/** What each interaction is about. */
interface Targets {
  readonly capabilities: unknown;
  readonly 'search-system': unknown;
  /** POST to the root: batch or transaction, as the Bundle says. */
  readonly bundle: unknown;
  /** `assigned`: the id it is to have, where a transaction has given it already because others refer to it. */
  readonly create: OnType & { readonly assigned?: string };
  readonly 'search-type': OnType;
  readonly 'conditional-update': OnType;
  readonly 'conditional-delete': OnType;
  readonly read: OnInstance;
  /** `assigned`: the id is the server's choice. */
  readonly update: OnInstance & { readonly assigned?: true };
  /** `patched`: what the patch makes of it, where a transaction has applied it already because others refer to what comes of it. */
  readonly patch: OnInstance & { readonly patched?: Resource };
  readonly 'conditional-patch': OnType;
  readonly delete: OnInstance;
  readonly 'history-system': unknown;
  readonly 'history-type': OnType;
  readonly 'history-instance': OnInstance;
  /** `id` is that of the compartment, `type` what is looked for in it: `*` for all that belongs to it. */
  readonly 'search-compartment': OnInstance & { readonly compartment: string };
  readonly vread: OnInstance & { readonly version: string };
  /** On the system, a type or an instance. */
  readonly operation: Partial<OnInstance> & { readonly name: string };
}

interface OnType {
  readonly type: string;
}

interface OnInstance extends OnType {
  readonly id: string;
}

export type InteractionName = keyof Targets;
type TargetOf<Name extends InteractionName> = { readonly interaction: Name } & Targets[Name];
export type Target = { readonly [Name in InteractionName]: TargetOf<Name> }[InteractionName];

/** Header fields, or their namesakes in Bundle.entry.request, as they were sent. */
export interface Preconditions {
  readonly ifMatch?: string;
  readonly ifNoneMatch?: string;
  readonly ifModifiedSince?: string;
  readonly ifNoneExist?: string;
}

/** Source: R4 http.html#prefer */
export type Return = 'minimal' | 'representation' | 'OperationOutcome';

/** How it is asked: the same for all entries of a Bundle but for the preconditions. */
export interface Circumstances {
  readonly access: Access;
  readonly language: Language;
  /** Accept-Language as it was sent. */
  readonly acceptLanguage?: string;
  /** Absent: as is customary for the interaction. */
  readonly return?: Return;
  /** `Prefer: handling=lenient`: a search passes over what it does not know, and says so. */
  readonly lenient?: boolean;
  /** The text of the body, or of the resource of an entry, as it was sent; absent where it is a patch. */
  readonly sent?: Sent;
  /** Where it came from, for the audit. */
  readonly origin?: Origin;
  /** Which entry of a Bundle it is: what is said of its resource is told from the Bundle, as line and column are. */
  readonly entry?: number;
}

export interface Origin {
  readonly requestId: string;
  /** Network address. */
  readonly address?: string;
}

/** By what a request that is sent again is known. Source: draft-ietf-httpapi-idempotency-key-header */
export interface Once {
  /** Of the note that remembers what was done: made of who asks and the key. */
  readonly name: string;
  /** Equal for equal requests. */
  readonly fingerprint: string;
}

export interface Asked extends Circumstances {
  /** Without `_format` and `_pretty`, which are the door's, but for a search. */
  readonly parameters: Parameters;
  readonly preconditions: Preconditions;
  /** The parsed body. */
  readonly body?: Json;
  /** What the body of a patch is written in. */
  readonly patchFormat?: PatchFormat;
  /** Where an Idempotency-Key was sent. */
  readonly once?: Once;
}

/** RFC 6902, RFC 7396, and Parameters as R4 fhirpatch.html has them. */
export type PatchFormat = 'json-patch' | 'merge-patch' | 'fhirpath-patch';

export type RequestFor<Name extends InteractionName> = TargetOf<Name> & Asked;
export type FhirRequest = Target & Asked;
