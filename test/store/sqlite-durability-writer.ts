/** A process for sqlite-durability.test.ts to kill: it writes to the file it is given and prints each id once it is acknowledged. */
import type { Write } from '../../src/store/port.js';
import { openSqliteStore } from '../../src/store/sqlite/open.js';

const [, , file = '', name = ''] = process.argv;
const store = await openSqliteStore(file);
await store.arrange({ types: { Patient: { sorts: [] } } });

function created(type: string, id: string): Write {
  const json = Buffer.from(JSON.stringify({ resourceType: type, id }));
  return {
    version: { type, id, version: 1, lastUpdated: Date.now(), method: 'POST', json },
    replaces: 0,
    entries: [
      { kind: 'token', param: 'identifier', code: id },
      { kind: 'token', param: 'run', code: name },
    ],
    compartments: [],
    sort: [],
  };
}

async function writer(number: number): Promise<void> {
  for (let i = 0; ; i++) {
    const id = `${name}-${number}-${i}`;
    await store.commit({ writes: [created('Patient', id), created('Observation', id)], guards: [] });
    process.stdout.write(`${id}\n`);
  }
}

await Promise.all(Array.from({ length: 16 }, (_, number) => writer(number)));
