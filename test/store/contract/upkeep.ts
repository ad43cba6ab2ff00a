/** Entries made anew, and small facts about the store. Source: src/store/port.ts reindex, state, putState */
import { expect, test } from '@jest/globals';
import type { Reindex } from '../../../src/store/port.js';
import {
  commitOf,
  found,
  freshStore,
  inside,
  isText,
  isToken,
  keyed,
  type Open,
  point,
  query,
  reference,
  text,
  token,
  versionsOf,
  where,
  write,
} from './fixture.js';

export function upkeep(open: Open): void {
  const subject = freshStore(open);
  const of = (instance: string, version: number, given: Partial<Reindex> = {}): Reindex => {
    const [type = '', id = ''] = instance.split('/');
    return { type, id, version, entries: [], compartments: [], sort: [], ...given };
  };

  test('a reindex gives the current version other entries, compartments and sort values, and nothing else', async () => {
    const { store } = subject();
    const before = write('Patient/r1', {
      entries: [token('gender', 'male'), text('name', '王'), inside('name', '王建国')],
      compartments: ['Patient/r1'],
      sort: [{ slot: 'birthdate', value: 5 }],
    });
    await store.commit(
      commitOf(before, write('Patient/r2', { entries: [token('gender', 'male')], sort: [{ slot: 'birthdate', value: 7 }] })),
    );
    const changes = async () => {
      const all: unknown[] = [];
      for await (const change of store.changes(undefined, { live: false })) all.push(change);
      return all;
    };
    const told = await changes();
    const [position] = (await store.search(query(where('Patient', { kind: 'id', ids: ['r1'] })))).matches;
    const entries = [token('gender', 'female'), text('name', '王'), inside('name', '李建国'), keyed('q', 'k', 1, 2), point('near', 1, 1)];
    const changed = { entries, compartments: ['Patient/9'], sort: [{ slot: 'birthdate', value: 9 }] };
    expect(await store.reindex([of('Patient/r1', 1, changed)])).toEqual([true]);
    expect(await found(store, where('Patient', isToken('gender', 'male')))).toEqual(['Patient/r2']);
    expect(await found(store, where('Patient', isToken('gender', 'female')))).toEqual(['Patient/r1']);
    expect(await found(store, where('Patient', isText('name', 'contains', '李建')))).toEqual(['Patient/r1']);
    expect(await found(store, where('Patient', isText('name', 'contains', '王建')))).toEqual([]);
    expect(await found(store, where('Patient', isText('name', 'exact', '王')))).toEqual(['Patient/r1']);
    expect(await found(store, where('Patient', { kind: 'compartment', name: 'Patient/r1' }))).toEqual([]);
    expect(await found(store, where('Patient', { kind: 'compartment', name: 'Patient/9' }))).toEqual(['Patient/r1']);
    expect(await found(store, where('Patient'), { sort: [{ slot: 'birthdate', descending: false }] })).toEqual([
      'Patient/r2',
      'Patient/r1',
    ]);
    expect(await versionsOf(store, 'Patient/r1')).toEqual([before.version]);
    expect((await store.read([{ type: 'Patient', id: 'r1' }]))[0]).toEqual(before.version);
    const [again] = (await store.search(query(where('Patient', { kind: 'id', ids: ['r1'] })))).matches;
    expect(again).toEqual(position);
    expect(await changes()).toEqual(told);
  });

  test('only where the version is the current one of what is there', async () => {
    const { store } = subject();
    await store.commit(commitOf(write('Patient/v1', { entries: [token('v', 'one')] }), write('Patient/v2'), write('Patient/v3')));
    await store.commit(
      commitOf(write('Patient/v1', { version: 2, entries: [token('v', 'two')] }), write('Patient/v2', { version: 2, json: null })),
    );
    const entries = [token('v', 'anew')];
    const asked = [
      of('Patient/v1', 1, { entries }),
      of('Patient/v3', 1, { entries }),
      of('Patient/v2', 1, { entries }),
      of('Patient/v2', 2, { entries }),
      of('Patient/nobody', 1, { entries }),
      of('Unheard/v1', 1, { entries }),
      of('Patient/v3', 2, { entries }),
    ];
    expect(await store.reindex(asked)).toEqual([false, true, false, false, false, false, false]);
    expect(await found(store, where('Patient', isToken('v', 'anew')))).toEqual(['Patient/v3']);
    expect(await found(store, where('Patient', isToken('v', 'two')))).toEqual(['Patient/v1']);
    expect(await store.reindex([])).toEqual([]);
  });

  test('a reindex beside writers never leaves entries of an older version', async () => {
    const { store } = subject();
    await store.commit(commitOf(write('Patient/race', { entries: [token('of', '1')] })));
    const writing = (async () => {
      for (let version = 2; version <= 20; version++) {
        await store.commit(
          commitOf(write('Patient/race', { version, entries: [token('of', String(version)), reference('race', 'Patient/x')] })),
        );
      }
    })();
    for (let version = 1; version <= 20; version++) {
      await store.reindex([of('Patient/race', version, { entries: [token('of', String(version)), token('reindexed', 'yes')] })]);
    }
    await writing;
    expect(await found(store, where('Patient', isToken('of')))).toEqual(['Patient/race']);
    expect(await found(store, where('Patient', isToken('of', '20')))).toEqual(['Patient/race']);
    const olds = Array.from({ length: 19 }, (_, at) => isToken('of', String(at + 1)));
    expect(await found(store, where('Patient', { kind: 'any', of: olds }))).toEqual([]);
  });

  test('a state is what was put down last, if what stood there was as said', async () => {
    const { store } = subject();
    expect(await store.state('secret')).toBe(undefined);
    expect(await store.putState('secret', 'a', 'b')).toBe(false);
    expect(await store.putState('secret', 'a', undefined)).toBe(true);
    expect(await store.putState('secret', 'b', undefined)).toBe(false);
    expect(await store.state('secret')).toBe('a');
    expect(await store.putState('secret', '王\u0000"\u{10ffff}', 'a')).toBe(true);
    expect(await store.state('secret')).toBe('王\u0000"\u{10ffff}');
    expect(await store.state('Secret')).toBe(undefined);
    expect(await store.putState('empty', '', undefined)).toBe(true);
    expect(await store.state('empty')).toBe('');
    expect(await store.putState('secret', undefined, 'a')).toBe(false);
    expect(await store.putState('secret', undefined, '王\u0000"\u{10ffff}')).toBe(true);
    expect(await store.state('secret')).toBe(undefined);
    expect(await store.putState('secret', undefined, undefined)).toBe(true);
  });

  test('of those who race for a state one wins each time', async () => {
    const { store } = subject();
    const first = await Promise.all(Array.from({ length: 20 }, (_, at) => store.putState('race', String(at), undefined)));
    expect(first.filter((won) => won)).toHaveLength(1);
    expect(await store.state('race')).toBe(String(first.indexOf(true)));
    const count = async () => {
      for (;;) {
        const before = await store.state('sum');
        if (await store.putState('sum', String(Number(before ?? 0) + 1), before)) return;
      }
    };
    await Promise.all(Array.from({ length: 20 }, count));
    expect(await store.state('sum')).toBe('20');
  });

  test('a state outlives the store that put it down', async () => {
    const { store, reopen, replace } = subject();
    if (reopen === undefined) return;
    await store.putState('kept', 'for good', undefined);
    replace(await reopen());
    await subject().store.arrange({ types: {} });
    expect(await subject().store.state('kept')).toBe('for good');
  });

  test('a search that is explained tells its steps, and that they go by indexes', async () => {
    const { store } = subject();
    await store.commit(commitOf(write('Patient/told', { entries: [token('code', 'told', 'urn:told')] })));
    const { steps } = await store.explain(query(where('Patient', isToken('code', 'told', 'urn:told'))));
    expect(steps.length).toBeGreaterThan(0);
    for (const { purpose, statement } of steps) expect([purpose, statement]).not.toContain('');
    expect(steps.some(({ plan }) => plan.length > 0)).toBe(true);
    expect(steps.some(({ rows }) => rows > 0)).toBe(true);
    expect(steps.some(({ values, statement }) => values.includes('told') || statement.includes('told'))).toBe(true);
    expect(steps.flatMap(({ indexes }) => indexes).length).toBeGreaterThan(0);
    expect(steps.filter(({ scans }) => scans)).toEqual([]);
  });
}
