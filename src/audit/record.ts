/**
 * What is kept of one access or event: a JSON array of a few hundred bytes, whose first element says how it is to be read. It grows
 * by new elements at its end; what is read differently gets another number. Read back into an AuditEvent by `audit-event.ts`.
 */
import type { Principal } from '../access/principal.js';
import type { EventAgent, SecurityEvent } from './event.js';
import { asciiJson, jsonText, withinQuotes } from './json-text.js';
import { askerOf, eventKeys, refusedKey } from './keys.js';
import type { Row } from './sheet.js';

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
  const fields = [client, account, name, fhirUser, role, institution, tokenId, emergency && [emergency.reason, emergency.purpose]];
  const text = asciiJson(fields);
  written.set(principal, text);
  return text;
}

/** What of an access is not said by who asked, and from where. */
export interface Access extends Pick<AccessEntry, 'interaction' | 'action' | 'status' | 'patients' | 'cut'> {
  /** What was found in the end, else what was asked for: an instance where there is an `id`. */
  readonly type: string | undefined;
  readonly id: string | undefined;
  readonly version: number | string | undefined;
  readonly query: string | undefined;
}

export interface Asking {
  readonly access: { readonly principal?: Principal };
  readonly origin?: Origin | undefined;
}

/** Of a request. */
export interface Origin {
  readonly requestId: string;
  readonly address?: string;
}

/** Every request comes through here: each text is looked at once, and few pieces are put together. */
export function accessRow(access: Access, { access: { principal }, origin }: Asking): Row {
  const { interaction, action, status, type, id, version, query, patients, cut } = access;
  const asker = askerOf(principal);
  const named = type === undefined ? undefined : withinQuotes(type);
  const instance = named === undefined || id === undefined ? undefined : `${named}/${withinQuotes(id)}`;
  let keys = asker.text;
  if (instance !== undefined && !(asker.id === id && asker.type === type)) keys += nextText(keys, instance);
  let ids = '';
  for (const patient of patients) {
    const text = withinQuotes(patient);
    ids += nextText(ids, text);
    if (patient === id && type === 'Patient') continue;
    if (!(patient === asker.id && asker.type === 'Patient')) keys += nextText(keys, `Patient/${text}`);
  }
  if (status >= 400) keys += nextText(keys, refusedKey);
  const reference = instance === undefined || version === undefined ? (instance ?? named) : `${instance}/_history/${versionText(version)}`;
  const who = principal === undefined ? 'null' : whoText(principal);
  const from = origin === undefined ? 'null,null' : `${jsonText(origin.address)},"${withinQuotes(origin.requestId)}"`;
  const what = reference === undefined ? 'null' : `"${reference}"`;
  const body = `[${FORM},"a","${interaction}","${action}",${status},${who},${from},${what},${jsonText(query)},[${ids}]${cut ? ',1]' : ']'}`;
  return { keys: `[${keys}]`, body };
}

/** What of JSON needs no escape any more, behind others in an array. */
function nextText(before: string, text: string): string {
  return before === '' ? `"${text}"` : `,"${text}"`;
}

function versionText(version: number | string): number | string {
  return typeof version === 'number' ? version : withinQuotes(version);
}

export function eventRow(event: SecurityEvent): Row {
  return { keys: eventKeys(event), body: JSON.stringify([FORM, 'e', event]) };
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
