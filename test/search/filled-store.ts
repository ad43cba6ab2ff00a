/** Resources as a store holds them and as they are judged in memory, for tests that hold the two together. */
import { afterAll, beforeAll } from '@jest/globals';
import { stringifyJson } from '../../src/model/json.js';
import type { Resource } from '../../src/model/resource.js';
import type { Candidate, Search } from '../../src/search/search.js';
import type { Layout, ResourceStore, Where, Write } from '../../src/store/port.js';
import type { OpenedStore } from '../test-store.js';

export interface HeldResources {
  readonly writes: readonly Write[];
  readonly candidates: readonly Candidate[];
  /** Those that satisfy it; chains and reverses are answered from the same. */
  inMemory(where: Where): Promise<readonly Candidate[]>;
}

/** One is written after the other, from the moment `since`, milliseconds UTC. */
export function heldResources(search: Search, resources: readonly Resource[], since = 1): HeldResources {
  const writes = resources.map((resource, at): Write => {
    const { resourceType: type, id = '' } = resource;
    const version = { type, id, version: 1, lastUpdated: since + at, method: 'PUT' as const, json: Buffer.from(stringifyJson(resource)) };
    return { version, replaces: 0, ...search.extract(resource) };
  });
  const candidates = writes.map(({ version: { type, id, lastUpdated }, entries, compartments }): Candidate => {
    return { type, id, lastUpdated, entries, compartments };
  });
  async function inMemory(where: Where): Promise<readonly Candidate[]> {
    const found: Candidate[] = [];
    for (const candidate of candidates) if (await search.matches(where, candidate, inMemory)) found.push(candidate);
    return found;
  }
  return { writes, candidates, inMemory };
}

/** Made before the tests of a block and closed behind them. */
export function filledStore(open: () => Promise<OpenedStore>, layout: Layout, writes: readonly Write[]): () => ResourceStore {
  let opened: OpenedStore;
  beforeAll(async () => {
    opened = await open();
    await opened.store.arrange(layout);
    await opened.store.commit({ writes, guards: [] });
  });
  afterAll(() => opened.close());
  return () => opened.store;
}
