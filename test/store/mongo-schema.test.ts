/** How a database of an earlier schema becomes one of this. Source: src/store/mongo/schema.ts */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Db, type Document, MongoClient, ObjectId } from 'mongodb';
import { openMongoStore } from '../../src/store/mongo/open.js';
import { dropDatabase, emptyDatabase, mongoExpected } from '../mongo-store.js';

const instances = 300;
const versionsEach = 10;
const padded = (version: number) => String(version).padStart(8, '0');

/** As schema 1 left it: 3,000 superseded versions of 300 instances, one of them a copy that a crash left of a current version. */
async function fill(db: Db): Promise<void> {
  const state = db.collection<Document>('state');
  await state.insertOne({ _id: 'schema' as unknown as ObjectId, version: 1 });
  const body = (version: number) => ({ v: version, u: version * 1000, m: 'PUT', j: Buffer.from('{}'), w: new ObjectId() });
  const ids = Array.from({ length: instances }, (_, i) => `Patient/${i}`);
  await db.collection<Document>('resources').insertMany(
    ids.map((id, i) => ({
      _id: id as unknown as ObjectId,
      t: i % 2 === 0 ? 'Patient' : '-Patient',
      o: 7 + i,
      ...body(versionsEach + 1),
    })),
  );
  const old = ids.flatMap((id) => Array.from({ length: versionsEach }, (_, i) => ({ _id: `${id}/${padded(i + 1)}`, ...body(i + 1) })));
  const copy = { _id: `Patient/5/${padded(versionsEach + 1)}`, ...body(versionsEach + 1) };
  await db.collection<Document>('versions').insertMany([...old, copy] as unknown as Document[]);
}

(mongoExpected ? describe : describe.skip)('a database of schema 1', () => {
  const url = mongoExpected ? emptyDatabase() : '';
  let client: MongoClient;
  let db: Db;
  const schema = async (): Promise<Document> =>
    (await db.collection<Document>('state').findOne({ _id: 'schema' as unknown as ObjectId })) ?? {};
  const versionsWith = (filter: Document) => db.collection('versions').countDocuments(filter);
  beforeAll(async () => {
    client = await new MongoClient(url).connect();
    db = client.db();
    await fill(db);
  });
  afterAll(async () => {
    await client.close();
    await dropDatabase(url);
  });

  test('is carried on where another process stopped, and what it had done is not done again', async () => {
    const half = `Patient/200/${padded(3)}`;
    const migration = { to: 2, holder: new ObjectId(), until: new Date(Date.now() - 1000), began: new Date(0), after: half, done: 4711 };
    await db.collection<Document>('state').updateOne({ _id: 'schema' as unknown as ObjectId }, { $set: { version: 2, migration } });
    const told: string[] = [];
    await (await openMongoStore(url, { software: 'Lianyi 9', onProgress: (text) => told.push(text) })).close();
    expect(await versionsWith({ _id: { $lte: half }, t: { $exists: true } } as Document)).toBe(0);
    expect(await versionsWith({ _id: { $gt: half }, t: { $exists: false } } as Document)).toBe(0);
    const behind = await versionsWith({ _id: { $gt: half } } as Document);
    expect(await schema()).toMatchObject({
      version: 3,
      ledger: [
        { version: 2, software: 'Lianyi 9', documents: 4711 + behind, began: new Date(0), at: expect.any(Date) },
        { version: 3, software: 'Lianyi 9', documents: 0 },
      ],
    });
    expect(await schema()).not.toHaveProperty('migration');
    expect(told).toContain(`The database is at version 2: ${4711 + behind} documents were changed`);
  });

  test('two processes open it at once: it is migrated once, and both find it whole', async () => {
    await db.collection('versions').updateMany({}, { $unset: { t: 1, o: 1, e: 1 } });
    await db.collection<Document>('state').replaceOne({ _id: 'schema' as unknown as ObjectId }, { version: 1 });
    const both = await Promise.all([openMongoStore(url), openMongoStore(url)]);
    await Promise.all(both.map((store) => store.close()));
    expect((await schema()).ledger).toMatchObject([{ version: 2, documents: instances * versionsEach + 1 }, { version: 3 }]);
    const rows = await db
      .collection<Document>('versions')
      .find({}, { projection: { t: 1, o: 1, e: 1, v: 1, u: 1 } })
      .toArray();
    const wrong = rows.filter(({ _id, t, o, e, v, u }) => {
      const [type, id] = String(_id).split('/');
      return t !== type || o !== 7 + Number(id) || e !== (v > versionsEach ? u : (v + 1) * 1000);
    });
    expect(wrong).toEqual([]);
  });

  test('the units that stood in the names of ranges become keys of them', async () => {
    const state = db.collection<Document>('state');
    await state.replaceOne({ _id: 'schema' as unknown as ObjectId }, { version: 2 });
    const p = 'Observation.value-quantity';
    const names = [`${p}:0`, `${p}%7chttp://unitsofmeasure.org%7cmm[Hg]:0`, `${p}%7c%7c%25:m`];
    const _id = 'Observation/units' as unknown as ObjectId;
    await db.collection<Document>('resources').insertOne({ _id, v: 1, r: names.map((name) => ({ p: name, l: 1, h: 2 })) });
    await (await openMongoStore(url)).close();
    const found = await db.collection<Document>('resources').findOne({ _id });
    const renamed = [`${p}:0`, `${p}=|http://unitsofmeasure.org|mm[Hg]:0`, `${p}=||%:m`];
    expect(found?.r).toEqual(renamed.map((name) => ({ p: name, l: 1, h: 2 })));
    expect((await schema()).ledger.at(-1)).toMatchObject({ version: 3, documents: 1 });
  });

  test('a new database begins at the version of the program, with who made it', async () => {
    const fresh = emptyDatabase();
    try {
      await (await openMongoStore(fresh, { software: 'Lianyi 9' })).close();
      const found = await client
        .db(new URL(fresh).pathname.slice(1))
        .collection('state')
        .findOne({ _id: 'schema' as unknown as ObjectId });
      expect(found).toMatchObject({ version: 3, ledger: [{ version: 3, software: 'Lianyi 9', at: expect.any(Date) }] });
    } finally {
      await dropDatabase(fresh);
    }
  });
});
