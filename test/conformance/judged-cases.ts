/** What the suites of cases share: a suite is judged once on each store, and then every case is a test of its own. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadMisses } from '../../conformance/data.js';
import type { Case } from '../../conformance/rest/case.js';
import { createLook } from '../../conformance/rest/look.js';
import { type Judged, judgeAll, type Target, type Verdict } from '../../conformance/rest/run.js';
import { definitions } from '../built-definitions.js';
import { type RunningServer, startServer } from '../running-server.js';
import { stores } from '../stores.js';
import type { OpenedStore } from '../test-store.js';

export const look = createLook(definitions);

export function missesOf(suite: string): ReadonlySet<string> {
  return new Set(loadMisses(suite).map(({ id }) => id));
}

export function verdictsOf(judged: readonly Judged[]): ReadonlyMap<string, Verdict> {
  return new Map(judged.map(({ one, verdict }) => [one.id, verdict]));
}

export function testSize(name: string, cases: readonly Case[], misses: ReadonlySet<string>, least: number): void {
  test(name, () => {
    expect(cases.length).toBeGreaterThanOrEqual(least);
    expect([...misses].filter((id) => !cases.some((one) => one.id === id))).toEqual([]);
  });
}

/** `numbers`: of what testers assert and servers miss. */
export function testEdges(name: string, numbers: readonly number[], edgesCovered: () => ReadonlySet<number>): void {
  test(name, () => {
    const covered = edgesCovered();
    expect(numbers.filter((number) => !covered.has(number))).toEqual([]);
  });
}

/** `first`, `first` + 1, … but for `without`. */
export function numbersFrom(first: number, count: number, without: number): readonly number[] {
  return Array.from({ length: count }, (_, at) => at + first).filter((number) => number !== without);
}

/** `verdicts`: asked when they are there. */
export function testVerdicts(cases: readonly Case[], misses: ReadonlySet<string>, verdicts: () => ReadonlyMap<string, Verdict>): void {
  test.each(cases.filter(({ id }) => !misses.has(id)))('$id: $title ($source)', ({ id }) => {
    expect(verdicts().get(id)).toEqual({ kind: 'passed' });
  });

  if (misses.size > 0) {
    test.each(cases.filter(({ id }) => misses.has(id)))('$id is a known miss; once it passes it leaves the list', ({ id }) => {
      expect(verdicts().get(id)?.kind).not.toBe('passed');
    });
  }
}

/** Cases that begin on an empty store, or on what `prepare` puts there, and do not meet each other. `isOn`: whether a case is asked on a store. */
export function describeOnStores(
  title: string,
  all: readonly Case[],
  misses: ReadonlySet<string>,
  prepare?: (target: Target) => Promise<void>,
  isOn: (one: Case, store: string) => boolean = () => true,
): void {
  describe.each(stores)(`${title} on $name`, ({ name, open }) => {
    const cases = all.filter((one) => isOn(one, name));
    const logged: unknown[] = [];
    let opened: OpenedStore;
    let server: RunningServer;
    let verdicts: ReadonlyMap<string, Verdict>;
    beforeAll(async () => {
      opened = await open();
      server = await startServer({ store: opened.store, logged });
      const target = { base: server.url, headers: {}, look };
      await prepare?.(target);
      verdicts = verdictsOf(await judgeAll(cases, target, { atOnce: 8 }));
    }, 240_000);
    afterAll(async () => {
      await server.close();
      await opened.close();
      // No case may end in a fault of the server's own.
      expect(logged).toEqual([]);
    });

    testVerdicts(cases, misses, () => verdicts);
  });
}
