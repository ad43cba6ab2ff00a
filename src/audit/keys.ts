/**
 * The names under which a record is found in the journal. Few, because each is kept in an index: who, which patients, which resource, whether
 * it was refused, and what happened where that is no access.
 */
import type { EventAgent, SecurityEvent, SecurityEventKind } from './event.js';

/** Of whatever was refused or failed. */
export const refusedKey = '!';

export function kindKey(kind: SecurityEventKind | string): string {
  return `+${kind}`;
}

/** Who asked: the resource that stands for the person, else the account, else the client. */
export function whoKey({ fhirUser, account, client }: Pick<EventAgent, 'fhirUser' | 'account' | 'client'>): string | undefined {
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

/** Of each principal it is found once. */
export interface Asker {
  /** The key of who asked, as JSON; empty where there is none. */
  readonly text: string;
  /** What of it stands before and behind its slash, where it names a resource. */
  readonly type: string | undefined;
  readonly id: string | undefined;
}

const nobody: Asker = { text: '', type: undefined, id: undefined };
const known = new WeakMap<object, Asker>();

export function askerOf(who: Pick<EventAgent, 'fhirUser' | 'account' | 'client'> | undefined): Asker {
  if (who === undefined) return nobody;
  const before = known.get(who);
  if (before !== undefined) return before;
  const key = whoKey(who);
  const [, type, id] = /^([A-Za-z]+)\/(.*)$/s.exec(key ?? '') ?? [];
  const asker = key === undefined ? nobody : { text: JSON.stringify(key), type, id };
  known.set(who, asker);
  return asker;
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
