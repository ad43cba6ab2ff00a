/** Random requests of random principals on both stores: what comes out of every route is what a slow filter over everything allows. */
import { describe, expect, test } from '@jest/globals';
import { runAccess } from '../../conformance/access/run.js';
import { createDoors } from '../../conformance/access/server.js';
import { definitions } from '../built-definitions.js';
import { startServer } from '../running-server.js';
import { stores } from '../stores.js';

const doors = createDoors(definitions);

describe.each(stores)('Random requests under random policies on $name', ({ open }) => {
  test('let out what may be seen, all of it and nothing else', async () => {
    const logged: unknown[] = [];
    const opened = await open();
    const server = await startServer({ store: opened.store, logged, accessOf: doors.accessOf });
    // Fixed, so that a failure can be had again; `npm run conformance -- access` takes others.
    const { differences, cases, withSomething, kinds } = await runAccess({ base: server.url, doors, seed: 5, cases: 200 });
    await server.close();
    await opened.close();
    expect(differences).toEqual([]);
    expect(logged).toEqual([]);
    expect([cases, withSomething > 60, Object.keys(kinds).length]).toEqual([200, true, 14]);
  }, 300_000);
});
