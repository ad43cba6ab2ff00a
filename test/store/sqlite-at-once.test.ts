/** Pages that one statement answers are those that many would give. Source: src/store/port.ts search */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ResourceStore } from '../../src/store/port.js';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import { commitOf, found, isToken, layout, query, token, walked, walkedBack, where, write } from './contract/fixture.js';

let folder: string;
let store: ResourceStore;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lianyi-at-once-'));
  store = await openSqliteStore(join(folder, 'store.db'));
  await store.arrange(layout);
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

describe('a page of few', () => {
  const values = [0.1 + 0.2, 1e15 + 2, 12, 1_420_041_600_000, 0.3, 12, -0.7];
  const asked = where('Observation', isToken('code', 'few'));
  const sort = [{ slot: 'value-quantity', descending: true }];

  test('has the exact value by which each is sorted, so that a walk on and back goes over all of them', async () => {
    const writes = values.map((value, i) =>
      write(`Observation/few${i}`, { entries: [token('code', 'few')], sort: [{ slot: 'value-quantity', value }] }),
    );
    await store.commit(commitOf(...writes));
    const { matches } = await store.search(query(asked, { sort, count: 20 }));
    expect(matches.map(({ position }) => position.values[0])).toEqual(values.toSorted((a, b) => b - a));
    const right = [1, 3, 2, 5, 0, 4, 6].map((i) => `Observation/few${i}`);
    expect(await walked(store, query(asked, { sort, count: 2 }))).toEqual(right);
    expect(new Set(await walkedBack(store, query(asked, { sort, count: 2 })))).toEqual(new Set(right));
  });

  test('has what another process has gathered under a new combination of parameters since', async () => {
    const other = await openSqliteStore(join(folder, 'store.db'));
    try {
      expect(await found(store, where('Observation', isToken('code', 'two')))).toEqual([]);
      await other.commit(commitOf(write('Observation/two', { entries: [token('code', 'two'), token('combo-code', 'two')] })));
      expect(await found(store, where('Observation', isToken('code', 'two')))).toEqual(['Observation/two']);
    } finally {
      await other.close();
    }
  });
});
