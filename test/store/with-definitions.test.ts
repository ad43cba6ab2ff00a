/** Definitions and stored resources seen as one. Source: R4 http.html#search, src/store/port.ts */
import { afterEach, describe, expect, test } from '@jest/globals';
import { type ResourceStore, type Scope, type Sort, StoreConflict } from '../../src/store/port.js';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import { type Held, withDefinitions } from '../../src/store/with-definitions.js';
import { commitOf, found, instanceOf, isToken, query, token, versionsOf, walked, walkedBack, where, write } from './contract/fixture.js';
import { storeContract } from './contract.js';

const layout = { types: { ValueSet: { sorts: ['name'] }, CodeSystem: { sorts: ['name'] }, Patient: { sorts: ['name'] } } };

const opened: ResourceStore[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((store) => store.close()));
});

async function storeOf(...instances: readonly (readonly [instance: string, name?: string])[]): Promise<ResourceStore> {
  const store = await openSqliteStore(':memory:');
  opened.push(store);
  await store.arrange(layout);
  for (const [instance, name] of instances) {
    const sort = name === undefined ? [] : [{ slot: 'name', value: name }];
    await store.commit(commitOf(write(instance, { sort, entries: [token('status', 'active')] })));
  }
  return store;
}

function heldOf(...instances: readonly string[]): Held {
  const keys = instances.map((instance) => instance.split('/'));
  return {
    types: new Set(keys.map(([type = '']) => type)),
    ids: (type) => keys.filter(([one]) => one === type).map(([, id = '']) => id),
    packageOf: (type, id) => (instances.includes(`${type}/${id}`) ? 'r4 4.0.1' : undefined),
  };
}

const defined = [['ValueSet/d1', 'b'], ['ValueSet/d2', 'd'], ['CodeSystem/d3', 'c'], ['ValueSet/d4'], ['ValueSet/d5', 'd']] as const;
const stored = [
  ['ValueSet/p1', 'd'],
  ['Patient/p2', 'a'],
  ['ValueSet/p3', '𠮷'],
  ['CodeSystem/p4', 'a'],
  ['ValueSet/p5', '，'],
  ['ValueSet/p6'],
] as const;

async function both() {
  const [primary, definitions] = await Promise.all([storeOf(...stored), storeOf(...defined)]);
  const held = heldOf(...defined.map(([instance]) => instance));
  return { primary, definitions, store: withDefinitions(primary, definitions, held) };
}

const by = (slot: string, descending = false): readonly Sort[] => [{ slot, descending }];

describe('searches', () => {
  test.each([
    ['in order of creation, definitions first', [], 'd1 d2 d4 d5 p1 p3 p5 p6'],
    ['by name: absent ones first, at equal names definitions first, by code point', by('name'), 'd4 p6 d1 d2 d5 p1 p5 p3'],
    ['by name descending', by('name', true), 'p3 p5 d2 d5 p1 d1 d4 p6'],
    ['by id descending', by('_id', true), 'p6 p5 p3 p1 d5 d4 d2 d1'],
  ] as const)('see both layers as one walk %s, whatever the size of a page', async (_, sort, expected) => {
    const { store } = await both();
    for (const count of [1, 2, 3, 5, 8, 100]) {
      const seen = await walked(store, query(where('ValueSet'), { sort, count }));
      expect([count, seen.map((one) => one.replace('ValueSet/', '')).join(' ')]).toEqual([count, expected]);
      expect([count, await walkedBack(store, query(where('ValueSet'), { sort, count }))]).toEqual([count, seen]);
    }
  });

  test('span types of which only some are definitions', async () => {
    const { store } = await both();
    const seen = await walked(store, query(where('Patient,CodeSystem'), { sort: by('name'), count: 2 }));
    expect(seen).toEqual(['Patient/p2', 'CodeSystem/p4', 'CodeSystem/d3']);
    expect(await found(store, where('ValueSet', isToken('status', 'retired')))).toEqual([]);
  });

  test('end without more when the last match is on the page', async () => {
    const { store } = await both();
    expect((await store.search(query(where('ValueSet'), { count: 8 }))).more).toBe(false);
    expect((await store.search(query(where('ValueSet'), { count: 7 }))).more).toBe(true);
    expect((await store.search(query(where('ValueSet'), { count: 4 }))).more).toBe(true);
  });

  test('of other types go to the primary store as they are', async () => {
    const { primary, store } = await both();
    const asked = query(where('Patient'), { sort: by('name') });
    expect(await store.search(asked)).toEqual(await primary.search(asked));
  });

  test('find and count add both layers', async () => {
    const { store } = await both();
    const wheres = [where('CodeSystem'), where('Patient'), where('ValueSet')];
    const keys = await store.find(wheres, 5);
    expect(keys.map((list) => list.map(({ id }) => id).join(' '))).toEqual(['d3 p4', 'p2', 'd1 d2 d4 d5 p1']);
    expect(await store.count(where('ValueSet'), {})).toEqual({ total: 8, exact: true });
    expect(await store.count(where('Patient'), {})).toEqual({ total: 1, exact: true });
  });
});

describe('reads', () => {
  test('answer each key from the layer that holds it, in the order asked', async () => {
    const { store } = await both();
    const keys = ['p1', 'd2', 'none', 'd1'].map((id) => ({ type: 'ValueSet', id }));
    const versions = await store.read([...keys, { type: 'Patient', id: 'p2' }]);
    expect(versions.map((version) => version && instanceOf(version))).toEqual([
      ...['ValueSet/p1', 'ValueSet/d2', undefined, 'ValueSet/d1', 'Patient/p2'],
    ]);
  });

  test('the history of a definition is its own, and no part of the history of its type', async () => {
    const { store } = await both();
    for (const instance of ['ValueSet/d1', 'ValueSet/p1']) expect((await versionsOf(store, instance)).map(instanceOf)).toEqual([instance]);
    const total = async (scope: Scope) => (await store.countHistory({ scope }, {})).total;
    expect(await total({ type: 'ValueSet', id: 'd1' })).toBe(1);
    const { versions } = await store.history({ scope: { types: ['ValueSet', 'CodeSystem'] }, count: 100 });
    expect(versions.map(({ version }) => version.id)).toEqual(['p6', 'p5', 'p4', 'p3', 'p1']);
    expect(await total({ types: ['ValueSet', 'CodeSystem'] })).toBe(5);
    expect(await total({})).toBe(6);
    const told: string[] = [];
    for await (const { id } of store.changes(undefined, { live: false })) told.push(id);
    expect(told).toEqual(['p1', 'p2', 'p3', 'p4', 'p5', 'p6']);
  });

  test('a resource stored before a package brought the same is hidden everywhere', async () => {
    const [primary, definitions] = await Promise.all([
      storeOf(['ValueSet/x', 'old'], ['ValueSet/y', 'own']),
      storeOf(['ValueSet/x', 'new']),
    ]);
    const store = withDefinitions(primary, definitions, heldOf('ValueSet/x'));
    expect(await found(store, where('ValueSet'))).toEqual(['ValueSet/x', 'ValueSet/y']);
    expect((await store.count(where('ValueSet'), {})).total).toBe(2);
    expect(await store.find([where('ValueSet')], 9)).toEqual([
      [
        { type: 'ValueSet', id: 'x', version: 1 },
        { type: 'ValueSet', id: 'y', version: 1 },
      ],
    ]);
  });
});

describe('writes', () => {
  test('of what a package holds are refused with 405 and the name of the package; nothing is written', async () => {
    const { primary, store } = await both();
    const refused = store.commit(commitOf(write('ValueSet/mine'), write('ValueSet/d1', { version: 2 })));
    await expect(refused).rejects.toMatchObject({
      status: 405,
      issues: [{ code: 'not-supported', message: { id: 'definition-read-only', en: expect.stringMatching(/ValueSet\/d1 .* r4 4\.0\.1/) } }],
    });
    expect(await primary.read([{ type: 'ValueSet', id: 'mine' }])).toEqual([undefined]);
  });

  test('may rely on a search that found definitions', async () => {
    const { store } = await both();
    const asked = where('ValueSet', { kind: 'id', ids: ['d1', 'p1', 'mine'] });
    const [keys = []] = await store.find([asked], 9);
    const guards = [{ where: asked, keys, names: ['ValueSet'] }];
    await store.commit({ writes: [write('ValueSet/mine')], guards });
    await expect(store.commit({ writes: [write('ValueSet/other')], guards })).rejects.toThrow(StoreConflict);
    expect((await store.read([{ type: 'ValueSet', id: 'other' }]))[0]).toBeUndefined();
  });

  test('of other ids and types reach the primary store', async () => {
    const { primary, definitions, store } = await both();
    await store.commit(commitOf(write('ValueSet/mine'), write('Patient/new')));
    expect(await found(primary, where('Patient'))).toEqual(['Patient/p2', 'Patient/new']);
    expect(await found(store, where('ValueSet'))).toContain('ValueSet/mine');
    expect(await found(definitions, where('ValueSet'))).not.toContain('ValueSet/mine');
  });
});

/** Every search of these types is merged with an empty layer: nothing may change by that. */
storeContract('definitions in front of SQLite', async () => {
  const [primary, definitions] = await Promise.all([openSqliteStore(':memory:'), openSqliteStore(':memory:')]);
  const held: Held = { types: new Set(['Patient', 'Observation']), ids: () => [], packageOf: () => undefined };
  const store = withDefinitions(primary, definitions, held);
  const arrange: ResourceStore['arrange'] = async (asked) => {
    await Promise.all([store.arrange(asked), definitions.arrange(asked)]);
  };
  return { store: { ...store, arrange }, close: () => store.close() };
});
