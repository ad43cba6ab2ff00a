/** Searches whose conditions are frequent go by windows; they answer as small ones do. Source: src/store/sqlite/search.ts, count.ts */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Predicate, RangeTest, ResourceStore, Sort, Write } from '../../src/store/port.js';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import { commitOf, found, isText, isToken, layout, range, text, token, where, write } from './contract/fixture.js';
import { type Held, select, sorted } from './contract/naive.js';

const SIZE = 24_000;
let store: ResourceStore;
let held: readonly Held[];

/** Mostly frequent values; `rare` stands late, where a walk comes to it last. */
function observation(i: number): Write {
  return write(`Observation/${(i * 7919) % SIZE}`, {
    lastUpdated: 1_000_000 + ((i * 31) % 5000),
    entries: [
      token('half', i % 2 === 0 ? 'even' : 'odd', 'urn:half'),
      ...(i % 5 === 0 ? [token('half', 'even', 'urn:other')] : []),
      ...(i > SIZE - 100 && i % 7 === 0 ? [token('rare', 'yes')] : []),
      text('note', i % 3 === 0 ? `王${i}` : `li${i}`),
      range('date', i, i + 1),
    ],
    sort: i % 6000 === 5999 ? [] : [{ slot: 'date', value: Math.floor((SIZE - i) / 3) }],
  });
}

beforeAll(async () => {
  store = await openSqliteStore(':memory:');
  await store.arrange(layout);
  const writes = Array.from({ length: SIZE }, (_, i) => observation(i));
  await store.commit(commitOf(...writes));
  held = writes.map((one, number) => ({ write: one, number }));
}, 60_000);
afterAll(() => store.close());

const rare = isToken('rare', 'yes');
const even = isToken('half', 'even');
const dated = (...values: readonly RangeTest[]): Predicate => ({ kind: 'match', param: 'date', match: { kind: 'range', values } });
const all = (...of: readonly Predicate[]): Predicate => ({ kind: 'all', of });
const not = (of: Predicate): Predicate => ({ kind: 'not', of });
const notRare = not(not(rare));

const predicates: readonly (readonly [string, Predicate])[] = [
  ['everything', all()],
  ['a frequent code, each resource once', even],
  ['a frequent code and what only probing finds, late', all(even, notRare)],
  ['what only probing finds, late', notRare],
  ['what nothing matches', all(not(even), not(isToken('half', 'odd')))],
  ['a frequent prefix', isText('note', 'prefix', '王')],
  ['a frequent prefix of late ones', all(isText('note', 'prefix', 'li'), dated({ lowFrom: SIZE - 40 }))],
  ['a long span of late dates', dated({ highAfter: SIZE - 3000 })],
  ['a long span of early dates', dated({ lowBefore: 3000 })],
  ['a long span and a rare code', all(dated({ highAfter: 100 }), rare)],
  ['two frequent ones with nothing in common', all(isToken('half', 'odd', 'urn:half'), isToken('half', 'even', 'urn:half'))],
  ['alternatives that are both frequent', { kind: 'any', of: [even, dated({ highAfter: SIZE - 2500 })] }],
  ['updated in a short time', { kind: 'updated', values: [{ lowFrom: 1_000_000, lowBefore: 1_000_600 }] }],
];
const sorts: readonly (readonly Sort[])[] = [
  [],
  [{ slot: 'date', descending: false }],
  [{ slot: 'date', descending: true }],
  [
    { slot: '_lastUpdated', descending: true },
    { slot: '_id', descending: false },
  ],
  [{ slot: '_id', descending: true }],
];

test.each(predicates)(
  '%s: first and later pages in every order, total and keys',
  async (_name, predicate) => {
    const asked = where('Observation', predicate);
    const meant = select(held, held, asked);
    expect(await store.count(asked, {})).toEqual({ total: meant.length, exact: true });
    for (const sort of sorts) {
      const expected = sorted(meant, sort);
      const first = await store.search({ where: asked, sort, count: 15 });
      expect(first.matches.map(({ version }) => `${version.type}/${version.id}`)).toEqual(expected.slice(0, 15));
      expect(first.more).toBe(expected.length > 15);
      const late = await found(store, asked, { sort, count: 5, after: first.matches.at(-1)?.position });
      expect(late).toEqual(first.matches.length === 0 ? [] : expected.slice(15, 20));
      if (expected.length < 3000) expect(await found(store, asked, { sort, count: SIZE })).toEqual(expected);
    }
    const [keys] = await store.find([asked], 4);
    expect(keys?.map(({ type, id }) => `${type}/${id}`)).toEqual(sorted(meant, []).slice(0, 4));
  },
  60_000,
);
