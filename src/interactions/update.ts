/** update, with update-as-create, plain and conditional. Source: R4 http.html#update, http.html#upsert, http.html#cond-update */
import { message } from '../model/message.js';
import { FhirError, fault } from '../model/outcome.js';
import { isId, type Key, keyText, type Resource } from '../model/resource.js';
import { type Guard, StoreConflict, stillFinds, type Version } from '../store/port.js';
import { resourceOf } from './body.js';
import { atMostOne, findByCriteria, readFound } from './conditional.js';
import type { Intent, Interaction, Rooms, View } from './intent.js';
import { refuseParameters } from './parameters.js';
import { checkIfMatch, checkIfNoneMatch } from './preconditions.js';
import { notFound } from './read.js';
import type { Asked } from './request.js';
import { refuseUnwritable } from './unwritable.js';
import { restrictionOf } from './visibility.js';
import { type WritingRooms, writeVersion } from './write.js';

export function updateInteraction(rooms: WritingRooms): Interaction<'update'> {
  return async (request, view) => {
    refuseParameters(request.parameters);
    const resource = resourceOf(request.body, request.type);
    if (resource.id !== request.id) throw idMismatch(resource, request.id);
    return updateInstance(rooms, request, view, { resource, id: request.id, chosen: request.assigned !== true });
  };
}

/**
 * None: create, with the id of the body if it has one, which nobody may have yet: what the criteria did not find is not what the client
 * means, and is not written over (409, as later versions of FHIR have it). One: update it, unless the body has another id. Many: 412.
 */
export function conditionalUpdateInteraction(rooms: WritingRooms & Pick<Rooms, 'newId'>): Interaction<'conditional-update'> {
  return async (request, view) => {
    const { type, parameters, access } = request;
    const resource = resourceOf(request.body, type);
    restrictionOf(access, 'update', type);
    const { keys, guard } = await findByCriteria(rooms, view, { type, parameters, access });
    const match = atMostOne(keys, type);
    const chosen = conditionalUpdateId(resource, match?.id);
    const updating = { resource, id: chosen ?? rooms.newId(), chosen: chosen !== undefined, found: { match, guard } };
    return updateInstance(rooms, request, view, updating);
  };
}

/** Which instance a conditional update is for; undefined: a new one. Throws FhirError 400 when match and body disagree. */
export function conditionalUpdateId(resource: Resource, match: string | undefined): string | undefined {
  const { id } = resource;
  if (match !== undefined && id !== undefined && id !== match) throw idMismatch(resource, match);
  if (id !== undefined && !(typeof id === 'string' && isId(id))) throw idMismatch(resource, match);
  return match ?? id;
}

export interface Updating {
  readonly resource: Resource;
  readonly id: string;
  /** The id is the client's choice, not the server's. */
  readonly chosen: boolean;
  /** What the criteria found, where there were criteria. */
  readonly found?: { readonly match: Key | undefined; readonly guard: Guard };
}

async function updateInstance(rooms: WritingRooms, request: Asked, view: View, updating: Updating): Promise<Intent> {
  const { resource, id, found } = updating;
  const key = { type: resource.resourceType, id };
  restrictionOf(request.access, 'update', key.type);
  const [current] = found?.match === undefined ? await view.read([key]) : await readFound(view, [found.match]);
  const mayCreate = !updating.chosen || request.access.mayChooseId?.(key.type) !== false;
  if (current !== undefined) {
    try {
      await refuseUnwritable(rooms, request, view, { act: 'update', current });
    } catch (error) {
      // What is hidden is absent here too: it has no version that could be named.
      if (mayCreate && error instanceof FhirError && error.status === 404) checkIfMatch(request.preconditions.ifMatch, undefined);
      throw error;
    }
  }
  if (current === undefined && !mayCreate) throw notFound(key);
  if (found !== undefined && found.match === undefined) await refuseTaken(view, found.guard, current, request);
  checkIfMatch(request.preconditions.ifMatch, current);
  checkIfNoneMatch(request.preconditions.ifNoneMatch, current);
  return writeVersion(rooms, { request, method: 'PUT', current, view, id, guard: found?.guard, resource: { ...resource, id } });
}

/**
 * For a conditional update whose criteria found nothing: throws FhirError 409 where the id of the body stands for something already (412
 * where a precondition forbids it), StoreConflict where that is not so at one and the same moment.
 */
export async function refuseTaken(
  view: Pick<View, 'find' | 'read'>,
  guard: Guard,
  current: Version | undefined,
  { preconditions }: Pick<Asked, 'preconditions'>,
): Promise<void> {
  if (current === undefined || current.json === null) return;
  const [now = []] = await view.find([guard.where], guard.keys.length + 1);
  await readFound(view, [current]);
  if (!stillFinds(guard, now)) throw new StoreConflict('The criteria find something by now');
  checkIfMatch(preconditions.ifMatch, current);
  checkIfNoneMatch(preconditions.ifNoneMatch, current);
  const name = keyText(current);
  const text = message(
    'id-taken',
    `The criteria find nothing, but ${name}, the id of the body, exists; the criteria were expected to find it`,
    `条件未匹配到任何资源，但正文 id 所指的 ${name} 已存在；条件应匹配到它`,
  );
  throw fault('duplicate', text, { expression: `${current.type}.id` });
}

function idMismatch(resource: Resource, expected: string | undefined) {
  const found = resource.id === undefined ? 'has no id' : `has the id ${JSON.stringify(resource.id)}`;
  const foundZh = resource.id === undefined ? '没有 id' : `的 id 为 ${JSON.stringify(resource.id)}`;
  const wanted = expected === undefined ? 'an id of 1 to 64 characters' : `"${expected}"`;
  const wantedZh = expected === undefined ? '1 至 64 个字符的 id' : `“${expected}”`;
  return fault(
    'invalid',
    message(
      'id-mismatch',
      `The ${resource.resourceType} in the body ${found}; ${wanted} was expected`,
      `正文中的 ${resource.resourceType} ${foundZh}；应为${wantedZh}`,
    ),
    { expression: `${resource.resourceType}.id` },
  );
}
