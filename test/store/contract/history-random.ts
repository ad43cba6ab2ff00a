/**
 * Random writes while histories are walked: a walk loses and repeats nothing, and histories are what their filters mean. The seed
 * makes a failure come again. Source: src/store/port.ts HistorySlice
 */
import { beforeAll, expect, test } from '@jest/globals';
import type { HistoryFilter, ResourceStore, Version } from '../../../src/store/port.js';
import { commitOf, freshStore, instanceOf, type Open, write } from './fixture.js';
import { compare, walked } from './history.js';
import { generator } from './random.js';

const SEED = 20260301;
const types = ['Patient', 'Observation', 'Organization'] as const;
const start = Date.UTC(2026, 3, 1);

/** What was committed, in that order, and a writer that adds to it. */
function scribe(next: () => number) {
  const committed: Version[] = [];
  const current = new Map<string, Version>();
  let clock = start;
  const below = (n: number) => Math.floor(next() * n);

  /** Some versions have a clock that is behind, and many share a moment. */
  function change(instance: string) {
    const before = current.get(instance);
    clock += below(3);
    const lastUpdated = Math.max((before?.lastUpdated ?? 0) + 1, clock - (next() < 0.2 ? below(20) : 0));
    const deletes = before !== undefined && before.json !== null && next() < 0.25;
    return write(instance, { version: (before?.version ?? 0) + 1, lastUpdated, ...(deletes ? { json: null } : {}) });
  }

  async function scribble(store: ResourceStore): Promise<void> {
    const instances = new Set(Array.from({ length: 1 + below(4) }, () => `${types[below(3)]}/r${below(next() < 0.3 ? 200 : 12)}`));
    const writes = [...instances].map(change);
    await store.commit(commitOf(...writes));
    for (const { version } of writes) {
      committed.push(version);
      current.set(instanceOf(version), version);
    }
  }

  return { committed, scribble, below, now: () => clock };
}

function named(version: Version): string {
  return `${instanceOf(version)}/${version.version}`;
}

/** The filter said over a list: the plain meaning. */
function meant(all: readonly Version[], { scope, since, at }: HistoryFilter): ReadonlySet<string> {
  const supersededAt = new Map(all.map((version) => [`${instanceOf(version)}/${version.version - 1}`, version.lastUpdated]));
  const inScope = (version: Version) =>
    'id' in scope ? version.type === scope.type && version.id === scope.id : (scope.types?.includes(version.type) ?? true);
  const isCurrent = (version: Version, from: number, before: number) =>
    version.lastUpdated < before && (supersededAt.get(named(version)) ?? Number.POSITIVE_INFINITY) > from;
  const chosen = all.filter(
    (version) =>
      inScope(version) &&
      (since === undefined || version.lastUpdated >= since) &&
      (at === undefined || isCurrent(version, at.from, at.before)),
  );
  return new Set(chosen.map(named));
}

export function historyAtRandom(open: Open): void {
  const subject = freshStore(open);
  const { committed, scribble, below, now } = scribe(generator(SEED));

  beforeAll(async () => {
    for (let i = 0; i < 120; i++) await scribble(subject().store);
  }, 60_000);

  /** `recent`: up to so many milliseconds before now. A range that reaches into the present loses versions that are superseded in it. */
  function filter(recent = -10): HistoryFilter {
    const moment = () => start + below(now() - start - recent);
    const scopes = [{}, { types: types.filter(() => below(2) === 0) }, { type: types[below(3)] ?? 'Patient', id: `r${below(12)}` }];
    const from = moment();
    return {
      scope: scopes[below(3)] ?? {},
      ...(below(3) === 0 ? { since: moment() } : {}),
      ...(below(3) === 0 ? { at: { from, before: from + 1 + below(40) } } : {}),
    };
  }

  test(`walks while others update, create, delete and revive lose nothing and repeat nothing (seed ${SEED})`, async () => {
    const { store } = subject();
    for (let round = 0; round < 8; round++) {
      const query = { ...filter(100), count: 4 + below(16), ascending: below(2) === 0, ...(round < 4 ? { scope: {}, at: undefined } : {}) };
      const before = meant(committed, query);
      // A walk upwards would follow for ever one who writes as quickly as it reads.
      const seen = await walked(store, query, async (page) => {
        if (page < 25) await scribble(store);
      });
      const names = new Set(seen.map(({ version }) => named(version)));
      const known = new Set(committed.map(named));
      const missing = [...before].filter((name) => !names.has(name));
      const unknown = [...names].filter((name) => !known.has(name));
      expect({ round, query, missing, unknown }).toEqual({ round, query, missing: [], unknown: [] });
      for (const [i, { position }] of seen.entries()) {
        const following = seen[i + 1]?.position;
        if (following !== undefined && compare(position, following) < 0 !== query.ascending) expect([position, following]).toBe('in order');
      }
    }
    expect(committed.length).toBeGreaterThan(400);
  }, 120_000);

  test(`histories and their counts are what their filters mean (seed ${SEED})`, async () => {
    const { store } = subject();
    let total = 0;
    for (let round = 0; round < 40; round++) {
      const asked = filter();
      const expected = meant(committed, asked);
      total += expected.size;
      const seen = await walked(store, { ...asked, count: 150, ascending: below(2) === 0 });
      expect({ round, asked, names: seen.map(({ version }) => named(version)).sort() }).toEqual({
        round,
        asked,
        names: [...expected].sort(),
      });
      expect({ round, asked, count: await store.countHistory(asked, {}) }).toEqual({
        round,
        asked,
        count: { total: expected.size, exact: true },
      });
    }
    // Histories in which nothing stands would prove nothing.
    expect(total).toBeGreaterThan(1000);
  }, 120_000);
}
