/** create, plain and conditional. Source: R4 http.html#create, http.html#ccreate */
import type { Key } from '../model/resource.js';
import { resourceOf } from './body.js';
import { atMostOne, findBy, ifNoneExistParameters, inIfNoneExist } from './conditional.js';
import { type Intent, type Interaction, type Rooms, reading, type View } from './intent.js';
import { refuseParameters } from './parameters.js';
import { visibleVersion } from './read.js';
import type { Asked } from './request.js';
import { restrictionOf } from './visibility.js';
import { type WritingRooms, writeVersion, writtenAnswer } from './write.js';

/** An id in the body is ignored. */
export function createInteraction(rooms: WritingRooms & Pick<Rooms, 'newId'>): Interaction<'create'> {
  return async (request, view) => {
    refuseParameters(request.parameters);
    const resource = resourceOf(request.body, request.type);
    restrictionOf(request.access, 'create', request.type);
    const id = request.assigned ?? rooms.newId();
    const writing = { request, method: 'POST', resource, id, current: undefined, view } as const;
    const criteria = request.preconditions.ifNoneExist;
    if (criteria === undefined) return writeVersion(rooms, writing);
    const parameters = ifNoneExistParameters(criteria, request.type);
    const asked = inIfNoneExist(() => rooms.search.criteria(request.type, parameters, request.access));
    const { keys, guard } = await findBy(asked, view);
    const match = atMostOne(keys, request.type);
    return match === undefined ? writeVersion(rooms, { ...writing, guard }) : existing(rooms, request, view, match);
  };
}

/** The match is left as it is, and shown as the criteria found it. */
export async function existing(rooms: Pick<Rooms, 'search' | 'store'>, request: Asked, view: View, key: Key): Promise<Intent> {
  const version = await visibleVersion(rooms, request, view, key);
  return reading(() => writtenAnswer(200, version, request, { issues: [] }));
}
