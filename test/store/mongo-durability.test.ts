/** What was acknowledged is there, whoever is killed. Source: src/store/port.ts commit */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { openMongoStore } from '../../src/store/mongo/open.js';
import type { ResourceStore } from '../../src/store/port.js';
import { ownMongodExpected, startMongod, type TestMongod } from '../mongod.js';
import { found, isToken, versionsOf, where } from './contract/fixture.js';

interface Writer {
  readonly child: ChildProcess;
  /** `Type/id/version=json`, one line per acknowledged commit. */
  readonly lines: string[];
  readonly ended: Promise<unknown>;
}

async function startWriter(url: string, label: string): Promise<Writer> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'mongo/writer.js'), url, label], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout });
  const ended = Promise.all([once(reader, 'close'), once(child, 'exit')]);
  reader.on('line', (line) => lines.push(line));
  await Promise.race([once(reader, 'line'), ended.then(() => Promise.reject(new Error('the writer ended before it wrote')))]);
  return { child, lines, ended };
}

/** Waits until the writer has had so many commits acknowledged. */
async function hasWritten(writer: Writer, commits: number): Promise<void> {
  while (writer.lines.length < commits) {
    if (writer.child.exitCode !== null) throw new Error(`the writer ended after ${writer.lines.length} commits`);
    await pause(20);
  }
}

async function end(writer: Writer): Promise<void> {
  writer.child.kill('SIGKILL');
  await writer.ended;
}

/** Every acknowledged version has the text it was acknowledged with. */
async function lost(store: ResourceStore, lines: readonly string[]): Promise<readonly string[]> {
  const versions = lines.filter((line) => line !== 'ready').flatMap((line) => line.split(' '));
  const keys = versions.map((text) => {
    const [type = '', id = '', version = ''] = text.slice(0, text.indexOf('=')).split('/');
    return { type, id, version: Number(version) };
  });
  const read = await store.read(keys);
  return versions.filter((text, i) => read[i]?.json?.toString() !== text.slice(text.indexOf('=') + 1));
}

async function checkAll(store: ResourceStore, lines: readonly string[], labels: readonly string[]): Promise<void> {
  expect(lines.length).toBeGreaterThan(40);
  expect(await lost(store, lines)).toEqual([]);
  for (let n = 0; n < 8; n++) {
    const versions = (await versionsOf(store, `Patient/contested-${n}`)).map(({ version }) => version);
    expect(versions).toEqual(versions.map((_, i) => versions.length - i));
  }
  const halves = await found(store, where('Organization'), { count: 100_000 });
  const names = halves.map((instance) => instance.slice(0, -2));
  expect(names.length).toBe(new Set(names).size * 2);
  expect(labels.every((label) => names.some((name) => name.startsWith(`Organization/${label}`)))).toBe(true);
}

((await ownMongodExpected()) ? describe : describe.skip)('acknowledged commits', () => {
  test('outlast kill -9 of the writing process and of mongod; no history has a gap, no transaction is half there', async () => {
    const started = await startMongod();
    if ('unavailable' in started) throw new Error(started.unavailable);
    let mongod: TestMongod = started;
    const url = mongod.url.replace('/?', '/durability?');
    try {
      const first = await startWriter(url, 'first');
      await hasWritten(first, 100);
      await end(first);
      const second = await startWriter(url, 'second');
      await hasWritten(second, 100);
      mongod = await mongod.restart();
      // It carries on by itself: what it did not know it has settled.
      await hasWritten(second, second.lines.length + 50);
      await end(second);
      expect(second.child.signalCode).toBe('SIGKILL');
      const store = await openMongoStore(url);
      // Nothing new: to build an index MongoDB would first wait for the transaction that the killed writer left open, up to a minute.
      await store.arrange({ types: {} });
      await checkAll(store, [...first.lines, ...second.lines], ['first', 'second']);
      expect((await found(store, where('Patient', isToken('by', 'second')), { count: 100 })).length).toBe(8);
      await store.close();
    } finally {
      await mongod.stop('SIGKILL');
    }
  }, 60_000);
});
