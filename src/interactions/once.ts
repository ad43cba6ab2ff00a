/**
 * Once and only once: what was done under an Idempotency-Key is remembered by a note in the same commit, and the same request sent again
 * is answered by the note. Nothing is remembered of what was refused: it stored nothing and may be sent again.
 * Source: draft-ietf-httpapi-idempotency-key-header §2
 */
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';
import type { Intent, Rooms, View } from './intent.js';
import { noteValue, type Remembered, rememberedIn } from './once-note.js';
import type { Replay } from './once-replay.js';
import type { Prepare } from './perform.js';
import type { FhirRequest, Once } from './request.js';

export interface OnceRooms extends Pick<Rooms, 'store' | 'now'> {
  /** How long it is remembered, in hours. */
  readonly idempotencyHours: number;
}

/** Throws FhirError 422 where the key was sent with another request before. */
export function onceOnly(rooms: OnceRooms, prepare: Prepare, replay: Replay): Prepare {
  const prepareOnce = async (once: Once, request: FhirRequest, view: View): Promise<Intent> => {
    const found = await rooms.store.note(once.name);
    const remembered = found && (await rememberedIn(found.value));
    if (remembered === undefined) return withNote(rooms, once, request, await prepare(request, view));
    if (remembered.fingerprint !== once.fingerprint) throw keyReused();
    return remembered.answers === undefined ? prepare(request, view) : replay(request, remembered.answers, view);
  };
  return (request, view) => (request.once === undefined ? prepare(request, view) : prepareOnce(request.once, request, view));
}

async function withNote(rooms: OnceRooms, once: Once, request: FhirRequest, intent: Intent): Promise<Intent> {
  const { name, fingerprint } = once;
  const remembered: Remembered = { fingerprint, answers: await answersOf(request, intent) };
  const expires = rooms.now() + rooms.idempotencyHours * 3_600_000;
  return { ...intent, notes: [{ name, value: await noteValue(remembered), expires }] };
}

/** Of a batch only the request is remembered: its entries remember their answers themselves. */
async function answersOf({ interaction }: FhirRequest, intent: Intent): Promise<Remembered['answers']> {
  if (interaction === 'bundle') return intent.answers?.();
  return [await intent.answer()];
}

function keyReused() {
  const text = message(
    'idempotency-key-reused',
    'This Idempotency-Key was sent with another request before (another URL, body, Prefer or condition); another key was expected',
    '该 Idempotency-Key 先前已用于另一请求（URL、正文、Prefer 或条件不同）；应使用新的键',
  );
  return fault('conflict', text, { status: 422, expression: 'http.Idempotency-Key' });
}
