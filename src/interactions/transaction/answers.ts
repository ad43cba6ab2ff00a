/** What a transaction answers: each entry what its interaction says, in the order of the request. Source: R4 http.html#transaction-response */
import { createBreath } from '../../model/breath.js';
import { type BundleEntry, bundleInSteps } from '../../model/bundle.js';
import { inSteps } from '../../model/in-steps.js';
import { FhirError } from '../../model/outcome.js';
import { createAnswerRoom } from '../answer-room.js';
import type { Auditing } from '../auditing.js';
import { deletedAnswer } from '../delete.js';
import { entryResponse } from '../entry-response.js';
import { inEntry } from '../in-entry.js';
import type { Answer, Intent, Rooms } from '../intent.js';
import { outcomeText } from '../outcome-text.js';
import type { Circumstances } from '../request.js';
import { storeFault } from '../store-fault.js';
import type { TransactionEntry } from './entries.js';
import type { Identified } from './identify.js';

export interface AnsweringRooms extends Pick<Rooms, 'answerBytes' | 'baseUrl' | 'integrity'> {
  readonly audit?: Pick<Auditing, 'answered'>;
  /** Is told of what is no FhirError once all is stored, and gives the error to show. */
  readonly unexpected: (error: unknown) => FhirError;
}

export type Prepared = ReadonlyMap<Identified, Intent>;

export async function answerAll(
  rooms: AnsweringRooms,
  { language }: Circumstances,
  identified: readonly Identified[],
  prepared: Prepared,
): Promise<Answer> {
  const responses: BundleEntry[] = [];
  const admit = createAnswerRoom(rooms.answerBytes, language);
  const breath = createBreath();
  for (const [entry, ones] of byEntry(identified)) {
    const intent = answering(rooms, entry, ones, prepared);
    if (intent === undefined) continue;
    const answer = await answerOne(rooms, entry, intent, language);
    // What was written was told with the commit.
    if (!ones.some((one) => (prepared.get(one)?.writes.length ?? 0) > 0)) rooms.audit?.answered(entry.request, answer);
    responses[entry.index] = admit(entry.index, entryResponse(rooms.baseUrl, entry.method, answer));
    await breath();
  }
  return { status: 200, resource: await inSteps(bundleInSteps({ type: 'transaction-response', entries: responses })) };
}

/** For who remembers them with the commit: all but what reads is known before it. */
export async function answersAhead(
  rooms: AnsweringRooms,
  { language }: Circumstances,
  identified: readonly Identified[],
  prepared: Prepared,
): Promise<readonly (Answer | undefined)[]> {
  const ones = byEntry(identified);
  const answers: (Answer | undefined)[] = Array.from(ones, () => undefined);
  const breath = createBreath();
  for (const [entry, same] of ones) {
    const intent = same.some(({ kind }) => kind === 'read') ? undefined : answering(rooms, entry, same, prepared);
    if (intent !== undefined) answers[entry.index] = await answerOne(rooms, entry, intent, language);
    await breath();
  }
  return answers;
}

function byEntry(identified: readonly Identified[]): ReadonlyMap<TransactionEntry, readonly Identified[]> {
  const ones = new Map<TransactionEntry, Identified[]>();
  for (const one of identified) {
    const same = ones.get(one.entry);
    if (same === undefined) ones.set(one.entry, [one]);
    else same.push(one);
  }
  return ones;
}

/** What tells of an entry; one that deletes many tells of all of them. */
function answering(
  rooms: Pick<Rooms, 'integrity'>,
  entry: TransactionEntry,
  ones: readonly Identified[],
  prepared: Prepared,
): Pick<Intent, 'answer'> | undefined {
  const [first] = ones;
  if (ones.length < 2) return first && prepared.get(first);
  const deleted = ones.flatMap((one) => prepared.get(one)?.writes ?? []);
  return { answer: () => deletedAnswer(entry.request, deleted, undefined, rooms.integrity) };
}

/** All is stored by now: whatever fails, fails for itself alone. */
async function answerOne(
  rooms: AnsweringRooms,
  entry: TransactionEntry,
  intent: Pick<Intent, 'answer'>,
  language: Circumstances['language'],
): Promise<Answer> {
  try {
    return await intent.answer();
  } catch (error) {
    const shown = error instanceof FhirError ? error : (storeFault(error) ?? rooms.unexpected(error));
    const { status, issues } = inEntry(entry.index, shown);
    return { status, outcome: outcomeText(issues, language) };
  }
}
