/** Indexing that is broken off, stores that were indexed by nothing this version knows, and `lianyi reindex` beside a server. */
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, jest, test } from '@jest/globals';
import type { ResourceStore } from '../../src/store/port.js';
import { run, serve } from '../end-to-end/command.js';
import { ask, startServer } from '../running-server.js';
import { stores } from '../stores.js';
import { type Asking, fill, parameter, patient, searched } from './samples.js';

jest.setTimeout(180_000);

/** As though it had been filled by something that makes no entries. */
async function forget(store: ResourceStore): Promise<void> {
  const { matches } = await store.search({ where: [{ type: 'Patient', predicate: { kind: 'all', of: [] } }], sort: [], count: 1000 });
  const bare = matches.map(({ version: { type, id, version } }) => ({ type, id, version, entries: [], compartments: [], sort: [] }));
  expect(await store.reindex(bare)).not.toContain(false);
}

const at = (base: string): Asking => ({ ask: (...asked) => ask(base, ...asked) });

describe.each(stores)('On $name', ({ open }) => {
  test('a server that was killed while it indexed is followed by one that goes on, and nothing that was written is missed', async () => {
    const { store, url, close } = await open();
    const first = await serve({ STORE: url });
    const client = at(first.base);
    await fill(client, 1000);
    expect((await client.ask('PUT', '/SearchParameter/eyes', parameter('eyes'))).status).toBe(201);
    const health = new URL('/health', first.base).href;
    for (let indexed = 0; indexed === 0; await pause(5)) {
      const { body } = await client.ask('GET', health);
      indexed = body.indexing.find(({ type }: { type: string }) => type === 'Patient').indexed;
    }
    expect((await client.ask('PUT', '/Patient/p1', patient(0, 'p1'))).status).toBe(200);
    first.child.kill('SIGKILL');
    const place = JSON.parse((await store.state('search-index/Patient')) ?? '{}');
    expect(place.done).toBeGreaterThan(0);
    expect(place.keys).toHaveProperty('eyes');
    const second = await serve({ STORE: url });
    expect((await searched(at(second.base), '/Patient?eyes=brown&_summary=count')).body.total).toBe(501);
    expect((await searched(at(second.base), '/Patient?eyes=blue&_summary=count')).body.total).toBe(499);
    // The place is taken away behind what says that all is complete.
    while ((await store.state('search-index/Patient')) !== undefined) await pause(20);
    expect(await second.stop()).toBe(0);
    await close();
  });

  test('a store of before is indexed at the start, and small ones are ready when the server listens', async () => {
    const { store, close } = await open();
    const before = await startServer({ store });
    await fill(before, 100);
    await before.close();
    await forget(store);
    const record = await store.state('search-index');
    expect(await store.putState('search-index', undefined, record)).toBe(true);
    const server = await startServer({ store });
    expect((await searched(server, '/Patient?_id:not=x&language:missing=true&_summary=count')).body.total).toBe(100);
    expect((await searched(server, '/Patient?deceased=false&_summary=count')).body.total).toBe(100);
    // Not by the texts: both are long, and the order of their types says nothing.
    const [all, again] = [record, await store.state('search-index')].map((text) => Object.entries(JSON.parse(text ?? '{}')).sort());
    expect(isDeepStrictEqual(again, all)).toBe(true);
    await server.close();
    await close();
  });

  test('lianyi reindex makes the entries of a type anew while a server serves', async () => {
    const { store, url, close } = await open();
    const server = await startServer({ store });
    await fill(server, 100);
    await forget(store);
    expect((await server.ask('GET', '/Patient?deceased=false&_summary=count')).body.total).toBe(0);
    const { code, stdout, stderr } = await run(['reindex', '--type', 'Patient', '--store', url]);
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    expect(stdout).toMatch(/: 100 resources of 1 type indexed in /);
    expect((await server.ask('GET', '/Patient?deceased=false&_summary=count')).body.total).toBe(100);
    await server.close();
    await close();
  });
});

test('lianyi reindex names a type that is none', async () => {
  const { code, stderr } = await run(['reindex', '--type', 'Person,Nobody', '--store', 'sqlite::memory:']);
  expect([code, stderr]).toEqual([2, 'Person,Nobody is no resource type of R4\n']);
});
