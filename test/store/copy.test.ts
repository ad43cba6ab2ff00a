/** A copy of a store holds what the source holds, and nothing else. Source: src/store/copy.ts */
import { afterEach, describe, expect, test } from '@jest/globals';
import { copyStore } from '../../src/store/copy.js';
import { digestOf } from '../../src/store/digest.js';
import type { ResourceStore, Write } from '../../src/store/port.js';
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
    expect(await copyStore({ from, to, index })).toEqual({ copied: 2, present: 1, digest: await digestOf(from) });
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
