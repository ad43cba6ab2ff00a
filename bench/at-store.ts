/**
 * The same searches without the door: plans made beforehand and run on a store of this process, with what they include and count. On
 * MongoDB also what the bare driver makes of the very commands that the store explains.
 */
import { unrestricted } from '../src/access/access.js';
import { parseQuery } from '../src/interactions/query.js';
import { keyText } from '../src/model/resource.js';
import { startOf } from '../src/search/links.js';
import type { Search, SearchPlan } from '../src/search/search.js';
import { openStore } from '../src/store/open.js';
import type { Explanation, ResourceStore } from '../src/store/port.js';
import type { SearchCase } from './cases/expected.js';
import { summary, type Timing } from './drive.js';
import { openSearch } from './load.js';

export interface AtStore {
  /** Calls that are under way at once. */
  readonly concurrency: number;
  measure(one: SearchCase, milliseconds: number): Promise<Timing>;
  /** What the store says it does for some searches of a case, and what comes with their matches. */
  explained(one: SearchCase): Promise<readonly Explained[]>;
  close(): Promise<void>;
}

export interface Explained {
  readonly explanation: Explanation;
  /** `Type/id` */
  readonly included: readonly string[];
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
    concurrency,
    async explained(one) {
      const plans = await plansOf(one, one.page === undefined ? EXPLAINED : 1);
      const found: Explained[] = [];
      for (const plan of plans) {
        const { where, sort, count, turn } = plan;
        const explanation = await store.explain({ where, sort, count, ...startOf(turn) });
        const { included } = await search.run(store, plan, unrestricted);
        found.push({ explanation, included: included.map(keyText) });
      }
      return found;
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
  const options = within === undefined ? {} : { compartment: `${first}/${id}` };
  const parameters = parseQuery(query);
  let plan = search.plan([within ?? first], parameters, unrestricted, options);
  for (let page = 1; page < (one.page ?? 1); page++) {
    const { pages } = await search.run(store, plan, unrestricted);
    const cursor = pages.find(({ relation }) => relation === 'next')?.cursor ?? '';
    plan = search.plan([within ?? first], [...parameters, ['_cursor', cursor]], unrestricted, options);
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
