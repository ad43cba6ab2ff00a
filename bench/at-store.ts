/**
 * The same searches without the door: plans made beforehand and run on a store of this process, with what they include and count. On
 * MongoDB also what the bare driver makes of the very commands that the store explains.
 */
import { unrestricted } from '../src/access/access.js';
import { parseQuery } from '../src/interactions/query.js';
import { startOf } from '../src/search/links.js';
import type { Search, SearchPlan } from '../src/search/search.js';
import { openStore } from '../src/store/open.js';
import type { Query, ResourceStore } from '../src/store/port.js';
import type { SearchCase } from './cases/expected.js';
import { summary, type Timing } from './drive.js';
import { openSearch } from './load.js';

export interface AtStore {
  /** Calls that are under way at once. */
  readonly concurrency: number;
  measure(one: SearchCase, milliseconds: number): Promise<Timing>;
  /** The store queries of some searches of a case. */
  queries(one: SearchCase): Promise<readonly Query[]>;
  readonly store: ResourceStore;
  close(): Promise<void>;
}

/** Plans made before the clock runs. */
const TURNS = 512;
/** Searches of a case that are explained. */
const EXPLAINED = 32;

export async function openAtStore(location: string, concurrency: number): Promise<AtStore> {
  const search = openSearch();
  const store = await openStore(location);
  await store.arrange(search.layout);
  const plansOf = (one: SearchCase, count: number) => Promise.all(Array.from({ length: count }, (_, n) => planOf(search, store, one, n)));
  return {
    store,
    concurrency,
    async queries(one) {
      const plans = await plansOf(one, one.page === undefined ? EXPLAINED : 1);
      return plans.map(({ where, sort, count, turn }) => ({ where, sort, count, ...startOf(turn) }));
    },
    async measure(one, milliseconds) {
      const plans = await plansOf(one, one.page === undefined ? TURNS : 1);
      const call = (n: number) => search.run(store, plans[n % plans.length] as SearchPlan, unrestricted);
      await repeat(call, concurrency, milliseconds / 4);
      return repeat(call, concurrency, milliseconds);
    },
    close: () => store.close(),
  };
}

/** A case whose later page is meant goes on behind the pages before it. */
async function planOf(search: Search, store: ResourceStore, one: SearchCase, n: number): Promise<SearchPlan> {
  const [path = '', query = ''] = one.query(n).split('?');
  const [first = '', id, within] = path.split('/');
  const compartment = within === undefined ? {} : { compartment: `${first}/${id}` };
  let plan = search.plan([within ?? first], parseQuery(query), unrestricted, compartment);
  for (let page = 1; page < (one.page ?? 1); page++) {
    const { matches } = await store.search({ ...plan, ...startOf(plan.turn) });
    const position = matches.at(-1)?.position;
    if (position !== undefined) plan = { ...plan, turn: { position, backward: false } };
  }
  return plan;
}

/** A function again and again, so many at once. */
export async function repeat(call: (n: number) => Promise<unknown>, concurrency: number, milliseconds: number): Promise<Timing> {
  const times: number[] = [];
  const began = performance.now();
  let sent = 0;
  const work = async () => {
    for (let start = performance.now(); start < began + milliseconds; start = performance.now()) {
      await call(sent++);
      times.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return summary(times, performance.now() - began, 0);
}
