/**
 * patch, plain and conditional: the patch is applied to the current version, and what comes of it is stored as an update would store
 * it. One that changes nothing makes a new version, as an update does. Source: R4 http.html#patch
 */
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';
import type { Key, Resource } from '../model/resource.js';
import type { Guard, Version } from '../store/port.js';
import { atMostOne, findByCriteria, readFound } from './conditional.js';
import type { Intent, Interaction, Rooms, View } from './intent.js';
import { refuseParameters } from './parameters.js';
import { applyPatch } from './patch/apply.js';
import { createPace, type Pace } from './patch/pace.js';
import { checkIfMatch, checkIfNoneMatch } from './preconditions.js';
import { deleted, notFound } from './read.js';
import type { Asked, RequestFor } from './request.js';
import { refuseUnwritable } from './unwritable.js';
import { restrictionOf } from './visibility.js';
import { type WritingRooms, writeVersion } from './write.js';

export type PatchingRooms = WritingRooms & Pick<Rooms, 'definitions'>;

export function patchInteraction(rooms: PatchingRooms): Interaction<'patch'> {
  return async (request, view) => {
    refuseParameters(request.parameters);
    return patchInstance(rooms, request, view, { type: request.type, id: request.id });
  };
}

/** None: 404. One: patch it. Many: 412. */
export function conditionalPatchInteraction(rooms: PatchingRooms): Interaction<'conditional-patch'> {
  return async (request, view) => {
    const { type, parameters, access } = request;
    restrictionOf(access, 'update', type);
    const { keys, guard } = await findByCriteria(rooms, view, { type, parameters, access });
    return patchInstance(rooms, request, view, theMatch(keys, type), guard);
  };
}

type Asking = Asked & Pick<RequestFor<'patch'>, 'patched'>;

async function patchInstance(rooms: PatchingRooms, request: Asking, view: View, key: Key, guard?: Guard): Promise<Intent> {
  const { current, resource } = await patched(rooms, request, view, { key, pace: createPace() });
  return writeVersion(rooms, { request, method: 'PATCH', resource, id: key.id, current, guard, view });
}

/** Throws FhirError: 404, 410, 412, 400 for what is no patch, 422 for one that cannot be applied. */
export async function patched(
  rooms: PatchingRooms,
  request: Asking,
  view: View,
  { key, pace }: { readonly key: Key; readonly pace: Pace },
): Promise<Patched> {
  restrictionOf(request.access, 'update', key.type);
  // What criteria found names its version.
  const [current] = key.version === undefined ? await view.read([key]) : await readFound(view, [key]);
  if (current === undefined) throw notFound(key);
  await refuseUnwritable(rooms, request, view, { act: 'update', current });
  checkIfMatch(request.preconditions.ifMatch, current);
  checkIfNoneMatch(request.preconditions.ifNoneMatch, current);
  if (current.json === null) throw deleted(current);
  const resource = request.patched ?? (await applyPatch(rooms.definitions, request, current.json, pace));
  return { current, resource };
}

interface Patched {
  readonly current: Version;
  readonly resource: Resource;
}

/** The one match of the criteria. Throws FhirError: none is 404, many are 412. */
export function theMatch(keys: readonly Key[], type: string): Key {
  const match = atMostOne(keys, type);
  if (match === undefined) throw noMatch(type);
  return match;
}

function noMatch(type: string) {
  return fault('not-found', message('no-match', `The criteria match no ${type}`, `条件未匹配到 ${type}`));
}
