/** A copy of a store holds what the source holds, and nothing else. Source: src/store/copy.ts */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { AuditRecord, AuditSeal } from '../../src/store/audit-log.js';
import { sheetsOf } from '../../src/store/audit-sheet.js';
import { copyStore } from '../../src/store/copy.js';
import { digestOf } from '../../src/store/digest.js';
import type { ResourceStore, Write } from '../../src/store/port.js';
import { backUpFile, restoreFile } from '../../src/store/sqlite/backup.js';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import { commitOf, layout, write } from './contract/fixture.js';

const opened: ResourceStore[] = [];
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
});

async function storeOf(...writes: readonly Write[]): Promise<ResourceStore> {
  const store = await openSqliteStore(':memory:');
  opened.push(store);
  await store.arrange(layout);
  for (const one of writes) await store.commit(commitOf(one));
  return store;
}

const index = () => ({ entries: [], compartments: [], sort: [] });
const first = write('Patient/1');
const second = write('Patient/1', { version: 2 });

describe('a target', () => {
  test('that holds a beginning of the source gets the rest', async () => {
    const [from, to] = [await storeOf(first, second, write('Patient/2')), await storeOf(first)];
    expect(await copyStore({ from, to, index })).toEqual({ copied: 2, present: 1, digest: await digestOf(from), items: 0, records: 0 });
    expect(await digestOf(to)).toEqual(await digestOf(from));
  });

  test.each([
    ['a resource that the source has not', [write('Patient/other')]],
    ['another text than the source', [write('Patient/1', { json: '{"other":true}' })]],
    ['a version behind those of the source', [first, second, write('Patient/1', { version: 3 })]],
    ['a later beginning than the source', [first, write('Patient/2'), write('Patient/3')]],
  ])('that holds %s gets nothing', async (_what, held) => {
    const [from, to] = [await storeOf(first, second), await storeOf(...held)];
    const before = await digestOf(to);
    await expect(copyStore({ from, to, index })).rejects.toThrow(/^The target holds Patient\/\w+ version \d, .*Nothing was copied/);
    expect(await digestOf(to)).toEqual(before);
  });
});

describe('what stands beside the resources', () => {
  const record = (chain: string, number: number): AuditRecord => ({
    ...{ chain, number, time: number, keys: [`key ${number % 3}`] },
    body: Buffer.from(`${chain} ${number}`),
  });
  const seal: AuditSeal = { chain: 'a', number: 3, time: 9, missing: [2], digest: Buffer.alloc(32, 1), before: Buffer.alloc(0) };

  async function held({ states, audit }: ResourceStore): Promise<unknown> {
    const items = await Promise.all((await states.kinds()).map((kind) => states.list(kind, { count: 100 })));
    const walked = await Promise.all((await audit.chains()).map((chain) => audit.walk(chain, 0, 2000)));
    return {
      items: items.flat().map(({ revision: _, ...item }) => item),
      records: walked.flat().map(({ body, ...one }) => ({ ...one, body: body.toString() })),
      seals: (await audit.heads()).map(({ digest, ...one }) => ({ ...one, digest: digest.toString('hex') })),
      found: (await audit.search({ keys: ['key 1'], descending: false, count: 2000 })).records.length,
    };
  }

  async function filled(): Promise<ResourceStore> {
    const store = await storeOf(first);
    await store.states.add({ kind: 'account', id: '1', value: '{"name":"王"}' });
    await store.states.add({ kind: 'code', id: 'x', value: '', refs: ['grant:1'], expires: Date.now() + 3_600_000 });
    await store.audit.append(sheetsOf(Array.from({ length: 1200 }, (_, i) => record('a', i + 3))));
    await store.audit.append(sheetsOf([record('a', 1), record('b', 1)]));
    await store.audit.seal(seal);
    return store;
  }

  test('is copied, made equal by a later copy, and only what is missing of the journal is added', async () => {
    const [from, to] = [await filled(), await storeOf()];
    expect(await copyStore({ from, to, index })).toMatchObject({ items: 2, records: 1202 });
    expect(await held(to)).toEqual(await held(from));
    await from.states.take('code', 'x');
    await from.states.put({ kind: 'account', id: '1', value: '{"locked":true}' });
    await from.audit.append(sheetsOf([record('a', 2), record('b', 2)]));
    await from.audit.seal({ ...seal, chain: 'b', number: 2 });
    expect(await copyStore({ from, to, index })).toMatchObject({ items: 1, records: 1204 });
    expect(await held(to)).toEqual(await held(from));
  });

  test('of a target that was used by itself is left alone', async () => {
    const [from, withAccount, withJournal] = [await filled(), await storeOf(), await storeOf()];
    await withAccount.states.add({ kind: 'account', id: 'own', value: '{}' });
    await withJournal.audit.append(sheetsOf([record('own', 1)]));
    for (const to of [withAccount, withJournal]) {
      const before = await held(to);
      await expect(copyStore({ from, to, index })).rejects.toThrow(/^The target holds .*own.*Nothing was copied/);
      expect(await held(to)).toEqual(before);
      expect((await digestOf(to)).versions).toBe(0);
    }
  });

  test('is in a backup of the file, and in what is restored from it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lianyi-beside-'));
    try {
      const [file, backup, restored] = ['store.db', 'backup.db', 'restored.db'].map((name) => join(folder, name)) as [
        string,
        string,
        string,
      ];
      const store = await openSqliteStore(file);
      opened.push(store);
      await store.arrange(layout);
      await copyStore({ from: await filled(), to: store, index });
      await backUpFile(file, backup);
      await restoreFile(backup, restored, { replace: false });
      const again = await openSqliteStore(restored);
      opened.push(again);
      expect(await held(again)).toEqual(await held(store));
      expect(await digestOf(again)).toEqual(await digestOf(store));
    } finally {
      for (const store of opened.splice(0)) await store.close();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
