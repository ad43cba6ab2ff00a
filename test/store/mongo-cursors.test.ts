/** Cursors of MongoDB as the driver gives them. Source: MongoDB's command killCursors */
import { expect, test } from '@jest/globals';
import { Long, MongoClient, MongoServerError } from 'mongodb';
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
