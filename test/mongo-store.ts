/** MongoDB as a store for tests: every open() has a database of its own, dropped by close(). */
import { MongoClient } from 'mongodb';
import { openMongoStore } from '../src/store/mongo/open.js';
import type { ResourceStore } from '../src/store/port.js';
import { freshDatabase, sharedMongod } from './mongod.js';
import type { OpenedStore, TestStore } from './test-store.js';

const mongod = await sharedMongod();

/** False where no MongoDB can be had; then its tests are skipped, and test/global-teardown.ts says so. In CI they run and fail. */
export const mongoExpected = !('unavailable' in mongod) || process.env.CI === 'true';

export interface OpenedMongo extends OpenedStore {
  /** Closes the store and opens it again on the same data. */
  reopen(): Promise<ResourceStore>;
}

/** The address of an empty database. Throws where there is no MongoDB. */
export function emptyDatabase(): string {
  if ('unavailable' in mongod) throw new Error(`There is no MongoDB for the tests: ${mongod.unavailable}`);
  return freshDatabase(mongod.url);
}

export async function openMongo(): Promise<OpenedMongo> {
  const url = emptyDatabase();
  let store = await openMongoStore(url);
  return {
    store,
    url,
    async reopen() {
      await store.close();
      store = await openMongoStore(url);
      return store;
    },
    async close() {
      await store.close();
      await dropDatabase(url);
    },
  };
}

export const mongo: TestStore = { name: 'MongoDB', open: openMongo };

export async function dropDatabase(url: string): Promise<void> {
  const client = new MongoClient(url);
  try {
    await client.db().dropDatabase();
  } finally {
    await client.close();
  }
}
