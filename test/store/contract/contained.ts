/** Resources inside others are found by their own entries, and by chains of their container; they come and go with the version they are in. Source: src/store/port.ts Contained */
import { beforeAll, expect, test } from '@jest/globals';
import type { Key } from '../../../src/model/resource.js';
import {
  type Contained,
  type IndexEntry,
  type Predicate,
  type Query,
  type ResourceStore,
  type Sort,
  StoreConflict,
} from '../../../src/store/port.js';
import {
  commitOf,
  found,
  freshStore,
  inside,
  isText,
  isToken,
  type Open,
  query,
  reference,
  text,
  token,
  versionsOf,
  where,
  write,
} from './fixture.js';

const inner = (type: string, id: string, given: Partial<Contained> = {}): Contained => ({ type, id, entries: [], sort: [], ...given });

/** `Observation/1#p` for a contained resource. */
async function foundInside(store: ResourceStore, asked: Query): Promise<readonly string[]> {
  const { matches } = await store.search(asked);
  return matches.map(({ version, contained }) => `${version.type}/${version.id}${contained === undefined ? '' : `#${contained}`}`);
}

export function containedResources(open: Open): void {
  const subject = freshStore(open);
  beforeAll(async () => {
    await subject().store.commit(
      commitOf(
        write('Organization/o', { entries: [text('name', '医院')] }),
        write('Patient/out', { entries: [token('gender', 'male'), text('name', '王')] }),
        write('Observation/1', {
          lastUpdated: 1000,
          compartments: ['Patient/out'],
          entries: [token('code', 'x')],
          contained: [
            inner('Patient', 'p', {
              entries: [token('gender', 'male'), text('name', '李'), reference('organization', 'Organization/o')],
              sort: [{ slot: 'birthdate', value: 3 }],
            }),
            inner('Practitioner', 'q', { entries: [inside('name', '张三丰')] }),
          ],
        }),
        write('Observation/2', {
          lastUpdated: 2000,
          entries: [token('code', 'x')],
          contained: [
            inner('Patient', 'p', { entries: [token('gender', 'female')], sort: [{ slot: 'birthdate', value: 1 }] }),
            inner('Patient', 'p2', { entries: [token('gender', 'male')], sort: [{ slot: 'birthdate', value: 2 }] }),
          ],
        }),
      ),
    );
  });
  const patients = (predicate?: Predicate, more: Partial<Query> = {}) => query(where('#Patient', predicate), more);
  const birthdate = (descending: boolean): readonly Sort[] => [{ slot: 'birthdate', descending }];

  test.each<readonly [string, Predicate | undefined, readonly string[]]>([
    ['all of a type', undefined, ['Observation/1#p', 'Observation/2#p', 'Observation/2#p2']],
    ['by its own entries', isToken('gender', 'male'), ['Observation/1#p', 'Observation/2#p2']],
    ['by its own id', { kind: 'id', ids: ['p'] }, ['Observation/1#p', 'Observation/2#p']],
    ['by when its container was updated', { kind: 'updated', values: [{ lowFrom: 1500 }] }, ['Observation/2#p', 'Observation/2#p2']],
    ['by the compartments of its container', { kind: 'compartment', name: 'Patient/out' }, ['Observation/1#p']],
    ['not', { kind: 'not', of: isToken('gender', 'male') }, ['Observation/2#p']],
    [
      'chains lead out of it',
      { kind: 'chain', param: 'organization', where: where('Organization', isText('name', 'prefix', '医')) },
      ['Observation/1#p'],
    ],
    ['nothing leads to it', { kind: 'reverse', param: 'subject', where: where('Observation') }, []],
  ])('it is found: %s', async (_name, predicate, expected) => {
    const { store } = subject();
    expect(await foundInside(store, patients(predicate))).toEqual(expected);
    expect(await store.count(where('#Patient', predicate), {})).toEqual({ total: expected.length, exact: true });
  });

  test('of another type, by what stands inside a string', async () => {
    const asked = query(where('#Practitioner', isText('name', 'contains', '三丰')));
    expect(await foundInside(subject().store, asked)).toEqual(['Observation/1#q']);
  });

  test('sorted, in pages, there and back', async () => {
    const { store } = subject();
    const sorted = ['Observation/2#p', 'Observation/2#p2', 'Observation/1#p'];
    expect(await foundInside(store, patients(undefined, { sort: birthdate(false) }))).toEqual(sorted);
    expect(await foundInside(store, patients(undefined, { sort: birthdate(true) }))).toEqual([...sorted].reverse());
    const first = await store.search(patients(undefined, { sort: birthdate(false), count: 2 }));
    expect(first.more).toBe(true);
    const after = first.matches[1]?.position;
    expect(await foundInside(store, patients(undefined, { sort: birthdate(false), count: 2, after }))).toEqual(sorted.slice(2));
    expect(await foundInside(store, patients(undefined, { sort: birthdate(false), count: 2, after, backward: true }))).toEqual(
      sorted.slice(0, 1),
    );
    const byName: Sort = { param: 'gender', entry: 'token', end: 'low', descending: true };
    const byGender = await foundInside(store, patients(undefined, { sort: [byName, { slot: '_id', descending: true }] }));
    expect(byGender).toEqual(['Observation/2#p2', 'Observation/1#p', 'Observation/2#p']);
  });

  test('beside those that stand for themselves', async () => {
    const { store } = subject();
    const both = where('Patient,#Patient', isToken('gender', 'male'));
    const all = await foundInside(store, query(both, { sort: [{ slot: '_id', descending: false }] }));
    expect(all).toEqual(['Patient/out', 'Observation/1#p', 'Observation/2#p2']);
    const seen: string[] = [];
    for (let after: Query['after']; ; ) {
      const slice = await store.search(query(both, { count: 1, after }));
      seen.push(...slice.matches.map(({ version, contained }) => `${version.id}#${contained ?? ''}`));
      if (!slice.more) break;
      after = slice.matches.at(-1)?.position;
    }
    expect(seen.toSorted()).toEqual(['1#p', '2#p2', 'out#']);
  });

  test('a match is the version of the container, with its text', async () => {
    const [match] = (await subject().store.search(patients(isToken('gender', 'female')))).matches;
    expect(match?.version).toEqual((await subject().store.read([{ type: 'Observation', id: '2' }]))[0]);
    expect(match?.contained).toBe('p');
  });

  test('who asks for the type sees none of them, nor does a read, a history, or the feed', async () => {
    const { store } = subject();
    expect(await found(store, where('Patient'))).toEqual(['Patient/out']);
    expect(await store.count(where('Patient'), {})).toEqual({ total: 1, exact: true });
    expect(
      await store.read([
        { type: 'Patient', id: 'p' },
        { type: '#Patient', id: 'p' },
      ]),
    ).toEqual([undefined, undefined]);
    expect((await store.history({ scope: {}, count: 100 })).versions).toHaveLength(4);
    expect((await store.countHistory({ scope: {} }, {})).total).toBe(4);
    const changes: string[] = [];
    for await (const { type, id } of store.changes(undefined, { live: false })) changes.push(`${type}/${id}`);
    // Before the first who follows there may be no order of commits to be told.
    expect(changes.toSorted()).toEqual(['Observation/1', 'Observation/2', 'Organization/o', 'Patient/out']);
    expect((await store.describe()).resources).toBe(4);
    const chain: Predicate = { kind: 'chain', param: 'subject', where: where('#Patient') };
    expect(await found(store, where('Observation', chain))).toEqual([]);
  });

  test('it is replaced with the version it is in, by a reindex too, and gone with a deletion', async () => {
    const { store } = subject();
    const at = (version: number, contained: readonly Contained[] | undefined, json?: null) =>
      write('Encounter/e', { version, lastUpdated: 5000 + version, contained, ...(json === null ? { json } : {}) });
    const asked = query(where('#Patient', { kind: 'any', of: [isToken('e', 'a'), isToken('e', 'b')] }));
    await store.commit(
      commitOf(at(1, [inner('Patient', 'a', { entries: [token('e', 'a')] }), inner('Patient', 'b', { entries: [token('e', 'b')] })])),
    );
    expect(await foundInside(store, asked)).toEqual(['Encounter/e#a', 'Encounter/e#b']);
    const [, before] = (await store.search(asked)).matches;
    await store.commit(commitOf(at(2, [inner('Patient', 'b', { entries: [token('e', 'a'), token('e', 'b')] })])));
    expect(await foundInside(store, asked)).toEqual(['Encounter/e#b']);
    const [match] = (await store.search(asked)).matches;
    expect([match?.version.version, match?.position.number]).toEqual([2, before?.position.number]);
    expect(await foundInside(store, patients({ kind: 'updated', values: [{ lowFrom: 5002 }] }))).toEqual(['Encounter/e#b']);
    const anew = [inner('Patient', 'c', { entries: [token('e', 'a')] })];
    const reindex = { type: 'Encounter', id: 'e', version: 2, entries: [], compartments: ['Patient/out'], sort: [], contained: anew };
    expect(await store.reindex([reindex])).toEqual([true]);
    expect(await foundInside(store, asked)).toEqual(['Encounter/e#c']);
    expect(await foundInside(store, patients({ kind: 'compartment', name: 'Patient/out' }))).toEqual(['Observation/1#p', 'Encounter/e#c']);
    await store.commit(commitOf(at(3, undefined)));
    expect(await foundInside(store, asked)).toEqual([]);
    await store.commit(commitOf(at(4, anew)));
    expect(await foundInside(store, asked)).toEqual(['Encounter/e#c']);
    await store.commit(commitOf(at(5, undefined, null)));
    expect(await foundInside(store, asked)).toEqual([]);
    expect((await versionsOf(store, 'Encounter/e')).length).toBe(5);
  });

  leadingInside(open);
}

/** Chains to what is contained. */
function leadingInside(open: Open): void {
  const subject = freshStore(open);
  const chain = (type: string, predicate: Predicate, param = 'subject'): Predicate => ({
    kind: 'chain',
    param,
    where: where(type, predicate),
  });
  const male = isToken('gender', 'male');
  const person = (id: string, gender: string, ...more: readonly IndexEntry[]) =>
    inner('Patient', id, { entries: [token('gender', gender), ...more] });
  beforeAll(async () => {
    await subject().store.commit(
      commitOf(
        write('Patient/p', { entries: [token('gender', 'male')] }),
        write('Observation/own', { entries: [reference('subject', '#p'), reference('focus', '#q')], contained: [person('p', 'male')] }),
        write('Observation/other', { entries: [reference('subject', '#p')], contained: [person('p', 'female'), person('q', 'male')] }),
        write('Observation/elsewhere', { entries: [reference('subject', 'Observation/own#p'), reference('subject', 'Patient/p')] }),
        write('Observation/none', { entries: [reference('subject', '#p')] }),
        write('Encounter/e', {
          entries: [reference('reason', '#o')],
          contained: [inner('Observation', 'o', { entries: [reference('subject', '#p')] }), person('p', 'male', reference('link', '#o'))],
        }),
        write('Encounter/f', {
          entries: [reference('reason', '#o')],
          contained: [inner('Observation', 'o', { entries: [reference('subject', '#p')] }), person('p', 'female')],
        }),
      ),
    );
  });

  test.each<readonly [string, string, Predicate, readonly string[]]>([
    ['in its own container', 'Observation', chain('#Patient', male), ['Observation/own']],
    ['not of another type', 'Observation', chain('#Practitioner', { kind: 'all', of: [] }), []],
    ['not by another parameter', 'Observation', chain('#Patient', male, 'focus'), []],
    ['by its own id', 'Observation', chain('#Patient', { kind: 'id', ids: ['p'] }), ['Observation/own', 'Observation/other']],
    ['beside one that stands for itself', 'Observation', chain('#Patient,Patient', male), ['Observation/own', 'Observation/elsewhere']],
    ['to all but some', 'Observation', chain('#Patient', { kind: 'not', of: male }), ['Observation/other']],
    [
      'denied',
      'Observation',
      { kind: 'not', of: chain('#Patient', male) },
      ['Observation/other', 'Observation/elsewhere', 'Observation/none'],
    ],
    ['of one among many', 'Observation', { kind: 'all', of: [{ kind: 'id', ids: ['own'] }, chain('#Patient', male)] }, ['Observation/own']],
    ['from there to what stands beside it', 'Encounter', chain('#Observation', chain('#Patient', male), 'reason'), ['Encounter/e']],
    [
      'and back',
      'Encounter',
      chain('#Observation', chain('#Patient', chain('#Observation', { kind: 'all', of: [] }, 'link')), 'reason'),
      ['Encounter/e'],
    ],
    [
      'under what is asked of its container',
      'Encounter',
      { kind: 'all', of: [{ kind: 'updated', values: [{ lowFrom: 0 }] }, chain('#Observation', chain('#Patient', male), 'reason')] },
      ['Encounter/e'],
    ],
    ['none back from it', 'Patient', { kind: 'reverse', param: 'subject', where: where('Observation', chain('#Patient', male)) }, []],
  ])('a chain leads to what is contained: %s', async (_name, type, predicate, expected) => {
    const { store } = subject();
    expect(await found(store, where(type, predicate))).toEqual(expected);
    expect(await store.count(where(type, predicate), {})).toEqual({ total: expected.length, exact: true });
    const [keys] = await store.find([where(type, predicate)], 100);
    expect(keys?.map((key) => `${key.type}/${key.id}`)).toEqual(expected);
  });

  test('a chain from what is contained leads to what stands beside it', async () => {
    const { store } = subject();
    const asked = query(where('#Observation', chain('#Patient', male)));
    expect(await foundInside(store, asked)).toEqual(['Encounter/e#o']);
    expect((await store.search(query(where('#Patient', chain('#Observation', { kind: 'all', of: [] }, 'link'))))).matches).toHaveLength(1);
  });

  test('it leads to what is there now', async () => {
    const { store } = subject();
    const at = (version: number, gender: string) =>
      write('Device/d', { version, lastUpdated: 5000 + version, entries: [reference('patient', '#p')], contained: [person('p', gender)] });
    const isMale = where('Device', chain('#Patient', male, 'patient'));
    await store.commit(commitOf(at(1, 'female')));
    expect(await found(store, isMale)).toEqual([]);
    await store.commit(commitOf(at(2, 'male')));
    expect(await found(store, isMale)).toEqual(['Device/d']);
    await store.commit(commitOf(write('Device/d', { version: 3, lastUpdated: 5003, entries: [reference('patient', '#p')] })));
    expect(await found(store, isMale)).toEqual([]);
  });

  test('a guard sees what is contained', async () => {
    const { store } = subject();
    const isMale = where('Goal', chain('#Patient', male));
    const goal = (id: string) => write(`Goal/${id}`, { entries: [reference('subject', '#p')], contained: [person('p', 'male')] });
    const guard = (...keys: readonly Key[]) => ({ where: isMale, keys, names: ['Goal'] });
    await store.commit({ writes: [goal('1')], guards: [guard()] });
    await expect(store.commit({ writes: [goal('2')], guards: [guard()] })).rejects.toThrow(StoreConflict);
    await store.commit({ writes: [goal('2')], guards: [guard({ type: 'Goal', id: '1' })] });
    expect(await found(store, isMale)).toEqual(['Goal/1', 'Goal/2']);
  });
}
