/** Small documents beside the resources: each verb, its races, references, order and expiry. Source: src/store/state.ts */
import { expect, test } from '@jest/globals';
import type { StateItem } from '../../../src/store/state.js';
import { freshStore, type Open } from './fixture.js';

const HOUR = 3_600_000;
const TAKERS = 20;

function item(kind: string, id: string, more: Partial<StateItem> = {}): StateItem {
  return { kind, id, value: JSON.stringify({ of: id }), ...more };
}

const past = () => Date.now() - 1;

export function states(open: Open): void {
  const subject = freshStore(open);

  test('what was added is found as it was given, under its kind and id alone', async () => {
    const { states } = subject().store;
    const expires = Date.now() + HOUR;
    const given = item('client', '王 \u0000/" 1', { value: '{"名":"\\u0000 \u0001"}', refs: ['grant:\u0000 1', 'uid:2'], expires });
    expect(await states.get(given.kind, given.id)).toBe(undefined);
    expect(await states.add(given)).toBe(true);
    expect(await states.get(given.kind, given.id)).toEqual({ ...given, revision: expect.any(String) });
    expect(await states.get('client', '王')).toBe(undefined);
    expect(await states.get('code', given.id)).toBe(undefined);
    expect(await states.add(item('code', given.id))).toBe(true);
    expect(await states.get('code', given.id)).toEqual({ ...item('code', given.id), revision: expect.any(String) });
  });

  test('add puts nothing over what is there, put does', async () => {
    const { states } = subject().store;
    expect(await states.add(item('kept', '1', { value: '1' }))).toBe(true);
    expect(await states.add(item('kept', '1', { value: '2' }))).toBe(false);
    expect((await states.get('kept', '1'))?.value).toBe('1');
    expect(await states.put(item('kept', '1', { value: '3', refs: ['r'] }))).toBe(true);
    expect(await states.get('kept', '1')).toMatchObject({ value: '3', refs: ['r'] });
    expect(await states.put(item('kept', 'new', { value: '4' }))).toBe(true);
    expect((await states.get('kept', 'new'))?.value).toBe('4');
  });

  test('over a revision it is put only while that is the item there', async () => {
    const { states } = subject().store;
    await states.put(item('over', '1', { value: 'a' }));
    const seen = await states.get('over', '1');
    if (seen === undefined) throw new Error('it was put down');
    expect(await states.put(item('over', '1', { value: 'b' }), seen)).toBe(true);
    expect(await states.put(item('over', '1', { value: 'c' }), seen)).toBe(false);
    const [again] = [await states.take('over', '1')];
    expect(again?.value).toBe('b');
    expect(await states.put(item('over', '1', { value: 'd' }), again)).toBe(false);
    expect(await states.get('over', '1')).toBe(undefined);
    await states.add(item('over', '1', { value: 'b' }));
    expect([seen.revision, again?.revision]).not.toContain((await states.get('over', '1'))?.revision);
  });

  test('of many that add, take or put over at the same moment one alone succeeds', async () => {
    const { states } = subject().store;
    for (let round = 0; round < 5; round++) {
      const id = `race-${round}`;
      const many = <T>(action: (i: number) => Promise<T>) => Promise.all(Array.from({ length: TAKERS }, (_, i) => action(i)));
      const added = await many((i) => states.add(item('race', id, { value: String(i) })));
      expect(added.filter(Boolean).length).toBe(1);
      const seen = await states.get('race', id);
      expect(seen?.value).toBe(String(added.indexOf(true)));
      const put = await many((i) => states.put(item('race', id, { value: `over ${i}` }), seen));
      expect(put.filter(Boolean).length).toBe(1);
      expect((await states.get('race', id))?.value).toBe(`over ${put.indexOf(true)}`);
      const taken = await many(() => states.take('race', id));
      expect(taken.flatMap((one) => one?.value ?? [])).toEqual([`over ${put.indexOf(true)}`]);
      const puts = await many((i) => states.put(item('race', id, { value: String(i) })));
      expect(puts).toEqual(puts.map(() => true));
    }
  });

  test('what has expired is as if it were not there', async () => {
    const { states } = subject().store;
    const late = (id: string) => item('late', id, { refs: ['late'], expires: past() });
    for (const id of ['1', '2', '3']) await states.put(late(id));
    await states.put(item('late', '4', { refs: ['late'], expires: Date.now() + HOUR }));
    expect(await states.get('late', '1')).toBe(undefined);
    expect(await states.take('late', '1')).toBe(undefined);
    expect((await states.list('late', { count: 10 })).map(({ id }) => id)).toEqual(['4']);
    expect((await states.list('late', { ref: 'late', count: 10 })).map(({ id }) => id)).toEqual(['4']);
    expect(await states.add(item('late', '2'))).toBe(true);
    expect((await states.list('late', { count: 10 })).map(({ id }) => id)).toEqual(['2', '4']);
    expect(await states.removeAll('late')).toBe(1);
    expect((await states.list('late', { count: 10 })).map(({ id }) => id)).toEqual(['2']);
  });

  test('an expired item gives no revision to put over', async () => {
    const { states } = subject().store;
    await states.put(item('ends', '1', { expires: Date.now() + 150 }));
    const seen = await states.get('ends', '1');
    if (seen === undefined) throw new Error('it had not expired');
    while (Date.now() <= Number(seen.expires)) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await states.put(item('ends', '1'), seen)).toBe(false);
    const added = await Promise.all(Array.from({ length: TAKERS }, () => states.add(item('ends', '1', { value: 'new' }))));
    expect(added.filter(Boolean).length).toBe(1);
    expect((await states.get('ends', '1'))?.value).toBe('new');
  });

  test('a list is in the order of ids by code point, and goes on behind an id', async () => {
    const { states } = subject().store;
    const ids = [' ', '-', '1', '10', '2', 'A', 'a', 'a ', '\uffff', '𠀀'];
    for (const id of ids.toReversed()) await states.add(item('list', id, { refs: [`even:${ids.indexOf(id) % 2}`] }));
    await states.add(item('list2', '3', { refs: ['even:0'] }));
    const walk = async (ref?: string) => {
      const seen: string[] = [];
      for (let after: string | undefined; ; after = seen.at(-1)) {
        const some = await states.list('list', { count: 2, ...(ref !== undefined && { ref }), ...(after !== undefined && { after }) });
        seen.push(...some.map(({ id }) => id));
        if (some.length < 2) return seen;
      }
    };
    expect(await walk()).toEqual(ids);
    expect(await walk('even:0')).toEqual(ids.filter((_, at) => at % 2 === 0));
    expect(await walk('even')).toEqual([]);
  });

  test('kinds that have an item are told in their order', async () => {
    const { states } = subject().store;
    for (const kind of ['kind c', 'kind a', 'kind b', 'kind a']) await states.put(item(kind, kind));
    await states.add(item('kind a', 'another'));
    expect((await states.kinds()).filter((kind) => kind.startsWith('kind '))).toEqual(['kind a', 'kind b', 'kind c']);
    await states.take('kind b', 'kind b');
    expect((await states.kinds()).filter((kind) => kind.startsWith('kind '))).toEqual(['kind a', 'kind c']);
  });

  test('all that carry a reference are removed together, whatever their kind', async () => {
    const { states } = subject().store;
    await states.add(item('token', '1', { refs: ['grant:1', 'uid:1', 'grant:1'] }));
    await states.add(item('code', '1', { refs: ['grant:1'] }));
    await states.add(item('code', '2', { refs: ['grant:2'] }));
    await states.put(item('code', '3', { refs: ['grant:1'] }));
    await states.put(item('code', '3', { refs: ['grant:2'] }));
    expect((await states.list('token', { ref: 'grant:1', count: 10 })).length).toBe(1);
    expect(await states.removeAll('grant:1')).toBe(2);
    expect(await states.removeAll('grant:1')).toBe(0);
    expect(await states.get('token', '1')).toBe(undefined);
    expect((await states.list('code', { count: 10 })).filter(({ refs }) => refs?.includes('grant:2')).map(({ id }) => id)).toEqual([
      '2',
      '3',
    ]);
    expect(await states.list('token', { ref: 'uid:1', count: 10 })).toEqual([]);
  });

  test('it outlives the store that put it down', async () => {
    const { store, reopen, replace } = subject();
    await store.states.add(item('stays', '1', { refs: ['stays'], value: 'x'.repeat(100_000) }));
    const before = await store.states.get('stays', '1');
    if (reopen === undefined) return;
    replace(await reopen());
    const { states } = subject().store;
    expect(await states.get('stays', '1')).toEqual(before);
    expect(await states.removeAll('stays')).toBe(1);
  });
}
