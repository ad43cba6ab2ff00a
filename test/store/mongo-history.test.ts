/** What the history of a type meets in MongoDB alone: copies that a crash left, and moments that were written too late. Source: src/store/mongo/history.ts */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Db, type Document, MongoClient } from 'mongodb';
import type { HistoryQuery } from '../../src/store/port.js';
import { mongoExpected, type OpenedMongo, openMongo } from '../mongo-store.js';
import { commitOf, layout, write } from './contract/fixture.js';

(mongoExpected ? describe : describe.skip)('the history of a type in MongoDB', () => {
  let opened: OpenedMongo;
  let client: MongoClient;
  let db: Db;
  beforeAll(async () => {
    opened = await openMongo();
    await opened.store.arrange(layout);
    client = await new MongoClient(opened.url).connect();
    db = client.db();
  });
  afterAll(async () => {
    await client.close();
    await opened.close();
  });

  const scope = (type: string): HistoryQuery => ({ scope: { types: [type] }, count: 100 });
  const shown = async (query: HistoryQuery) => {
    const { versions } = await opened.store.history(query);
    return versions.map(({ version }) => `${version.id} ${version.version}`);
  };
  /** The current version is copied among the superseded ones, as a process does that is killed then. */
  const leaveCopy = async (id: string, ended: number) => {
    const row = await db.collection<Document>('resources').findOne({ _id: id } as Document);
    const { _id, v, u, m, j, w, o }: Document = row ?? {};
    const copy = { _id: `${_id}/${String(v).padStart(8, '0')}`, v, u, m, j, w, o, t: id.split('/')[0], e: ended };
    await db.collection<Document>('versions').insertOne(copy as Document);
  };

  test('the copy of a current version is shown once, and is the superseded one when the next comes', async () => {
    const { store } = opened;
    await store.commit(commitOf(write('Patient/copied', { lastUpdated: 1000 })));
    await leaveCopy('Patient/copied', 1500);
    expect(await shown(scope('Patient'))).toEqual(['copied 1']);
    expect(await shown({ ...scope('Patient'), count: 1 })).toEqual(['copied 1']);
    expect(await store.countHistory({ scope: { type: 'Patient', id: 'copied' } }, {})).toEqual({ total: 1, exact: true });
    await store.commit(commitOf(write('Patient/copied', { version: 2, lastUpdated: 3000 })));
    expect(await shown(scope('Patient'))).toEqual(['copied 2', 'copied 1']);
    // It had been written to end at 1500, by a write that never was.
    expect(await shown({ ...scope('Patient'), at: { from: 2000, before: 2001 } })).toEqual(['copied 1']);
    expect(await shown({ ...scope('Patient'), at: { from: 3000, before: 3001 } })).toEqual(['copied 2']);
    await store.commit(
      commitOf(write('Patient/copied', { version: 3, lastUpdated: 4000 }), write('Patient/beside', { lastUpdated: 4000 })),
    );
    expect(await shown(scope('Patient'))).toEqual(['beside 1', 'copied 3', 'copied 2', 'copied 1']);
  });

  test('a version that a write would have ended later than the one that did is current no longer than it was', async () => {
    const { store } = opened;
    await store.commit(commitOf(write('Observation/late', { lastUpdated: 1000 })));
    await leaveCopy('Observation/late', 9000);
    await store.commit(commitOf(write('Observation/late', { version: 2, lastUpdated: 2000 })));
    for (let n = 0; n < 5; n++) await store.commit(commitOf(write(`Observation/before-${n}`, { lastUpdated: 500 + n })));
    for (let n = 0; n < 5; n++) await store.commit(commitOf(write(`Observation/before-${n}`, { version: 2, lastUpdated: 1800 + n })));
    const at = { from: 1700, before: 1701 };
    const then = ['late 1', ...[4, 3, 2, 1, 0].map((n) => `before-${n} 1`)];
    expect(await shown({ ...scope('Observation'), at })).toEqual(then);
    const later = { from: 2500, before: 2501 };
    expect(await shown({ ...scope('Observation'), at: later, count: 2 })).toEqual(['late 2', 'before-4 2']);
    expect(await shown({ ...scope('Observation'), at: later })).toEqual(['late 2', ...[4, 3, 2, 1, 0].map((n) => `before-${n} 2`)]);
  });

  test('a page walks the index alone, whatever has been written since and in whichever order it goes', async () => {
    const { store } = opened;
    const names = Array.from({ length: 60 }, (_, i) => `Organization/${i}`);
    await store.commit(commitOf(...names.map((name) => write(name, { lastUpdated: 1000 }))));
    await store.commit(commitOf(...names.map((name, i) => write(name, { version: 2, lastUpdated: i < 30 ? 2000 : 2000 + i }))));
    const seen: string[] = [];
    for (const ascending of [false, true]) {
      const query = { ...scope('Organization'), count: 7, ascending };
      for (let after: HistoryQuery['after']; ; ) {
        const { versions, more } = await store.history({ ...query, after });
        seen.push(...versions.map(({ version }) => `${version.id} ${version.version}`));
        if (!more) break;
        after = versions.at(-1)?.position;
      }
      expect(seen).toEqual(await shown({ ...query, count: 1000 }));
      expect(new Set(seen).size).toBe(120);
      seen.length = 0;
    }
    const explained = await db.command({
      explain: {
        find: 'versions',
        filter: { t: { $in: ['Organization', 'Patient'] }, u: { $lt: 9000 }, e: { $gt: 0 } },
        sort: { u: -1, o: 1 },
        limit: 8,
      },
    });
    expect(JSON.stringify(explained.queryPlanner.winningPlan)).toContain('SORT_MERGE');
  });
});
