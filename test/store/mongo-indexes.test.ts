/** The indexes that the server makes and keeps. Source: src/store/mongo/index-keeper.ts */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Db, type Document, MongoClient, type ObjectId } from 'mongodb';
import { openMongoStore } from '../../src/store/mongo/open.js';
import type { ResourceStore } from '../../src/store/port.js';
import { dropDatabase, emptyDatabase, mongoExpected } from '../mongo-store.js';
import { commitOf, found, isToken, layout, token, where, write } from './contract/fixture.js';

(mongoExpected ? describe : describe.skip)('the indexes of a database', () => {
  const url = mongoExpected ? emptyDatabase() : '';
  let client: MongoClient;
  let db: Db;
  const arranged = async (): Promise<ResourceStore> => {
    const store = await openMongoStore(url);
    await store.arrange(layout);
    return store;
  };
  const namesOf = async (collection: string) => (await db.collection(collection).listIndexes().toArray()).map(({ name }) => String(name));
  const state = () => db.collection<Document>('state').findOne({ _id: 'indexes' as unknown as ObjectId });

  beforeAll(async () => {
    client = await new MongoClient(url).connect();
    db = client.db();
  });
  afterAll(async () => {
    await client.close();
    await dropDatabase(url);
  });

  test('are made by whoever comes first, by two processes at once too, and written down', async () => {
    const both = await Promise.all([arranged(), arranged()]);
    expect((await Promise.all(both.map((store) => store.describe()))).map(({ ready }) => ready)).toEqual([true, true]);
    await Promise.all(both.map((store) => store.close()));
    expect(await namesOf('resources')).toEqual(
      expect.arrayContaining(['keys', 'strings', 'ranges', 'places', 'type', 'updated', 'slot s1', 'slot s2']),
    );
    expect(await namesOf('contained')).toEqual(expect.arrayContaining(['keys', 'type', 'slot s1']));
    expect(await state()).toMatchObject({ version: 3, made: expect.arrayContaining(['resources.keys', 'versions.superseded']) });
  });

  test("are made anew where they are missing or other than they should be; those no longer wanted go, and nobody else's", async () => {
    const resources = db.collection('resources');
    for (const name of ['keys', 'strings', 'slot s1']) await resources.dropIndex(name);
    await resources.createIndex({ n: 1 }, { name: 'strings' });
    await resources.createIndex({ m: 1 }, { name: 'of an administrator' });
    await resources.createIndex({ w: 1 }, { name: 'of an earlier version' });
    const made = ['resources.of an earlier version'];
    await db.collection<Document>('state').updateOne({ _id: 'indexes' as unknown as ObjectId }, { $set: { version: 0, made } });
    const store = await arranged();
    const { ready, details } = await store.describe();
    expect([ready, details['indexes being made']]).toEqual([true, undefined]);
    const names = await namesOf('resources');
    expect(names).toEqual(expect.arrayContaining(['keys', 'slot s1', 'of an administrator']));
    expect(names).not.toContain('of an earlier version');
    const strings = (await resources.listIndexes().toArray()).find(({ name }) => name === 'strings');
    expect(strings).toMatchObject({ key: { n: 1, o: 1 }, partialFilterExpression: { n: { $exists: true } } });
    await store.close();
  });

  test('a program that knows only earlier ones leaves those of a later one', async () => {
    await db.collection('resources').createIndex({ x: 1 }, { name: 'of a later version' });
    const made = ['resources.of a later version'];
    await db.collection<Document>('state').updateOne({ _id: 'indexes' as unknown as ObjectId }, { $set: { version: 99, made } });
    await (await arranged()).close();
    expect(await namesOf('resources')).toContain('of a later version');
    expect(await state()).toMatchObject({ version: 99 });
  });

  test('are made behind while the server serves, which is not ready until then', async () => {
    // Another process holds the lease and does not come to an end.
    const _id = 'indexes' as unknown as ObjectId;
    await db.collection('resources').dropIndex('keys');
    const until = new Date(Date.now() + 600_000);
    await db.collection<Document>('state').updateOne({ _id }, { $set: { version: 1, until } });
    const store = await arranged();
    await store.commit(commitOf(write('Patient/1', { entries: [token('gender', 'female')] })));
    expect(await found(store, where('Patient', isToken('gender', 'female')))).toEqual(['Patient/1']);
    const before = await store.describe();
    expect([before.ready, before.details['indexes being made']]).toEqual([false, 'resources.keys']);
    await db.collection<Document>('state').updateOne({ _id }, { $set: { until: new Date(0) } });
    while (!(await store.describe()).ready) await new Promise((done) => setTimeout(done, 50));
    expect(await namesOf('resources')).toContain('keys');
    await store.close();
  }, 60_000);
});
