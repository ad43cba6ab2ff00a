/** delete, plain and conditional. Source: R4 http.html#delete, http.html#cdelete */

import { isUnrestricted } from '../access/access.js';
import { message } from '../model/message.js';
import { fault, type Issue } from '../model/outcome.js';
import type { Key } from '../model/resource.js';
import type { Version, Write } from '../store/port.js';
import { atMostOne, type Found, findByCriteria, readFound } from './conditional.js';
import { issueInEntry } from './in-entry.js';
import { type Answer, type Intent, type Interaction, type Rooms, reading, type View } from './intent.js';
import { outcomeText } from './outcome-text.js';
import { refuseParameters } from './parameters.js';
import { checkIfMatch, checkIfNoneMatch } from './preconditions.js';
import { notFound } from './read.js';
import type { Asked, Circumstances } from './request.js';
import { refuseUnwritable } from './unwritable.js';
import { restrictionOf } from './visibility.js';
import { namesWritten } from './written-names.js';

export type DeletingRooms = Pick<Rooms, 'search' | 'store' | 'now' | 'bundleEntries' | 'conditionalDelete' | 'integrity'>;

export function deleteInteraction(rooms: DeletingRooms): Interaction<'delete'> {
  return async (request, view) => {
    refuseParameters(request.parameters);
    const key = { type: request.type, id: request.id };
    const [current] = await view.read([key]);
    await checkDeletable(rooms, request, view, { key, current });
    if (current === undefined || current.json === null) return reading(() => deletedAnswer(request, [], current, undefined));
    const write = await deletion(rooms, current);
    return { writes: [write], guards: [], answer: () => deletedAnswer(request, [write], write.version, rooms.integrity) };
  };
}

/** None is no error; one is deleted, and where the setting allows it all of many, in one commit. */
export function conditionalDeleteInteraction(rooms: DeletingRooms): Interaction<'conditional-delete'> {
  return async (request, view) => {
    const { type, parameters, access } = request;
    restrictionOf(access, 'delete', type);
    const found = await findByCriteria(rooms, view, { type, parameters, access }, mostDeleted(rooms, request) + 1);
    refuseTooMany(rooms, request, found.keys, type);
    return deleteFound(rooms, request, view, found);
  };
}

/** How many one request may delete. A version in If-Match is that of one resource. */
export function mostDeleted({ conditionalDelete, bundleEntries }: DeletingRooms, { preconditions }: Pick<Asked, 'preconditions'>): number {
  return conditionalDelete === 'multiple' && preconditions.ifMatch === undefined ? bundleEntries : 1;
}

/** Throws FhirError 412. */
export function refuseTooMany(rooms: DeletingRooms, request: Pick<Asked, 'preconditions'>, keys: readonly Key[], type: string): void {
  const most = mostDeleted(rooms, request);
  if (most === 1) atMostOne(keys, type);
  if (keys.length <= most) return;
  const text = message(
    'too-many-matches',
    `The criteria match more than ${most} resources of the type ${type}; at most so many are deleted by one request`,
    `条件匹配到超过 ${most} 个 ${type}；一次请求最多删除这么多`,
  );
  throw fault('multiple-matches', text);
}

async function deleteFound(rooms: DeletingRooms, request: Asked, view: View, { keys, guard }: Found): Promise<Intent> {
  const versions = await readFound(view, keys);
  if (versions.length === 0) checkIfMatch(request.preconditions.ifMatch, undefined);
  for (const [index, current] of versions.entries()) await checkDeletable(rooms, request, view, { key: keys[index] ?? current, current });
  const writes: Write[] = [];
  for (const current of versions) writes.push(await deletion(rooms, current));
  const answer = () => deletedAnswer(request, writes, writes.length === 1 ? writes[0]?.version : undefined, rooms.integrity);
  return writes.length === 0 ? reading(answer) : { writes, guards: [guard], answer };
}

interface Standing {
  readonly key: Key;
  readonly current: Version | undefined;
}

/** What is gone already, or never was, is no error; where a restriction hides what is there, all that may not be seen is 404. */
async function checkDeletable(rooms: DeletingRooms, request: Asked, view: View, { key, current }: Standing): Promise<void> {
  const restriction = restrictionOf(request.access, 'delete', key.type);
  if (current === undefined && !isUnrestricted(restriction)) throw notFound({ type: key.type, id: key.id });
  if (current !== undefined) await refuseUnwritable(rooms, request, view, { act: 'delete', current });
  checkIfMatch(request.preconditions.ifMatch, current);
  checkIfNoneMatch(request.preconditions.ifNoneMatch, current);
}

async function deletion(rooms: DeletingRooms, current: Version): Promise<Write> {
  const version: Version = {
    type: current.type,
    id: current.id,
    version: current.version + 1,
    lastUpdated: Math.max(rooms.now(), current.lastUpdated + 1),
    method: 'DELETE',
    json: null,
  };
  const names = await namesWritten(rooms, current);
  return { version, replaces: current.version, entries: [], compartments: [], sort: [], names };
}

/** Without content but where an outcome is asked for, or many were deleted: an entry of a Bundle always tells how many. */
export function deletedAnswer(
  request: Circumstances,
  deleted: readonly Write[],
  version: Version | undefined,
  integrity: Rooms['integrity'],
): Answer {
  const warnings = integrity === undefined ? [] : deleted.flatMap(integrity.warningsOf);
  if (request.return !== 'OperationOutcome' && deleted.length < 2 && warnings.length === 0) return { status: 204, version };
  const outcome = told(request, deleted.length, warnings);
  if (request.return === 'OperationOutcome') return { status: 200, version, outcome };
  if (deleted.length < 2) return { status: 204, version, notice: outcome };
  return request.return === 'minimal' && request.entry === undefined ? { status: 204 } : { status: 200, outcome };
}

function told({ language, entry }: Circumstances, count: number, warnings: readonly Issue[]): Buffer {
  const en = count === 0 ? 'Nothing was there to be deleted' : count === 1 ? '1 resource was deleted' : `${count} resources were deleted`;
  const zh = count === 0 ? '没有需要删除的资源' : `已删除 ${count} 个资源`;
  const placed = entry === undefined ? warnings : warnings.map((issue) => issueInEntry(entry, issue));
  const tally = { severity: 'information', code: 'informational', message: message('deleted-count', en, zh) } as const;
  return outcomeText([tally, ...placed], language);
}
