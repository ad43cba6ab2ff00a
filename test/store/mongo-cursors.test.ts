/** Cursors of MongoDB as the driver gives them, and the end of one. Source: MongoDB's commands killCursors, getMore */
import { expect, test } from '@jest/globals';
import { Long, MongoClient, MongoServerError } from 'mongodb';
import { collectionsOf } from '../../src/store/mongo/collections.js';
import { batches, isHistoryLost } from '../../src/store/mongo/feed-stream.js';
import { momentNow } from '../../src/store/mongo/moment.js';
import { cursorId } from '../../src/store/mongo/reader.js';
import { emptyDatabase, mongoExpected } from '../mongo-store.js';

const onMongo = mongoExpected ? test : test.skip;

onMongo('a cursor whose number is small enough for a double is still named as MongoDB takes it', async () => {
  const client = await new MongoClient(emptyDatabase()).connect();
  try {
    const ended = (id: unknown) => client.db().command({ killCursors: 'resources', cursors: [id] });
    // Read from a reply the driver makes a number of it, up to 2^53.
    const small = 2 ** 40;
    await expect(ended(small)).rejects.toBeInstanceOf(MongoServerError);
    for (const id of [small, Long.MAX_VALUE])
      expect(await ended(cursorId(id))).toMatchObject({ ok: 1, cursorsNotFound: [expect.anything()] });
  } finally {
    await client.close();
  }
});

onMongo('a stream whose collection was taken away is one that does not go on', async () => {
  const client = await new MongoClient(emptyDatabase()).connect();
  try {
    const collections = collectionsOf(client, client.db().databaseName);
    await collections.db.createCollection('resources');
    const from = await momentNow(collections);
    const stream = batches(collections, { startAtOperationTime: from }, () => 20_000);
    await collections.resources.insertOne({ _id: 'Patient/1', v: 1, u: 1, m: 'PUT' } as never);
    expect((await stream.next()).value?.rows).toMatchObject([{ k: 'Patient/1', v: 1 }]);
    await collections.resources.drop();
    const ended = await stream.next().catch((error: unknown) => error);
    expect(isHistoryLost(ended)).toBe(true);
  } finally {
    await client.db().dropDatabase();
    await client.close();
  }
});
