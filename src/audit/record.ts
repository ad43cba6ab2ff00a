/**
 * What is kept of one access or event: a JSON array of a few hundred bytes, whose first element says how it is to be read. It grows
 * by new elements at its end; what is read differently gets another number. Read back into an AuditEvent by `audit-event.ts`.
 */
import type { Principal } from '../access/principal.js';
import type { EventAgent, SecurityEvent } from './event.js';
import { jsonText, jsonTexts } from './json-text.js';

/** A code of R4 audit-event-action. */
export type Action = 'C' | 'R' | 'U' | 'D' | 'E';

export interface Who extends EventAgent {
  /** `jti`, never the token. */
  readonly tokenId?: string;
  readonly emergency?: { readonly reason: string; readonly purpose: string };
}

/** One interaction or operation, or one entry of a Bundle. */
export interface AccessEntry {
  readonly kind: 'access';
  /** As R4 restful-interaction has it; `request` where it was refused before it was known what it is. */
  readonly interaction: string;
  readonly action: Action;
  /** HTTP's. */
  readonly status: number;
  /** Absent where nobody was asked who they are, or the token was refused. */
  readonly who?: Who;
  readonly address?: string;
  readonly requestId?: string;
  /** `Patient/1/_history/2`, `Patient/1`, `Patient` */
  readonly reference?: string;
  /** What was asked for, behind the base: `Patient?name=…`. */
  readonly query?: string;
  /** Ids of the patients whose data was shown or written. */
  readonly patients: readonly string[];
  /** There were more patients, or the query was longer, than is kept. */
  readonly cut: boolean;
}

export type Entry = AccessEntry | { readonly kind: 'event'; readonly event: SecurityEvent };

const FORM = 1;

/** Each principal is written once. */
const written = new WeakMap<Principal, string>();

function whoText(principal: Principal): string {
  const known = written.get(principal);
  if (known !== undefined) return known;
  const { client, account, name, fhirUser, role, institution, tokenId, emergency } = principal;
  const text = JSON.stringify([
    client,
    account,
    name,
    fhirUser,
    role,
    institution,
    tokenId,
    emergency && [emergency.reason, emergency.purpose],
  ]);
  written.set(principal, text);
  return text;
}

/** What of an access is not said by who asked. */
export type AccessParts = Pick<AccessEntry, 'interaction' | 'action' | 'status' | 'patients' | 'cut'> & {
  readonly [Name in 'address' | 'requestId' | 'reference' | 'query']: string | undefined;
};

/** As JSON, whose bytes are the body of the record. */
export function accessText(access: AccessParts, principal: Principal | undefined): string {
  const { interaction, action, status, address, requestId, reference, query, patients, cut } = access;
  const who = principal === undefined ? 'null' : whoText(principal);
  const what = `${jsonText(address)},${jsonText(requestId)},${jsonText(reference)},${jsonText(query)},${jsonTexts(patients)}`;
  return `[${FORM},"a","${interaction}","${action}",${status},${who},${what}${cut ? ',1]' : ']'}`;
}

export function eventText(event: SecurityEvent): string {
  return JSON.stringify([FORM, 'e', event]);
}

/** undefined for what no version of this program wrote: somebody spoiled it, which `verify` tells. */
export function readBody(body: Buffer): Entry | undefined {
  const parsed = parsedOrNothing(body.toString());
  if (!Array.isArray(parsed) || parsed[0] !== FORM) return undefined;
  const [, kind, ...rest] = parsed as [number, string, ...unknown[]];
  return kind === 'e' ? { kind: 'event', event: rest[0] as SecurityEvent } : accessOf(rest as AccessFields);
}

function parsedOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

type Maybe<T> = T | null | undefined;
type AccessFields = [
  interaction: string,
  action: Action,
  status: number,
  who: Maybe<readonly Maybe<string | readonly [string, string]>[]>,
  address: Maybe<string>,
  requestId: Maybe<string>,
  reference: Maybe<string>,
  query: Maybe<string>,
  patients: readonly string[],
  cut?: number,
];

function accessOf([interaction, action, status, who, address, requestId, reference, query, patients, cut]: AccessFields): AccessEntry {
  return {
    kind: 'access',
    interaction,
    action,
    status,
    patients,
    cut: cut === 1,
    ...(who ? { who: whoOf(who) } : {}),
    ...given({ address, requestId, reference, query }),
  };
}

function whoOf([client, account, name, fhirUser, role, institution, tokenId, emergency]: readonly Maybe<
  string | readonly [string, string]
>[]): Who {
  const texts = given({ client, account, name, fhirUser, role, institution, tokenId } as Readonly<Record<string, Maybe<string>>>);
  return Array.isArray(emergency) ? { ...texts, emergency: { reason: emergency[0], purpose: emergency[1] } } : texts;
}

function given(fields: Readonly<Record<string, Maybe<string>>>): Readonly<Record<string, string>> {
  const there: Record<string, string> = {};
  for (const [name, value] of Object.entries(fields)) if (typeof value === 'string') there[name] = value;
  return there;
}
