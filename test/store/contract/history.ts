/**
 * Histories: which versions stand in one, in which order, and pages of it while others write.
 * Source: src/store/port.ts history, countHistory; R4 http.html#history
 */
import { beforeAll, expect, test } from '@jest/globals';
import type { HistoryFilter, HistoryPosition, HistoryQuery, HistorySlice, ResourceStore, Write } from '../../../src/store/port.js';
import { commitOf, freshStore, type Open, write } from './fixture.js';

type Subjects = ReturnType<typeof freshStore>;
type Entry = HistorySlice['versions'][number];

export function history(open: Open): void {
  const subject = freshStore(open);
  const made = given(subject);
  contents(subject, made);
  order(subject);
  pages(subject);
}

const start = Date.UTC(2026, 2, 1);

/** `Patient/a` version 2 written at 20: `a2@20`, a deletion `a2@20-`. In order of commit; the last had a clock that was behind. */
const written = [
  ['Patient/a', 1, 10],
  ['Patient/b', 1, 10],
  ['Observation/o', 1, 10],
  ['Patient/a', 2, 20],
  ['Patient/b', 2, 30, 'deleted'],
  ['Patient/b', 3, 40],
  ['Observation/o', 2, 40, 'deleted'],
  ['Organization/x', 1, 50],
  ['Patient/a', 3, 60],
  ['Patient/c', 1, 5],
] as const;

function given(subject: Subjects): readonly Write[] {
  const writes = written.map(([instance, version, at, deleted]) =>
    write(instance, { version, lastUpdated: start + at, ...(deleted === undefined ? {} : { json: null }) }),
  );
  beforeAll(async () => {
    for (const one of writes) await subject().store.commit(commitOf(one));
  });
  return writes;
}

function shortly({ version }: Entry): string {
  return `${version.id}${version.version}`;
}

async function listed(store: ResourceStore, query: Partial<HistoryQuery> & HistoryFilter): Promise<string> {
  const slice = await store.history({ count: 100, ...query });
  return slice.versions.map(shortly).join(' ');
}

/** Milliseconds after the start, half-open. */
function at(from: number, before: number): HistoryFilter['at'] {
  return { from: start + from, before: start + before };
}

const everything = 'a3 x1 o2 b3 b2 a2 o1 b1 a1 c1';

const cases: readonly (readonly [name: string, filter: HistoryFilter, newestFirst: string])[] = [
  ['of everything', { scope: {} }, everything],
  ['of one type', { scope: { types: ['Patient'] } }, 'a3 b3 b2 a2 b1 a1 c1'],
  ['of several types', { scope: { types: ['Organization', 'Observation'] } }, 'x1 o2 o1'],
  ['of a type that is named twice', { scope: { types: ['Observation', 'Observation'] } }, 'o2 o1'],
  ['of no type', { scope: { types: [] } }, ''],
  ['of a type of which nothing was ever written', { scope: { types: ['Practitioner'] } }, ''],
  ['of one instance', { scope: { type: 'Patient', id: 'a' } }, 'a3 a2 a1'],
  ['of an instance that was deleted and came back', { scope: { type: 'Patient', id: 'b' } }, 'b3 b2 b1'],
  ['of an instance that is deleted', { scope: { type: 'Observation', id: 'o' } }, 'o2 o1'],
  ['of an instance that never was', { scope: { type: 'Patient', id: 'o' } }, ''],
  ['of an instance of a type of which nothing was ever written', { scope: { type: 'Practitioner', id: 'a' } }, ''],
  ['since a moment at which something was written', { scope: {}, since: start + 40 }, 'a3 x1 o2 b3'],
  ['since a moment just after', { scope: { types: ['Patient'] }, since: start + 41 }, 'a3'],
  ['of one instance since a moment', { scope: { type: 'Patient', id: 'a' }, since: start + 11 }, 'a3 a2'],
  ['since the future', { scope: {}, since: start + 61 }, ''],
  ['at a moment', { scope: {}, at: at(15, 16) }, 'o1 b1 a1 c1'],
  ['at the moment a version is superseded: the new one', { scope: {}, at: at(20, 21) }, 'a2 o1 b1 c1'],
  ['at the last moment before', { scope: {}, at: at(19, 20) }, 'o1 b1 a1 c1'],
  ['at a range: what was current at any moment of it, deletions too', { scope: {}, at: at(30, 41) }, 'o2 b3 b2 a2 o1 c1'],
  ['at a range that ends where a version begins', { scope: { types: ['Patient'] }, at: at(25, 30) }, 'a2 b1 c1'],
  ['at a moment before everything', { scope: {}, at: at(0, 5) }, ''],
  ['at a moment after everything: what is current', { scope: {}, at: at(1000, 1001) }, 'a3 x1 o2 b3 c1'],
  ['of one instance at a moment', { scope: { type: 'Patient', id: 'a' }, at: at(59, 60) }, 'a2'],
  ['of one instance at a range', { scope: { type: 'Patient', id: 'b' }, at: at(30, 31) }, 'b2'],
  ['since a moment and at a range: both hold', { scope: {}, since: start + 20, at: at(15, 31) }, 'b2 a2'],
  ['since behind the range', { scope: {}, since: start + 31, at: at(15, 31) }, ''],
];

function contents(subject: Subjects, writes: readonly Write[]): void {
  test('gives each version as it was committed, with its exact bytes; a deletion has none', async () => {
    const { versions, more } = await subject().store.history({ scope: {}, count: 100, ascending: true });
    const byTime = [...writes].sort((one, other) => one.version.lastUpdated - other.version.lastUpdated);
    expect(versions.map(({ version }) => version)).toEqual(byTime.map(({ version }) => version));
    expect(versions.filter(({ version }) => version.json === null).map(shortly)).toEqual(['b2', 'o2']);
    expect(versions.every(({ version, position }) => position.lastUpdated === version.lastUpdated)).toBe(true);
    expect(more).toBe(false);
  });

  test.each(cases)('%s', async (_, filter, newestFirst) => {
    const { store } = subject();
    expect(await listed(store, filter)).toBe(newestFirst);
    const oldestFirst = newestFirst.split(' ').reverse().join(' ');
    expect(await listed(store, { ...filter, ascending: true })).toBe(oldestFirst);
    const total = newestFirst === '' ? 0 : newestFirst.split(' ').length;
    expect(await store.countHistory(filter, {})).toEqual({ total, exact: true });
  });
}

function order(subject: Subjects): void {
  test('stands in the order of lastUpdated, at equal times in the order of creation; no two versions share a position', async () => {
    const { versions } = await subject().store.history({ scope: {}, count: 100, ascending: true });
    expect(versions.map(shortly).join(' ')).toBe(everything.split(' ').reverse().join(' '));
    for (const [i, { position }] of versions.entries()) {
      const next = versions[i + 1]?.position;
      if (next !== undefined) expect(compare(position, next)).toBeLessThan(0);
    }
  });

  test('the versions of an instance share its creation number, which search gives too', async () => {
    const { store } = subject();
    const { versions } = await store.history({ scope: { type: 'Patient', id: 'a' }, count: 9 });
    const found = await store.search({ where: [{ type: 'Patient', predicate: { kind: 'id', ids: ['a'] } }], sort: [], count: 1 });
    expect(new Set(versions.map(({ position }) => position.number))).toEqual(new Set([found.matches[0]?.position.number]));
  });
}

function pages(subject: Subjects): void {
  test.each(cases)('%s: in pages of any size', async (_, filter, newestFirst) => {
    const { store } = subject();
    for (const ascending of [false, true]) {
      const names = newestFirst === '' ? [] : newestFirst.split(' ');
      const expected = ascending ? names.reverse() : names;
      for (const count of [1, 2, 3, Math.max(1, expected.length)]) {
        const seen = await walked(store, { ...filter, ascending, count });
        expect([count, seen.map(shortly)]).toEqual([count, expected]);
      }
    }
  });

  test('a page goes on behind a position at which nothing stands', async () => {
    const { store } = subject();
    const after = { lastUpdated: start + 35, number: 0 };
    expect(await listed(store, { scope: {}, after })).toBe('b2 a2 o1 b1 a1 c1');
    expect(await listed(store, { scope: {}, after, ascending: true, count: 2 })).toBe('b3 o2');
    expect(await listed(store, { scope: { type: 'Patient', id: 'a' }, after })).toBe('a2 a1');
    expect(await listed(store, { scope: { type: 'Patient', id: 'a' }, after, ascending: true })).toBe('a3');
  });

  test('a time limit that is long enough changes nothing', async () => {
    expect(await listed(subject().store, { scope: {}, timeLimit: 60_000 })).toBe(everything);
    expect(await subject().store.countHistory({ scope: {} }, { timeLimit: 60_000 })).toEqual({ total: 10, exact: true });
  });
}

export function compare(one: HistoryPosition, other: HistoryPosition): number {
  return one.lastUpdated - other.lastUpdated || one.number - other.number;
}

/** All entries of a walk. `between` is started with each page, so that what it writes comes before, within or after the reading. */
export async function walked(
  store: ResourceStore,
  query: HistoryQuery,
  between: (page: number) => Promise<void> = async () => {},
): Promise<readonly Entry[]> {
  const seen: Entry[] = [];
  let after = query.after;
  for (let page = 0; ; page++) {
    const writing = between(page);
    const slice = await store.history({ ...query, after });
    await writing;
    seen.push(...slice.versions);
    if (slice.versions.length > query.count) throw new Error('a page holds more than was asked for');
    if (!slice.more) return seen;
    after = slice.versions.at(-1)?.position;
    if (after === undefined) throw new Error('a page without versions says that more follow');
  }
}
