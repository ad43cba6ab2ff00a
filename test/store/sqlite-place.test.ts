/** Where the file is, what may be put in its place, and what is left where a copy of it went wrong. Source: src/store/sqlite/{place,backup}.ts */
import { copyFile, lstat, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ResourceStore, StoreUnavailable } from '../../src/store/port.js';
import { backUpFile, restoreFile } from '../../src/store/sqlite/backup.js';
import { connect } from '../../src/store/sqlite/binding.js';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import { placeOf } from '../../src/store/sqlite/place.js';
import { commitOf, found, layout, where, write } from './contract/fixture.js';

let folder = '';
const at = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lianyi-place-'));
  await withStore(at('source.db'), async (store) => store.commit(commitOf(write('Patient/backed-up'))));
  await backUpFile(at('source.db'), at('backup.db'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function withStore(file: string, use: (store: ResourceStore) => Promise<unknown>): Promise<void> {
  const store = await openSqliteStore(file);
  try {
    await store.arrange(layout);
    await use(store);
  } finally {
    await store.close();
  }
}

async function expectBackedUp(file: string): Promise<void> {
  await withStore(file, async (store) => expect(await found(store, where('Patient'))).toEqual(['Patient/backed-up']));
}

describe('a store', () => {
  test('that is named by a link keeps an eye on the log beside the file itself', async () => {
    await symlink('linked.db', at('link.db'));
    await withStore(at('link.db'), async (store) => {
      await store.commit(commitOf(write('Patient/1')));
      expect((await store.describe()).details.logBytes).toBeGreaterThan(0);
    });
    expect((await lstat(at('linked.db'))).isFile()).toBe(true);
  });

  test("is its owner's alone, with what lies beside it and copies of it", async () => {
    const modeOf = async (name: string) => (await lstat(at(name))).mode & 0o777;
    await withStore(at('own.db'), async (store) => {
      await store.commit(commitOf(write('Patient/1')));
      for (const name of ['own.db', 'own.db-wal', 'own.db-shm']) expect(await modeOf(name)).toBe(0o600);
    });
    await restoreFile(at('backup.db'), at('restored.db'), { replace: false });
    for (const name of ['backup.db', 'restored.db']) expect(await modeOf(name)).toBe(0o600);
  });

  test('has the file of its name, whatever SQLite takes a name for', async () => {
    expect(await placeOf('file:x.db?mode=memory')).toBe(resolve('file:x.db?mode=memory'));
    for (const name of ['a b.db', '病人.db', '%41.db', 'x?mode=memory', "it's.db"]) {
      await withStore(at(name), (store) => store.commit(commitOf(write('Patient/1'))));
      expect((await lstat(at(name))).size).toBeGreaterThan(0);
    }
  });

  test('that another process has to itself for a while, as after one was killed, is opened when it may be', async () => {
    const other = connect(at('busy.db'), { readOnly: false, busyTimeout: 0 });
    other.exec('BEGIN EXCLUSIVE');
    setTimeout(() => other.exec('ROLLBACK'), 300);
    await withStore(at('busy.db'), (store) => store.commit(commitOf(write('Patient/1'))));
    other.close();
  });

  test('without a name is refused with what is expected', async () => {
    await expect(openSqliteStore('')).rejects.toThrow(/name of the database file is empty; STORE is sqlite:<file>/);
  });
});

describe('a backup put in the place of a store', () => {
  test.each([
    ['is no database', () => Promise.resolve(Buffer.from('just a text '.repeat(1000)))],
    ['was cut off', async () => (await readFile(at('backup.db'))).subarray(0, 9000)],
  ])('replaces a file that %s', async (_what, damaged) => {
    const file = at('damaged.db');
    await writeFile(file, await damaged());
    await expect(restoreFile(at('backup.db'), file, { replace: false })).rejects.toBeInstanceOf(StoreUnavailable);
    await restoreFile(at('backup.db'), file, { replace: true });
    await expectBackedUp(file);
  });

  test('goes to where a link leads, and leaves the link', async () => {
    await symlink('far.db', at('near.db'));
    await copyFile(at('backup.db'), at('far.db'));
    await restoreFile(at('backup.db'), at('near.db'), { replace: true });
    expect((await lstat(at('near.db'))).isSymbolicLink()).toBe(true);
    await expectBackedUp(at('far.db'));
  });

  test('is not read with a log that was left there', async () => {
    await withStore(at('used.db'), async (store) => {
      await store.commit(commitOf(write('Patient/of-the-log')));
      await copyFile(at('used.db-wal'), at('new.db-wal'));
    });
    await restoreFile(at('backup.db'), at('new.db'), { replace: false });
    await expectBackedUp(at('new.db'));
  });

  test('says what is wrong where the place is a folder', async () => {
    await expect(restoreFile(at('backup.db'), folder, { replace: true })).rejects.toThrow(`${folder} could not be restored: `);
  });
});

describe('a copy', () => {
  test('that is not what it should be gets no name, and the next one does', async () => {
    const refusing = backUpFile(at('source.db'), at('second.db'), { verify: () => Promise.reject(new Error('not the same')) });
    await expect(refusing).rejects.toThrow('not the same');
    for (const rest of ['', '-wal', '-journal']) await writeFile(at(`second.db.partial${rest}`), 'of one that was killed');
    await backUpFile(at('source.db'), at('second.db'), { verify: expectBackedUp });
    await expectBackedUp(at('second.db'));
    expect((await readdir(folder)).filter((name) => name.includes('partial'))).toEqual([]);
  });
});
