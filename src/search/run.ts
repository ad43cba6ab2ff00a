/**
 * Asks the store for one page, its total where that is wanted or free, and what is included. Source: R4 search.html#total, #count
 */
import type { Access } from '../access/access.js';
import { message } from '../model/message.js';
import type { Count, ResourceStore, Version } from '../store/port.js';
import type { Extractor } from './extract.js';
import { includesFor } from './include.js';
import { encodeCursor, searchWalk } from './links.js';
import type { SearchPlan, SearchResult } from './search.js';

export interface RunLimits {
  /** Milliseconds for the page, its total and what is included, all together. */
  readonly timeLimit: number;
  /** Milliseconds for an estimated total. */
  readonly estimateTimeLimit: number;
  readonly maxIncluded: number;
  /** Bytes of matches on one page, which is held in memory whole. One match is always shown. */
  readonly pageBytes: number;
}

export async function runSearch(
  extractor: Extractor,
  limits: RunLimits,
  store: ResourceStore,
  plan: SearchPlan,
  access: Access,
): Promise<SearchResult> {
  const { where, sort, count, after } = plan;
  const end = performance.now() + limits.timeLimit;
  if (count === 0) return withTotal(plan, { matches: [], included: [], warnings: plan.warnings }, await totalOf(store, plan, limits));
  const [slice, counted] = await Promise.all([
    store.search({ where, sort, count, timeLimit: limits.timeLimit, ...(after === undefined ? {} : { after }) }),
    plan.total === 'accurate' || plan.total === 'estimate' ? totalOf(store, plan, limits) : undefined,
  ]);
  const page = slice.matches.slice(
    0,
    fitting(
      slice.matches.map(({ version }) => version),
      limits.pageBytes,
    ),
  );
  const matches = page.map(({ version }) => version);
  const { maxIncluded } = limits;
  const timeLeft = () => Math.max(1, end - performance.now());
  const included = await includesFor({ store, access, extractor, maxIncluded, timeLeft }, plan.includes, matches);
  const last = page.at(-1);
  const next =
    (slice.more || page.length < slice.matches.length) && last !== undefined ? { next: encodeCursor(last.position, searchWalk(plan)) } : {};
  const whole: Count | undefined = after === undefined && !slice.more ? { total: slice.matches.length, exact: true } : undefined;
  return withTotal(plan, { matches, included, warnings: plan.warnings, ...next }, whole ?? counted);
}

/** How many of the first have room on one page. */
function fitting(versions: readonly Version[], pageBytes: number): number {
  let left = pageBytes;
  const end = versions.findIndex(({ json }, at) => {
    left -= json?.length ?? 0;
    return left < 0 && at > 0;
  });
  return end === -1 ? versions.length : end;
}

function totalOf(store: ResourceStore, { where, total }: SearchPlan, limits: RunLimits): Promise<Count> {
  return store.count(where, { timeLimit: total === 'estimate' ? limits.estimateTimeLimit : limits.timeLimit });
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
