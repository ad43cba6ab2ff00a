/** What a MongoDB must be to serve as a store, and what is said when it is not. Source: src/store/mongo/open.ts */
import { describe, expect, test } from '@jest/globals';
import { MongoClient } from 'mongodb';
import { openMongoStore } from '../../src/store/mongo/open.js';
import { StoreUnavailable } from '../../src/store/port.js';
import { emptyDatabase, mongoExpected, openMongo } from '../mongo-store.js';
import { ownMongodExpected, startMongod } from '../mongod.js';
import { layout } from './contract/fixture.js';

async function refusal(url: string): Promise<string> {
  try {
    await (await openMongoStore(url, { patience: 500 })).close();
  } catch (error) {
    expect(error).toBeInstanceOf(StoreUnavailable);
    return (error as Error).message;
  }
  throw new Error('the store was opened');
}

const ownMongod = await ownMongodExpected();
const suite = mongoExpected ? describe : describe.skip;

suite('opening a MongoDB', () => {
  test('nobody listens: the sentence names the place and not the password', async () => {
    const text = await refusal('mongodb://doctor:s3cret@127.0.0.1:9/lianyi');
    expect(text).toMatch(/^MongoDB at 127\.0\.0\.1:9 cannot be used: /);
    expect(text).not.toMatch(/s3cret|doctor/);
  });

  test('an address that cannot be read is refused without the password', async () => {
    const text = await refusal('mongodb://doctor:s3c/ret@127.0.0.1/x?nonsense=1');
    expect(text).toMatch(/^The MongoDB address cannot be read: /);
    expect(text).not.toMatch(/s3c|ret@|doctor/);
  });

  test('a wrong password is called one', async () => {
    const url = new URL(emptyDatabase());
    [url.username, url.password] = ['doctor', 's3cret'];
    url.searchParams.set('authSource', 'admin');
    const text = await refusal(url.href);
    expect(text).toMatch(/refuses the user or the password$/);
    expect(text).not.toMatch(/s3cret|doctor/);
  });

  (ownMongod ? test : test.skip)(
    'a mongod without a replica set is refused with the way to make one',
    async () => {
      const mongod = await startMongod({ standalone: true });
      if ('unavailable' in mongod) throw new Error(mongod.unavailable);
      try {
        const text = await refusal(`mongodb://127.0.0.1:${mongod.port}/lianyi`);
        expect(text).toContain('--replSet');
        expect(text).toContain('rs.initiate()');
      } finally {
        await mongod.stop('SIGKILL');
      }
    },
    30_000,
  );

  test('a database of a newer schema is refused', async () => {
    const opened = await openMongo();
    const client = new MongoClient(opened.url);
    try {
      await client
        .db()
        .collection<{ _id: string }>('state')
        .updateOne({ _id: 'schema' }, { $set: { version: 99 } });
      expect(await refusal(opened.url)).toMatch(/has the schema version 99; this program knows versions up to 3/);
    } finally {
      await client.close();
      await opened.close();
    }
  });

  test('it is described as ready when its indexes are there, and its place without secrets', async () => {
    const opened = await openMongo();
    try {
      expect((await opened.store.describe()).ready).toBe(false);
      await opened.store.arrange(layout);
      const described = await opened.store.describe();
      expect(described).toMatchObject({ kind: 'MongoDB', ready: true, resources: 0 });
      expect(described.location).toMatch(/^mongodb:\/\/127\.0\.0\.1:\d+\/lianyi-test-/);
    } finally {
      await opened.close();
    }
  });

  test('two processes may arrange a new database at the same moment', async () => {
    const opened = await openMongo();
    const other = await openMongoStore(opened.url);
    try {
      await Promise.all([opened.store.arrange(layout), other.arrange(layout)]);
      expect((await other.describe()).ready).toBe(true);
    } finally {
      await other.close();
      await opened.close();
    }
  });
});
