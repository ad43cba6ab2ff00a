/** Random requests of random principals on both stores: what comes out of every route is what a slow filter over everything allows. */
import { describe, expect, test } from '@jest/globals';
import { runAccess } from '../../conformance/access/run.js';
import { createDoors } from '../../conformance/access/server.js';
import { definitions } from '../built-definitions.js';
import { startServer } from '../running-server.js';
import { stores } from '../stores.js';

const doors = createDoors(definitions);
/** What may be seen is decided above the stores. */
const asked: Readonly<Record<string, number>> = { SQLite: 200, MongoDB: 100 };

describe.each(stores)('Random requests under random policies on $name', ({ name, open }) => {
  test('let out what may be seen, all of it and nothing else', async () => {
    const due = asked[name] ?? 0;
    const logged: unknown[] = [];
    const opened = await open();
    const server = await startServer({ store: opened.store, logged, accessOf: doors.accessOf });
    // Fixed, so that a failure can be had again; `npm run conformance -- access` takes others.
    const { differences, cases, withSomething, kinds } = await runAccess({ base: server.url, doors, seed: 5, cases: due });
    await server.close();
    await opened.close();
    expect(differences).toEqual([]);
    expect(logged).toEqual([]);
    expect([cases, withSomething > 0.3 * due, Object.keys(kinds).length]).toEqual([due, true, 14]);
  }, 300_000);
});
