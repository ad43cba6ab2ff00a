/**
 * Asks the store for one page, its total where that is wanted or free, and what is included. Source: R4 search.html#total, #count
 */
import type { Access } from '../access/access.js';
import { message } from '../model/message.js';
import type { Count, ResourceStore, Slice } from '../store/port.js';
import { countContainers, countShown, shownMatches } from './contained.js';
import type { Cursors } from './cursors.js';
import type { Extractor } from './extract.js';
import { includesFor } from './include.js';
import { pageLinks, searchWalk, startOf } from './links.js';
import type { Registry } from './registry.js';
import type { SearchPlan, SearchResult } from './search.js';

export interface Running {
  readonly extractor: Extractor;
  readonly registry: Registry;
  readonly cursors: Cursors;
  /** Milliseconds for the page, its total and what is included, all together. */
  readonly timeLimit: number;
  /** Milliseconds for an estimated total. */
  readonly estimateTimeLimit: number;
  readonly maxIncluded: number;
  /** Bytes of matches on one page, which is held in memory whole. One match is always shown. */
  readonly pageBytes: number;
}

export async function runSearch(running: Running, store: ResourceStore, plan: SearchPlan, access: Access): Promise<SearchResult> {
  const { where, sort, count, turn } = plan;
  const { extractor, registry, maxIncluded, timeLimit } = running;
  const end = performance.now() + timeLimit;
  const nothing = { matches: [], included: [], warnings: plan.warnings, pages: [] };
  if (count === 0) return withTotal(plan, nothing, await totalOf(store, plan, running));
  const [slice, counted] = await Promise.all([
    store.search({ where, sort, count, timeLimit, ...startOf(turn) }),
    plan.total === 'accurate' || plan.total === 'estimate' ? totalOf(store, plan, running) : undefined,
  ]);
  const shown = fitting(slice.matches, running.pageBytes, turn?.backward === true);
  const more = slice.more || shown.length < slice.matches.length;
  const [first, last] = [shown[0]?.position, shown.at(-1)?.position];
  const pages = pageLinks(running.cursors, () => searchWalk(plan), { turn, first, last, more });
  const matches = await shownMatches(shown, plan);
  const timeLeft = () => Math.max(1, end - performance.now());
  const scope = { store, access, extractor, registry, maxIncluded, maxBytes: running.pageBytes, timeLeft };
  const { included, warnings } = await includesFor(scope, plan.includes, matches);
  const whole: Count | undefined = turn === undefined && !slice.more ? { total: countShown(slice.matches, plan), exact: true } : undefined;
  return withTotal(plan, { matches, included, warnings: [...plan.warnings, ...warnings], pages }, whole ?? counted);
}

type Matches = Slice['matches'];

/** Those that have room on one page: of a walk backward the last ones. */
function fitting(matches: Matches, pageBytes: number, backward: boolean): Matches {
  let left = pageBytes;
  const walked = backward ? [...matches].reverse() : matches;
  const end = walked.findIndex(({ version: { json } }, at) => {
    left -= json?.length ?? 0;
    return left < 0 && at > 0;
  });
  if (end === -1) return matches;
  return backward ? matches.slice(-end) : matches.slice(0, end);
}

function totalOf(store: ResourceStore, { where, total, containedType }: SearchPlan, running: Running): Promise<Count> {
  const timeLimit = total === 'estimate' ? running.estimateTimeLimit : running.timeLimit;
  const inContainers = containedType === 'container' && where.some(({ type }) => type.startsWith('#'));
  return inContainers ? countContainers(store, { where, timeLimit }) : store.count(where, { timeLimit });
}

/** A total that is not exact is told to those alone who asked for an estimate; others are told why there is none. */
function withTotal(plan: SearchPlan, result: SearchResult, total: Count | undefined): SearchResult {
  if (total === undefined || plan.total === 'none') return result;
  if (total.exact || plan.total === 'estimate') return { ...result, total };
  const text = message(
    'search-total-unknown',
    'The matches could not all be counted in time, so the total is left out; _total=estimate gives what was counted',
    '未能在限定时间内数完匹配的资源，因此不给出总数；_total=estimate 给出已数到的数目',
  );
  return { ...result, warnings: [...result.warnings, { severity: 'warning', code: 'incomplete', message: text, expression: '_total' }] };
}
