/** delete, plain and conditional. Source: R4 http.html#delete, http.html#cdelete */

import { isUnrestricted } from '../access/access.js';
import type { Key } from '../model/resource.js';
import type { Guard, Version, Write } from '../store/port.js';
import { atMostOne, findByCriteria } from './conditional.js';
import { type Intent, type Interaction, type Rooms, reading, type View } from './intent.js';
import { refuseParameters } from './parameters.js';
import { checkIfMatch } from './preconditions.js';
import { notFound } from './read.js';
import type { Asked } from './request.js';
import { isVisible, restrictionOf } from './visibility.js';

type DeletingRooms = Pick<Rooms, 'search' | 'store' | 'now'>;

export function deleteInteraction(rooms: DeletingRooms): Interaction<'delete'> {
  return async (request, view) => {
    refuseParameters(request.parameters);
    return deleteInstance(rooms, request, view, { type: request.type, id: request.id });
  };
}

/** One match is deleted, none is no error, many are 412. */
export function conditionalDeleteInteraction(rooms: DeletingRooms): Interaction<'conditional-delete'> {
  return async (request, view) => {
    const { type, parameters, access } = request;
    restrictionOf(access, 'delete', type);
    const { keys, guard } = await findByCriteria(rooms, view, { type, parameters, access });
    const match = atMostOne(keys, type);
    return match === undefined ? reading(() => ({ status: 204 })) : deleteInstance(rooms, request, view, match, guard);
  };
}

/** What is gone already, or never was, is no error; where a restriction hides what is there, all that may not be seen is 404. */
async function deleteInstance(rooms: DeletingRooms, request: Asked, view: View, key: Key, guard?: Guard): Promise<Intent> {
  const restriction = restrictionOf(request.access, 'delete', key.type);
  const [current] = await view.read([key]);
  const visible = current === undefined ? isUnrestricted(restriction) : await isVisible(rooms, view, current, restriction);
  if (!visible) throw notFound(key);
  checkIfMatch(request.preconditions.ifMatch, current);
  if (current === undefined || current.json === null) return reading(() => ({ status: 204, version: current }));
  const version: Version = {
    type: key.type,
    id: key.id,
    version: current.version + 1,
    lastUpdated: Math.max(rooms.now(), current.lastUpdated + 1),
    method: 'DELETE',
    json: null,
  };
  const write: Write = { version, replaces: current.version, entries: [], compartments: [], sort: [] };
  return { writes: [write], guards: guard === undefined ? [] : [guard], answer: () => ({ status: 204, version }) };
}
