/** Every case of conformance/search on both stores, and that no search of them reads anything from end to end. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadMisses } from '../../conformance/data.js';
import { createLook } from '../../conformance/rest/look.js';
import { type Judged, judgeAll, type Verdict } from '../../conformance/rest/run.js';
import { edgesCovered, loadScans, loadSearchCases } from '../../conformance/search/case.js';
import { putGiven } from '../../conformance/search/given.js';
import type { Query, ResourceStore } from '../../src/store/port.js';
import { definitions } from '../built-definitions.js';
import { type RunningServer, startServer } from '../running-server.js';
import { stores } from '../stores.js';
import type { OpenedStore } from '../test-store.js';

const cases = loadSearchCases({ apart: false });
const misses = new Set(loadMisses('search').map(({ id }) => id));
const look = createLook(definitions);

test('there are four hundred cases, and every miss is one of them', () => {
  expect(cases.length).toBeGreaterThanOrEqual(400);
  expect([...misses].filter((id) => !cases.some((one) => one.id === id))).toEqual([]);
});

test('all that servers miss of search is asked', () => {
  // Pages under writers (91) are walked by search-under-writers.test.ts.
  const numbers = Array.from({ length: 49 }, (_, at) => at + 80).filter((number) => number !== 91);
  const covered = edgesCovered();
  expect(numbers.filter((number) => !covered.has(number))).toEqual([]);
});

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
    const judged = await judgeAll(cases, target, { atOnce: 1, onJudged });
    verdicts = new Map(judged.map(({ one, verdict }) => [one.id, verdict]));
  });
  afterAll(async () => {
    await server.close();
    await opened.close();
    // No case may end in a fault of the server's own.
    expect(logged).toEqual([]);
  });

  test.each(cases.filter(({ id }) => !misses.has(id)))('$id: $title ($source)', ({ id }) => {
    expect(verdicts.get(id)).toEqual({ kind: 'passed' });
  });

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

  if (misses.size > 0) {
    test.each(cases.filter(({ id }) => misses.has(id)))('$id is a known miss; once it passes it leaves the list', ({ id }) => {
      expect(verdicts.get(id)?.kind).not.toBe('passed');
    });
  }
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
