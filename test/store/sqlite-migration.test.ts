/** Files of older schemas: brought along part by part, resumed after a kill, refused where that cannot be. Source: src/store/sqlite/migrate.ts */
import { spawnSync } from 'node:child_process';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createServer } from '../../src/server.js';
import { type ResourceStore, StoreUnavailable } from '../../src/store/port.js';
import { connect, type Row } from '../../src/store/sqlite/binding.js';
import type { MigrationProgress } from '../../src/store/sqlite/migrate.js';
import { openSqliteStore, type SqliteOptions } from '../../src/store/sqlite/open.js';
import { commitOf, found, isToken, isUri, layout, where, write } from './contract/fixture.js';
import { makeFileOfSchema1, RESOURCES } from './sqlite-schema-1.js';

const opener = fileURLToPath(new URL('./sqlite-migration-opener.js', import.meta.url));
let folder = '';
let original = '';
const PROFILE = 'https://lianyi.cn/fhir/1';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lianyi-migration-'));
  original = join(folder, 'original.db');
  makeFileOfSchema1(original);
}, 60_000);
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function copied(name: string): Promise<string> {
  const file = join(folder, name);
  await copyFile(original, file);
  return file;
}

async function opened<T>(file: string, options: SqliteOptions, use: (store: ResourceStore) => Promise<T>): Promise<T> {
  const store = await openSqliteStore(file, options);
  try {
    await store.arrange(layout);
    return await use(store);
  } finally {
    await store.close();
  }
}

function rowsOf(file: string, sql: string): readonly Row[] {
  const connection = connect(file, { readOnly: true, busyTimeout: 1000 });
  try {
    return connection.statement(sql).all([]);
  } finally {
    connection.close();
  }
}

/** What schema 1 knew of its versions, in the order that the feed is to give them. */
function expectedOrder(): readonly string[] {
  const versions = 'SELECT n, version, updated FROM resource UNION ALL SELECT resource, version, updated FROM version';
  return rowsOf(original, `SELECT r.id, v.version FROM (${versions}) AS v JOIN resource AS r USING (n) ORDER BY v.updated, n`).map(
    ([id, version]) => `${id}/${version}`,
  );
}

async function orderOf(store: ResourceStore): Promise<readonly string[]> {
  const seen: string[] = [];
  for await (const { id, version } of store.changes(undefined, { live: false })) seen.push(`${id}/${version}`);
  return seen;
}

async function walkOf(store: ResourceStore): Promise<readonly string[]> {
  const seen: string[] = [];
  for (let after: { lastUpdated: number; number: number } | undefined; ; ) {
    const slice = await store.history({ scope: {}, count: 1000, ascending: true, after });
    seen.push(...slice.versions.map(({ version }) => `${version.id}/${version.version}`));
    if (!slice.more) return seen;
    after = slice.versions.at(-1)?.position;
  }
}

describe('a file of schema 1', () => {
  test('is brought along when it is opened: its versions are in the feed and in histories, and nothing is lost', async () => {
    const file = await copied('whole.db');
    const progress: MigrationProgress[] = [];
    await opened(file, { software: '1.2.3', onMigration: (one) => progress.push(one) }, async (store) => {
      const expected = expectedOrder();
      expect(expected.length).toBeGreaterThan(RESOURCES + 8000);
      expect(await orderOf(store)).toEqual(expected);
      expect(await walkOf(store)).toEqual(expected);
      expect(await store.countHistory({ scope: {} }, {})).toEqual({ total: expected.length, exact: true });
      const [current, old, deleted] = await store.read([
        { type: 'Observation', id: 'r3' },
        { type: 'Observation', id: 'r3', version: 2 },
        { type: 'Patient', id: 'r10' },
      ]);
      expect([current?.version, current?.json?.toString()]).toEqual([3, '{"resourceType":"Observation","id":"r3"}']);
      expect(old?.json?.toString()).toBe('{"id":"r3","was":2}');
      expect(deleted).toMatchObject({ method: 'DELETE', json: null });
      expect(await found(store, where('Patient', isToken('gender', 'male')), { count: 2 })).toEqual(['Patient/r4', 'Patient/r8']);
      const observed = where('Observation', {
        kind: 'all',
        of: [{ kind: 'compartment', name: 'Patient/r5' }, isUri('_profile', 'equal', PROFILE)],
      });
      expect(await found(store, observed, { count: 2 })).toEqual(['Observation/r19', 'Observation/r61']);
      const below = where('Patient', isUri('_profile', 'below', PROFILE.slice(0, -1)));
      expect((await store.count(below, {})).total).toBe((RESOURCES / 2) * 0.8);
      await store.commit(commitOf(write('Observation/r3', { version: 4, lastUpdated: Date.now() })));
      expect((await orderOf(store)).slice(expected.length)).toEqual(['r3/4']);
    });
    expect(progress.length).toBeGreaterThan(8);
    for (const { done, total } of progress) expect(done).toBeLessThanOrEqual(total);
    const ledger = rowsOf(file, 'SELECT schema, name, software, ended >= began, place FROM migration ORDER BY schema');
    expect(ledger[0]).toEqual([2, 'feed and histories', '1.2.3', 1, null]);
    await opened(file, { onMigration: () => expect('not again').toBe('') }, async () => {});
  }, 60_000);

  test('that was killed again and again in the middle goes on where it was', async () => {
    const file = await copied('killed.db');
    const endings: (string | null)[] = [];
    while (endings.at(-1) !== null && endings.length < 40) {
      const { signal, stderr } = spawnSync(process.execPath, [opener, file, '2'], { encoding: 'utf8' });
      endings.push(signal);
      if (signal === null) expect(stderr).toBe('');
      if (endings.length !== 3) continue;
      const reading = openSqliteStore(file, { readOnly: true });
      await expect(reading).rejects.toThrow(/older Lianyi .* open it once for writing/);
      // A server that knows schema 1 alone refuses it by this number.
      expect(Number(rowsOf(file, 'PRAGMA user_version')[0]?.[0])).toBeGreaterThan(1);
    }
    expect(endings.filter((signal) => signal === 'SIGKILL').length).toBeGreaterThan(3);
    expect(endings.at(-1)).toBe(null);
    await opened(file, {}, async (store) => {
      expect(await orderOf(store)).toEqual(expectedOrder());
      expect(await walkOf(store)).toEqual(expectedOrder());
    });
  }, 120_000);

  test('that two processes open at once is brought along once', async () => {
    const file = await copied('twice.db');
    const [one, other] = await Promise.all([openSqliteStore(file), openSqliteStore(file)]);
    try {
      expect(await orderOf(one)).toEqual(expectedOrder());
      expect(await orderOf(other)).toEqual(expectedOrder());
    } finally {
      await Promise.all([one.close(), other.close()]);
    }
  }, 60_000);

  test('has afterwards the tables and indexes of a file that was made today', async () => {
    const [old, fresh] = [await copied('tables.db'), join(folder, 'fresh.db')];
    for (const file of [old, fresh]) await opened(file, {}, async () => {});
    const schema = (file: string) =>
      rowsOf(file, "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name").map(
        ([type, name, sql]) => `${type} ${name} ${String(sql).replace(/\s+/g, ' ')}`,
      );
    expect(schema(old)).toEqual(schema(fresh));
    expect(rowsOf(old, 'PRAGMA user_version')).toEqual(rowsOf(fresh, 'PRAGMA user_version'));
  }, 60_000);

  test('with long texts has few of them in memory and in one transaction', async () => {
    const file = await copied('long.db');
    const connection = connect(file, { readOnly: false, busyTimeout: 1000 });
    for (const table of ['version', 'token', 'reference', 'uri']) connection.exec(`DELETE FROM ${table}`);
    connection.exec('DELETE FROM resource WHERE n > 3; UPDATE resource SET version = 1, json = zeroblob(9000000)');
    connection.close();
    const told: MigrationProgress[] = [];
    await opened(file, { onMigration: (progress) => told.push(progress) }, async (store) => {
      const read = await store.read([1, 2, 3].map((n) => ({ type: n % 2 === 0 ? 'Patient' : 'Observation', id: `r${n}` })));
      expect(read.map((version) => version?.json?.length)).toEqual([1, 2, 3].map(() => 9_000_000));
    });
    const parts = told.filter(({ schema, step }) => schema === 3 && step === 'current versions');
    expect(parts.map(({ done }) => done)).toEqual([2, 3]);
  });

  test('makes the server say how far it is', async () => {
    const lines: string[] = [];
    const log = (_: object, text: string) => {
      lines.push(text);
    };
    const logger = { info: log, warn: log, error: log };
    const server = await createServer({ store: `sqlite:${await copied('logged.db')}`, logger });
    await server.close();
    expect(lines[0]).toMatch(/^The store is being brought to schema 2 \(feed and histories\): tables, 1 of 1$/);
  }, 60_000);

  test('that is opened read-only is refused with what would help', async () => {
    const file = await copied('read-only.db');
    const opening = openSqliteStore(file, { readOnly: true });
    await expect(opening).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(opening).rejects.toThrow(/read-only\.db has the data of an older Lianyi \(schema 1; this one reads \d+\)/);
  });
});

describe('a new file', () => {
  test('says in its ledger which software made it', async () => {
    const file = join(folder, 'made.db');
    await opened(file, { software: '4.5.6' }, async () => {});
    expect(rowsOf(file, 'SELECT name, software, place FROM migration')).toEqual([['made', '4.5.6', null]]);
  });

  test('that two processes make at once is one', async () => {
    const file = join(folder, 'made-twice.db');
    const [one, other] = await Promise.all([openSqliteStore(file), openSqliteStore(file)]);
    await one.commit(commitOf(write('Patient/1')));
    expect(await orderOf(other)).toEqual(['1/1']);
    await Promise.all([one.close(), other.close()]);
  });
});
