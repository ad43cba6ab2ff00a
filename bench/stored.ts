/**
 * What the embedded store keeps of each resource: bytes by table and index, beside the bytes of the JSON; and what a write costs. A file is
 * filled through the store itself, without a server, with the people of the bench (BENCH_PEOPLE; six resources each).
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadDefinitions } from '../src/definitions/load.js';
import { stamp, storedText } from '../src/interactions/stamp.js';
import type { Resource } from '../src/model/resource.js';
import { createSearch } from '../src/search/create-search.js';
import type { ResourceStore, Write } from '../src/store/port.js';
import { connect } from '../src/store/sqlite/binding.js';
import { openSqliteStore } from '../src/store/sqlite/open.js';
import { person } from './people.js';

const definitions = loadDefinitions(fileURLToPath(new URL('../definitions', import.meta.url)));
const search = createSearch({ definitions, baseUrl: 'http://127.0.0.1/fhir', timezone: 'Asia/Shanghai' });
const began = Date.UTC(2026, 0, 1);
const perCommit = 300;

function* writes(people: number): Generator<Write> {
  let lastUpdated = began;
  for (let i = 0; i < people; i++) {
    const { patient, observations } = person(i);
    for (const [n, sent] of [patient, ...observations].entries()) {
      const id = n === 0 ? `p${i}` : `p${i}-o${n - 1}`;
      const resource = stamp(sent as Resource, { id, version: 1, lastUpdated: ++lastUpdated });
      const version = { type: resource.resourceType, id, version: 1, lastUpdated, method: 'PUT', json: storedText(resource) } as const;
      yield { version, replaces: 0, ...search.extract(resource) };
    }
  }
}

/** The bytes of JSON of each resource, on average. */
async function fill(store: ResourceStore, people: number): Promise<number> {
  let bytes = 0;
  let waiting: Write[] = [];
  for (const write of writes(people)) {
    bytes += write.version.json?.length ?? 0;
    waiting.push(write);
    if (waiting.length < perCommit) continue;
    await store.commit({ writes: waiting, guards: [] });
    waiting = [];
  }
  if (waiting.length > 0) await store.commit({ writes: waiting, guards: [] });
  return bytes / (people * 6);
}

export async function measureStored(people: number, out: (text: string) => void): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'lianyi-bench-'));
  try {
    const file = join(folder, 'stored.db');
    const store = await openSqliteStore(file);
    await store.arrange(search.layout);
    const { user, system } = process.cpuUsage();
    const json = await fill(store, people);
    const used = process.cpuUsage({ user, system });
    await store.close();
    const resources = people * 6;
    out(
      `\n${resources} resources of ${json.toFixed(0)} bytes of JSON; ${((used.user + used.system) / resources).toFixed(0)} µs CPU for each`,
    );
    for (const [name, bytes] of sizes(file))
      if (bytes >= resources) out(`${name.padEnd(28)}${(bytes / resources).toFixed(1).padStart(8)} bytes`);
    const total = sizes(file).reduce((sum, [, bytes]) => sum + bytes, 0);
    out(`${'together'.padEnd(28)}${(total / resources).toFixed(1).padStart(8)} bytes`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function sizes(file: string): readonly (readonly [name: string, bytes: number])[] {
  const connection = connect(file, { readOnly: true, busyTimeout: 0 });
  const rows = connection.statement('SELECT name, sum(pgsize) FROM dbstat GROUP BY name ORDER BY 2 DESC').all([]);
  connection.close();
  return rows.map(([name, bytes]) => [String(name), Number(bytes)]);
}
