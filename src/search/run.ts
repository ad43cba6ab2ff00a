/**
 * Asks the store for one page, its total where that is wanted or free, and what is included. Source: R4 search.html#total, #count
 */
import type { Access } from '../access/access.js';
import type { Count, ResourceStore } from '../store/port.js';
import type { Extractor } from './extract.js';
import { includesFor } from './include.js';
import { encodeCursor } from './links.js';
import type { SearchPlan, SearchResult } from './search.js';

export interface RunLimits {
  /** Milliseconds for the page, and again for an exact total. */
  readonly timeLimit: number;
  /** Milliseconds for an estimated total. */
  readonly estimateTimeLimit: number;
  readonly maxIncluded: number;
}

export async function runSearch(
  extractor: Extractor,
  limits: RunLimits,
  store: ResourceStore,
  plan: SearchPlan,
  access: Access,
): Promise<SearchResult> {
  const { where, sort, count, after, warnings } = plan;
  if (count === 0) return { matches: [], included: [], warnings, total: await totalOf(store, plan, limits) };
  const [slice, counted] = await Promise.all([
    store.search({ where, sort, count, timeLimit: limits.timeLimit, ...(after === undefined ? {} : { after }) }),
    plan.total === 'accurate' || plan.total === 'estimate' ? totalOf(store, plan, limits) : undefined,
  ]);
  const matches = slice.matches.map(({ version }) => version);
  const included = await includesFor({ store, access, extractor, ...limits }, plan.includes, matches);
  const whole: Count | undefined = after === undefined && !slice.more ? { total: matches.length, exact: true } : undefined;
  const total = whole ?? counted;
  const last = slice.matches.at(-1);
  return {
    matches,
    included,
    warnings,
    ...(total === undefined || plan.total === 'none' ? {} : { total }),
    ...(slice.more && last !== undefined ? { next: encodeCursor(last.position, plan) } : {}),
  };
}

function totalOf(store: ResourceStore, { where, total }: SearchPlan, limits: RunLimits): Promise<Count> {
  return store.count(where, { timeLimit: total === 'estimate' ? limits.estimateTimeLimit : limits.timeLimit });
}
