/** What the pages need of the others: the requests they stand in, the records of patients, and the policy. */
import type { IncomingMessage } from 'node:http';
import type { ScopeTypes } from '../../access/scopes.js';
import type { RecordEvent } from '../../audit/event.js';
import type { StateStore } from '../../store/state.js';
import type { Account } from '../accounts.js';
import type { Interactions } from '../interactions.js';
import type { Emergency } from '../launch-context.js';
import type { PasswordCost } from '../passwords.js';

export interface PatientCandidate {
  readonly id: string;
  readonly name?: string;
  /** `male`, `female`, `other`, `unknown` */
  readonly gender?: string;
  readonly birthDate?: string;
  /** Whole: the page shows a part of it. */
  readonly identityNumber?: string;
}

export interface EncounterCandidate {
  readonly id: string;
  readonly status?: string;
  /** What it was, in words. */
  readonly kind?: string;
  readonly place?: string;
  readonly start?: string;
  readonly end?: string;
}

export interface Found<T> {
  readonly candidates: readonly T[];
  readonly more: boolean;
}

/** Whoever chooses is shown only what the account may see. */
export interface Chooser {
  readonly account: Account;
  /** Id of the client it is chosen for. */
  readonly client: string;
  readonly emergency?: Emergency;
}

export interface Records {
  /** By name, pinyin, initials, number. */
  searchPatients(who: Chooser, text: string): Promise<Found<PatientCandidate>>;
  findPatient(who: Chooser, id: string): Promise<PatientCandidate | undefined>;
  /** Newest first. */
  searchEncounters(who: Chooser, patient: string): Promise<Found<EncounterCandidate>>;
}

export interface RolePolicy {
  mayBreakGlass(role: string): boolean;
  needsSecondFactor(role: string): boolean;
}

export interface PagesRooms {
  readonly states: StateStore;
  /** Absolute, without a slash at its end. */
  readonly issuer: string;
  /** What the server is called. */
  readonly software: string;
  readonly interactions: Interactions;
  readonly records: Records;
  readonly policy: RolePolicy;
  readonly types: ScopeTypes;
  /** Milliseconds UTC. */
  readonly now: () => number;
  /** Of whoever asks; behind a proxy not the peer's. */
  readonly addressOf: (req: IncomingMessage) => string;
  readonly record: RecordEvent;
  readonly cost?: PasswordCost;
}
