/**
 * transaction: all of it or nothing. Every entry is prepared by its ordinary interaction; what they would write becomes one
 * commit. Source: R4 http.html#trules
 */

import type { Access } from '../../access/access.js';
import { createBreath } from '../../model/breath.js';
import { keyText, type Resource } from '../../model/resource.js';
import type { Version, Write } from '../../store/port.js';
import type { Draft } from '../../uploads/uploads.js';
import { createReadingRoom } from '../answer-room.js';
import type { BundleInteraction } from '../bundle.js';
import { existing } from '../create.js';
import { deletedAnswer } from '../delete.js';
import { type Intent, type Rooms, reading, type View } from '../intent.js';
import { canonicalsIn } from '../named-definitions.js';
import { createPace } from '../patch/pace.js';
import { patched } from '../patch.js';
import type { Prepare } from '../perform.js';
import { checkIfMatch } from '../preconditions.js';
import type { Circumstances, FhirRequest } from '../request.js';
import { refuseUnwritable } from '../unwritable.js';
import { refuseTaken } from '../update.js';
import { type AnsweringRooms, answerAll, answersAhead, type Prepared } from './answers.js';
import { atEntryAsync, readEntries } from './entries.js';
import { type Identified, identify } from './identify.js';
import { createLinkMap } from './link-map.js';
import { linked, overlayOf } from './linked.js';
import { linkedReading } from './linked-reading.js';
import { guardById, guardsOfAll, lookedAt, refuseSameTarget } from './merge.js';
import { inOrder } from './order.js';
import type { Overlay } from './overlay.js';
import { afterView, beforeView } from './views.js';

type TransactionRooms = Rooms & AnsweringRooms;

export function transactionInteraction(rooms: TransactionRooms, prepare: Prepare): BundleInteraction {
  return async (request, jsons, view) => {
    const { access, language, acceptLanguage, lenient, origin } = request;
    const circumstances: Circumstances = { access, language, acceptLanguage, return: request.return ?? 'minimal', lenient, origin };
    const entries = inOrder(await readEntries(rooms, jsons, circumstances, request.sent));
    const before = await beforeView(view, entries);
    const written = new Set<string>();
    const links = createLinkMap((key) => before.versionOf(key) + (written.has(keyText(key)) ? 1 : 0));
    const targets = await identify(rooms, before, entries, links);
    for (const one of targets) if (one.kind === 'write') written.add(keyText(one.key));
    refuseSameTarget(targets);
    await before.fetch(targets);
    const identified = targets.map((one) => (one.kind === 'read' ? linkedReading(rooms, one, links) : one));
    await refuseTakenIds(rooms, identified, before);
    const patchedOnes = await patchAll(rooms, identified, before);
    const { bodies, guards } = await linked(rooms, before, { identified, patched: patchedOnes, links, access });
    const prepared = await prepareAll(rooms, prepare, { identified, access }, before, bodies);
    const intents = identified.flatMap((one) => prepared.get(one) ?? []);
    const writes = intents.flatMap((intent) => intent.writes);
    const searches = [...guards, ...identified.flatMap((one) => (one.kind === 'read' || one.guard === undefined ? [] : [one.guard]))];
    const reads = identified.flatMap((one) => lookedAt(one, prepared.get(one)));
    return {
      writes,
      places: placesOf(prepared),
      guards: guardsOfAll(searches, reads, writes),
      answer: () => answerAll(rooms, circumstances, identified, prepared),
      answers: () => answersAhead(rooms, circumstances, identified, prepared),
    };
  };
}

async function refuseTakenIds(rooms: Rooms, identified: readonly Identified[], before: View): Promise<void> {
  const { store } = rooms;
  for (const one of identified) {
    if (one.kind !== 'write' || one.entry.request.interaction !== 'conditional-update') continue;
    const { entry, guard, key } = one;
    if (guard === undefined || key.version !== undefined) continue;
    const [current] = await before.read([key]);
    await atEntryAsync(entry.index, async () => {
      if (current !== undefined) await refuseUnwritable(rooms, entry.request, before, { act: 'update', current });
      await refuseTaken(store, guard, current, entry.request);
    });
  }
}

/** What the patches make of the resources in the store: it may have links into the Bundle, and conditional references may find it. */
async function patchAll(rooms: Rooms, identified: readonly Identified[], before: View): Promise<ReadonlyMap<Identified, Resource>> {
  const results = new Map<Identified, Resource>();
  const pace = createPace();
  for (const one of identified) {
    if (one.kind !== 'write' || one.entry.method !== 'PATCH') continue;
    const { resource } = await atEntryAsync(one.entry.index, () => patched(rooms, one.entry.request, before, { key: one.key, pace }));
    results.set(one, resource);
    await pace();
  }
  return results;
}

/** Writes first, then what is read: it sees the store as the Bundle leaves it. */
async function prepareAll(
  rooms: Rooms,
  prepare: Prepare,
  { identified, access }: { readonly identified: readonly Identified[]; readonly access: Access },
  before: View,
  bodies: ReadonlyMap<Identified, Resource>,
): Promise<Prepared> {
  const prepared = new Map<Identified, Intent>();
  const breath = createBreath();
  const byName = new Map<string, Resource>();
  for (const [one, body] of bodies) if (one.kind === 'write') byName.set(keyText(one.key), body);
  const judge = await rooms.uploads.assuming(draftsOf(identified, bodies));
  let overlay: Overlay | undefined;
  const writing: View = {
    ...before,
    judge,
    whole: true,
    contexts(where) {
      overlay ??= overlayOf(rooms, { identified, access }, bodies).overlay;
      return overlay.satisfying(where);
    },
    resolve: (reference) => byName.get(reference.replace(/\/_history\/.*$/, '')),
    resolveCanonical: canonicalsIn(byName.values()),
  };
  for (const one of identified) {
    if (one.kind !== 'write') continue;
    prepared.set(one, await atEntryAsync(one.entry.index, () => prepare(writeRequest(one, bodies.get(one)), writing)));
    await breath();
  }
  const after = afterView(
    writing,
    [...prepared.values()].flatMap(({ writes }) => writes.map(({ version }): Version => version)),
  );
  await prepareReadings(rooms, prepare, { identified, after, prepared });
  return prepared;
}

/** What the Bundle leaves of each instance: what it says of profiles, value sets and code systems holds for all of it. */
function draftsOf(identified: readonly Identified[], bodies: ReadonlyMap<Identified, Resource>): readonly Draft[] {
  return identified.flatMap((one) => (one.kind === 'write' ? [{ key: one.key, resource: bodies.get(one) }] : []));
}

/** Reads that go to the store together: it may gather them, and no more than these are held beyond what there is room for. */
const READ_AT_ONCE = 16;

async function prepareReadings(
  rooms: Rooms,
  prepare: Prepare,
  {
    identified,
    after,
    prepared,
  }: { readonly identified: readonly Identified[]; readonly after: View; readonly prepared: Map<Identified, Intent> },
): Promise<void> {
  const readings = identified.filter((one) => one.kind !== 'write');
  const keep = createReadingRoom(rooms.answerBytes);
  const breath = createBreath();
  for (let from = 0; from < readings.length; from += READ_AT_ONCE) {
    const some = readings.slice(from, from + READ_AT_ONCE);
    const attempts = await Promise.allSettled(
      some.map((one) => atEntryAsync(one.entry.index, () => prepareReading(rooms, prepare, one, after))),
    );
    for (const [index, one] of some.entries()) {
      const attempt = attempts[index];
      if (attempt?.status === 'rejected') throw attempt.reason;
      if (attempt === undefined) continue;
      prepared.set(one, isRead(one) ? await kept(keep, one, attempt.value) : attempt.value);
    }
    await breath();
  }
}

/** What was read, and its guard. */
async function kept(keep: ReturnType<typeof createReadingRoom>, { entry }: Identified, intent: Intent): Promise<Intent> {
  const answer = await intent.answer();
  const { request } = entry;
  if (request.interaction !== 'read' || answer.version === undefined) return keep(answer);
  const { type, id } = request;
  return { ...keep(answer), guards: [guardById(request, [{ type, id, version: answer.version.version }])] };
}

/** Whether all of the answer is there already. */
function isRead({ kind, entry }: Identified): boolean {
  const { interaction } = entry.request;
  return kind === 'existing' || interaction === 'read' || interaction === 'vread';
}

/** What was asked for, with the target it was given; the criteria that led to it are settled. */
function writeRequest({ entry, key }: Identified & { readonly kind: 'write' }, linkedBody: Resource | undefined): FhirRequest {
  const { request } = entry;
  const { access, language, lenient, return: wanted, parameters, preconditions: asSent, sent, entry: index } = request;
  const body = linkedBody ?? request.body;
  const preconditions = asSent.ifNoneExist === undefined ? asSent : { ...asSent, ifNoneExist: undefined };
  const { type, id } = key;
  switch (request.interaction) {
    case 'create':
      // Most of all that is imported: written out, because a spread takes V8 longer than the rest of this.
      return {
        interaction: 'create',
        type,
        assigned: id,
        access,
        language,
        lenient,
        return: wanted,
        parameters,
        preconditions,
        body,
        sent,
        entry: index,
      };
    case 'conditional-update':
      return {
        ...request,
        interaction: 'update',
        id,
        ...((request.body as Resource).id === undefined && { assigned: true }),
        parameters: [],
        preconditions,
        body: linkedBody === undefined ? body : { ...linkedBody, id },
      };
    case 'patch':
      return { ...request, patched: linkedBody };
    case 'conditional-patch':
      return { ...request, interaction: 'patch', id, parameters: [], patched: linkedBody };
    case 'conditional-delete':
      return { ...request, interaction: 'delete', id, parameters: [], preconditions, body };
    default:
      return { ...request, preconditions, body };
  }
}

/** What reads is refused here, with the whole Bundle, when it cannot be; searches and histories run when all is written. */
async function prepareReading(rooms: Rooms, prepare: Prepare, one: Identified, after: View): Promise<Intent> {
  if (one.kind === 'existing') return existing(rooms, one.entry.request, after, one.key);
  if (one.kind === 'nothing') {
    checkIfMatch(one.entry.request.preconditions.ifMatch, undefined);
    return reading(() => deletedAnswer(one.entry.request, [], undefined, undefined));
  }
  return prepare(one.entry.request, after);
}

function placesOf(prepared: Prepared): ReadonlyMap<Write, number> {
  return new Map([...prepared].flatMap(([{ entry }, { writes }]) => writes.map((write) => [write, entry.index] as const)));
}
