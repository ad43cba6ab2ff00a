/** The feed of changes as MongoDB has to make it: by processes that die, late, and without what the oplog forgot. Source: src/store/mongo/feeder.ts */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MongoClient, ObjectId } from 'mongodb';
import { collectionsOf, type ResumeToken } from '../../src/store/mongo/collections.js';
import { beginBuild, build } from '../../src/store/mongo/feed-build.js';
import { standing, takeUp } from '../../src/store/mongo/feed-state.js';
import { openMongoStore } from '../../src/store/mongo/open.js';
import { dropDatabase, mongoExpected, type OpenedMongo, openMongo } from '../mongo-store.js';
import { commitOf, layout, write } from './contract/fixture.js';
import { named, outOfOrder, storm, told } from './mongo/storm.js';

interface Follower {
  readonly child: ChildProcess;
  readonly lines: string[];
  kill(): Promise<void>;
}

async function startFollower(url: string): Promise<Follower> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'mongo/follower.js'), url], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => {
    if (line !== 'ready') lines.push(line);
  });
  const ended = Promise.all([once(reader, 'close'), once(child, 'exit')]);
  await once(reader, 'line');
  return {
    child,
    lines,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Waits until it has heard of so many more changes. */
async function hears({ child, lines }: Follower, more: number): Promise<void> {
  const [enough, end] = [lines.length + more, Date.now() + 25_000];
  while (lines.length < enough) {
    if (child.exitCode !== null || Date.now() > end) throw new Error(`a follower heard of ${lines.length} changes and then of no more`);
    await pause(20);
  }
}

const suite = mongoExpected ? describe : describe.skip;

suite('the feed of changes in MongoDB', () => {
  test('kill -9 of whichever process makes it, while others write: none lost, none twice, and the same for every follower', async () => {
    const opened = await openMongo();
    await opened.store.arrange(layout);
    const followers = [await startFollower(opened.url), await startFollower(opened.url)];
    const heard: (readonly string[])[] = [];
    const writing = storm(opened.store, 'kill');
    try {
      // Once the one that makes the feed, once the one that follows it, and the one that took over.
      for (const place of [0, 1, 0]) {
        const [killed, other] = place === 0 ? followers : followers.toReversed();
        if (killed === undefined || other === undefined) throw new Error('a follower is missing');
        await hears(killed, 20);
        await killed.kill();
        heard.push(killed.lines);
        await hears(other, 20);
        followers.splice(0, 2, other, await startFollower(opened.url));
      }
    } finally {
      await writing.stop();
      for (const follower of followers) await follower.kill();
    }
    const { acknowledged } = await writing.stop();
    const seen = await told(opened.store);
    expect(seen.map(named).sort()).toEqual([...acknowledged].sort());
    expect(outOfOrder(seen)).toEqual([]);
    expect(new Set(seen.map(({ cursor }) => cursor)).size).toBe(seen.length);
    const lines = seen.map((change) => `${change.cursor} ${named(change)}`);
    for (const of of [...heard, ...followers.map((follower) => follower.lines)]) expect(lines.slice(0, of.length)).toEqual(of);
    await opened.close();
  }, 90_000);

  describe('that begins late', () => {
    let opened: OpenedMongo;
    beforeAll(async () => {
      opened = await openMongo();
      await opened.store.arrange(layout);
      const names = Array.from({ length: 700 }, (_, i) => `Organization/early-${i}`);
      await opened.store.commit(commitOf(...names.map((name) => write(name))));
      await opened.store.commit(commitOf(...names.map((name, i) => write(name, { version: 2, ...(i % 3 === 0 && { json: null }) }))));
    });
    afterAll(() => opened.close());

    test('tells of every version that is there once, also when who began it was stopped half way and others write; and says so', async () => {
      const client = await new MongoClient(opened.url).connect();
      const collections = collectionsOf(client, client.db().databaseName);
      const me = new ObjectId();
      expect(await takeUp(collections, me)).toBe(true);
      const begun = await beginBuild(collections, me, 'first');
      const found = await standing(collections);
      if (found === undefined) throw new Error('the feed has no state');
      let batches = 0;
      const rows = await build(
        { collections, me, state: found.state, isEnding: () => batches++ > 0, onProgress: () => undefined },
        begun,
        0,
      );
      expect(rows).toBeUndefined();
      expect(await takeUp(collections, new ObjectId())).toBe(false);
      await client.close();

      const writing = storm(opened.store, 'late');
      const early = await told(opened.store);
      expect(early.filter(({ id }) => id.startsWith('early-')).length).toBe(1400);
      const { acknowledged } = await writing.stop();
      const all = await told(opened.store);
      expect(all.slice(0, early.length)).toEqual(early);
      const others = all.filter(({ id }) => !id.startsWith('early-'));
      expect(others.map(named).sort()).toEqual([...acknowledged].sort());
      expect(outOfOrder(all)).toEqual([]);
      expect(all.find(({ id, version }) => id === 'early-3' && version === 2)).toMatchObject({ method: 'DELETE' });
      const { details } = await opened.store.describe();
      expect(details).toMatchObject({ 'changes in the feed': all.length });
      expect(details['feed made from the versions']).toMatch(/^\d{4} versions, \d{4}-.* \(there was none\)$/);
    }, 60_000);

    test('a second process follows what the first one makes, and takes over when that one ends', async () => {
      const other = await openMongoStore(opened.url);
      const seen: string[] = [];
      const after = (await told(opened.store)).at(-1)?.cursor;
      const following = (async () => {
        for await (const change of other.changes(after, { live: true })) if (seen.push(named(change)) === 3) return;
      })();
      await opened.store.commit(commitOf(write('Patient/both-1')));
      await opened.store.commit(commitOf(write('Patient/both-2')));
      while (seen.length < 2) await pause(20);
      const store = await opened.reopen();
      await store.arrange(layout);
      await store.commit(commitOf(write('Patient/both-3')));
      await following;
      expect(seen).toEqual([1, 2, 3].map((n) => `Patient/both-${n}/1`));
      await other.close();
    }, 30_000);
  });

  test('a version of nearly 16 MB passes', async () => {
    const opened = await openMongo();
    await opened.store.arrange(layout);
    const large = (version: number) => write('Patient/large', { version, json: JSON.stringify('x'.repeat(16_700_000)) });
    await opened.store.commit(commitOf(large(1)));
    await told(opened.store);
    await opened.store.commit(commitOf(large(2)));
    await opened.store.commit(commitOf(large(3), write('Patient/beside')));
    expect((await told(opened.store)).map(named).sort()).toEqual([
      'Patient/beside/1',
      'Patient/large/1',
      'Patient/large/2',
      'Patient/large/3',
    ]);
    await opened.close();
  }, 30_000);

  test('where the stream cannot go on from its place, the feed goes on with every version it had not told of, and says so', async () => {
    const opened = await openMongo();
    await opened.store.arrange(layout);
    await told(opened.store);
    await opened.store.commit(commitOf(write('Patient/kept'), write('Patient/other')));
    await opened.store.commit(commitOf(write('Patient/kept', { version: 2 })));
    const before = await told(opened.store);
    expect(before.map(named).sort()).toEqual(['Patient/kept/1', 'Patient/kept/2', 'Patient/other/1']);
    await opened.store.close();
    await forgetPlace(opened.url);

    const progress: string[] = [];
    const again = await openMongoStore(opened.url, { onProgress: (text) => progress.push(text) });
    try {
      await again.arrange(layout);
      await again.commit(commitOf(write('Patient/kept', { version: 3, json: null })));
      await again.commit(commitOf(write('Organization/new')));
      const after = await told(again, before.at(-1)?.cursor);
      expect(after.map(named).sort()).toEqual(['Organization/new/1', 'Patient/kept/3']);
      expect(await told(again)).toEqual([...before, ...after]);
      expect((await again.describe()).details['feed made from the versions']).toMatch(
        /2 versions, \S+ \(the oplog no longer had what followed\)$/,
      );
      expect(progress.join()).toContain('no longer has what followed');
    } finally {
      await again.close();
      await dropDatabase(opened.url);
    }
  }, 30_000);

  test('where the database was restored, the feed goes on from what was restored: nothing twice, nothing of what is gone', async () => {
    const opened = await openMongo();
    await opened.store.arrange(layout);
    await opened.store.commit(commitOf(write('Patient/kept'), write('Patient/other')));
    const before = await told(opened.store);
    const restoreFeed = await backUp(opened.url, ['feed', 'state']);
    await opened.store.commit(commitOf(write('Patient/between')));
    const restoreVersions = await backUp(opened.url, ['versions', 'resources']);
    await opened.store.commit(commitOf(write('Patient/kept', { version: 2 }), write('Patient/gone')));
    expect((await told(opened.store)).length).toBe(5);
    await opened.store.close();
    await restoreVersions();
    await restoreFeed();

    const store = await opened.reopen();
    await store.arrange(layout);
    const after = await told(store, before.at(-1)?.cursor);
    expect(after.map(named)).toEqual(['Patient/between/1']);
    await store.commit(commitOf(write('Patient/kept', { version: 2, json: null })));
    const all = await told(store);
    expect(all.slice(0, 3)).toEqual([...before, ...after]);
    expect(all.slice(3)).toMatchObject([{ id: 'kept', version: 2, method: 'DELETE' }]);
    expect((await store.describe()).details['feed made from the versions']).toMatch(/1 versions, \S+ \(the database was restored\)$/);
    await opened.close();
  }, 30_000);
});

/** As mongodump and `mongorestore --drop` do it; gives what puts the documents back. */
async function backUp(url: string, names: readonly string[]): Promise<() => Promise<void>> {
  const client = await new MongoClient(url).connect();
  const saved = await Promise.all(names.map(async (name) => [name, await client.db().collection(name).find().toArray()] as const));
  return async () => {
    for (const [name, documents] of saved) {
      const [{ options } = {}] = await client.db().listCollections({ name }, { nameOnly: false }).toArray();
      await client.db().dropCollection(name);
      const collection = await client.db().createCollection(name, options);
      // Every lease in a backup has run out.
      const old = documents.map((document) => (document._id.toString() === 'feed' ? { ...document, until: new Date(0) } : document));
      if (old.length > 0) await collection.insertMany(old);
    }
    await client.close();
  };
}

/**
 * The place becomes that of an event which the stream of the resources does not have, and this is how MongoDB sees one that it no longer
 * has. The token that is there will not do: where the stream had read beyond the last row it names a mere moment, and from any such the
 * stream goes on, an earlier one telling again what the feed has told.
 */
async function forgetPlace(url: string): Promise<void> {
  const client = await new MongoClient(url).connect();
  try {
    const { feed, db } = collectionsOf(client, client.db().databaseName);
    const others = db.collection('others').watch();
    await others.tryNext();
    await db.collection('others').insertOne({});
    const token = (await others.next())._id as ResumeToken;
    await others.close();
    await feed.findOneAndUpdate({}, { $set: { token } }, { sort: { _id: -1 } });
    await db.collection<{ _id: string }>('state').updateOne({ _id: 'feed' }, { $unset: { place: 1 } });
  } finally {
    await client.close();
  }
}
