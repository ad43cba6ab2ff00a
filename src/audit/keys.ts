/**
 * The names under which a record is found in the journal. Few, because each is kept in an index: who, which patients, which resource, whether
 * it was refused, and what happened where that is no access.
 */
import type { SecurityEvent, SecurityEventKind } from './event.js';
import { jsonText } from './json-text.js';
import type { Who } from './record.js';

/** Of whatever was refused or failed. */
export const refusedKey = '!';

export function kindKey(kind: SecurityEventKind | string): string {
  return `+${kind}`;
}

/** Who asked: the resource that stands for the person, else the account, else the client. */
export function whoKey({ fhirUser, account, client }: Pick<Who, 'fhirUser' | 'account' | 'client'>): string | undefined {
  if (fhirUser !== undefined && mayTakePart(fhirUser)) return localReference(fhirUser);
  if (account !== undefined) return `@${account}`;
  return client === undefined ? undefined : `@${client}`;
}

/** A Person may not. Source: R4 auditevent-definitions.html#AuditEvent.agent.who */
export function mayTakePart(reference: string): boolean {
  return /(?:^|\/)(?:PractitionerRole|Practitioner|Organization|Device|Patient|RelatedPerson)\/[^/]+$/.test(reference);
}

/** `Practitioner/1`, also of an absolute URL that ends so. */
function localReference(reference: string): string {
  return /[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}$/.exec(reference)?.[0] ?? reference;
}

/** `Patient/1` of `Patient/1/_history/2`; undefined where no instance is named. */
export function instanceOf(reference: string): string | undefined {
  const slash = reference.indexOf('/');
  if (slash === -1) return undefined;
  const end = reference.indexOf('/', slash + 1);
  return end === -1 ? reference : reference.slice(0, end);
}

/** Of each principal it is found once. */
const known = new WeakMap<object, string>();

function keyOf(who: Who | undefined): string {
  if (who === undefined) return '';
  const before = known.get(who);
  if (before !== undefined) return before;
  const key = whoKey(who) ?? '';
  known.set(who, key);
  return key;
}

interface Found {
  readonly status: number;
  readonly reference: string | undefined;
  readonly patients: readonly string[];
}

/** Each once, as JSON. No array of them: while a write waits for its commit they would be kept, and V8 would take all such arrays for long-lived. */
export function accessKeys({ status, reference, patients }: Found, who: Who | undefined): string {
  const asker = keyOf(who);
  const instance = reference === undefined ? undefined : instanceOf(reference);
  let text = asker === '' ? '' : `,${jsonText(asker)}`;
  if (instance !== undefined && instance !== asker) text += `,${jsonText(instance)}`;
  for (const id of patients) {
    const key = `Patient/${id}`;
    if (key !== asker && key !== instance) text += `,${jsonText(key)}`;
  }
  if (status >= 400) text += `,"${refusedKey}"`;
  return `[${text.slice(1)}]`;
}

/** Each once, as JSON. */
export function eventKeys({ kind, outcome, by, about, patient }: SecurityEvent): string {
  const keys = new Set([kindKey(kind)]);
  const asker = by && whoKey(by);
  if (asker !== undefined) keys.add(asker);
  if (about?.kind === 'account' || about?.kind === 'client') keys.add(`@${about.id}`);
  if (patient !== undefined) keys.add(`Patient/${patient}`);
  if (outcome !== 'success') keys.add(refusedKey);
  return JSON.stringify([...keys]);
}
