/** Random resources, changes and searches: the store answers as the plain meaning does. The seed makes a failure come again. */
import { beforeAll, expect, test } from '@jest/globals';
import type { EntryKind, IndexEntry, Match, Predicate, RangeTest, Sort, SortValue, Where, Write } from '../../../src/store/port.js';
import { commitOf, found, freshStore, type Open, query, walked, walkedBack, write } from './fixture.js';
import { type Held, insideOf, select, sorted } from './naive.js';

/** A small generator of numbers in [0,1). Source: xorshift32 (Marsaglia 2003) */
export function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

const types = ['Patient', 'Observation', 'Organization'] as const;
const words = [
  'a',
  'A',
  'ab',
  'abc',
  '王',
  '王小',
  '王小明',
  '𠮷',
  '𠮷田',
  '\u{10ffff}',
  'a%',
  'a_',
  "a'",
  '',
  'b\u0000',
  'b\u0001',
  'b',
  'é',
];
const systems = ['urn:1', 'urn:2', ''];
const numbers = [Number.NEGATIVE_INFINITY, -1e9, -3.5, -0, 0, 0.1, 1, 2, 3, 100, 86_400_000, 1e12, Number.POSITIVE_INFINITY];
const kinds: readonly EntryKind[] = ['token', 'reference', 'string', 'uri', 'range', 'point'];
type Sorted = Extract<Sort, { readonly param: string }>['entry'];
const sortedKinds: readonly Sorted[] = ['token', 'reference', 'string', 'uri', 'range'];
const places = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
  [0, 0, -1],
  [0.6, 0.8, 0],
  [0.6, 0, 0.8],
  [-0.6, 0, -0.8],
  [0, -0.6, 0.8],
] as const;
/** No distance between two of the places: which side of it they are on is no matter of rounding. */
const chords = [0.1, 0.7, 1.5, 1.9];
const params = ['p', 'q'];
const inner = ['c1', 'c2', 'c3'];

function randomly(next: () => number) {
  const below = (n: number) => Math.floor(next() * n);
  const one = <T>(of: readonly T[]): T => {
    const value = of[below(of.length)];
    if (value === undefined) throw new Error('nothing to choose from');
    return value;
  };
  const some = <T>(most: number, make: () => T): readonly T[] => Array.from({ length: below(most + 1) }, make);
  const instance = () => `${one(types)}/r${below(25)}`;

  function entry(): IndexEntry {
    const param = one(params);
    const kind = one(kinds);
    const [low, high] = [one(numbers), one(numbers)].sort((a, b) => a - b) as [number, number];
    switch (kind) {
      case 'token':
        return { kind, param, code: one(words), ...(next() < 0.4 ? {} : { system: one(systems) }) };
      case 'reference':
        return { kind, param, target: next() < 0.6 ? instance() : next() < 0.75 ? `#${one(inner)}` : `http://x.cn/${instance()}` };
      case 'string':
        return { kind, param, value: one(words), raw: one(words), ...(next() < 0.5 ? { within: true } : {}) };
      case 'uri':
        return { kind, param, value: one(words) };
      case 'range':
        return { kind, param, ...key(), low, high: low === high ? low + 0.001 : high };
      case 'point':
        return { kind, param, ...place() };
    }
  }

  function place() {
    const [x, y, z] = one(places);
    return { x, y, z };
  }

  function key(): { readonly key?: string } {
    return next() < 0.6 ? {} : { key: one(['', 'mg', 'mg\u0000']) };
  }

  function rangeTest(): RangeTest {
    const bound = (name: keyof RangeTest): RangeTest => (next() < 0.4 ? { [name]: one(numbers) } : {});
    return { ...bound('lowFrom'), ...bound('lowBefore'), ...bound('highAfter'), ...bound('highTo') };
  }

  function match(): Match {
    const kind = one(kinds);
    const many = next() < 0.1 ? 12 : 3;
    switch (kind) {
      case 'token':
        return {
          kind,
          values: some(many, () => ({
            ...(next() < 0.4 ? {} : { system: next() < 0.3 ? null : one(systems) }),
            ...(next() < 0.2 ? {} : { code: one(words) }),
          })),
        };
      case 'reference':
        return { kind, targets: some(many, instance) };
      case 'string': {
        const how = one(['prefix', 'exact', 'equal', 'contains'] as const);
        // Nothing was sent is not the same as '' was sent, and FHIR has no empty strings: nobody asks for it.
        return { kind, how, values: some(many, () => one(words)).filter((word) => how !== 'exact' || word !== '') };
      }
      case 'uri':
        return { kind, how: next() < 0.5 ? 'equal' : 'below', values: some(many, () => one(words)) };
      case 'range':
        return { kind, ...key(), values: some(many, rangeTest) };
      case 'point':
        return { kind, values: some(many, () => ({ ...place(), chord: one(chords) })) };
    }
  }

  function predicate(depth: number): Predicate {
    const choice = below(depth > 0 ? 14 : 9);
    if (choice < 5) return { kind: 'match', param: one(params), match: match() };
    if (choice === 5) return { kind: 'present', param: one(params), entry: one(kinds) };
    if (choice === 6) return { kind: 'id', ids: some(6, () => `r${below(25)}`) };
    if (choice === 7) return { kind: 'compartment', name: `Patient/r${below(4)}` };
    if (choice === 8)
      return { kind: 'updated', values: some(2, () => ({ lowFrom: below(60), ...(next() < 0.5 ? { highTo: below(60) } : {}) })) };
    if (choice === 9) return { kind: 'not', of: predicate(depth - 1) };
    if (choice === 10) return { kind: 'any', of: some(3, () => predicate(depth - 1)) };
    if (choice === 11) return { kind: 'chain', param: one(params), where: where(depth - 1, [...types, '#Patient', '#Observation']) };
    if (choice === 12) return { kind: 'reverse', param: one(params), where: where(depth - 1) };
    return { kind: 'all', of: some(3, () => predicate(depth - 1)) };
  }

  function where(depth: number, among: readonly string[] = types): Where {
    return among.filter(() => next() < 0.5).map((type) => ({ type, predicate: predicate(depth) }));
  }

  function sort(): readonly Sort[] {
    return some(2, () => {
      const descending = next() < 0.5;
      if (next() < 0.4) return { param: one(params), entry: one(sortedKinds), end: next() < 0.5 ? 'low' : 'high', descending };
      return { slot: one(['_id', '_lastUpdated', 'date', 'birthdate', 'family']), descending };
    });
  }

  function sortValues(name: string): readonly SortValue[] {
    return [
      ...(next() < 0.6 ? [{ slot: name.startsWith('Patient') ? 'birthdate' : 'date', value: below(5) - 2 }] : []),
      ...(next() < 0.5 && name.startsWith('Patient') ? [{ slot: 'family', value: one(words) }] : []),
    ].filter(() => !name.startsWith('Organization'));
  }

  function change(name: string, version: number): Write {
    if (version > 1 && next() < 0.2) return write(name, { version, json: null, lastUpdated: 60 });
    return write(name, {
      version,
      lastUpdated: below(60),
      entries: some(8, entry),
      compartments: some(2, () => `Patient/r${below(4)}`),
      contained: some(2, () => one(inner))
        .filter((id, at, ids) => ids.indexOf(id) === at)
        .map((id) => ({
          type: id === 'c3' ? 'Observation' : 'Patient',
          id,
          entries: some(5, entry),
          sort: sortValues(id === 'c3' ? 'Observation' : 'Patient'),
        })),
      sort: sortValues(name),
    });
  }

  return { below, instance, where, sort, change };
}

const SEED = 20260101;
/** `ROUNDS=250 npm run jest -- test/store/` asks for longer. */
const ROUNDS = Number(process.env.ROUNDS ?? 100);

export function random(open: Open): void {
  const subject = freshStore(open);
  const chance = randomly(generator(SEED));
  const held = new Map<string, Held>();
  const inside = new Map<string, readonly Held[]>();
  let made = 0;
  const versionsOf = new Map<string, { version: number; number: number }>();

  beforeAll(async () => {
    for (let i = 0; i < 150; i++) {
      const names = new Set(Array.from({ length: 1 + chance.below(3) }, chance.instance));
      const writes = [...names].map((name) => chance.change(name, (versionsOf.get(name)?.version ?? 0) + 1));
      await subject().store.commit(commitOf(...writes));
      for (const one of writes) {
        const name = `${one.version.type}/${one.version.id}`;
        const number = versionsOf.get(name)?.number ?? versionsOf.size;
        versionsOf.set(name, { version: one.version.version, number });
        inside.set(
          name,
          insideOf(one, inside.get(name) ?? [], () => made++),
        );
        if (one.version.json === null) held.delete(name);
        else held.set(name, { write: one, number });
      }
    }
  }, 60_000);

  test(`${ROUNDS} random searches over random resources give what their predicates mean (seed ${SEED})`, async () => {
    const { store } = subject();
    let matched = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const where = chance.where(2);
      const sort = chance.sort();
      const asked = `round ${round}: ${JSON.stringify({ where, sort }, (_key, value) => (value === Number.POSITIVE_INFINITY ? '∞' : value))}`;
      const meant = select([...held.values()], [...held.values(), ...[...inside.values()].flat()], where);
      matched += meant.length;
      const expected = sorted(meant, sort);
      expect({ asked, answer: await found(store, where, { sort }) }).toEqual({ asked, answer: expected });
      expect({ asked, total: (await store.count(where, {})).total }).toEqual({ asked, total: expected.length });
      const [keys] = await store.find([where], 1000);
      const inOrder = sorted(meant, []);
      expect({ asked, keys: keys?.map((key) => `${key.type}/${key.id}`) }).toEqual({ asked, keys: inOrder });
      if (round % 4 === 0)
        expect({ asked, walk: await walked(store, query(where, { sort, count: 3 })) }).toEqual({ asked, walk: expected });
      if (round % 4 === 1)
        expect({ asked, back: await walkedBack(store, query(where, { sort, count: 3 })) }).toEqual({ asked, back: expected });
    }
    // Random searches that find nothing would prove nothing.
    expect(matched).toBeGreaterThan(ROUNDS);
  }, 120_000);

  test(`random searches among contained resources give what their predicates mean (seed ${SEED})`, async () => {
    const { store } = subject();
    let matched = 0;
    for (let round = 0; round < ROUNDS / 2; round++) {
      const where = chance.where(2, ['#Patient', '#Observation']);
      const sort = chance.sort();
      const asked = `round ${round}: ${JSON.stringify({ where, sort })}`;
      const all = [...inside.values()].flat();
      const meant = select(all, [...held.values(), ...all], where);
      matched += meant.length;
      const expected = sorted(meant, sort);
      const { matches } = await store.search(query(where, { sort }));
      const answer = matches.map(({ version, contained }) => `${version.type}/${version.id}#${contained}`);
      expect({ asked, answer }).toEqual({ asked, answer: expected });
      expect({ asked, total: (await store.count(where, {})).total }).toEqual({ asked, total: expected.length });
    }
    expect(matched).toBeGreaterThan(ROUNDS / 2);
  }, 120_000);
}
