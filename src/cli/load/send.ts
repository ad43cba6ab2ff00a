/**
 * Sends one unit and keeps account of it: what the ledger knows is passed over, what the server acknowledges is written down. A
 * transaction of our own making that is refused goes resource by resource, so that only the bad ones fail; of a batch only those entries
 * go again that failed.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { type Fault, faultsIn } from './answer.js';
import type { Entry, Ledger } from './ledger.js';
import type { Answer, Target } from './target.js';
import { hashOf, type Unit } from './units.js';

export interface Failure {
  /** The file, and the part of it. */
  readonly name: string;
  /** One sentence for each fault. */
  readonly reasons: readonly string[];
}

export interface Sent {
  /** Resources that were stored, or found to be there already by a conditional create. */
  readonly stored: number;
  /** Units that were loaded before. */
  readonly skipped: number;
  readonly failures: readonly Failure[];
  /** What failed may be stored when other files are: it is to be sent again. */
  readonly isLate: boolean;
}

export interface Course {
  readonly target: Target;
  readonly ledger: Ledger;
  /** Part of every Idempotency-Key, where what was loaded before is to be loaded again. */
  readonly again?: string;
  /** Nothing is sent any more. */
  readonly signal: AbortSignal;
}

/** `splitting`: what is late may be so for a bad resource among good ones. Throws where nobody answers, or the ledger cannot be written. */
export async function sendUnit(unit: Unit, file: string, course: Course, splitting: boolean): Promise<Sent> {
  const standing = course.ledger.standingOf(unit.hash);
  if (standing === 'loaded') return { ...nothing, skipped: 1 };
  if (standing === 'split' || (splitting && unit.divisible)) return sendSingles(unit, file, course);
  const body = standing === undefined ? unit.body : unit.only(standing);
  const answer = await patiently(body, standing === undefined ? unit.hash : hashOf(body), course);
  const faults = faultsIn(answer, { ...unit, entries: standing });
  if (faults.some(({ entry }) => entry === undefined)) return refused(unit, file, course, faults);
  const failed = faults.flatMap(({ entry = [] }) => entry);
  const stored = (standing?.length ?? unit.resources) - failed.length;
  await note(unit, file, course, { resources: stored, ...(failed.length === 0 ? {} : { failed }) });
  if (failed.length === 0) return answer.replayed ? { ...nothing, skipped: 1 } : { ...nothing, stored };
  return { stored, skipped: 0, ...failureOf(unit, faults) };
}

export const nothing: Sent = { stored: 0, skipped: 0, failures: [], isLate: false };

async function refused(unit: Unit, file: string, course: Course, faults: readonly Fault[]): Promise<Sent> {
  const failure = failureOf(unit, faults);
  return unit.divisible && !failure.isLate ? sendSingles(unit, file, course) : { ...nothing, ...failure };
}

function failureOf({ name }: Unit, faults: readonly Fault[]): Pick<Sent, 'failures' | 'isLate'> {
  const isLate = faults.some(({ mayComeLater }) => mayComeLater);
  return { failures: [{ name, reasons: faults.map(({ reason }) => reason) }], isLate };
}

/** That it is split is on disk before the first of its resources is sent: nobody may send it whole again. */
async function sendSingles(unit: Unit, file: string, course: Course): Promise<Sent> {
  if (course.ledger.standingOf(unit.hash) !== 'split') await note(unit, file, course, { resources: 0, split: true });
  let sum = nothing;
  for (const single of unit.split()) {
    if (course.signal.aborted) throw course.signal.reason;
    sum = added(sum, await sendUnit(single, file, course, false));
  }
  if (sum.failures.length === 0) await note(unit, file, course, { resources: 0 });
  return sum;
}

export function added(one: Sent, other: Sent): Sent {
  return {
    stored: one.stored + other.stored,
    skipped: one.skipped + other.skipped,
    failures: [...one.failures, ...other.failures],
    isLate: one.isLate || other.isLate,
  };
}

function note({ hash, part }: Unit, file: string, { ledger }: Course, what: Pick<Entry, 'resources' | 'split' | 'failed'>): Promise<void> {
  return ledger.record({ hash, file, part, ...what });
}

/** Tries where nobody answers (more than half a minute), and where the server says that it is busy (many minutes). */
const tries = { unanswered: 10, busy: 60 };

/** Waits and tries again where the server says that it is busy, or cannot be reached for a moment. */
async function patiently(body: string, hash: string, { target, again, signal }: Course): Promise<Answer> {
  const key = again === undefined ? hash : `${hash}-${again}`;
  for (let tried = 1; ; tried++) {
    if (signal.aborted) throw signal.reason;
    const answer = await target.post(body, key).catch(() => undefined);
    if (answer !== undefined && answer.status !== 503 && answer.status !== 429) return answer;
    if (tried >= (answer === undefined ? tries.unanswered : tries.busy)) throw goneAway(target, answer);
    await delay((answer?.retryAfter ?? Math.min(tried, 5)) * 1000, undefined, { signal }).catch(() => undefined);
  }
}

function goneAway({ name }: Target, answer: Answer | undefined): Error {
  if (answer === undefined) return new Error(`${name} does not answer any more`);
  return new Error(`${name} takes nothing any more: ${faultsIn(answer).map(({ reason }) => reason)}`);
}
