/** What a killed process has left open holds nobody up. Source: src/store/mongo/member.ts */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MongoClient } from 'mongodb';
import { openMongoStore } from '../../src/store/mongo/open.js';
import type { Write } from '../../src/store/port.js';
import { dropDatabase, emptyDatabase, mongoExpected } from '../mongo-store.js';

const patient = (version: number): Write => ({
  version: { type: 'Patient', id: 'held', version, lastUpdated: version, method: 'PUT', json: Buffer.from('{}') },
  replaces: version - 1,
  entries: [],
  compartments: [],
  sort: [],
});

(mongoExpected ? describe : describe.skip)('a process that was killed inside a transaction', () => {
  let url = '';
  let child: ChildProcess | undefined;

  beforeAll(() => {
    url = emptyDatabase();
  });
  afterAll(async () => {
    child?.kill('SIGKILL');
    await dropDatabase(url);
  });

  test('holds the resources it touched no longer than until the next process opens the database', async () => {
    const before = await openMongoStore(url);
    await before.arrange({ types: {} });
    await before.commit({ writes: [patient(1)], guards: [] });
    const program = join(import.meta.dirname, 'mongo/hanging.js');
    const database = new URL(url).pathname.slice(1);
    child = spawn(process.execPath, [program, url, database, 'Patient/held'], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout ?? child, 'data');
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    const after = await openMongoStore(url);
    await after.arrange({ types: {} });
    const start = performance.now();
    await after.commit({ writes: [patient(2)], guards: [] });
    // MongoDB alone would have kept it for a minute.
    expect(performance.now() - start).toBeLessThan(20_000);
    expect((await after.read([{ type: 'Patient', id: 'held' }]))[0]?.version).toBe(2);
    await before.close();
    await after.close();
  }, 60_000);

  test('is forgotten, as is one that ended in order', async () => {
    const store = await openMongoStore(url);
    await store.close();
    const client = await new MongoClient(url).connect();
    try {
      const members = client.db().collection<{ _id: string }>('state');
      expect(await members.countDocuments({ _id: /^process\// })).toBe(0);
    } finally {
      await client.close();
    }
  });
});
