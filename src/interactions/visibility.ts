/**
 * What a request may see and do with one resource, judged on the same index entries by which it would be found.
 * What is hidden looks as if it were absent. Source: R4 security.html#AccessDenied
 */
import { type Access, type Act, isUnrestricted } from '../access/access.js';
import { insufficientScope } from '../access/insufficient.js';
import { inSteps } from '../model/in-steps.js';
import { message } from '../model/message.js';
import { type FhirError, fault } from '../model/outcome.js';
import { parseStored } from '../model/parse-stored.js';
import type { Key, Resource } from '../model/resource.js';
import type { Candidate } from '../search/search.js';
import type { FoundBy, Predicate, Version, Where } from '../store/port.js';
import type { Rooms, View } from './intent.js';

type Judging = Pick<Rooms, 'search' | 'store'>;

/** The predicate a resource must satisfy. Throws FhirError 403 where the act is refused for the whole type. */
export function restrictionOf(access: Access, act: Act, type: string): Predicate {
  const predicate = access.restriction(act, type);
  if (predicate !== undefined) return predicate;
  throw fault(
    'forbidden',
    message(
      'act-forbidden',
      `Access does not allow to ${act} resources of the type ${type}`,
      `访问权限不允许对类型 ${type} 的资源执行 ${act}`,
    ),
    { headers: insufficientScope(access, act, type) },
  );
}

/** Whether a version may be seen under `predicate`, at once where that can be told; a deletion is judged by the version before it. */
export function isVisible(rooms: Judging, view: View, version: Version, predicate: Predicate): boolean | Promise<boolean> {
  if (isUnrestricted(predicate)) return true;
  return version.json === null ? wasVisible(rooms, view, version, predicate) : rooms.search.isVisible(rooms.store, version, predicate);
}

async function wasVisible(rooms: Judging, view: View, deletion: Version, predicate: Predicate): Promise<boolean> {
  const before = await lastContent(view, deletion);
  return before !== undefined && before.json !== null && rooms.search.isVisible(rooms.store, before, predicate);
}

/**
 * Throws FhirError 403 when the resource as it would be stored lies outside of what the act is allowed for. undefined where all is
 * allowed: then there is nothing to wait for.
 */
export function judgeResult(
  rooms: Judging,
  access: Access,
  act: Act,
  candidate: Candidate,
  { contexts }: Pick<View, 'contexts'> = {},
): Promise<void> | undefined {
  const predicate = restrictionOf(access, act, candidate.type);
  if (isUnrestricted(predicate)) return undefined;
  // A Binary often comes together with what it belongs to. All else is judged by the store as it is: what a Bundle says itself would open doors for it.
  return judge(candidate.type === 'Binary' && contexts !== undefined ? { ...rooms, contexts } : rooms, act, candidate, predicate);
}

async function judge(rooms: Judging & Pick<View, 'contexts'>, act: Act, candidate: Candidate, predicate: Predicate): Promise<void> {
  if (await satisfies(rooms, candidate, predicate)) return;
  throw outsideOfAccess(act, candidate.type);
}

export function outsideOfAccess(act: Act, type: string): FhirError {
  return fault(
    'forbidden',
    message(
      'outside-of-access',
      `Access does not allow to ${act} this ${type}: it lies outside of what may be written`,
      `访问权限不允许对该 ${type} 执行 ${act}：它不在可写范围内`,
    ),
  );
}

/** What the server says of a resource beside what was sent. `before`: what it replaces, perhaps a deletion. */
export async function stamped(
  access: Access,
  resource: Resource,
  before: Version | undefined,
  view: Pick<View, 'read'>,
): Promise<Resource> {
  if (access.stamp === undefined) return resource;
  const isDeleted = before !== undefined && before.json === null;
  const json = (isDeleted ? await lastContent(view, before) : before)?.json ?? null;
  const last = json === null ? undefined : ((await inSteps(parseStored(json))) as Resource);
  return access.stamp(resource, isDeleted ? undefined : last, last);
}

export function candidateOf(
  version: Pick<Version, 'type' | 'id' | 'lastUpdated'>,
  extracted: Pick<FoundBy, 'entries' | 'compartments' | 'contained'>,
): Candidate {
  const { type, id, lastUpdated } = version;
  const { entries, compartments, contained = [] } = extracted;
  return { type, id, lastUpdated, entries, compartments, contained };
}

async function satisfies(rooms: Judging & Pick<View, 'contexts'>, candidate: Candidate, predicate: Predicate): Promise<boolean> {
  const inStore = async (where: Where): Promise<readonly Key[]> => (await rooms.store.find([where], 1))[0] ?? [];
  return rooms.search.matches([{ type: candidate.type, predicate }], candidate, rooms.contexts ?? inStore);
}

async function lastContent(view: Pick<View, 'read'>, { type, id, version }: Version): Promise<Version | undefined> {
  const [before] = await view.read([{ type, id, version: version - 1 }]);
  return before;
}
