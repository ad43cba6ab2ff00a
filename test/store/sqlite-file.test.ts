/** What is SQLite's own: the file, its version, full disks, other processes, and time. Source: src/store/port.ts errors */
import { randomBytes } from 'node:crypto';
import { copyFile, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ResourceStore, StoreBusy, StoreCostly, StoreUnavailable } from '../../src/store/port.js';
import { connect } from '../../src/store/sqlite/binding.js';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import { commitOf, found, isText, isToken, layout, query, text, token, where, write } from './contract/fixture.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lianyi-sqlite-file-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** So many characters that no compression shortens by much. */
function padding(length: number): string {
  return randomBytes(Math.ceil(length * 0.75))
    .toString('base64')
    .slice(0, length);
}

async function withStore(name: string, use: (store: ResourceStore, file: string) => Promise<void>): Promise<void> {
  const file = join(folder, name);
  const store = await openSqliteStore(file);
  try {
    await store.arrange(layout);
    await use(store, file);
  } finally {
    await store.close();
  }
}

function inSqlite(file: string, sql: string): void {
  const connection = connect(file, { readOnly: false, busyTimeout: 1000 });
  connection.exec(sql);
  connection.close();
}

function notesIn(file: string): number {
  const connection = connect(file, { readOnly: true, busyTimeout: 1000 });
  try {
    return Number(connection.statement('SELECT count(*) FROM note').get([])?.[0]);
  } finally {
    connection.close();
  }
}

describe('the file', () => {
  test('alone holds everything after an orderly end, however it was read', async () => {
    await withStore('whole.db', async (store) => {
      await store.commit(commitOf(write('Patient/a', { entries: [token('code', 'x')] })));
      await found(store, where('Patient', isToken('code', 'x')));
    });
    await copyFile(join(folder, 'whole.db'), join(folder, 'copy.db'));
    await withStore('copy.db', async (store) => expect((await store.describe()).resources).toBe(1));
  });

  test('what has expired of its notes is swept by the commits that follow, a few at a time', async () => {
    const file = join(folder, 'swept.db');
    const notes = Array.from({ length: 120 }, (_, i) => ({
      name: `n${i}`,
      value: Buffer.from('x'),
      expires: i === 7 ? Date.now() + 60_000 : 1,
    }));
    const filled = await openSqliteStore(file);
    await filled.commit({ writes: [], guards: [], notes });
    await filled.close();
    const left: number[] = [];
    const store = await openSqliteStore(file);
    for (let i = 0; i < 4; i++) {
      await store.commit(commitOf(write(`Patient/swept-${i}`)));
      left.push(notesIn(file));
    }
    await store.close();
    expect(left).toEqual([20, 1, 1, 1]);
  });

  test('a file of a newer schema is refused with a sentence and left as it is', async () => {
    await withStore('newer.db', async () => {});
    inSqlite(join(folder, 'newer.db'), 'PRAGMA user_version = 1000');
    const opening = openSqliteStore(join(folder, 'newer.db'));
    await expect(opening).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(opening).rejects.toThrow(/newer\.db was written by a newer Lianyi \(schema 1000; this one knows up to \d+\)/);
  });

  test('a file that a newer server brought along while it was open is written to no more, and still read', async () => {
    await withStore('overtaken.db', async (store, file) => {
      await store.commit(commitOf(write('Patient/1')));
      inSqlite(file, 'PRAGMA user_version = 1000');
      const refused = store.commit(commitOf(write('Patient/2')));
      await expect(refused).rejects.toBeInstanceOf(StoreUnavailable);
      await expect(refused).rejects.toThrow(/newer Lianyi .* schema 1000/);
      expect(await found(store, where('Patient'))).toEqual(['Patient/1']);
    });
  });

  test('the database of another program is refused', async () => {
    inSqlite(join(folder, 'other.db'), 'CREATE TABLE song (title TEXT)');
    await expect(openSqliteStore(join(folder, 'other.db'))).rejects.toThrow(/of another program/);
  });

  test('a file that is no database is refused', async () => {
    await writeFile(join(folder, 'text.db'), 'just a text, long enough to be looked at '.repeat(100));
    await expect(openSqliteStore(join(folder, 'text.db'))).rejects.toThrow(StoreUnavailable);
  });

  test('a folder, or a path through a file, is refused with the path and the reason', async () => {
    await expect(openSqliteStore(folder)).rejects.toThrow(`${folder}: The database file cannot be opened`);
    await writeFile(join(folder, 'plain'), '');
    const opening = openSqliteStore(join(folder, 'plain', 'x.db'));
    await expect(opening).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(opening).rejects.toThrow(/x\.db: /);
  });

  test('a folder that cannot be made, also below one that takes none, is refused with the path and the reason', async () => {
    await expect(openSqliteStore('/proc/lianyi/deep/x.db')).rejects.toThrow(/^\/proc\/lianyi\/deep\/x\.db: .*ENOENT/);
    const deep = join(folder, 'a', 'b', 'c', 'x.db');
    await (await openSqliteStore(deep)).close();
  });

  test('opened read-only it answers and refuses to write', async () => {
    await withStore('shared.db', async (store, file) => {
      await store.commit(commitOf(write('Patient/1', { entries: [token('a', 'b')] })));
      const reader = await openSqliteStore(file, { readOnly: true });
      await reader.arrange(layout);
      expect(await found(reader, where('Patient', isToken('a', 'b')))).toEqual(['Patient/1']);
      await expect(reader.commit(commitOf(write('Patient/2')))).rejects.toBeInstanceOf(StoreUnavailable);
      expect(await reader.describe()).toMatchObject({ ready: true, details: { access: 'read-only' } });
      await reader.arrange({ types: { Patient: { sorts: ['never-arranged'] } } });
      expect((await reader.describe()).ready).toBe(false);
      await reader.close();
    });
  });

  test('what a second process writes is seen, names and systems included', async () => {
    await withStore('two.db', async (first, file) => {
      const second = await openSqliteStore(file);
      await second.arrange(layout);
      await first.commit(commitOf(write('Patient/1', { entries: [token('p', 'x', 'urn:one'), text('name', '王')] })));
      await second.commit(commitOf(write('Patient/2', { entries: [token('p', 'x', 'urn:two'), token('q', 'x', 'urn:one')] })));
      for (const store of [first, second]) {
        expect(await found(store, where('Patient', isToken('p', 'x')))).toEqual(['Patient/1', 'Patient/2']);
        expect(await found(store, where('Patient', isToken('p', 'x', 'urn:two')))).toEqual(['Patient/2']);
        expect(await found(store, where('Patient', isToken('q', 'x', 'urn:one')))).toEqual(['Patient/2']);
        expect(await found(store, where('Patient', isText('name', 'prefix', '王')))).toEqual(['Patient/1']);
      }
      await second.close();
    });
  });

  test('who follows the feed sees what a second process writes, in its place', async () => {
    await withStore('two-feeds.db', async (first, file) => {
      const second = await openSqliteStore(file);
      await second.arrange(layout);
      await second.commit(commitOf(write('Patient/0')));
      const ending = new AbortController();
      const seen: string[] = [];
      const stores = [second, first, second, first];
      for await (const { id, cursor } of first.changes(undefined, { live: true, signal: ending.signal })) {
        seen.push(`${id} at ${cursor}`);
        const next = stores[seen.length - 1];
        if (next === undefined) ending.abort();
        else await next.commit(commitOf(write(`Patient/${seen.length}`)));
        if (seen.length === 1) continue;
        const alike: string[] = [];
        for await (const one of second.changes(undefined, { live: false })) alike.push(`${one.id} at ${one.cursor}`);
        expect(alike.slice(0, seen.length)).toEqual(seen);
      }
      expect(seen.map((one) => one.split('-')[0])).toEqual(['0 at 1', '1 at 2', '2 at 3', '3 at 4', '4 at 5']);
      await second.close();
    });
  });

  test('a cursor that a later state of the file gave is refused after the file was set back, also when the feed has come as far again', async () => {
    await withStore('set-back.db', async (store, file) => {
      await store.commit(commitOf(write('Patient/1')));
      await store.close();
      await copyFile(file, join(folder, 'earlier.db'));
      const later = await openSqliteStore(file);
      await later.commit(commitOf(write('Patient/2')));
      const cursors: string[] = [];
      for await (const { cursor } of later.changes(undefined, { live: false })) cursors.push(cursor);
      await later.close();
      const earlier = await openSqliteStore(join(folder, 'earlier.db'));
      const behind = async (cursor: string | undefined) => {
        const seen: string[] = [];
        for await (const { id } of earlier.changes(cursor, { live: false })) seen.push(id);
        return seen;
      };
      const refusal = /The feed of changes has no place "2-1-\w+": it was given by another store, or this one was set back since/;
      await expect(behind(cursors[1])).rejects.toThrow(refusal);
      await earlier.commit(commitOf(write('Patient/3', { lastUpdated: Date.UTC(2026, 1, 1) }), write('Patient/4')));
      await expect(behind(cursors[1])).rejects.toThrow(refusal);
      expect(await behind(cursors[0])).toEqual(['3', '4']);
      await earlier.close();
    });
  });

  test('what a process with fewer slots updates keeps no value in those that another has added', async () => {
    const file = join(folder, 'fewer.db');
    const [few, more] = [await openSqliteStore(file), await openSqliteStore(file)];
    await few.arrange({ types: { Patient: { sorts: ['slot-0'] } } });
    await few.commit(commitOf(write('Patient/1')));
    await more.arrange({ types: { Patient: { sorts: ['slot-0', 'slot-1'] } } });
    const sort = (value: string) => [{ slot: 'slot-1', value }];
    await more.commit(commitOf(write('Patient/1', { version: 2, sort: sort('b') }), write('Patient/2', { sort: sort('a') })));
    await few.commit(commitOf(write('Patient/1', { version: 3 })));
    expect(await found(more, where('Patient'), { sort: [{ slot: 'slot-1', descending: false }] })).toEqual(['Patient/1', 'Patient/2']);
    await few.close();
    await more.close();
  });

  test('a second slot of a layout that grew sorts what was there before as absent', async () => {
    const file = join(folder, 'grown.db');
    const sorts = Array.from({ length: 11 }, (_, i) => `slot-${i}`);
    const before = await openSqliteStore(file);
    await before.arrange({ types: { Patient: { sorts: sorts.slice(0, 1) } } });
    await before.commit(commitOf(write('Patient/1', { sort: [{ slot: 'slot-0', value: 5 }] })));
    await before.close();
    const after = await openSqliteStore(file);
    await after.arrange({ types: { Patient: { sorts } } });
    await after.commit(
      commitOf(
        write('Patient/2', {
          sort: [
            { slot: 'slot-0', value: 4 },
            { slot: 'slot-10', value: 'x' },
          ],
        }),
        write('Patient/3', { sort: [{ slot: 'slot-10', value: 'a' }] }),
      ),
    );
    const by = (slot: string, descending = false) => found(after, where('Patient'), { sort: [{ slot, descending }] });
    expect(await by('slot-0')).toEqual(['Patient/3', 'Patient/2', 'Patient/1']);
    expect(await by('slot-10')).toEqual(['Patient/1', 'Patient/3', 'Patient/2']);
    expect(await by('slot-10', true)).toEqual(['Patient/2', 'Patient/3', 'Patient/1']);
    await after.close();
  });
});

describe('faults', () => {
  test('a full disk is StoreUnavailable with nothing written, and writing goes on when there is room', async () => {
    await withStore('full.db', async (store, file) => {
      await store.commit(commitOf(write('Patient/before')));
      const { details } = await store.describe();
      const pages = Number(details.fileBytes) / 4096;
      await store.close();
      const limited = await openSqliteStore(file, { maxPages: pages + 40 });
      await limited.arrange(layout);
      const big = (id: string) =>
        write(`Patient/${id}`, { json: JSON.stringify({ id, pad: padding(50_000) }), entries: [token('full', 'yes')] });
      const outcomes: string[] = [];
      for (let i = 0; i < 12; i++) {
        outcomes.push(
          await limited.commit(commitOf(big(`p${i}`), big(`q${i}`))).then(
            () => 'written',
            (error) => (error instanceof StoreUnavailable ? 'unavailable' : String(error)),
          ),
        );
      }
      expect(new Set(outcomes)).toEqual(new Set(['written', 'unavailable']));
      const written = outcomes.filter((outcome) => outcome === 'written').length;
      expect((await found(limited, where('Patient', isToken('full', 'yes')))).length).toBe(2 * written);
      await limited.commit(commitOf(write('Patient/small')));
      await limited.close();
      const again = await openSqliteStore(file);
      await again.commit(commitOf(big('after')));
      expect((await found(again, where('Patient', isToken('full', 'yes')))).length).toBe(2 * written + 1);
      await again.close();
    });
  });

  test('a member of a group that fails for an unforeseen reason takes no other down', async () => {
    await withStore('member.db', async (store) => {
      const entries = [{ kind: 'range', param: 'r', low: Number.NaN, high: 1 } as const];
      const good = (id: string) => store.commit(commitOf(write(`Patient/${id}`, { entries: [token('new-name', id, `urn:${id}`)] })));
      const bad = commitOf(write('Patient/half', { entries: [token('other-name', 'x')] }), write('Patient/bad', { entries }));
      const outcomes = await Promise.allSettled([good('a'), store.commit(bad), good('b')]);
      expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect(await found(store, where('Patient'))).toEqual(['Patient/a', 'Patient/b']);
      expect(await found(store, where('Patient', isToken('new-name', 'b', 'urn:b')))).toEqual(['Patient/b']);
      await store.commit(commitOf(write('Patient/bad', { entries: [token('other-name', 'y')] })));
      expect(await found(store, where('Patient', isToken('other-name', 'y')))).toEqual(['Patient/bad']);
    });
  });

  test('another process that holds the database for long is StoreBusy, and reads go on meanwhile', async () => {
    await withStore('busy.db', async (store, file) => {
      const other = connect(file, { readOnly: false, busyTimeout: 0 });
      other.exec('BEGIN IMMEDIATE');
      const commit = store.commit(commitOf(write('Patient/1')));
      const outcome = expect(commit).rejects.toBeInstanceOf(StoreBusy);
      expect(await store.read([{ type: 'Patient', id: '1' }])).toEqual([undefined]);
      await outcome;
      other.exec('ROLLBACK');
      other.close();
      await store.commit(commitOf(write('Patient/1')));
      expect(await found(store, where('Patient'))).toEqual(['Patient/1']);
    });
  }, 20_000);
});

describe('time', () => {
  test('a long commit lets reads through, and they see nothing of it until it is whole', async () => {
    await withStore('long.db', async (store) => {
      await store.commit(commitOf(write('Patient/0', { entries: [token('long', 'x')] })));
      const entries = Array.from({ length: 20 }, (_, i) => token(`long${i}`, `value ${i}`, 'urn:long'));
      const names = Array.from({ length: 3000 }, (_, i) => `Patient/long-${i}`);
      let done = false;
      const commit = store.commit(commitOf(...names.map((name) => write(name, { entries: [...entries, token('long', 'x')] })))).then(() => {
        done = true;
      });
      const seen: number[] = [];
      while (!done) {
        seen.push((await store.count(where('Patient', isToken('long', 'x')), {})).total);
        await new Promise((resolve) => setImmediate(resolve));
      }
      await commit;
      expect(seen.filter((total) => total === 1).length).toBeGreaterThan(3);
      expect(seen.filter((total) => total !== 1 && total !== 3001)).toEqual([]);
      expect((await store.count(where('Patient', isToken('long', 'x')), {})).total).toBe(3001);
    });
  }, 60_000);

  test.each([':memory:', 'pairs.db'])('whoever looks while commits are gathered sees each whole or not at all (%s)', async (name) => {
    const store = await openSqliteStore(name === ':memory:' ? name : join(folder, name));
    await store.arrange(layout);
    const pair = (i: number) => commitOf(...['a', 'b'].map((id) => write(`Patient/${id}${i}`, { entries: [token('pair', 'x')] })));
    const commits = Promise.all(Array.from({ length: 300 }, (_, i) => store.commit(pair(i))));
    const totals: number[] = [];
    const look = async () => totals.push((await store.count(where('Patient', isToken('pair', 'x')), {})).total);
    let written = false;
    const end = commits.then(() => {
      written = true;
    });
    for (let i = 0; !written; i++) {
      await look();
      if (i % 10 === 9) await new Promise((resolve) => setImmediate(resolve));
    }
    await end;
    await look();
    expect(totals.filter((total) => total % 2 !== 0)).toEqual([]);
    expect(totals.at(-1)).toBe(600);
    await store.close();
  });

  test('a search that reads too much for its time is StoreCostly and says what would help; a count says that it is not exact', async () => {
    await withStore('costly.db', async (store) => {
      const writes = Array.from({ length: 30_000 }, (_, i) => write(`Patient/${i}`, { entries: [token('even', String(i % 2))] }));
      await store.commit(commitOf(...writes));
      const neither = where('Patient', { kind: 'not', of: { kind: 'any', of: [isToken('even', '0'), isToken('even', '1')] } });
      const search = store.search(query(neither, { timeLimit: 1 }));
      await expect(search).rejects.toBeInstanceOf(StoreCostly);
      await expect(search).rejects.toThrow(/would help/);
      expect(await store.count(neither, { timeLimit: 1 })).toMatchObject({ exact: false });
      expect(await store.search(query(neither, { timeLimit: 60_000 }))).toEqual({ matches: [], more: false });
    });
  }, 60_000);

  test('a long history gives way, is StoreCostly beyond its time and says what would help; its count says that it is not exact', async () => {
    await withStore('long-history.db', async (store) => {
      const names = Array.from({ length: 20_000 }, (_, i) => `Patient/${i}`);
      for (const version of [1, 2]) await store.commit(commitOf(...names.map((name) => write(name, { version }))));
      const [, second] = (await store.history({ scope: { type: 'Patient', id: '0' }, count: 2, ascending: true })).versions;
      const from = (second?.position.lastUpdated ?? 0) + 1;
      // Oldest first, all that was superseded is looked at before the first that is current.
      const asked = { scope: { types: ['Patient'] }, at: { from, before: from + 1 }, count: 1, ascending: true } as const;
      const costly = store.history({ ...asked, timeLimit: 1 });
      await expect(costly).rejects.toBeInstanceOf(StoreCostly);
      await expect(costly).rejects.toThrow(/history took too long.*would help/);
      expect(await store.countHistory(asked, { timeLimit: 1 })).toMatchObject({ exact: false });
      let turns = 0;
      let done = false;
      const page = store.history(asked).finally(() => {
        done = true;
      });
      while (!done) {
        turns++;
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect((await page).versions[0]?.version.version).toBe(2);
      expect(turns).toBeGreaterThan(2);
      expect(await store.countHistory(asked, {})).toEqual({ total: 20_000, exact: true });
    });
  }, 60_000);

  test('the write-ahead log is copied into the database beside the writers and starts anew', async () => {
    await withStore('log.db', async (store, file) => {
      let largest = 0;
      for (let i = 0; i < 60; i++) {
        await store.commit(
          commitOf(...Array.from({ length: 100 }, (_, j) => write(`Patient/${i}-${j}`, { json: `{"pad":"${padding(20_000)}"}` }))),
        );
        largest = Math.max(largest, (await stat(`${file}-wal`)).size);
      }
      expect((await stat(file)).size).toBeGreaterThan(50_000_000);
      expect(largest).toBeLessThan(120_000_000);
      expect((await store.count(where('Patient'), {})).total).toBe(6000);
    });
  }, 60_000);
});
