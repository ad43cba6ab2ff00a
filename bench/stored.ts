/**
 * What the embedded store keeps of each resource: bytes by table and index, beside the bytes of the JSON; and what a write costs. A file is
 * filled through the store itself, without a server, with the people of the bench.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import type { Search } from '../src/search/search.js';
import type { ResourceStore, Write } from '../src/store/port.js';
import { connect } from '../src/store/sqlite/binding.js';
import { openSqliteStore } from '../src/store/sqlite/open.js';
import { openSearch, writeOf } from './load.js';
import { amount } from './options.js';
import { person, resourcesEach } from './people.js';
import { out } from './table.js';

export const storedCommand = (): Command =>
  new Command('stored')
    .description('bytes of each table of the embedded store, and what a write costs it; without a server')
    .addOption(amount('--people <n>', `with ${resourcesEach - 1} observations each`, 2000))
    .action(({ people }: { readonly people: number }) => measureStored(people));

const began = Date.UTC(2026, 0, 1);
const perCommit = 300;

function* writes(search: Search, people: number): Generator<Write> {
  let lastUpdated = began;
  for (let i = 0; i < people; i++) {
    const { patient, observations } = person(i);
    for (const sent of [patient, ...observations]) {
      yield writeOf(search, sent, ++lastUpdated);
    }
  }
}

/** The bytes of JSON of each resource, on average. */
async function fill(store: ResourceStore, search: Search, people: number): Promise<number> {
  let bytes = 0;
  let waiting: Write[] = [];
  for (const write of writes(search, people)) {
    bytes += write.version.json?.length ?? 0;
    waiting.push(write);
    if (waiting.length < perCommit) continue;
    await store.commit({ writes: waiting, guards: [] });
    waiting = [];
  }
  if (waiting.length > 0) await store.commit({ writes: waiting, guards: [] });
  return bytes / (people * resourcesEach);
}

async function measureStored(people: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'lianyi-bench-'));
  try {
    const file = join(folder, 'stored.db');
    const search = openSearch();
    const store = await openSqliteStore(file);
    await store.arrange(search.layout);
    const { user, system } = process.cpuUsage();
    const json = await fill(store, search, people);
    const used = process.cpuUsage({ user, system });
    await store.close();
    const resources = people * resourcesEach;
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
