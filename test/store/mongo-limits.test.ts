/** Where MongoDB's own limits show: 16 MB documents and replies, long chains, indexes. Source: src/store/mongo */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Document, MongoClient, type ObjectId } from 'mongodb';
import { FhirError } from '../../src/model/outcome.js';
import { compileWhere, type LocalPredicate, type Order } from '../../src/store/mongo/compile.js';
import { behindPosition } from '../../src/store/mongo/pages.js';
import { type Predicate, StoreCostly, type Where } from '../../src/store/port.js';
import { mongoExpected, type OpenedMongo, openMongo } from '../mongo-store.js';
import {
  commitOf,
  found,
  isText,
  isToken,
  layout,
  query,
  range,
  reference,
  refersTo,
  text,
  token,
  versionsOf,
  where,
  write,
} from './contract/fixture.js';

const day = 86_400_000;
const suite = mongoExpected ? describe : describe.skip;

suite('the limits of MongoDB', () => {
  let opened: OpenedMongo;
  beforeAll(async () => {
    opened = await openMongo();
    await opened.store.arrange(layout);
  });
  afterAll(() => opened.close());

  describe('16 MB', () => {
    const large = (id: string, megabytes: number) =>
      write(`Organization/${id}`, { json: JSON.stringify('x'.repeat(megabytes * 1024 * 1024)), entries: [token('large', 'yes')] });

    test('a resource that does not fit into a document is too long, and nothing of its commit is written', async () => {
      const commit = opened.store.commit(commitOf(write('Organization/beside'), large('over', 16)));
      await expect(commit).rejects.toMatchObject({ issues: [{ code: 'too-long' }], status: 413 });
      await expect(commit).rejects.toBeInstanceOf(FhirError);
      await expect(opened.store.commit(commitOf(large('over', 17)))).rejects.toMatchObject({ issues: [{ code: 'too-long' }] });
      expect(
        await opened.store.read([
          { type: 'Organization', id: 'over' },
          { type: 'Organization', id: 'beside' },
        ]),
      ).toEqual([undefined, undefined]);
    });

    test('reads, pages and histories longer than one reply are whole', async () => {
      const ids = ['l1', 'l2', 'l3', 'l4'];
      await opened.store.commit(commitOf(...ids.map((id) => large(id, 7))));
      const read = await opened.store.read(ids.map((id) => ({ type: 'Organization', id })));
      expect(read.map((version) => version?.id)).toEqual(ids);
      const slice = await opened.store.search(query(where('Organization', isToken('large', 'yes')), { count: 3 }));
      expect(slice.matches.map(({ version }) => version.id)).toEqual(['l1', 'l2', 'l3']);
      expect(slice.more).toBe(true);
      for (const version of [2, 3]) {
        const { json } = large('l1', 9).version;
        await opened.store.commit(commitOf(write('Organization/l1', { version, json: String(json) })));
      }
      const history = await versionsOf(opened.store, 'Organization/l1');
      expect(history.map(({ version, json }) => [version, json && json.length > 7_000_000])).toEqual([3, 2, 1].map((n) => [n, true]));
    }, 60_000);
  });

  describe('chains over more than 10,000 resources', () => {
    const total = 10_500;
    const everyone: Where = where('Patient', isToken('everyone', 'yes'));
    const chain: Predicate = { kind: 'chain', param: 'subject', where: everyone };
    const reverse: Predicate = { kind: 'reverse', param: 'subject', where: where('Observation', isToken('every', 'yes')) };

    beforeAll(async () => {
      for (let at = 0; at < total; at += 3_500) {
        const numbers = Array.from({ length: 3_500 }, (_, i) => at + i);
        const patient = (n: number) => write(`Patient/n${n}`, { entries: [token('everyone', 'yes'), text('name', `n${n}.`)] });
        const observation = (n: number) =>
          write(`Observation/n${n}`, {
            entries: [token('every', 'yes'), token('code', String(n % 5_000)), reference('subject', `Patient/n${n}`)],
          });
        await opened.store.commit(commitOf(...numbers.flatMap((n) => [patient(n), observation(n)])));
      }
    }, 120_000);

    test('go from the other side where that is selective', async () => {
      const few: Predicate = { kind: 'all', of: [isToken('code', '7'), chain] };
      expect(await found(opened.store, where('Observation', few))).toEqual(['Observation/n7', 'Observation/n5007', 'Observation/n10007']);
      const named: Predicate = { kind: 'all', of: [isText('name', 'prefix', 'n7.', 'n8.'), reverse] };
      expect(await found(opened.store, where('Patient', named))).toEqual(['Patient/n7', 'Patient/n8']);
      const nobody: Predicate = { kind: 'all', of: [refersTo('subject', 'Patient/none'), chain] };
      expect(await found(opened.store, where('Observation', nobody))).toEqual([]);
    });

    const every = (type: string) => Array.from({ length: total }, (_, n) => `${type}/n${n}`);
    test.each<readonly [string, Predicate]>([
      ['Observation', chain],
      ['Patient', reverse],
      ['Observation', { kind: 'chain', param: 'subject', where: where('Patient', reverse) }],
      ['Patient', { kind: 'reverse', param: 'subject', where: where('Observation', chain) }],
    ])('are answered by pages where neither side is, and counted: %s', async (type, predicate) => {
      const page = await opened.store.search(query(where(type, predicate), { count: 20 }));
      expect(page.matches.map(({ version }) => `${version.type}/${version.id}`)).toEqual(every(type).slice(0, 20));
      expect(page.more).toBe(true);
      const late = await found(opened.store, where(type, predicate), { count: 20, after: { values: [], number: Number.MAX_SAFE_INTEGER } });
      expect(late).toEqual([]);
      const last = await found(opened.store, where(type, predicate), { count: 20, backward: true });
      expect(last).toEqual(every(type).slice(-20));
      expect(await opened.store.count(where(type, predicate), {})).toEqual({ total, exact: true });
      const none = await found(opened.store, where(type, { kind: 'not', of: predicate }));
      expect(none).toEqual([]);
    });

    test('are found where few of many match', async () => {
      const last = { kind: 'all', of: [chain, isToken('code', '4999')] } as const;
      const rare: Predicate = { kind: 'reverse', param: 'subject', where: where('Observation', last) };
      expect(await found(opened.store, where('Patient', rare))).toEqual(['Patient/n4999', 'Patient/n9999']);
    });
  });

  test('more than 100,000 resources are not put in an order that is not kept', async () => {
    const client = await new MongoClient(opened.url).connect();
    const row = (o: number) => ({ _id: `Substance/${o}` as unknown as ObjectId, t: 'Substance', o, v: 1, u: 0 });
    for (let at = 0; at <= 100_000; at += 20_000) {
      await client
        .db()
        .collection<Document>('resources')
        .insertMany(Array.from({ length: at === 100_000 ? 1 : 20_000 }, (_, i) => row(at + i)));
    }
    await client.close();
    const sort = [{ param: 'code', entry: 'token', end: 'low', descending: false }] as const;
    const all = opened.store.search(query(where('Substance'), { sort, count: 10 }));
    await expect(all).rejects.toThrow('More than 100000 resources would have to be sorted');
    await expect(all).rejects.toBeInstanceOf(StoreCostly);
    const some = where('Substance', { kind: 'id', ids: ['7', '5'] });
    expect(await found(opened.store, some, { sort })).toEqual(['Substance/5', 'Substance/7']);
  }, 60_000);

  test('a search that takes longer than it may is costly, and a count says that it is not exact', async () => {
    // No index serves this, so that MongoDB has to look at every resource.
    const without = Array.from({ length: 60 }, (_, i): Predicate => ({ kind: 'not', of: isToken('everyone', `x${i}`) }));
    const slow: Predicate = { kind: 'all', of: [...without, { kind: 'not', of: { kind: 'present', param: 'everyone', entry: 'token' } }] };
    await expect(opened.store.search(query(where('Patient', slow), { timeLimit: 1 }))).rejects.toBeInstanceOf(StoreCostly);
    const count = await opened.store.count(where('Patient', slow), { timeLimit: 2 });
    expect(count.exact).toBe(false);
    expect(count.total).toBe(0);
  });
});

suite('the indexes of MongoDB', () => {
  let opened: OpenedMongo;
  let client: MongoClient;
  beforeAll(async () => {
    opened = await openMongo();
    client = new MongoClient(opened.url);
    await opened.store.arrange(layout);
    const observation = (n: number) =>
      write(`Observation/i${n}`, {
        entries: [token('code', String(n % 10)), token('status', 'final'), range('date', n * day, (n + 1) * day), text('note', `n${n}.`)],
        sort: [{ slot: 'date', value: n }],
        lastUpdated: 1e12 + n,
      });
    await opened.store.commit(commitOf(...Array.from({ length: 3_000 }, (_, n) => observation(n))));
  }, 60_000);
  afterAll(async () => {
    await client.close();
    await opened.close();
  });

  const observations = (predicate: LocalPredicate, order: Order) => compileWhere([{ type: 'Observation', predicate }], order);
  const all: LocalPredicate = { kind: 'all', of: [] };
  const token5 = isToken('code', '5') as LocalPredicate;
  const overlap: LocalPredicate = {
    kind: 'match',
    param: 'date',
    match: { kind: 'range', values: [{ highAfter: 2_900 * day, lowBefore: 2_910 * day }] },
  };
  const behind = { values: [1_500], number: 1 };

  test.each<readonly [string, object, Record<string, 1 | -1>, number]>([
    ['a token, in order of creation', observations(token5, 'keys'), { o: 1 }, 21],
    [
      'two tokens, the rare one leading',
      observations({ kind: 'all', of: [isToken('status', 'final') as LocalPredicate, token5] }, 'keys'),
      { o: 1 },
      21,
    ],
    ['a prefix', observations(isText('note', 'prefix', 'n2999') as LocalPredicate, 'keys'), { o: 1 }, 2],
    ['an overlap near the end', observations(overlap, 'keys'), { o: 1 }, 30],
    ['the type, last updated first', observations(all, 'type'), { u: -1, o: 1 }, 21],
    ['the type by a slot, falling', observations(all, 'type'), { s1: -1, o: 1 }, 21],
    [
      'its next page',
      behindPosition(observations(all, 'type'), { fields: [{ field: 's1', falling: true }], backward: false }, behind),
      { s1: -1, o: 1 },
      25,
    ],
    [
      'the type by a slot, rising',
      behindPosition(observations(all, 'type'), { fields: [{ field: 's1', falling: false }], backward: false }, behind),
      { s1: 1, o: -1 },
      25,
    ],
  ])('serve %s', async (_name, filter, sort, keys) => {
    const plan = (await client.db().collection('resources').find(filter).sort(sort).limit(21).explain('executionStats')) as Document;
    expect(plan.executionStats.nReturned).toBeGreaterThan(0);
    expect(plan.executionStats.totalKeysExamined).toBeLessThanOrEqual(keys);
  });
});
