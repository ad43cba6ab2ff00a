/**
 * What is put into the audit's journal besides the accesses to resources: sign-ins, grants, tokens, administration. Whoever does one of these
 * things tells of it; what becomes of it is the audit's affair. Never a password, a token, a secret or a code.
 * Source: R4 auditevent.html; DICOM PS3.15 A.5.3 (user authentication, security alert, application activity)
 */

/** What happened. `outcome` says whether it was let happen: a `sign-in` that failed is one too. */
export type SecurityEventKind =
  | 'sign-in'
  | 'second-factor'
  /** Too many failures: an account or an address may not try for a while. */
  | 'lock-out'
  | 'sign-out'
  | 'consent-given'
  | 'consent-revoked'
  /** The glass was broken: `reason` and `purpose` say why. */
  | 'break-glass'
  | 'launch-created'
  | 'launch'
  | 'token-issued'
  | 'token-refreshed'
  | 'token-revoked'
  | 'token-introspected'
  /** A code, refresh token or assertion came a second time. */
  | 'token-reused'
  | 'client-registered'
  | 'client-changed'
  | 'client-revoked'
  | 'registration-token-made'
  | 'keys-made'
  | 'keys-rotated'
  /** What is secret in the store was sealed with the operator's key. */
  | 'secrets-sealed'
  | 'account-added'
  | 'account-changed'
  | 'account-locked'
  | 'account-unlocked'
  | 'account-reset'
  | 'policy-changed'
  /** By the command line: codes were brought in, or taken out. */
  | 'code-system-loaded'
  | 'code-system-removed'
  /** By the command line; through REST it is an access like others. */
  | 'audit-read'
  | 'audit-verified'
  /** Records older than `detail.before` were removed: their time was up. */
  | 'audit-purged'
  /** `detail.count` records could not be kept. */
  | 'audit-lost'
  | 'server-started'
  | 'server-stopped';

/** Who did it, as far as it is known. A principal is one. */
export interface EventAgent {
  readonly client?: string;
  /** The account's id. */
  readonly account?: string;
  /** What the person is called, or what was typed in where no account has that name. */
  readonly name?: string;
  readonly fhirUser?: string;
  readonly role?: string;
  readonly institution?: string;
}

export interface SecurityEvent {
  readonly kind: SecurityEventKind;
  /** success: done. refused: not let happen (a wrong password, not allowed). failed: could not be done. */
  readonly outcome: 'success' | 'refused' | 'failed';
  /** Absent: the server itself, or its operator at the command line. */
  readonly by?: EventAgent;
  /** Network address of whoever asked; absent at the command line. */
  readonly address?: string;
  readonly requestId?: string;
  /** What it was done to, where that is not who did it. */
  readonly about?: {
    readonly kind: 'account' | 'client' | 'key' | 'grant' | 'token' | 'code-system';
    readonly id: string;
    readonly name?: string;
  };
  /** Id of the patient of a launch, consent or token. */
  readonly patient?: string;
  readonly scope?: string;
  /** Of the token (its `jti`), never the token. */
  readonly tokenId?: string;
  readonly grant?: string;
  /** Why, in the user's words (break-glass) or in a few of ours (`wrong password`). */
  readonly reason?: string;
  /** A code of v3-ActReason: BTG, ETREAT … */
  readonly purpose?: string;
  /** Whatever else is worth knowing, in short: `grant_type`, `role`, `before`. */
  readonly detail?: Readonly<Record<string, string | number>>;
}

/** Returns at once and never throws. Without it nothing is recorded. */
export type RecordEvent = (event: SecurityEvent) => void;
