/** What an interaction makes of a request before anything is written. */
import type { Access } from '../access/access.js';
import type { Definitions } from '../definitions/definitions.js';
import type { Zone } from '../model/dates.js';
import type { Issue } from '../model/outcome.js';
import type { Key, Resource } from '../model/resource.js';
import type { Search } from '../search/search.js';
import type { Guard, Note, ResourceStore, Version, Where, Write } from '../store/port.js';
import type { Judge, Uploads } from '../uploads/uploads.js';
import type { Validator } from '../validation/validator.js';
import type { InteractionName, RequestFor } from './request.js';

/** All that goes back to the client; HTTP and Bundle.entry.response show it each in its way. */
export interface Answer {
  readonly status: number;
  /** ETag, Last-Modified and, with an instance itself, Content-Location. */
  readonly version?: Pick<Version, 'version' | 'lastUpdated'> & Partial<Pick<Version, 'type' | 'id'>>;
  /** What the store is told from others by, where the answer is about the server. */
  readonly storeId?: string;
  /** Relative to the base: `Patient/1/_history/1`. */
  readonly location?: string;
  /** The JSON text of a resource. */
  readonly resource?: Buffer;
  /** The resource is an OperationOutcome, in the language asked for. */
  readonly isOutcome?: boolean;
  /** The JSON text of an OperationOutcome about what was done. */
  readonly outcome?: Buffer;
  /** The same for an entry of a Bundle, where nothing was asked for but something is to be known. */
  readonly notice?: Buffer;
  /** The versions it shows the content of, or parts of it: for the audit. */
  readonly seen?: readonly Version[];
  /** It was carried out before, under the same Idempotency-Key. */
  readonly replayed?: boolean;
}

/** Writes and guards go to the store in one commit; `answer` is asked after it. */
export interface Intent {
  readonly writes: readonly Write[];
  readonly guards: readonly Guard[];
  /** Of which entry of the Bundle each write is; absent where there is none. */
  readonly places?: ReadonlyMap<Write, number>;
  /** Put down with the writes. */
  readonly notes?: readonly Note[];
  answer(): Answer | Promise<Answer>;
  /** Of a transaction: what each entry answers whatever comes of the commit; undefined of one that only reads. */
  answers?(): Promise<readonly (Answer | undefined)[]>;
}

/** What the writes of an interaction are prepared against: the store, or the store as a transaction will leave it. */
export interface View {
  read: ResourceStore['read'];
  find: ResourceStore['find'];
  /** What a reference leads to, where it is at hand without asking the store. */
  resolve?(reference: string): Resource | undefined;
  /** What a canonical names among what is about to be written. */
  resolveCanonical?(canonical: string, type: string): Resource | undefined;
  /** What is in effect, where that is not what is stored. */
  readonly judge?: Judge;
  /** All that it leads to is done together or not at all: nothing may be written but by the intent. */
  readonly whole?: true;
  /** What satisfies a Where when all is written, where that is not what the store has now. */
  contexts?(where: Where): Promise<readonly Key[]>;
}

export type Interaction<Name extends InteractionName> = (request: RequestFor<Name>, view: View) => Promise<Intent>;
export type Interactions = { readonly [Name in InteractionName]: Interaction<Name> };

/** Source: R4 valueset-conditional-delete-status.html */
export type ConditionalDelete = 'single' | 'multiple';

/** Judges what a request leaves behind by its references. */
export interface Integrity {
  readonly refuses: boolean;
  /** The intent with the guards it needs. Throws FhirError: 422 for references to nothing, 409 for the deletion of what is referred to. */
  judge(intent: Intent, access: Access): Promise<Intent>;
  /** What was found of a write that is let through; its expressions begin at the resource. */
  warningsOf(write: Write): readonly Issue[];
}

/** What the interactions are made from. Each asks for the few it uses. */
export interface Rooms {
  readonly store: ResourceStore;
  readonly search: Search;
  readonly validator: Validator;
  readonly uploads: Uploads;
  readonly definitions: Definitions;
  /** Without a slash at the end. */
  readonly baseUrl: string;
  /** Milliseconds UTC. */
  readonly now: () => number;
  /** For dates without one. */
  readonly zone: Zone;
  readonly newId: () => string;
  readonly bundleEntries: number;
  /** Whether a conditional delete may delete many. */
  readonly conditionalDelete: ConditionalDelete;
  /** Bytes of resources in one answer, which is held in memory whole. */
  readonly answerBytes: number;
  /** Whether `_explain` may be asked. */
  readonly explainSearches: boolean;
  /** Absent where the setting is off. */
  readonly integrity?: Integrity;
}

/** An interaction that writes nothing. */
export function reading(answer: Intent['answer']): Intent {
  return { writes: [], guards: [], answer };
}
