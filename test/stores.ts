/** Both stores, for the tests that must give equal answers on either. Each open() begins with an empty store. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '../src/store/sqlite/open.js';
import { mongo, mongoExpected } from './mongo-store.js';
import type { TestStore } from './test-store.js';

const sqlite: TestStore = {
  name: 'SQLite',
  async open() {
    const folder = await mkdtemp(join(tmpdir(), 'lianyi-sqlite-'));
    const file = join(folder, 'test.db');
    const store = await openSqliteStore(file);
    return {
      store,
      url: `sqlite:${file}`,
      async close() {
        await store.close();
        await rm(folder, { recursive: true, force: true });
      },
    };
  },
};

export const stores: readonly TestStore[] = mongoExpected ? [sqlite, mongo] : [sqlite];
