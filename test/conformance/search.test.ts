/** Every case of conformance/search on both stores, and that no search of them reads anything from end to end. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Judged, judgeAll, type Verdict } from '../../conformance/rest/run.js';
import { edgesCovered, loadScans, loadSearchCases } from '../../conformance/search/case.js';
import { putGiven } from '../../conformance/search/given.js';
import type { Query, ResourceStore } from '../../src/store/port.js';
import { type RunningServer, startServer } from '../running-server.js';
import { stores } from '../stores.js';
import type { OpenedStore } from '../test-store.js';
import { look, missesOf, numbersFrom, testEdges, testSize, testVerdicts, verdictsOf } from './judged-cases.js';

const cases = loadSearchCases({ apart: false });
const misses = missesOf('search');

testSize('there are four hundred cases, and every miss is one of them', cases, misses, 400);
// Pages under writers (91) are walked by search-under-writers.test.ts.
testEdges('all that servers miss of search is asked', numbersFrom(80, 49, 91), edgesCovered);

describe.each(stores)('Search on $name', ({ name, open }) => {
  const logged: unknown[] = [];
  let opened: OpenedStore;
  let server: RunningServer;
  let verdicts: ReadonlyMap<string, Verdict>;
  /** Each search that the store was asked, by the first case that asked it. */
  const asked = new Map<string, { readonly by: string; readonly query: Query }>();
  beforeAll(async () => {
    opened = await open();
    let queries: Query[] = [];
    server = await startServer({ store: noting(opened.store, (query) => queries.push(query)), logged, fullText: 'all' });
    const target = { base: server.url, headers: {}, look };
    await putGiven(target);
    queries = [];
    const onJudged = ({ one }: Judged) => {
      for (const query of queries) {
        const { timeLimit: _, ...rest } = query;
        const text = JSON.stringify(rest);
        if (!asked.has(text)) asked.set(text, { by: one.id, query });
      }
      queries = [];
    };
    // One after the other, so that what the store is asked can be told of each.
    verdicts = verdictsOf(await judgeAll(cases, target, { atOnce: 1, onJudged }));
  });
  afterAll(async () => {
    await server.close();
    await opened.close();
    // No case may end in a fault of the server's own.
    expect(logged).toEqual([]);
  });

  testVerdicts(cases, misses, () => verdicts);

  test('nothing is read from end to end but what is listed with its reason', async () => {
    expect(asked.size).toBeGreaterThan(400);
    const scanning = new Map<string, readonly string[]>();
    for (const { by, query } of asked.values()) {
      const { steps } = await opened.store.explain(query);
      const scans = steps.filter((step) => step.scans).map(({ purpose, statement, plan }) => [purpose, statement, ...plan].join('\n'));
      if (scans.length > 0) scanning.set(by, scans);
    }
    const listed = new Set(loadScans().flatMap(({ id, stores: on }) => (on.includes(name) ? [id] : [])));
    expect([...scanning].filter(([id]) => !listed.has(id))).toEqual([]);
    expect([...listed].filter((id) => !scanning.has(id))).toEqual([]);
  }, 120_000);
});

/** The same store, and what it is asked to search. */
function noting(store: ResourceStore, note: (query: Query) => void): ResourceStore {
  return new Proxy(store, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property);
      if (typeof value !== 'function') return value;
      if (property !== 'search') return value.bind(target);
      return (query: Query) => {
        note(query);
        return target.search(query);
      };
    },
  });
}
