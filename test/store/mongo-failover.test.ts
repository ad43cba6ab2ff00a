/** kill -9 of the primary of three, during a storm of writes. Source: src/store/mongo; port.ts commit, changes */
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { openMongoStore } from '../../src/store/mongo/open.js';
import type { Change, ResourceStore } from '../../src/store/port.js';
import { ownMongodExpected, startReplicaSet } from '../mongod.js';
import { contestedBy, lost, named, type Outcomes, outOfOrder, type Storm, storm, told } from './mongo/storm.js';

/** Waits until so many more commits are acknowledged. */
async function goesOn(writing: Storm, commits: number): Promise<void> {
  const [enough, end] = [writing.count() + commits, Date.now() + 25_000];
  while (writing.count() < enough) {
    if (Date.now() > end) throw new Error(`${writing.count()} commits were acknowledged, and then no more`);
    await pause(20);
  }
}

async function gaps(store: ResourceStore, label: string): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const id of contestedBy(label)) {
    const slice = await store.history({ scope: { type: 'Patient', id }, count: 100_000 });
    const versions = slice.versions.map(({ version }) => version.version);
    if (versions.some((version, i) => version !== versions.length - i)) wrong.push(`${id}: ${versions}`);
  }
  return wrong;
}

/** Versions that are there although their writers heard of no conflict and no success; of a transaction all or none. */
function unexplained(seen: readonly Change[], { acknowledged, failed }: Outcomes): readonly string[] {
  const known = new Set(acknowledged);
  const there = new Set(seen.map(named));
  const more = [...there].filter((name) => !known.has(name));
  const answered = new Set(failed.flatMap(([, names]) => names));
  const halves = failed.filter(([, names]) => names.length === 3 && there.has(names[1] ?? '') !== there.has(names[2] ?? ''));
  return [...more.filter((name) => !answered.has(name)), ...halves.map(String)];
}

((await ownMongodExpected()) ? describe : describe.skip)('a replica set of three', () => {
  test('its primary is killed during a storm: every acknowledged write is there once, histories have no gap, the feed is whole', async () => {
    const set = await startReplicaSet();
    if ('unavailable' in set) throw new Error(set.unavailable);
    const url = set.url.replace('/?', '/failover?');
    const store = await openMongoStore(url, { patience: 15_000 });
    try {
      await store.arrange({ types: {} });
      const ending = new AbortController();
      const live: Change[] = [];
      const following = (async () => {
        for await (const change of store.changes(undefined, { live: true, signal: ending.signal })) live.push(change);
      })();
      const writing = storm(store, 'failover', 16);
      await goesOn(writing, 60);
      const killed = await set.killPrimary();
      await goesOn(writing, 60);
      await set.restart(killed);
      await goesOn(writing, 30);
      const outcomes = await writing.stop();
      const seen = await told(store);
      expect(await lost(store, outcomes)).toEqual([]);
      expect(new Set(outcomes.acknowledged).size).toBe(outcomes.acknowledged.length);
      expect(await gaps(store, 'failover')).toEqual([]);
      expect(outOfOrder(seen)).toEqual([]);
      const there = new Set(seen.map(named));
      expect(there.size).toBe(seen.length);
      expect(outcomes.acknowledged.filter((name) => !there.has(name))).toEqual([]);
      expect(unexplained(seen, outcomes)).toEqual([]);
      while (live.length < seen.length) await pause(20);
      ending.abort();
      await following;
      expect(live.slice(0, seen.length)).toEqual(seen);
    } finally {
      await store.close();
      await set.stop();
    }
  }, 90_000);
});
