/** Order, pages that never skip or repeat, many criteria at once, totals. Source: src/store/port.ts Query; R4 search.html#sort, #paging */
import { beforeAll, expect, test } from '@jest/globals';
import type { IndexEntry, Position, Sort } from '../../../src/store/port.js';
import {
  commitOf,
  found,
  freshStore,
  isToken,
  keyed,
  type Open,
  query,
  range,
  reference,
  text,
  token,
  uri,
  walked,
  walkedBack,
  where,
  write,
} from './fixture.js';

type Subjects = ReturnType<typeof freshStore>;

export function pages(open: Open): void {
  const subject = freshStore(open);
  sorting(subject);
  sortingByEntries(subject);
  walking(subject);
  finding(subject);
}

const by = (slot: string, descending = false): Sort => ({ slot, descending });

function sorting(subject: Subjects): void {
  beforeAll(async () => {
    const person = (id: string, lastUpdated: number, birthdate?: number, family?: string) =>
      write(`Patient/${id}`, {
        lastUpdated,
        entries: [token('sorted', 'yes')],
        sort: [
          ...(birthdate === undefined ? [] : [{ slot: 'birthdate', value: birthdate }]),
          ...(family === undefined ? [] : [{ slot: 'family', value: family }]),
        ],
      });
    await subject().store.commit(
      commitOf(
        person('p5', 500, 10, '王'),
        person('p1', 900, -5.5, '𠮷'),
        person('p4', 100, undefined, 'b'),
        person('p3', 300, 10, 'a'),
        person('p2', 700, 1e12, undefined),
        person('p6', 200, undefined, '\uffee'),
      ),
    );
  });
  const sorted = where('Patient', isToken('sorted', 'yes'));
  const all = where('Patient', { kind: 'id', ids: ['p1', 'p2', 'p3', 'p4', 'p5', 'p6'] });

  const cases: readonly (readonly [string, readonly Sort[], string])[] = [
    ['no sort is the order of creation', [], 'p5 p1 p4 p3 p2 p6'],
    ['_id ascending', [by('_id')], 'p1 p2 p3 p4 p5 p6'],
    ['_id descending', [by('_id', true)], 'p6 p5 p4 p3 p2 p1'],
    ['_lastUpdated ascending', [by('_lastUpdated')], 'p4 p6 p3 p5 p2 p1'],
    ['_lastUpdated descending', [by('_lastUpdated', true)], 'p1 p2 p5 p3 p6 p4'],
    ['absent values come first ascending, ties in order of creation', [by('birthdate')], 'p4 p6 p1 p5 p3 p2'],
    ['absent values come last descending, ties still in order of creation', [by('birthdate', true)], 'p2 p5 p3 p1 p4 p6'],
    ['strings sort by code point, not by code unit', [by('family')], 'p2 p3 p4 p5 p6 p1'],
    ['several sorts, ascending and descending', [by('birthdate', true), by('family')], 'p2 p3 p5 p1 p4 p6'],
    ['several sorts that begin with absent values', [by('birthdate'), by('_id', true)], 'p6 p4 p1 p5 p3 p2'],
  ];
  test.each(cases)('%s', async (_name, sort, ids) => {
    const { store } = subject();
    const expected = ids.split(' ').map((id) => `Patient/${id}`);
    expect(await found(store, sorted, { sort })).toEqual(expected);
    expect(await found(store, all, { sort })).toEqual(expected);
    for (const count of [1, 2, 4]) {
      expect(await walked(store, query(sorted, { sort, count }))).toEqual(expected);
      expect(await walkedBack(store, query(sorted, { sort, count }))).toEqual(expected);
    }
    expect(await walkedBack(store, query(all, { sort, count: 2 }))).toEqual(expected);
  });

  test('a position holds the value of each sort and the number of creation', async () => {
    const { store } = subject();
    const sort = [by('birthdate'), by('family'), by('_id'), by('_lastUpdated')];
    const { matches } = await store.search(query(sorted, { sort }));
    expect(matches.map((match) => match.position.values)).toEqual([
      [null, 'b', 'p4', 100],
      [null, '\uffee', 'p6', 200],
      [-5.5, '𠮷', 'p1', 900],
      [10, 'a', 'p3', 300],
      [10, '王', 'p5', 500],
      [1e12, null, 'p2', 700],
    ]);
    const numbers = matches.map((match) => match.position.number);
    expect(new Set(numbers).size).toBe(6);
    const unsorted = await store.search(query(sorted));
    const inOrder = unsorted.matches.map((match) => match.position.number);
    expect(inOrder).toEqual([...numbers].sort((x, y) => x - y));
    const carried = JSON.parse(JSON.stringify(matches[2]?.position)) as Position;
    expect(await found(store, sorted, { sort, after: carried, count: 2 })).toEqual(['Patient/p3', 'Patient/p5']);
  });

  test('types of one search are sorted together; a type without the slot has no value', async () => {
    const { store } = subject();
    const entries = [token('mixed', 'yes')];
    await store.commit(
      commitOf(
        write('Patient/m2', { entries, sort: [{ slot: 'birthdate', value: 2 }], lastUpdated: 30 }),
        write('Organization/m1', { entries, lastUpdated: 20 }),
        write('Patient/m0', { entries, sort: [{ slot: 'birthdate', value: 1 }], lastUpdated: 10 }),
      ),
    );
    const mixed = where('Patient,Organization', isToken('mixed', 'yes'));
    expect(await walked(store, query(mixed, { sort: [by('birthdate')], count: 1 }))).toEqual([
      'Organization/m1',
      'Patient/m0',
      'Patient/m2',
    ]);
    expect(await walked(store, query(mixed, { sort: [by('_lastUpdated', true)], count: 1 }))).toEqual([
      'Patient/m2',
      'Organization/m1',
      'Patient/m0',
    ]);
  });
}

function sortingByEntries(subject: Subjects): void {
  const inf = Number.POSITIVE_INFINITY;
  beforeAll(async () => {
    const one = (id: string, ...entries: readonly IndexEntry[]) =>
      write(`Organization/${id}`, { entries: [token('by', 'entries'), ...entries] });
    await subject().store.commit(
      commitOf(
        one(
          'e1',
          token('t', 'b', 'urn:z'),
          token('t', 'd'),
          text('s', '王', '王'),
          text('s', 'wang', ''),
          range('r', 5, 6),
          uri('u', 'urn:b'),
        ),
        one(
          'e2',
          token('t', 'a'),
          text('s', '𠮷', '𠮷'),
          range('r', 1, inf),
          keyed('r', 'k', -9, -8),
          uri('u', 'urn:a'),
          uri('u', 'urn:c'),
        ),
        one('e3', token('t', 'c'), token('t', 'c', 'urn:x'), range('r', -inf, 0), reference('f', 'Patient/2')),
        one('e4', text('s', 'a\u0000', 'A'), keyed('r', 'k', 0, 1), reference('f', 'Patient/10'), uri('u', 'urn:b\u0000')),
        one('e5', text('s', 'a\u0001', 'A'), range('r', 5, 5.5), reference('f', 'http://x.cn/Patient/1'), reference('f', 'Patient/3')),
      ),
    );
  });
  const sorted = where('Organization', isToken('by', 'entries'));
  const byEntry = (
    param: string,
    entry: 'token' | 'reference' | 'string' | 'uri' | 'range',
    end: 'low' | 'high',
    descending = false,
  ): Sort => ({
    param,
    entry,
    end,
    descending,
  });

  const cases: readonly (readonly [string, readonly Sort[], string])[] = [
    ['the lowest code, absent first', [byEntry('t', 'token', 'low')], 'e4 e5 e2 e1 e3'],
    ['the highest code, descending, absent last', [byEntry('t', 'token', 'high', true)], 'e1 e3 e2 e4 e5'],
    ['the lowest string by code point, derived ones too', [byEntry('s', 'string', 'low')], 'e3 e4 e5 e1 e2'],
    ['the highest string, descending', [byEntry('s', 'string', 'high', true)], 'e2 e1 e5 e4 e3'],
    ['the low end of a range, those with a key left out', [byEntry('r', 'range', 'low')], 'e4 e3 e2 e1 e5'],
    ['the high end of a range, descending', [byEntry('r', 'range', 'high', true)], 'e2 e1 e5 e3 e4'],
    ['the lowest target', [byEntry('f', 'reference', 'low')], 'e1 e2 e4 e3 e5'],
    ['the highest target', [byEntry('f', 'reference', 'high')], 'e1 e2 e4 e3 e5'],
    ['the lowest uri', [byEntry('u', 'uri', 'low')], 'e3 e5 e2 e1 e4'],
    ['the highest uri', [byEntry('u', 'uri', 'high')], 'e3 e5 e1 e4 e2'],
    [
      'entries behind another sort',
      [byEntry('never-indexed', 'token', 'low'), byEntry('t', 'token', 'low', true), by('_id', true)],
      'e3 e1 e2 e5 e4',
    ],
    ['a slot, then entries', [by('_lastUpdated'), byEntry('t', 'token', 'low')], 'e4 e5 e2 e1 e3'],
    ['entries, then a slot', [byEntry('f', 'reference', 'low'), by('_id', true)], 'e2 e1 e4 e3 e5'],
  ];
  test.each(cases)('by entries: %s', async (_name, sort, ids) => {
    const { store } = subject();
    const expected = ids.split(' ').map((id) => `Organization/${id}`);
    expect(await found(store, sorted, { sort })).toEqual(expected);
    for (const count of [1, 3]) {
      expect(await walked(store, query(sorted, { sort, count }))).toEqual(expected);
      expect(await walkedBack(store, query(sorted, { sort, count }))).toEqual(expected);
    }
    const whole = await found(store, where('Organization'), { sort });
    expect(whole.filter((instance) => expected.includes(instance))).toEqual(expected);
  });
}

function walking(subject: Subjects): void {
  const observation = (i: number, more: Parameters<typeof write>[1] = {}) =>
    write(`Observation/w${String(i).padStart(3, '0')}`, {
      entries: [token('walk', 'yes'), token('half', i % 2 === 0 ? 'even' : 'odd')],
      sort: i % 5 === 0 ? [] : [{ slot: 'date', value: (i * 7919) % 40 }],
      lastUpdated: 10_000 + ((i * 7919) % 97),
      ...more,
    });
  beforeAll(async () => {
    await subject().store.commit(commitOf(...Array.from({ length: 100 }, (_, i) => observation(i))));
  });
  const walk = where('Observation', isToken('walk', 'yes'));

  test('a slice says whether another match follows', async () => {
    const { store } = subject();
    const exact = await store.search(query(walk, { count: 100 }));
    expect([exact.matches.length, exact.more]).toEqual([100, false]);
    const fewer = await store.search(query(walk, { count: 99 }));
    expect([fewer.matches.length, fewer.more]).toEqual([99, true]);
    const beyond = await store.search(query(walk, { count: 5, after: exact.matches.at(-1)?.position }));
    expect([beyond.matches.length, beyond.more]).toEqual([0, false]);
  });

  test.each<readonly [string, readonly Sort[]]>([
    ['creation', []],
    ['date', [by('date')]],
    ['date descending', [by('date', true)]],
    ['_lastUpdated descending, then _id', [by('_lastUpdated', true), by('_id')]],
    ['_id descending', [by('_id', true)]],
    ['date descending, then _lastUpdated', [by('date', true), by('_lastUpdated')]],
  ])('a walk by %s sees each once, whatever is written meanwhile', async (name, sort) => {
    const { store } = subject();
    const whole = await found(store, walk, { sort });
    const seen = await walked(store, query(walk, { sort, count: 7 }), async (page) => {
      const id = `x-${name.replace(/\W/g, '')}-${page}`;
      await store.commit(
        commitOf(write(`Observation/${id}`, { entries: [token('walk', 'yes')], sort: [{ slot: 'date', value: page * 3 }] })),
      );
      await store.commit(commitOf(write(`Observation/${id}`, { version: 2, json: null })));
    });
    expect(seen.filter((instance) => !instance.includes('/x-'))).toEqual(whole);
    expect(new Set(seen).size).toBe(seen.length);
  });

  test.each<readonly [string, readonly Sort[]]>([
    ['creation', []],
    ['date', [by('date')]],
    ['date descending, then _lastUpdated', [by('date', true), by('_lastUpdated')]],
    ['_id', [by('_id')]],
  ])('a walk by %s leads back over the same pages', async (_name, sort) => {
    const { store } = subject();
    const half = where('Observation', isToken('half', 'odd'));
    for (const of of [walk, half, where('Observation')]) {
      const whole = await found(store, of, { sort });
      expect(await walkedBack(store, query(of, { sort, count: 13 }))).toEqual(whole);
      const middle = await store.search(query(of, { sort, count: 30 }));
      const before = await store.search(query(of, { sort, count: 10, backward: true, after: middle.matches[25]?.position }));
      expect(before.matches.map(({ version }) => `Observation/${version.id}`)).toEqual(whole.slice(15, 25));
      expect(before.more).toBe(true);
      const first = await store.search(query(of, { sort, count: 25, backward: true, after: middle.matches[25]?.position }));
      expect([first.matches.length, first.more]).toEqual([25, false]);
      const none = await store.search(query(of, { sort, count: 5, backward: true, after: middle.matches[0]?.position }));
      expect(none).toEqual({ matches: [], more: false });
      const last = await store.search(query(of, { sort, count: 4, backward: true }));
      expect(last.matches.map(({ version }) => `Observation/${version.id}`)).toEqual(whole.slice(-4));
    }
  });

  test('an update that keeps the sort value keeps the place; a deletion drops out', async () => {
    const { store } = subject();
    const even = where('Observation', isToken('half', 'even'));
    const whole = await found(store, even);
    const first = await store.search(query(even, { count: 10 }));
    await store.commit(commitOf(observation(30, { version: 2 }), observation(40, { version: 2, json: null, entries: [], sort: [] })));
    const rest = await found(store, even, { after: first.matches.at(-1)?.position });
    expect([...first.matches.map((match) => `Observation/${match.version.id}`), ...rest]).toEqual(
      whole.filter((instance) => instance !== 'Observation/w040'),
    );
  });

  test('a search of a whole type goes in order of creation and by pages', async () => {
    const { store } = subject();
    const whole = await found(store, where('Observation'));
    expect(whole.length).toBeGreaterThanOrEqual(99);
    expect(await walked(store, query(where('Observation'), { count: 40 }))).toEqual(whole);
    const sorted = await found(store, where('Observation'), { sort: [by('date', true)] });
    expect([...sorted].sort()).toEqual([...whole].sort());
    expect(await walked(store, query(where('Observation'), { sort: [by('date', true)], count: 9 }))).toEqual(sorted);
    expect((await store.count(where('Observation'), {})).total).toBe(whole.length);
  });

  test('nobody of a type that was never written', async () => {
    const { store } = subject();
    expect(await store.search(query(where('Substance')))).toEqual({ matches: [], more: false });
    expect(await store.count(where('Substance'), {})).toEqual({ total: 0, exact: true });
  });
}

function finding(subject: Subjects): void {
  test('find answers many criteria at once, each in order of creation and no more than asked', async () => {
    const { store } = subject();
    const writes = Array.from({ length: 900 }, (_, i) =>
      write(`Organization/f${i}`, { entries: [token('identifier', `f${i % 300}`, 'urn:f')] }),
    );
    await store.commit(commitOf(...writes));
    const codes = Array.from({ length: 400 }, (_, i) => `f${399 - i}`);
    const wheres = codes.map((code) => where('Organization', isToken('identifier', code, 'urn:f')));
    const keys = await store.find(wheres, 2);
    expect(keys.length).toBe(400);
    for (const [i, code] of codes.entries()) {
      const n = Number(code.slice(1));
      const expected = n < 300 ? [`f${n}`, `f${n + 300}`] : [];
      expect(keys[i]).toEqual(expected.map((id) => ({ type: 'Organization', id, version: 1 })));
    }
    expect(await store.find([], 2)).toEqual([]);
    const [three] = await store.find([where('Organization', isToken('identifier', 'f7'))], 10);
    expect(three?.map((key) => key.id)).toEqual(['f7', 'f307', 'f607']);
    const entries = [token('identifier', 'f7', 'urn:f')];
    await store.commit(commitOf(write('Organization/f307', { version: 2, entries })));
    const both = [where('Organization', isToken('identifier', 'f7', 'urn:f')), where('Organization', isToken('identifier', 'f8', 'urn:f'))];
    const found = await Promise.all([store.find(both, 3), store.find(both.slice(0, 1), 3)]);
    for (const [first] of found) expect(first?.map(({ id, version }) => `${id} ${version}`)).toEqual(['f7 1', 'f307 2', 'f607 1']);
  });

  test('count is exact for what is asked within its time', async () => {
    const { store } = subject();
    const some = where('Organization', { kind: 'not', of: isToken('identifier', 'f7', 'urn:f') });
    const total = (await found(store, where('Organization'), { count: 100_000 })).length;
    expect(await store.count(some, { timeLimit: 10_000 })).toEqual({ total: total - 3, exact: true });
    expect(
      await store.count([...where('Organization', isToken('identifier', 'f7')), ...where('Patient', isToken('none', 'x'))], {}),
    ).toEqual({
      total: 3,
      exact: true,
    });
  });
}
