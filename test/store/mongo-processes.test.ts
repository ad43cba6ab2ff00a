/** Two processes on one database, as in production: what one writes binds the other. Source: src/store/port.ts Guard, Write */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openMongoStore } from '../../src/store/mongo/open.js';
import { type Commit, type ResourceStore, StoreBusy, StoreConflict } from '../../src/store/port.js';
import { mongoExpected, type OpenedMongo, openMongo } from '../mongo-store.js';
import { commitOf, found, isToken, layout, query, token, where, write } from './contract/fixture.js';
import { deletionOf, referenceTo, referrersOf } from './contract/shared-names.js';

async function isWritten(store: ResourceStore, commit: Commit): Promise<boolean> {
  try {
    await store.commit(commit);
    return true;
  } catch (error) {
    if (error instanceof StoreConflict || error instanceof StoreBusy) return false;
    throw error;
  }
}

(mongoExpected ? describe : describe.skip)('two processes on one MongoDB', () => {
  let opened: OpenedMongo;
  let other: ResourceStore;
  beforeAll(async () => {
    opened = await openMongo();
    other = await openMongoStore(opened.url);
    await opened.store.arrange(layout);
    await other.arrange(layout);
  });
  afterAll(async () => {
    await other.close();
    await opened.close();
  });

  /** One commit each way in turn: whether each was written. */
  function race(commits: readonly Commit[]): Promise<readonly boolean[]> {
    return Promise.all(commits.map((commit, i) => isWritten(i % 2 === 0 ? opened.store : other, commit)));
  }

  test('conditional creates under one criterion make one resource', async () => {
    for (let round = 0; round < 5; round++) {
      const asked = where('Patient', isToken('identifier', `x${round}`));
      const guards = [{ where: asked, keys: [], names: [`Patient.identifier=x${round}`] }];
      const create = (i: number): Commit => ({
        writes: [write(`Patient/${round}-${i}`, { entries: [token('identifier', `x${round}`)] })],
        guards,
      });
      const outcomes = await race(Array.from({ length: 24 }, (_, i) => create(i)));
      expect(outcomes.filter((written) => written).length).toBe(1);
      expect((await found(opened.store, asked)).length).toBe(1);
    }
  }, 60_000);

  test('of the updates of one version one is written, single or in a transaction', async () => {
    await opened.store.commit(commitOf(write('Patient/shared')));
    const update = (i: number) => {
      const shared = write('Patient/shared', { version: 2, json: `{"writer":${i}}` });
      return i % 4 < 2 ? commitOf(shared) : commitOf(shared, write(`Organization/beside-${i}`, { entries: [token('beside', 'yes')] }));
    };
    const outcomes = await race(Array.from({ length: 24 }, (_, i) => update(i)));
    expect(outcomes.filter((written) => written).length).toBe(1);
    const winner = outcomes.indexOf(true);
    expect((await other.read([{ type: 'Patient', id: 'shared' }]))[0]?.json?.toString()).toBe(`{"writer":${winner}}`);
    expect((await found(opened.store, where('Organization', isToken('beside', 'yes')))).length).toBe(winner % 4 < 2 ? 0 : 1);
  }, 60_000);

  test('a reference and the deletion of its target never both succeed', async () => {
    for (let round = 0; round < 20; round++) {
      const target = `apart-${round}`;
      await opened.store.commit(commitOf(write(`Patient/${target}`)));
      const references = Array.from({ length: 3 }, (_, i) => referenceTo(target, `${target}-${i}`));
      const [deleted, ...referred] = await race([deletionOf(target), ...references]);
      expect(referred.filter((written) => written && deleted)).toEqual([]);
      expect((await found(opened.store, referrersOf(target))).length).toBe(referred.filter((written) => written).length);
    }
  }, 60_000);

  test('creation numbers differ', async () => {
    await race(Array.from({ length: 60 }, (_, i) => commitOf(write(`Organization/number-${i}`, { entries: [token('numbered', 'yes')] }))));
    const { matches } = await other.search(query(where('Organization', isToken('numbered', 'yes'))));
    expect(new Set(matches.map(({ position }) => position.number)).size).toBe(60);
  });
});
