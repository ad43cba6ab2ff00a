/** Totals are kept while nothing is written, and statements are broken off when their time is up. Source: src/store/port.ts count, Query timeLimit */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { StoreCostly } from '../../src/store/port.js';
import { connect, isInterrupted } from '../../src/store/sqlite/binding.js';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import { inOneRead } from '../../src/store/sqlite/reader.js';
import { inTime } from '../../src/store/sqlite/sql.js';
import { inTurns } from '../../src/store/sqlite/steps.js';
import { createTotals } from '../../src/store/sqlite/totals.js';
import { commitOf, isToken, token, where, write } from './contract/fixture.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lianyi-totals-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('a total', () => {
  const asked = where('Patient', isToken('gender', 'male'));
  const male = (id: string) => commitOf(write(`Patient/${id}`, { entries: [token('gender', 'male')] }));

  test('is counted anew after each commit, of another process too', async () => {
    const file = join(folder, 'counted.db');
    const [one, other] = [await openSqliteStore(file), await openSqliteStore(file)];
    try {
      await one.commit(male('1'));
      for (const store of [one, one, other]) expect(await store.count(asked, {})).toEqual({ total: 1, exact: true });
      await other.commit(male('2'));
      for (const store of [one, other]) expect(await store.count(asked, {})).toEqual({ total: 2, exact: true });
      await one.reindex([{ type: 'Patient', id: '1', version: 1, entries: [], compartments: [], sort: [] }]);
      for (const store of [one, other]) expect(await store.count(asked, {})).toEqual({ total: 1, exact: true });
    } finally {
      await Promise.all([one.close(), other.close()]);
    }
  });

  test('is kept until something is committed, and not where something was while it was counted', async () => {
    const file = join(folder, 'kept.db');
    const store = await openSqliteStore(file);
    const connection = connect(file, { readOnly: true, busyTimeout: 1000 });
    const totals = createTotals(connection);
    const total = { total: 7, exact: true };
    totals.remember(asked)(total);
    expect(totals.known(asked)).toEqual(total);
    expect(totals.known(where('Patient', isToken('gender', 'female')))).toBe(undefined);
    await store.commit(male('1'));
    expect(totals.known(asked)).toBe(undefined);
    const remember = totals.remember(asked);
    await store.commit(male('2'));
    remember(total);
    expect(totals.known(asked)).toBe(undefined);
    totals.remember(asked)({ total: 7, exact: false });
    expect(totals.known(asked)).toBe(undefined);
    connection.close();
    await store.close();
  });
});

describe('a statement without end', () => {
  const endless = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n WHERE ${inTime('i').text}`;

  function* work(connection: ReturnType<typeof connect>) {
    yield;
    return connection.statement(endless).get([]);
  }

  test('is broken off when its time is up, and then is too costly', async () => {
    const connection = connect(':memory:', { readOnly: false, busyTimeout: 0 });
    const during = inOneRead({ connection });
    await expect(inTurns(work(connection), { timeLimit: 20, during })).rejects.toBeInstanceOf(StoreCostly);
    expect(await inTurns(work(connection), { timeLimit: 20, during, late: () => [0] })).toEqual([0]);
    connection.interruptAt(performance.now());
    let met: unknown;
    try {
      connection.statement(endless).get([]);
    } catch (error) {
      met = error;
    }
    expect(isInterrupted(met)).toBe(true);
    connection.close();
  });

  test('goes on in the other thread, where there is one', async () => {
    const connection = connect(':memory:', { readOnly: false, busyTimeout: 0 });
    const during = inOneRead({ connection });
    const elsewhere = async (limit: number | undefined) => [limit ?? 'for ever'];
    expect(await inTurns<unknown>(work(connection), { during, elsewhere })).toEqual(['for ever']);
    connection.close();
  });
});
