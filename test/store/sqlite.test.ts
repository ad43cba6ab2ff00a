/** SQLite keeps the contract of the port, in a file and in memory, and what is its own. Source: src/store/port.ts */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ResourceStore } from '../../src/store/port.js';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import { storeContract } from './contract.js';

storeContract('SQLite in a file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lianyi-sqlite-'));
  const file = join(folder, 'deep', 'er', 'store.db');
  let store: ResourceStore = await openSqliteStore(file);
  return {
    store,
    async reopen() {
      await store.close();
      store = await openSqliteStore(file);
      return store;
    },
    async close() {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
});

storeContract('SQLite in memory', async () => {
  const store = await openSqliteStore(':memory:');
  return { store, close: () => store.close() };
});
