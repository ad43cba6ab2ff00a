/**
 * The answer to a request that was carried out before: as it was, with the resources read from the store by the versions it named, as far
 * as access lets them be seen today. What a transaction only read is read anew.
 * Source: draft-ietf-httpapi-idempotency-key-header §2; R4 http.html#transaction-response
 */
import { isUnrestricted } from '../access/access.js';
import { createBreath } from '../model/breath.js';
import { type BundleEntry, bundleInSteps } from '../model/bundle.js';
import { inSteps } from '../model/in-steps.js';
import { isObject, type Json } from '../model/json.js';
import type { Version } from '../store/port.js';
import { createAnswerRoom } from './answer-room.js';
import { entryResponse } from './entry-response.js';
import { type Answer, type Intent, type Rooms, reading, type View } from './intent.js';
import type { RecalledAnswer } from './once-note.js';
import type { PerformEntry } from './perform-entry.js';
import type { FhirRequest } from './request.js';
import { isVisible, restrictionOf } from './visibility.js';

export type Replay = (request: FhirRequest, answers: readonly (RecalledAnswer | undefined)[], view: View) => Promise<Intent>;

type ReplayRooms = Pick<Rooms, 'search' | 'store' | 'baseUrl' | 'answerBytes'>;

export function createReplay(rooms: ReplayRooms, performEntry: PerformEntry): Replay {
  return async (request, answers, view) => {
    if (request.interaction === 'bundle') return reading(() => bundleAgain(rooms, performEntry, { request, answers, view }));
    if (request.interaction === 'create') restrictionOf(request.access, 'create', request.type);
    const [answer] = await recalled(rooms, request, view, answers);
    return reading(() => ({ status: 200, ...answer, replayed: true }));
  };
}

interface Again {
  readonly request: FhirRequest;
  readonly answers: readonly (RecalledAnswer | undefined)[];
  readonly view: View;
}

/** Entries whose resources are read together. */
const AT_ONCE = 64;

async function bundleAgain(rooms: ReplayRooms, performEntry: PerformEntry, { request, answers, view }: Again): Promise<Answer> {
  const entries = entriesIn(request.body);
  const admit = createAnswerRoom(rooms.answerBytes, request.language);
  const breath = createBreath();
  const responses: BundleEntry[] = [];
  const seen: Version[] = [];
  for (let from = 0; from < answers.length; from += AT_ONCE) {
    const some = await recalled(rooms, request, view, answers.slice(from, from + AT_ONCE));
    for (const [at, answer] of some.entries()) {
      const index = from + at;
      const entry =
        answer === undefined
          ? (await performEntry(request, entries[index] ?? null, index)).entry
          : entryResponse(rooms.baseUrl, 'POST', answer);
      responses[index] = admit(index, entry);
      seen.push(...(answer?.seen ?? []));
      await breath();
    }
  }
  const resource = await inSteps(bundleInSteps({ type: 'transaction-response', entries: responses }));
  return { status: 200, resource, seen, replayed: true };
}

function entriesIn(body: Json | undefined): readonly Json[] {
  return isObject(body) && Array.isArray(body.entry) ? body.entry : [];
}

async function recalled(
  rooms: ReplayRooms,
  { access }: FhirRequest,
  view: View,
  answers: readonly (RecalledAnswer | undefined)[],
): Promise<readonly (Answer | undefined)[]> {
  const keys = answers.flatMap((answer) => (answer?.shown ? [keyOf(answer)] : []));
  const versions = keys.length === 0 ? [] : await view.read(keys);
  const next = versions[Symbol.iterator]();
  const all: (Answer | undefined)[] = [];
  for (const one of answers) {
    if (one === undefined) {
      all.push(undefined);
      continue;
    }
    const { shown, ...answer } = one;
    const version = shown ? next.next().value : undefined;
    const seen = version !== undefined && (await maySee(rooms, access, view, version));
    all.push(seen ? { ...answer, resource: version.json ?? undefined, seen: [version] } : answer);
  }
  return all;
}

function keyOf({ version }: RecalledAnswer) {
  return { type: version?.type ?? '', id: version?.id ?? '', version: version?.version ?? 0 };
}

async function maySee(rooms: ReplayRooms, access: FhirRequest['access'], view: View, version: Version): Promise<boolean> {
  const predicate = access.restriction('read', version.type);
  if (predicate === undefined) return false;
  return isUnrestricted(predicate) || isVisible(rooms, view, version, predicate);
}
