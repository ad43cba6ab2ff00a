/**
 * The feed: every committed version once, in one order for all, that can be resumed anywhere. Source: src/store/port.ts changes
 */
import { expect, test } from '@jest/globals';
import { type Change, type ResourceStore, StoreConflict, StoreUnavailable } from '../../../src/store/port.js';
import { commitOf, freshStore, layout, type Open, write } from './fixture.js';

type Subjects = ReturnType<typeof freshStore>;

export function changes(open: Open): void {
  const subject = freshStore(open);
  reading(subject);
  following(subject);
  storm(subject);
  lasting(subject);
}

/** All there is behind the cursor. */
async function told(store: ResourceStore, after?: string): Promise<readonly Change[]> {
  const seen: Change[] = [];
  for await (const change of store.changes(after, { live: false })) seen.push(change);
  return seen;
}

/** Follows until `enough` says so of what came, then ends by the signal. */
async function followed(
  store: ResourceStore,
  after: string | undefined,
  enough: (seen: readonly Change[]) => boolean,
): Promise<readonly Change[]> {
  const seen: Change[] = [];
  const ending = new AbortController();
  for await (const change of store.changes(after, { live: true, signal: ending.signal })) {
    seen.push(change);
    if (enough(seen)) ending.abort();
  }
  return seen;
}

function named({ type, id, version }: { readonly type: string; readonly id: string; readonly version: number }): string {
  return `${type}/${id}/${version}`;
}

async function lastCursor(store: ResourceStore): Promise<string | undefined> {
  return (await told(store)).at(-1)?.cursor;
}

function reading(subject: Subjects): void {
  test('of an empty store is empty and ends', async () => {
    expect(await told(subject().store)).toEqual([]);
  });

  test('tells of creations, updates, deletions and returns, each once, with what a follower needs to know', async () => {
    const { store } = subject();
    const writes = [
      write('Patient/told', { lastUpdated: 5_000 }),
      write('Observation/told', { lastUpdated: 4_000 }),
      write('Patient/told', { version: 2, method: 'PATCH', lastUpdated: 6_000 }),
      write('Patient/told', { version: 3, json: null, lastUpdated: 7_000 }),
      write('Patient/told', { version: 4, lastUpdated: 8_000 }),
    ];
    for (const one of writes) await store.commit(commitOf(one));
    const seen = await told(store);
    const expected = writes.map(({ version: { json: _, ...rest } }) => ({ cursor: expect.any(String), ...rest }));
    expect(seen).toEqual(expected);
    expect(new Set(seen.map(({ cursor }) => cursor)).size).toBe(seen.length);
  });

  test('is resumed behind any cursor', async () => {
    const { store } = subject();
    await store.commit(commitOf(...Array.from({ length: 5 }, (_, i) => write(`Patient/resumed-${i}`))));
    const all = await told(store);
    expect(all.length).toBeGreaterThan(5);
    for (const [i, { cursor }] of all.entries()) expect(await told(store, cursor)).toEqual(all.slice(i + 1));
  });

  test('tells nothing of what was refused, and all of a commit of many', async () => {
    const { store } = subject();
    const before = await lastCursor(store);
    const half = commitOf(write('Patient/refused'), write('Patient/told', { version: 3 }));
    await expect(store.commit(half)).rejects.toBeInstanceOf(StoreConflict);
    const names = Array.from({ length: 1200 }, (_, i) => `Organization/told-${i}`);
    await store.commit(commitOf(...names.map((name) => write(name))));
    expect((await told(store, before)).map(named).sort()).toEqual(names.map((name) => `${name}/1`).sort());
  });

  test('the last cursor stands before all that is committed after it was asked for', async () => {
    const { store } = subject();
    await store.commit(commitOf(write('Patient/before-cursor')));
    const cursor = await store.lastCursor();
    await store.commit(commitOf(write('Patient/after-cursor-1')));
    await store.commit(commitOf(write('Patient/after-cursor-2')));
    const names = (await told(store, cursor)).map(named).filter((name) => name !== 'Patient/before-cursor/1');
    expect(names).toEqual(['Patient/after-cursor-1/1', 'Patient/after-cursor-2/1']);
    const end = await lastCursor(store);
    expect(await told(store, await store.lastCursor())).toEqual([]);
    expect(await store.lastCursor()).toEqual(end);
  });

  test.each(['nonsense', '', '-1', '1e9', 'AAAA'])('a cursor it cannot have given is StoreUnavailable: "%s"', async (cursor) => {
    const { store } = subject();
    await expect(told(store, cursor)).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(followed(store, cursor, () => true)).rejects.toBeInstanceOf(StoreUnavailable);
  });
}

function following(subject: Subjects): void {
  test('live: what was there first, then what comes, until the signal', async () => {
    const { store } = subject();
    const before = await lastCursor(store);
    await store.commit(commitOf(write('Patient/live')));
    const seen: string[] = [];
    const ending = new AbortController();
    let version = 1;
    for await (const change of store.changes(before, { live: true, signal: ending.signal })) {
      seen.push(named(change));
      // Each is committed only after the one before it was told of.
      if (version === 5) ending.abort();
      else await store.commit(commitOf(write('Patient/live', { version: ++version })));
    }
    expect(seen).toEqual([1, 2, 3, 4, 5].map((one) => `Patient/live/${one}`));
  }, 30_000);

  test('live: the signal ends a walk that waits, and one that has not begun', async () => {
    const { store } = subject();
    const last = await lastCursor(store);
    const ending = new AbortController();
    const walk = store.changes(last, { live: true, signal: ending.signal })[Symbol.asyncIterator]();
    const next = walk.next();
    const early = await Promise.race([next, new Promise<'nothing'>((resolve) => setTimeout(() => resolve('nothing'), 50))]);
    expect(early).toBe('nothing');
    ending.abort();
    expect(await next).toMatchObject({ done: true });
    expect(await store.changes(undefined, { live: true, signal: AbortSignal.abort() })[Symbol.asyncIterator]().next()).toMatchObject({
      done: true,
    });
  }, 30_000);

  test('live: a follower that leaves by itself leaves nothing behind, and others go on', async () => {
    const { store } = subject();
    const before = await lastCursor(store);
    await store.commit(commitOf(write('Patient/left-1'), write('Patient/left-2')));
    for await (const _ of store.changes(before, { live: true })) break;
    const other = followed(store, before, (seen) => seen.length === 3);
    await store.commit(commitOf(write('Patient/left-3')));
    expect((await other).map(named).sort()).toEqual(['Patient/left-1/1', 'Patient/left-2/1', 'Patient/left-3/1']);
  }, 30_000);
}

const WRITERS = 64;
const ROUNDS = 6;

/** 64 writers: contested updates of few instances, creations, deletions and commits of several; gives what was acknowledged. */
async function stormed(store: ResourceStore): Promise<readonly string[]> {
  const acknowledged: string[] = [];
  async function writer(number: number): Promise<void> {
    for (let round = 0; round < ROUNDS; round++) {
      const contested = { type: 'Patient', id: `storm-${(number + round) % 7}` };
      const [current] = await store.read([contested]);
      const version = (current?.version ?? 0) + 1;
      const json = version % 5 === 0 ? null : undefined;
      const writes = [write(`Patient/${contested.id}`, { version, json, lastUpdated: 10_000 + version * 10 })];
      if (number % 2 === 0) writes.push(write(`Observation/storm-${number}-${round}`), write(`Organization/storm-${number}-${round}`));
      await store.commit(commitOf(...writes)).then(
        () => acknowledged.push(...writes.map((one) => named(one.version))),
        (error) => {
          if (!(error instanceof StoreConflict)) throw error;
        },
      );
    }
  }
  await Promise.all(Array.from({ length: WRITERS }, (_, number) => writer(number)));
  return acknowledged;
}

function storm(subject: Subjects): void {
  test(`of ${WRITERS} writers at once: each version once, those of an instance in their order, the same for every follower`, async () => {
    const { store } = subject();
    const before = await lastCursor(store);
    const last = 'Patient/storm-is-over/1';
    const over = (seen: readonly Change[]) => seen.some((change) => named(change) === last);
    const early = followed(store, before, over);
    const acknowledged = await stormed(store);
    const late = followed(store, before, over);
    await store.commit(commitOf(write('Patient/storm-is-over')));
    const seen = await early;
    expect(seen.map(named).sort()).toEqual([...acknowledged, last].sort());
    expect(acknowledged.length).toBeGreaterThan(WRITERS);
    const versions = new Map<string, number>();
    for (const { type, id, version } of seen) {
      expect([type, id, version]).toEqual([type, id, (versions.get(`${type}/${id}`) ?? 0) + 1]);
      versions.set(`${type}/${id}`, version);
    }
    expect(await late).toEqual(seen);
    expect(await told(store, before)).toEqual(seen);
  }, 60_000);
}

function lasting(subject: Subjects): void {
  test('cursors keep their place when the store is opened again, and the end of the store ends who follows', async () => {
    const { store, reopen, replace } = subject();
    const all = await told(store);
    const middle = all[Math.floor(all.length / 2)];
    const following = followed(store, all.at(-1)?.cursor, () => false);
    if (reopen === undefined) {
      await store.close();
      expect(await following).toEqual([]);
      return;
    }
    const again = await reopen();
    replace(again);
    await again.arrange(layout);
    expect(await following).toEqual([]);
    expect(await told(again)).toEqual(all);
    await again.commit(commitOf(write('Patient/after-the-end')));
    const rest = await told(again, middle?.cursor);
    expect(rest.slice(0, -1)).toEqual(all.slice(all.findIndex(({ cursor }) => cursor === middle?.cursor) + 1));
    expect(rest.slice(-1).map(named)).toEqual(['Patient/after-the-end/1']);
  }, 60_000);
}
