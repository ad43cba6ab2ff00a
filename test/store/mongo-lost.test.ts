/**
 * What MongoDB breaks off or does not answer is done again and done once. Source: MongoDB "Drivers API", error labels
 * TransientTransactionError and UnknownTransactionCommitResult
 */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MongoClient } from 'mongodb';
import { keepTable, packTable, readTableBytes, tableNote } from '../../src/store/concept-blocks.js';
import { openMongoStore } from '../../src/store/mongo/open.js';
import { type ResourceStore, StoreConflict } from '../../src/store/port.js';
import { ownMongodExpected, startMongod, type TestMongod } from '../mongod.js';
import { commitOf, found, versionsOf, where, write } from './contract/fixture.js';

((await ownMongodExpected()) ? describe : describe.skip)('where MongoDB breaks off or does not answer', () => {
  let mongod: TestMongod;
  let admin: MongoClient;
  let store: ResourceStore;

  beforeAll(async () => {
    const started = await startMongod({ parameters: { enableTestCommands: '1', transactionLifetimeLimitSeconds: '1' } });
    if ('unavailable' in started) throw new Error(started.unavailable);
    mongod = started;
    admin = await MongoClient.connect(mongod.url);
    store = await openMongoStore(mongod.url.replace('/?', '/lost?'));
    await store.arrange({ types: {} });
  }, 30_000);

  afterAll(async () => {
    await store?.close();
    await admin?.close();
    await mongod?.stop('SIGKILL');
  });

  /** The next `times` of these commands of the store fail so. */
  async function failing(commands: readonly string[], times: number, how: object): Promise<void> {
    const data = { failCommands: commands, appName: 'lianyi', ...how };
    await admin.db('admin').command({ configureFailPoint: 'failCommand', mode: { times }, data });
  }

  /** How often it has failed since the server was started. */
  async function failures(): Promise<number> {
    const { count } = await admin.db('admin').command({ configureFailPoint: 'failCommand', mode: 'off' });
    return Number(count);
  }

  const transient = { errorLabels: ['TransientTransactionError'] };
  const cases: readonly (readonly [what: string, commands: readonly string[], times: number, how: object])[] = [
    ['meets another at the locks', ['update'], 2, { errorCode: 112, ...transient }],
    ['meets another at the insertion', ['insert'], 3, { errorCode: 112, ...transient }],
    ['loses its connection on the way', ['insert'], 1, { closeConnection: true }],
    ['loses its connection when it looks again at what it relied on', ['find'], 1, { closeConnection: true }],
    ['finds no primary for the moment', ['insert'], 1, { errorCode: 10_107, ...transient }],
    ['loses its connection at the commit', ['commitTransaction'], 1, { closeConnection: true }],
    ['loses its connection at the commit again and again', ['commitTransaction'], 4, { closeConnection: true }],
    ['is forgotten before it is committed', ['commitTransaction'], 1, { errorCode: 251, ...transient }],
    ['is committed, and is told that a majority does not know of it yet', ['commitTransaction'], 1, concern(64)],
    ['is committed while the primary goes', ['commitTransaction'], 1, concern(91)],
    ['is committed, and is told that no majority will know of it for now', ['commitTransaction'], 1, concern(100)],
  ];

  test.each(cases.map((one, at) => [...one, at] as const))('a transaction that %s is written once', async (_, commands, times, how, at) => {
    const replaced = write(`Patient/replaced-${at}`, { version: 1 });
    await store.commit(commitOf(replaced));
    const writes = [write(`Patient/created-${at}`), write(`Patient/replaced-${at}`, { version: 2 })];
    const guard = { where: where('Practitioner'), keys: [], names: [`lost-${at}`] };
    const before = await failures();
    await failing(commands, times, how);
    await store.commit({ writes, guards: [guard] });
    expect(await failures()).toBeGreaterThan(before);
    expect((await versionsOf(store, `Patient/created-${at}`)).map(({ version }) => version)).toEqual([1]);
    expect((await versionsOf(store, `Patient/replaced-${at}`)).map(({ version }) => version)).toEqual([2, 1]);
    expect(await found(store, where('Patient'), { count: 1000 })).toContain(`Patient/created-${at}`);
  });

  test('a transaction that is given up, and whose end is not heard of, stands in the way of nobody', async () => {
    const before = await failures();
    await failing(['abortTransaction'], 1, { closeConnection: true });
    const wrong = [write('Patient/free'), write('Patient/replaced-0', { version: 2 })];
    await expect(store.commit(commitOf(...wrong))).rejects.toBeInstanceOf(StoreConflict);
    expect(await failures()).toBeGreaterThan(before);
    await store.commit(commitOf(write('Patient/free'), write('Patient/beside')));
    expect((await versionsOf(store, 'Patient/free')).length).toBe(1);
  });

  test('a table of concepts has all its blocks', async () => {
    const bytes = randomBytes(200_000);
    const table = await packTable(bytes, 1);
    const before = await failures();
    await failing(['update'], 6, { closeConnection: true });
    await keepTable(store.states, table);
    expect(await failures()).toBe(before + 6);
    const note = await tableNote(store.states, table.digest);
    if (note === undefined) throw new Error('the table is not complete');
    expect(await readTableBytes(store.states, note)).toEqual(bytes);
  });

  test('a transaction that grows older than MongoDB lets it is done again', async () => {
    await failing(['commitTransaction'], 1, { blockConnection: true, blockTimeMS: 2500 });
    await store.commit(commitOf(write('Patient/old-1'), write('Patient/old-2')));
    const { transactions } = await admin.db('admin').command({ serverStatus: 1 });
    expect(Number(transactions.totalAborted)).toBeGreaterThan(0);
    expect((await versionsOf(store, 'Patient/old-1')).length).toBe(1);
    expect((await versionsOf(store, 'Patient/old-2')).length).toBe(1);
  }, 20_000);
});

function concern(code: number) {
  return { writeConcernError: { code, errmsg: 'made to fail' } };
}
