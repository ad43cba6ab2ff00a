/** Acknowledged means on the disk: the process is killed in the middle of writing, and nothing it acknowledged is missing. Source: src/store/port.ts commit */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import { isToken, where } from './contract/fixture.js';

const program = fileURLToPath(new URL('./sqlite-durability-writer.js', import.meta.url));
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lianyi-durability-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Lets the writer run until it has acknowledged `enough`, kills it, and gives all it acknowledged. */
async function killedAfter(file: string, name: string, enough: number): Promise<readonly string[]> {
  const child: ChildProcess = spawn(process.execPath, [program, file, name], { stdio: ['ignore', 'pipe', 'inherit'] });
  const { stdout } = child;
  if (stdout === null) throw new Error('the writer has no output');
  const acknowledged: string[] = [];
  const exit = once(child, 'exit');
  for await (const line of createInterface({ input: stdout })) {
    acknowledged.push(line);
    if (acknowledged.length === enough) child.kill('SIGKILL');
  }
  expect(await exit).toEqual([null, 'SIGKILL']);
  return acknowledged;
}

test('after kill -9 the store opens and holds every acknowledged commit, each whole, told of once in the feed, and goes on', async () => {
  const file = join(folder, 'killed.db');
  const acknowledged: string[] = [];
  for (const [name, enough] of [
    ['a', 300],
    ['b', 37],
    ['c', 800],
  ] as const) {
    acknowledged.push(...(await killedAfter(file, name, enough)));
  }
  expect(acknowledged.length).toBeGreaterThanOrEqual(1137);
  const store = await openSqliteStore(file);
  try {
    for (const type of ['Patient', 'Observation']) {
      const read = await store.read(acknowledged.map((id) => ({ type, id })));
      expect(read.filter((version) => version === undefined).length).toBe(0);
      const found = await store.find(
        acknowledged.map((id) => where(type, isToken('identifier', id))),
        2,
      );
      expect(found).toEqual(acknowledged.map((id) => [{ type, id, version: 1 }]));
    }
    const counts = await Promise.all(['Patient', 'Observation'].map((type) => store.count(where(type), {})));
    expect(counts[0]).toEqual(counts[1]);
    const told: string[] = [];
    for await (const { type, id } of store.changes(undefined, { live: false })) told.push(`${type}/${id}`);
    expect(new Set(told).size).toBe(told.length);
    expect(told.length).toBe(2 * (counts[0]?.total ?? 0));
    expect(await store.countHistory({ scope: { types: ['Patient', 'Observation'] } }, {})).toEqual({ total: told.length, exact: true });
    for (const [i, one] of told.entries()) if (i % 2 === 0) expect(told[i + 1]).toBe(one.replace('Patient', 'Observation'));
  } finally {
    await store.close();
  }
}, 120_000);
