/** History of an instance, newest first. Source: R4 http.html#history */
import { isUnrestricted } from '../access/access.js';
import { type BundleEntry, type BundleLink, bundleText } from '../model/bundle.js';
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';
import { keyText } from '../model/resource.js';
import type { Version } from '../store/port.js';
import { type Interaction, type Rooms, reading } from './intent.js';
import { numberParameter, refuseParameters } from './parameters.js';
import { etag } from './preconditions.js';
import { formatQuery } from './query.js';
import { visibleVersion } from './read.js';
import { statusText } from './status-text.js';
import { isVisible, restrictionOf } from './visibility.js';

const DEFAULT_COUNT = 100;
const MOST = 1000;

/** `_before` leads to the next page: versions older than the one it names. */
export function historyInstanceInteraction(rooms: Pick<Rooms, 'store' | 'search' | 'baseUrl'>): Interaction<'history-instance'> {
  return async (request, view) => {
    const { type, id, parameters, access } = request;
    refuseParameters(parameters, ['_count', '_before']);
    const count = Math.min(numberParameter(parameters, '_count', 1) ?? DEFAULT_COUNT, MOST);
    const before = numberParameter(parameters, '_before', 1);
    const current = await visibleVersion(rooms, request, view, { type, id });
    const restriction = restrictionOf(access, 'read', type);
    // One more than asked for: whether there is a next page, and whether the last version here made the resource anew.
    const versions = await rooms.store.versionsOf({ type, id }, { count: count + 1, before });
    const entries: BundleEntry[] = [];
    for (const [index, version] of versions.slice(0, count).entries()) {
      if (await isVisible(rooms, view, version, restriction)) entries.push(historyEntry(rooms.baseUrl, version, versions[index + 1]));
    }
    const next = versions.length > count ? versions[count - 1]?.version : undefined;
    const resource = bundleText({
      type: 'history',
      // Versions are numbered without gap. Under a restriction some may be hidden, so nothing is said.
      total: isUnrestricted(restriction) ? current.version : undefined,
      links: linksOf(`${rooms.baseUrl}/${keyText(current)}/_history`, count, before, next),
      entries,
    });
    return reading(() => ({ status: 200, resource }));
  };
}

export function historyTypeInteraction(_rooms: Pick<Rooms, 'store' | 'search' | 'baseUrl'>): Interaction<'history-type'> {
  return () => Promise.reject(notYet());
}

export function historySystemInteraction(_rooms: Pick<Rooms, 'store' | 'search' | 'baseUrl'>): Interaction<'history-system'> {
  return () => Promise.reject(notYet());
}

function notYet() {
  return fault('not-supported', message('interaction-not-supported', 'This history is not supported yet', '暂不支持此历史查询'));
}

function linksOf(url: string, count: number, before: number | undefined, next: number | undefined): BundleLink[] {
  const link = (relation: 'self' | 'next', cursor: number | undefined): BundleLink => {
    const parameters = [['_count', String(count)] as const, ...(cursor === undefined ? [] : [['_before', String(cursor)] as const])];
    return { relation, url: `${url}?${formatQuery(parameters)}` };
  };
  return [link('self', before), ...(next === undefined ? [] : [link('next', next)])];
}

function historyEntry(baseUrl: string, version: Version, older: Version | undefined): BundleEntry {
  const made = version.json !== null && (version.version === 1 || older?.json === null);
  const status = version.json === null ? 204 : made ? 201 : 200;
  return {
    fullUrl: `${baseUrl}/${keyText(version)}`,
    resource: version.json ?? undefined,
    request: { method: version.method, url: version.method === 'POST' ? version.type : keyText(version) },
    response: { status: statusText(status), etag: etag(version.version), lastModified: new Date(version.lastUpdated).toISOString() },
  };
}
