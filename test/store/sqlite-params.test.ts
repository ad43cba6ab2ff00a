/** Parameters that share a value share an entry, and are found each for itself. Source: src/store/sqlite/params.ts; src/store/port.ts IndexEntry */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { IndexEntry, ResourceStore } from '../../src/store/port.js';
import { connect } from '../../src/store/sqlite/binding.js';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import { createParams } from '../../src/store/sqlite/params.js';
import { prepareSchema } from '../../src/store/sqlite/schema.js';
import { commitOf, found, isText, isToken, layout, text, token, where, write } from './contract/fixture.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lianyi-params-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function withStore(name: string, use: (store: ResourceStore, rows: (table: string) => number) => Promise<void>): Promise<void> {
  const file = join(folder, name);
  const store = await openSqliteStore(file);
  const rows = (table: string) => {
    const connection = connect(file, { readOnly: true, busyTimeout: 1000 });
    const count = Number(connection.statement(`SELECT count(*) FROM ${table}`).get([])?.[0]);
    connection.close();
    return count;
  };
  try {
    await store.arrange(layout);
    await use(store, rows);
  } finally {
    await store.close();
  }
}

const at = (...names: readonly string[]): readonly IndexEntry[] => names.map((name) => token(name, 'x', 'urn:s'));
const asked = (name: string) => where('Observation', isToken(name, 'x', 'urn:s'));

describe('a value under several parameters', () => {
  test('is one entry, found by each of them, until an update parts them', async () => {
    await withStore('shared.db', async (store, rows) => {
      await store.commit(commitOf(write('Observation/1', { entries: [...at('code', 'combo-code', 'code'), text('note', 'x', 'x')] })));
      expect([rows('token'), rows('string')]).toEqual([1, 1]);
      for (const name of ['code', 'combo-code']) expect(await found(store, asked(name))).toEqual(['Observation/1']);
      expect(await found(store, where('Observation', isText('note', 'prefix', 'x')))).toEqual(['Observation/1']);
      await store.commit(commitOf(write('Observation/1', { version: 2, entries: at('combo-code') })));
      expect([rows('token'), rows('string')]).toEqual([1, 0]);
      expect([await found(store, asked('code')), await found(store, asked('combo-code'))]).toEqual([[], ['Observation/1']]);
    });
  });

  test('is an entry for each where one of them is in many combinations already', async () => {
    await withStore('many.db', async (store, rows) => {
      const others = Array.from({ length: 8 }, (_, i) => `other-${i}`);
      await store.commit(commitOf(...others.map((other, i) => write(`Observation/${i}`, { entries: at('code', other) }))));
      expect(rows('token')).toBe(4 + 2 * 4);
      expect(await found(store, asked('code'))).toEqual(others.map((_, i) => `Observation/${i}`));
      for (const [i, other] of others.entries()) expect(await found(store, asked(other))).toEqual([`Observation/${i}`]);
      const both = where('Observation', { kind: 'all', of: [isToken('code', 'x'), isToken('other-7', 'x')] });
      expect(await found(store, both)).toEqual(['Observation/7']);
    });
  });

  test('comes in order of creation under all combinations, page by page', async () => {
    await withStore('order.db', async (store) => {
      const combinations = [['code'], ['code', 'combo-code'], ['code', 'kind'], ['combo-code', 'kind', 'code']] as const;
      const writes = Array.from({ length: 40 }, (_, i) => write(`Observation/${i}`, { entries: at(...(combinations[i % 4] ?? [])) }));
      await store.commit(commitOf(...writes));
      const seen: string[] = [];
      for (let after: { values: readonly (string | number | null)[]; number: number } | undefined; ; ) {
        const slice = await store.search({ where: asked('code'), sort: [], count: 7, after });
        seen.push(...slice.matches.map(({ version }) => version.id));
        if (!slice.more) break;
        after = slice.matches.at(-1)?.position;
      }
      expect(seen).toEqual(writes.map(({ version }) => version.id));
      expect((await store.count(asked('combo-code'), {})).total).toBe(20);
    });
  });
});

describe('an integer for parameters', () => {
  const file = () => join(folder, 'two.db');

  test('that another process has added is found, and not made twice', () => {
    const [one, other] = [1, 2].map(() => connect(file(), { readOnly: false, busyTimeout: 1000 }));
    if (one === undefined || other === undefined) throw new Error('not opened');
    prepareSchema(one, { location: file(), readOnly: false, software: '' });
    const [mine, theirs] = [createParams(), createParams()];
    expect(mine.find(one, 1, 'token', 'code')).toEqual([]);
    const id = theirs.make(other, 1, 'token', ['code', 'combo-code']);
    expect(mine.make(one, 1, 'token', ['code', 'combo-code'])).toBe(id);
    const second = theirs.makeOne(other, 1, 'token', 'code');
    mine.refresh(one);
    expect(mine.find(one, 1, 'token', 'code')).toEqual([id, second].map((one) => ({ id: one, width: 0 })));
    expect(mine.find(one, 2, 'token', 'code')).toEqual([]);
    one.close();
    other.close();
  });
});
