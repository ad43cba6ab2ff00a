/** Versions: what a commit writes is what read and history give. Source: src/store/port.ts Version, Write; R4 http.html#read, #history */
import { expect, test } from '@jest/globals';
import { StoreConflict, type Version } from '../../../src/store/port.js';
import { commitOf, found, freshStore, isToken, layout, type Open, token, versionsOf, where, write } from './fixture.js';

export function versions(open: Open): void {
  const subject = freshStore(open);
  reading(subject);
  conflicts(subject);
  indexing(subject);
  lasting(subject);
}

type Subjects = ReturnType<typeof freshStore>;

function bytes(version: Version | undefined): string | null | undefined {
  return version?.json === null ? null : version?.json.toString('utf8');
}

function reading(subject: Subjects): void {
  test('a read gives the bytes that were committed, 4-byte characters, decimals and key order included', async () => {
    const { store } = subject();
    const json = '{"z":1.10,"a":"𠮷田 王\\u0000 😀 é","resourceType":"Patient" ,"id":"bytes"}';
    const given = write('Patient/bytes', { json, lastUpdated: 1767225600123 });
    await store.commit(commitOf(given));
    const [read] = await store.read([{ type: 'Patient', id: 'bytes' }]);
    expect(read).toEqual(given.version);
    expect(Buffer.isBuffer(read?.json)).toBe(true);
    expect(bytes(read)).toBe(json);
    const other = write('Patient/bytes-2', { json: '{"a":"é𠮷"}' });
    await store.commit(commitOf(other, write('Patient/bytes-3'), write('Patient/bytes-4')));
    await store.commit(commitOf(write('Patient/bytes-3', { version: 2, json: null })));
    const many = await store.read(['bytes-2', 'bytes-3', 'bytes', 'bytes-4', 'bytes'].map((id) => ({ type: 'Patient', id })));
    expect([many[0], many[2], many[4]]).toEqual([other.version, given.version, given.version]);
    expect(many[1]).toMatchObject({ version: 2, json: null });
    const slice = await store.search({ where: where('Patient', { kind: 'id', ids: ['bytes', 'bytes-2'] }), sort: [], count: 9 });
    expect(slice.matches.map((match) => match.version)).toEqual([given.version, other.version]);
  });

  test('a read of many keys answers in their order, with undefined for what is not there and twice what is asked twice', async () => {
    const { store } = subject();
    await store.commit(commitOf(write('Patient/order-a'), write('Observation/order-a'), write('Patient/order-b')));
    const read = await store.read([
      { type: 'Patient', id: 'order-b' },
      { type: 'Patient', id: 'order-missing' },
      { type: 'Observation', id: 'order-a' },
      { type: 'Practitioner', id: 'order-a' },
      { type: 'Patient', id: 'order-b' },
      { type: 'Patient', id: 'order-a', version: 1 },
      { type: 'Patient', id: 'order-a', version: 2 },
      { type: 'Patient', id: 'ORDER-A' },
    ]);
    const names = read.map((version) => (version === undefined ? undefined : `${version.type}/${version.id}`));
    expect(names).toEqual([
      'Patient/order-b',
      undefined,
      'Observation/order-a',
      undefined,
      'Patient/order-b',
      'Patient/order-a',
      undefined,
      undefined,
    ]);
    expect(await store.read([])).toEqual([]);
  });

  test('a read of 3,000 keys at once answers each', async () => {
    const { store } = subject();
    const ids = Array.from({ length: 3000 }, (_, i) => `many-${i}`);
    await store.commit(commitOf(...ids.map((id) => write(`Organization/${id}`))));
    const read = await store.read(ids.map((id) => ({ type: 'Organization', id })));
    expect(read.map((version) => version?.id)).toEqual(ids);
  });

  test('superseded versions stay readable, and history gives them newest first', async () => {
    const { store } = subject();
    for (let version = 1; version <= 7; version++) await store.commit(commitOf(write('Patient/past', { version })));
    const key = { type: 'Patient', id: 'past' };
    const all = await versionsOf(store, 'Patient/past');
    expect(all.map((version) => version.version)).toEqual([7, 6, 5, 4, 3, 2, 1]);
    expect(bytes(all[4])).toContain('"versionId":"3"');
    expect(await store.read([{ ...key, version: 3 }, key, { ...key, version: 7 }])).toEqual([all[4], all[0], all[0]]);
  });

  test('a deletion is a version without text, and the instance can come back', async () => {
    const { store } = subject();
    const key = { type: 'Patient', id: 'gone' };
    await store.commit(commitOf(write('Patient/gone', { entries: [token('tag', 'gone')] })));
    await store.commit(commitOf(write('Patient/gone', { version: 2, json: null })));
    const [deleted] = await store.read([key]);
    expect(deleted).toMatchObject({ version: 2, method: 'DELETE', json: null });
    expect(await found(store, where('Patient', { kind: 'id', ids: ['gone'] }))).toEqual([]);
    expect(await found(store, where('Patient', isToken('tag', 'gone')))).toEqual([]);
    await store.commit(commitOf(write('Patient/gone', { version: 3, method: 'PUT', entries: [token('tag', 'back')] })));
    expect(await found(store, where('Patient', isToken('tag', 'back')))).toEqual(['Patient/gone']);
    expect((await versionsOf(store, 'Patient/gone')).map((version) => version.method)).toEqual(['PUT', 'DELETE', 'POST']);
  });
}

function conflicts(subject: Subjects): void {
  test('a write over a version that is not current is a conflict and writes nothing', async () => {
    const { store } = subject();
    await store.commit(commitOf(write('Patient/current')));
    await store.commit(commitOf(write('Patient/current', { version: 2, json: '{"second":true}' })));
    const stale = store.commit(commitOf(write('Patient/current', { version: 2, json: '{"stale":true}' })));
    await expect(stale).rejects.toBeInstanceOf(StoreConflict);
    const ahead = store.commit(commitOf(write('Patient/current', { version: 4 })));
    await expect(ahead).rejects.toBeInstanceOf(StoreConflict);
    const absent = store.commit(commitOf(write('Patient/never-there', { version: 2 })));
    await expect(absent).rejects.toBeInstanceOf(StoreConflict);
    expect(bytes((await store.read([{ type: 'Patient', id: 'current' }]))[0])).toBe('{"second":true}');
    expect(await store.read([{ type: 'Patient', id: 'never-there' }])).toEqual([undefined]);
  });

  test('an id that was ever used, even deleted, is a conflict for a write that replaces 0', async () => {
    const { store } = subject();
    await store.commit(commitOf(write('Patient/used')));
    await expect(store.commit(commitOf(write('Patient/used')))).rejects.toBeInstanceOf(StoreConflict);
    await store.commit(commitOf(write('Patient/used', { version: 2, json: null })));
    await expect(store.commit(commitOf(write('Patient/used')))).rejects.toBeInstanceOf(StoreConflict);
    await store.commit(commitOf(write('Observation/used')));
  });

  test('of several writes one conflict leaves all unwritten', async () => {
    const { store } = subject();
    await store.commit(commitOf(write('Patient/half')));
    const commit = commitOf(
      write('Patient/half-a', { entries: [token('half', 'x')] }),
      write('Patient/half', { version: 2, entries: [token('half', 'x')] }),
      write('Patient/half-b', { version: 2 }),
      write('Patient/half-c', { entries: [token('half', 'x')] }),
    );
    await expect(store.commit(commit)).rejects.toBeInstanceOf(StoreConflict);
    const read = await store.read(['half-a', 'half', 'half-b', 'half-c'].map((id) => ({ type: 'Patient', id })));
    expect(read.map((version) => version?.version)).toEqual([undefined, 1, undefined, undefined]);
    expect(await found(store, where('Patient', isToken('half', 'x')))).toEqual([]);
  });

  test('a commit of nothing is no error', async () => {
    await expect(subject().store.commit(commitOf())).resolves.toBeUndefined();
  });

  test('a commit of 200 writes is there whole, in the order of its writes', async () => {
    const { store } = subject();
    const names = Array.from({ length: 200 }, (_, i) => `Observation/bulk-${(i * 37) % 200}`);
    await store.commit(commitOf(...names.map((name, i) => write(name, { entries: [token('bulk', 'yes'), token('n', String(i))] }))));
    expect(await found(store, where('Observation', isToken('bulk', 'yes')))).toEqual(names);
  });
}

function indexing(subject: Subjects): void {
  test('after an update only the entries, compartments and sort values of the new version count', async () => {
    const { store } = subject();
    await store.commit(
      commitOf(
        write('Observation/diff', {
          entries: [token('kept', 'k', 's'), token('dropped', 'd'), token('twice', 't'), token('twice', 't')],
          compartments: ['Patient/diff-1', 'Patient/diff-2'],
          sort: [{ slot: 'date', value: 1 }],
        }),
      ),
    );
    await store.commit(
      commitOf(
        write('Observation/diff', {
          version: 2,
          entries: [token('added', 'a'), token('kept', 'k', 's')],
          compartments: ['Patient/diff-2', 'Patient/diff-3'],
        }),
      ),
    );
    const matching = async (predicate: Parameters<typeof where>[1]) => (await found(store, where('Observation', predicate))).length;
    expect(await matching(isToken('kept', 'k', 's'))).toBe(1);
    expect(await matching(isToken('added', 'a'))).toBe(1);
    expect(await matching(isToken('dropped', 'd'))).toBe(0);
    expect(await matching(isToken('twice', 't'))).toBe(0);
    expect(await matching({ kind: 'present', param: 'dropped', entry: 'token' })).toBe(0);
    expect(await matching({ kind: 'present', param: 'added', entry: 'token' })).toBe(1);
    expect(await matching({ kind: 'compartment', name: 'Patient/diff-1' })).toBe(0);
    expect(await matching({ kind: 'compartment', name: 'Patient/diff-2' })).toBe(1);
    expect(await matching({ kind: 'compartment', name: 'Patient/diff-3' })).toBe(1);
    const slice = await store.search({
      where: where('Observation', { kind: 'id', ids: ['diff'] }),
      sort: [{ slot: 'date', descending: false }],
      count: 1,
    });
    expect(slice.matches[0]?.position.values).toEqual([null]);
  });

  test('what a type finds by a parameter another type does not', async () => {
    const { store } = subject();
    await store.commit(commitOf(write('Patient/own', { entries: [token('own', 'x')] }), write('Observation/own')));
    expect(await found(store, where('Observation', isToken('own', 'x')))).toEqual([]);
    expect(await found(store, where('Patient', isToken('own', 'x')))).toEqual(['Patient/own']);
  });
}

function lasting(subject: Subjects): void {
  test('describe names the store, counts its resources and is ready', async () => {
    const { store } = subject();
    const before = await store.describe();
    await store.commit(commitOf(write('Patient/described')));
    await store.commit(commitOf(write('Patient/described', { version: 2 })));
    const after = await store.describe();
    expect(after).toMatchObject({ ready: true, kind: before.kind, location: before.location });
    expect(after.version).toMatch(/\d/);
    expect(after.resources).toBe(before.resources + 1);
  });

  test('what was committed is there when the store is opened again', async () => {
    const { store, reopen, replace } = subject();
    if (reopen === undefined) return;
    await store.commit(commitOf(write('Patient/lasting', { entries: [token('lasting', 'yes', 'urn:s')] })));
    const again = await reopen();
    replace(again);
    await again.arrange(layout);
    expect(await found(again, where('Patient', isToken('lasting', 'yes', 'urn:s')))).toEqual(['Patient/lasting']);
    await again.commit(commitOf(write('Patient/lasting', { version: 2, entries: [token('lasting', 'no')] })));
    expect(await found(again, where('Patient', isToken('lasting', 'yes')))).toEqual([]);
  });
}
