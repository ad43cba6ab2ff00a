/**
 * What has to be told of every request so that it is known afterwards who saw and did what. A write is told before it is committed, and what is
 * kept of it rides in the commit; all else is told when it has been answered or refused. Source: R4 auditevent.html, security.html#audit
 */
import { message } from '../model/message.js';
import { type FhirError, fault } from '../model/outcome.js';
import type { Commit } from '../store/port.js';
import type { Answer, Intent } from './intent.js';
import type { FhirRequest, InteractionName } from './request.js';

export interface Auditing {
  /** Throws FhirError 503 where nothing more can be kept. */
  admit(): void;
  /** Of an intent that writes: what its commit is to carry. */
  writing(request: FhirRequest, intent: Intent): Riding | Promise<Riding>;
  /** What was asked for and wrote nothing has been answered. */
  answered(request: FhirRequest, answer: Answer): void;
  refused(request: FhirRequest, error: FhirError): void;
  /** An entry of a Bundle that is no request. */
  turnedAway(refusal: Pick<FhirRequest, 'access' | 'origin'> & { readonly asked: string; readonly error: FhirError }): void;
}

export interface Riding {
  readonly sheets: NonNullable<Commit['audit']>;
  /** What became of the commit; unknown: the store could not say. */
  settled(how: 'written' | 'lost' | 'unknown'): void;
}

const writes: ReadonlySet<InteractionName> = new Set([
  'create',
  'update',
  'conditional-update',
  'patch',
  'conditional-patch',
  'delete',
  'conditional-delete',
]);

/** Throws FhirError 405 for whatever would change the journal: the server alone adds to it, and nobody changes it. */
export function refuseChangesOfJournal(request: FhirRequest): void {
  if (!writes.has(request.interaction) || !('type' in request) || request.type !== 'AuditEvent') return;
  throw fault(
    'not-supported',
    message(
      'audit-read-only',
      'AuditEvents are made by this server of what it does; they can be read and searched, and nobody can create, change or delete one',
      'AuditEvent 由本服务器根据其所作所为生成；只可读取和检索，任何人都不能新建、修改或删除',
    ),
    { status: 405, headers: { Allow: 'GET, HEAD' } },
  );
}
