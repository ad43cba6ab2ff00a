/** One page of a history: versions in their order, those left out that may not be seen. Source: R4 http.html#history, http.html#paging */
import { isUnrestricted } from '../access/access.js';
import { createBreath } from '../model/breath.js';
import type { HistoryPosition, HistoryQuery, Predicate, Scope, Version } from '../store/port.js';
import type { HistoryPlan } from './history-parameters.js';
import type { Rooms, View } from './intent.js';
import { isVisible } from './visibility.js';

type PagingRooms = Pick<Rooms, 'search' | 'store' | 'answerBytes'>;

/** Whose history, and what a version of a type must satisfy to be shown. */
export interface Viewed {
  readonly scope: Scope;
  restriction(type: string): Predicate | undefined;
  /** Nothing in the scope is hidden. */
  readonly open: boolean;
}

export interface HistoryPage {
  readonly versions: readonly Version[];
  /** Where the next page begins behind; absent on the last. */
  readonly next?: HistoryPosition;
}

/** Versions asked of the store at once: they are held in memory whole. */
const PORTION = 100;
/** Versions looked at for one page under a restriction. A page may then be short and still not be the last. */
const LOOKED_AT = 1000;
/** Milliseconds each portion may take. */
const TIME_LIMIT = 10_000;

export async function historyPage(
  rooms: PagingRooms,
  view: View,
  { scope, restriction, open }: Viewed,
  plan: HistoryPlan,
): Promise<HistoryPage> {
  const { count, since, at, ascending } = plan;
  const query: HistoryQuery = { scope, since, at, ascending, count: PORTION, timeLimit: TIME_LIMIT };
  const breath = createBreath();
  const versions: Version[] = [];
  let after = plan.after;
  let bytes = 0;
  for (let lookedAt = 0; lookedAt < LOOKED_AT; ) {
    const slice = await rooms.store.history({ ...query, after, count: open ? Math.min(PORTION, count - versions.length) : PORTION });
    for (const [index, { version, position }] of slice.versions.entries()) {
      const shown = open || (await mayBeSeen(rooms, view, version, restriction(version.type)));
      if (shown) {
        bytes += version.json?.length ?? 0;
        if (bytes > rooms.answerBytes && versions.length > 0) return { versions, next: after };
        versions.push(version);
      }
      after = position;
      lookedAt++;
      const isLast = index === slice.versions.length - 1 && !slice.more;
      if (versions.length === count) return isLast ? { versions } : { versions, next: after };
      await breath();
    }
    if (!slice.more) return { versions };
  }
  return { versions, next: after };
}

async function mayBeSeen(rooms: PagingRooms, view: View, version: Version, predicate: Predicate | undefined): Promise<boolean> {
  return predicate !== undefined && (isUnrestricted(predicate) || isVisible(rooms, view, version, predicate));
}

/**
 * Of these versions those that made their resource anew: the first, and what follows a deletion. Asked of the store where the page
 * does not show what was before.
 */
export async function revivals({ store }: Pick<Rooms, 'store'>, versions: readonly Version[]): Promise<ReadonlySet<Version>> {
  const made = new Set<Version>();
  const shown = new Map(versions.map((version) => [nameOf(version, version.version), version]));
  const unknown: Version[] = [];
  for (const version of versions) {
    if (version.json === null) continue;
    if (version.version === 1 || version.method === 'POST') made.add(version);
    else if (version.method === 'PUT') {
      const before = shown.get(nameOf(version, version.version - 1));
      if (before === undefined) unknown.push(version);
      else if (before.json === null) made.add(version);
    }
  }
  for (let start = 0; start < unknown.length; start += PORTION) {
    const portion = unknown.slice(start, start + PORTION);
    const before = await store.read(portion.map(({ type, id, version }) => ({ type, id, version: version - 1 })));
    for (const [index, version] of portion.entries()) if (before[index]?.json === null) made.add(version);
  }
  return made;
}

function nameOf({ type, id }: Version, version: number): string {
  return `${type}/${id}/${version}`;
}
