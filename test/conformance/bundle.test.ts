/** Every case of conformance/bundle on both stores. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { edgesCovered, loadBundleCases } from '../../conformance/bundle/case.js';
import { loadMisses } from '../../conformance/data.js';
import { createLook } from '../../conformance/rest/look.js';
import { judgeAll, type Verdict } from '../../conformance/rest/run.js';
import { definitions } from '../built-definitions.js';
import { type RunningServer, startServer } from '../running-server.js';
import { stores } from '../stores.js';
import type { OpenedStore } from '../test-store.js';

const cases = loadBundleCases();
const misses = new Set(loadMisses('bundle').map(({ id }) => id));
const look = createLook(definitions);

test('there are two hundred cases, and every miss is one of them', () => {
  expect(cases.length).toBeGreaterThanOrEqual(200);
  expect([...misses].filter((id) => !cases.some((one) => one.id === id))).toEqual([]);
});

test('all that servers miss of batches and transactions is asked', () => {
  // Scopes (77) are the matter of authorization.
  const numbers = Array.from({ length: 24 }, (_, at) => at + 56).filter((number) => number !== 77);
  const covered = edgesCovered();
  expect(numbers.filter((number) => !covered.has(number))).toEqual([]);
});

describe.each(stores)('Bundles on $name', ({ open }) => {
  const logged: unknown[] = [];
  let opened: OpenedStore;
  let server: RunningServer;
  let verdicts: ReadonlyMap<string, Verdict>;
  beforeAll(async () => {
    opened = await open();
    server = await startServer({ store: opened.store, logged });
    const judged = await judgeAll(cases, { base: server.url, headers: {}, look }, { atOnce: 8 });
    verdicts = new Map(judged.map(({ one, verdict }) => [one.id, verdict]));
  }, 240_000);
  afterAll(async () => {
    await server.close();
    await opened.close();
    // No case may end in a fault of the server's own.
    expect(logged).toEqual([]);
  });

  test.each(cases.filter(({ id }) => !misses.has(id)))('$id: $title ($source)', ({ id }) => {
    expect(verdicts.get(id)).toEqual({ kind: 'passed' });
  });

  if (misses.size > 0) {
    test.each(cases.filter(({ id }) => misses.has(id)))('$id is a known miss; once it passes it leaves the list', ({ id }) => {
      expect(verdicts.get(id)?.kind).not.toBe('passed');
    });
  }
});
