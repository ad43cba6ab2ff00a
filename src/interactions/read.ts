/** read and vread. Source: R4 http.html#read, http.html#vread, http.html#cread */
import { inSteps } from '../model/in-steps.js';
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';
import { type Key, keyText } from '../model/resource.js';
import type { Parameters, Subset } from '../search/search.js';
import type { Version } from '../store/port.js';
import { type Answer, type Interaction, type Rooms, reading, type View } from './intent.js';
import { honoured } from './parameters.js';
import { checkIfMatch, etag, isNotModified } from './preconditions.js';
import type { Asked } from './request.js';
import { isVisible, restrictionOf } from './visibility.js';

type ReadingRooms = Pick<Rooms, 'search' | 'store'>;

export function readInteraction(rooms: ReadingRooms): Interaction<'read'> {
  return (request, view) => {
    const { type, id } = request;
    return answerWith(rooms, request, view, { type, id });
  };
}

export function vreadInteraction(rooms: ReadingRooms): Interaction<'vread'> {
  return async (request, view) => {
    const { type, id, version } = request;
    if (!/^[1-9]\d{0,14}$/.test(version)) throw notFound({ type, id }, version);
    return answerWith(rooms, request, view, { type, id, version: Number(version) });
  };
}

async function answerWith(rooms: ReadingRooms, request: Asked, view: View, key: Key) {
  const subset = subsetOf(rooms, request, key.type);
  const version = await visibleVersion(rooms, request, view, key);
  if (version.json === null) throw deleted(version);
  checkIfMatch(request.preconditions.ifMatch, version);
  if (isNotModified(request.preconditions, version)) return reading(() => ({ status: 304, version }));
  const { json, lastUpdated } = version;
  if (subset === undefined) return reading(() => ({ status: 200, version, resource: json, seen: [version] }));
  // A part is not what stands under the version's own URL: no Content-Location.
  const resource = await inSteps(rooms.search.subset(json, subset));
  const answer: Answer = { status: 200, version: { version: version.version, lastUpdated }, resource, seen: [version] };
  return reading(() => answer);
}

function subsetOf(rooms: ReadingRooms, request: Pick<Asked, 'parameters' | 'lenient'>, type: string): Subset | undefined {
  return request.parameters.length === 0 ? undefined : partsAsked(rooms, honoured(request, ['_summary', '_elements']), type);
}

/** What `_summary` and `_elements` leave of one resource; undefined where all of it is wanted. Throws FhirError 400. */
export function partsAsked({ search }: Pick<Rooms, 'search'>, parameters: Parameters, type: string): Subset | undefined {
  const { subset, countOnly } = search.subsetAsked([type], parameters);
  if (countOnly) throw nothingToCount();
  return subset;
}

function nothingToCount() {
  return fault(
    'invalid',
    message(
      'summary-count',
      '_summary=count counts the matches of a search; here there is one resource',
      '_summary=count 用于统计检索结果；此处只有一个资源',
    ),
    { expression: '_summary' },
  );
}

/** The version a key names, deletions too. Throws FhirError 404 where there is none that may be seen. */
export async function visibleVersion(rooms: ReadingRooms, request: Pick<Asked, 'access'>, view: View, key: Key): Promise<Version> {
  const restriction = restrictionOf(request.access, 'read', key.type);
  const [version] = await view.read([key]);
  if (version === undefined) throw notFound(key, key.version);
  const visible = isVisible(rooms, view, version, restriction);
  // Most reads have nothing to wait for here.
  if (visible === true || (visible !== false && (await visible))) return version;
  throw notFound(key, key.version);
}

export function notFound(key: Key, version?: number | string) {
  if (version === undefined) return fault('not-found', message('not-found', `There is no ${keyText(key)}`, `不存在 ${keyText(key)}`));
  return fault(
    'not-found',
    message('version-not-found', `There is no version ${version} of ${keyText(key)}`, `${keyText(key)} 没有版本 ${version}`),
  );
}

/** With the ETag by which whoever brings it back names what they replace. Source: R4 http.html#read */
export function deleted(version: Version) {
  const at = new Date(version.lastUpdated).toISOString();
  return fault('deleted', message('deleted', `${keyText(version)} was deleted at ${at}`, `${keyText(version)} 已于 ${at} 删除`), {
    headers: { etag: etag(version.version) },
  });
}
