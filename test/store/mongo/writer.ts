/**
 * A process that writes to a MongoDB store until it is killed: half of its writers update single resources, half write pairs
 * in transactions. Prints one line for each commit before it begins and one when it was acknowledged.
 */
import { writeSync } from 'node:fs';
import { openMongoStore } from '../../../src/store/mongo/open.js';
import { type Commit, StoreConflict, type Write } from '../../../src/store/port.js';

const [url = '', label = ''] = process.argv.slice(2);
const store = await openMongoStore(url, { patience: 30_000 });
await store.arrange({ types: {} });
writeSync(1, 'ready\n');

function write(type: string, id: string, version: number, text: string, code: string, after = 0): Write {
  const json = Buffer.from(JSON.stringify(text));
  return {
    version: { type, id, version, lastUpdated: Math.max(Date.now(), after + 1), method: 'PUT', json },
    replaces: version - 1,
    entries: [{ kind: 'token', param: 'by', code }],
    compartments: [],
    sort: [],
  };
}

async function acknowledged(commit: Commit): Promise<boolean> {
  try {
    await store.commit(commit);
  } catch (error) {
    if (error instanceof StoreConflict) return false;
    throw error;
  }
  // At once and whole, so that no acknowledgement is lost with the process.
  writeSync(1, `${commit.writes.map(({ version }) => `${version.type}/${version.id}/${version.version}=${version.json}`).join(' ')}\n`);
  return true;
}

async function single(writer: number): Promise<void> {
  for (let turn = 0; ; turn++) {
    const id = `contested-${(writer + turn) % 8}`;
    const [current] = await store.read([{ type: 'Patient', id }]);
    const version = (current?.version ?? 0) + 1;
    const next = write('Patient', id, version, `${label}-${writer}-${turn}`, label, current?.lastUpdated);
    await acknowledged({ writes: [next], guards: [] });
  }
}

async function pairs(writer: number): Promise<void> {
  for (let turn = 0; ; turn++) {
    const name = `${label}-${writer}-${turn}`;
    const halves = ['a', 'b'].map((side) => write('Organization', `${name}-${side}`, 1, name, label));
    await acknowledged({ writes: halves, guards: [] });
  }
}

await Promise.all(Array.from({ length: 12 }, (_, writer) => (writer % 2 === 0 ? single(writer) : pairs(writer))));
