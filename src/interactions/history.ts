/** History of an instance, a type and everything, newest first. Source: R4 http.html#history */
import { type Access, isUnrestricted } from '../access/access.js';
import { insufficientScope } from '../access/insufficient.js';
import { type BundleEntry, type BundleLink, bundleInSteps } from '../model/bundle.js';
import { instantText } from '../model/dates.js';
import { inSteps } from '../model/in-steps.js';
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';
import { keyText } from '../model/resource.js';
import type { Parameters } from '../search/search.js';
import type { Predicate, Version } from '../store/port.js';
import { type HistoryPage, historyPage, revivals, type Viewed } from './history-page.js';
import { type HistoryPlan, planHistory } from './history-parameters.js';
import { type Answer, type Intent, type Interaction, type Rooms, reading, type View } from './intent.js';
import { etag } from './preconditions.js';
import { formatQuery } from './query.js';
import { visibleVersion } from './read.js';
import type { Asked } from './request.js';
import { statusText } from './status-text.js';
import { restrictionOf } from './visibility.js';

type HistoryRooms = Pick<Rooms, 'answerBytes' | 'store' | 'search' | 'baseUrl' | 'zone' | 'now' | 'definitions'>;

/** 404 for an id that never was; that of a deleted instance is there. */
export function historyInstanceInteraction(rooms: HistoryRooms): Interaction<'history-instance'> {
  return async (request, view) => {
    const { type, id } = request;
    const path = `/${type}/${id}/_history`;
    const plan = planHistory(request, path, rooms);
    const predicate = restrictionOf(request.access, 'read', type);
    await visibleVersion(rooms, request, view, { type, id });
    const viewed = { scope: { type, id }, restriction: () => predicate, open: isUnrestricted(predicate) };
    return intentOf(rooms, view, { viewed, plan, path });
  };
}

/** What enumerates asks for the right to search, as SMART has it. Source: SMART App Launch 2.2, scopes (s: search and history of a type) */
export function historyTypeInteraction(rooms: HistoryRooms): Interaction<'history-type'> {
  return async (request, view) => {
    const { type } = request;
    const path = `/${type}/_history`;
    const plan = planHistory(request, path, rooms);
    const predicate = restrictionOf(request.access, 'search', type);
    const viewed = { scope: { types: [type] }, restriction: () => predicate, open: isUnrestricted(predicate) };
    return intentOf(rooms, view, { viewed, plan, path });
  };
}

/** Types that access refuses are left out; where all are, it is refused. */
export function historySystemInteraction(rooms: HistoryRooms): Interaction<'history-system'> {
  return async (request, view) => {
    const path = '/_history';
    const plan = planHistory(request, path, rooms);
    return intentOf(rooms, view, { viewed: allThatMayBeSeen(rooms, request), plan, path });
  };
}

function allThatMayBeSeen({ definitions }: HistoryRooms, { access }: Pick<Asked, 'access'>): Viewed {
  const types = definitions.resourceTypes;
  const restrictions = new Map<string, Predicate>();
  for (const type of types) {
    const predicate = access.restriction('search', type);
    if (predicate !== undefined) restrictions.set(type, predicate);
  }
  if (restrictions.size === 0) throw nothingAllowed(access);
  const all = restrictions.size === types.length;
  return {
    scope: all ? {} : { types: [...restrictions.keys()] },
    restriction: (type) => restrictions.get(type),
    open: [...restrictions.values()].every(isUnrestricted),
  };
}

interface Asking {
  readonly viewed: Viewed;
  readonly plan: HistoryPlan;
  /** After the base. */
  readonly path: string;
}

/** Read when it is answered: a transaction shows what it has written. */
function intentOf(rooms: HistoryRooms, view: View, asking: Asking): Intent {
  return reading(() => answerOf(rooms, view, asking));
}

async function answerOf(rooms: HistoryRooms, view: View, { viewed, plan, path }: Asking): Promise<Answer> {
  const page: HistoryPage = plan.count === 0 ? { versions: [] } : await historyPage(rooms, view, viewed, plan);
  const [total, made] = await Promise.all([totalOf(rooms, viewed, plan, page), revivals(rooms, page.versions)]);
  const resource = await inSteps(
    bundleInSteps({
      type: 'history',
      lastUpdated: instantText(rooms.now()),
      total,
      links: linksOf(rooms.baseUrl + path, plan, page),
      entries: page.versions.map((version) => historyEntry(rooms.baseUrl, version, made.has(version))),
    }),
  );
  return { status: 200, resource, seen: page.versions };
}

/** Milliseconds that a total may take which nobody asked for, and one that was asked for. */
const FREE_TIME = 200;
const TIME_LIMIT = 10_000;

/**
 * On the first page, where it is right: nothing is said of what cannot be counted in time, and nothing under a restriction, where
 * it would tell of what is hidden.
 */
async function totalOf({ store }: HistoryRooms, viewed: Viewed, plan: HistoryPlan, page: HistoryPage): Promise<number | undefined> {
  if (!viewed.open || plan.after !== undefined) return undefined;
  if (plan.count > 0 && page.next === undefined) return page.versions.length;
  const timeLimit = plan.count === 0 ? TIME_LIMIT : FREE_TIME;
  const { total, exact } = await store.countHistory({ scope: viewed.scope, since: plan.since, at: plan.at }, { timeLimit });
  if (exact) return total;
  if (plan.count === 0) throw notCounted();
  return undefined;
}

function linksOf(url: string, plan: HistoryPlan, { next }: HistoryPage): BundleLink[] {
  const link = (relation: 'self' | 'next', cursor: string | undefined): BundleLink => {
    const parameters: Parameters = cursor === undefined ? plan.self : [...plan.self, ['_cursor', cursor]];
    return { relation, url: `${url}?${formatQuery(parameters)}` };
  };
  return [link('self', plan.cursor), ...(next === undefined ? [] : [link('next', plan.cursorAt(next))])];
}

function historyEntry(baseUrl: string, version: Version, made: boolean): BundleEntry {
  const { method, json, lastUpdated } = version;
  const key = keyText(version);
  return {
    fullUrl: `${baseUrl}/${key}`,
    resource: json ?? undefined,
    request: { method, url: method === 'POST' ? version.type : key },
    response: {
      status: statusText(json === null ? 204 : made ? 201 : 200),
      location: json === null ? undefined : `${baseUrl}/${key}/_history/${version.version}`,
      etag: etag(version.version),
      lastModified: instantText(lastUpdated),
    },
  };
}

function nothingAllowed(access: Access) {
  return fault(
    'forbidden',
    message('history-forbidden', 'Access does not allow the history of any type', '访问权限不允许查看任何类型的历史'),
    { headers: insufficientScope(access, 'search', '*') },
  );
}

function notCounted() {
  return fault(
    'too-costly',
    message(
      'history-not-counted',
      'The versions could not all be counted in time; a later _since or one type would help',
      '未能在限定时间内数完所有版本；请用较晚的 _since 或限定一种类型',
    ),
  );
}
