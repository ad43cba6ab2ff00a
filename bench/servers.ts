/** The servers a bench compares, each a process of its own: Lianyi on a store, bare node:http, and Express. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findMongod } from '../scripts/mongod/find.js';
import { startMongod } from '../scripts/mongod/start.js';
import type { Target } from './client.js';
import { bytesOfDatabase, bytesOfFolder, dropDatabase } from './stored-bytes.js';

export interface Running extends Target {
  readonly name: string;
  readonly pid: number;
  /** Of the database beside it, if that is a process of ours. */
  readonly database?: number;
  /** Milliseconds from the start of the process to the line that says where it listens. */
  readonly startedIn: number;
  /** Resolves when the process has ended; the data stays. */
  end(): Promise<void>;
}

/** Where a server keeps its data. */
export interface Place {
  readonly name: string;
  readonly store: string;
  /** The process of a database of ours. */
  readonly database?: number;
  /** What the data takes on disk; to be asked when the server has ended. */
  storedBytes(): Promise<number>;
  remove(): Promise<void>;
}

const here = import.meta.dirname;

/** `more`: of the environment; `profiles`: a folder for the processor profile that Node writes when the server ends. */
export async function lianyi(place: Place, profiles?: string, more: Readonly<Record<string, string>> = {}): Promise<Running> {
  const profiling = profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`];
  const environment = {
    HOST: '127.0.0.1',
    PORT: '0',
    BASE_URL: '',
    STORE: place.store,
    LOG_LEVEL: 'error',
    LOG_REQUESTS: 'false',
    ...more,
  };
  const running = await start(place.name, [...profiling, join(here, '../src/cli/main.js'), 'serve'], environment);
  return place.database === undefined ? running : { ...running, database: place.database };
}

/** A file in a temporary folder. */
export async function onSqlite(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'lianyi-bench-'));
  // While it is filled a thread of this process may still be writing there.
  const removeNow = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  process.once('exit', removeNow);
  const remove = async () => {
    process.off('exit', removeNow);
    await rm(folder, { recursive: true, force: true });
  };
  return { name: 'SQLite', store: `sqlite:${join(folder, 'bench.db')}`, storedBytes: () => bytesOfFolder(folder), remove };
}

/** A database of its own on this MongoDB, dropped at the end. */
export function onMongo({ url, pid }: MongoServer): Place {
  const store = url.replace(/^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/[^?]*)?/, `$1/lianyi-bench-${randomUUID()}`);
  const place = { name: 'MongoDB', store, storedBytes: () => bytesOfDatabase(store), remove: () => dropDatabase(store) };
  return pid === undefined ? place : { ...place, database: pid };
}

export interface MongoServer {
  readonly url: string;
  readonly pid?: number;
  stop(): Promise<void>;
}

/** The MongoDB to measure: MONGODB_URL, else a mongod of the bench's own, with its data in a temporary folder. */
export async function mongodb(cacheSizeGB = 2): Promise<MongoServer | { readonly unavailable: string }> {
  if (process.env.MONGODB_URL) return { url: process.env.MONGODB_URL, stop: async () => undefined };
  const found = await findMongod();
  if ('unavailable' in found) return found;
  const folder = await mkdtemp(join(tmpdir(), 'lianyi-bench-mongod-'));
  const mongod = await startMongod({ program: found.program, folder, cacheSizeGB, temporary: true });
  return {
    ...mongod,
    async stop() {
      await mongod.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export function baseline(kind: 'http' | 'express'): Promise<Running> {
  return start(kind === 'http' ? 'bare node:http' : 'Express', [join(here, 'baseline.js'), kind], {});
}

async function start(name: string, args: readonly string[], environment: object): Promise<Running> {
  const began = performance.now();
  const child = spawn(process.execPath, args, { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await portOf(child);
  // Whoever is interrupted leaves nothing running.
  const kill = () => void child.kill('SIGKILL');
  process.once('exit', kill);
  const end = async () => {
    child.kill('SIGTERM');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
    process.off('exit', kill);
  };
  return { name, host: '127.0.0.1', port, pid: child.pid ?? 0, startedIn: performance.now() - began, end };
}

function portOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const port = /127\.0\.0\.1:(\d+)/.exec(text)?.[1];
      if (port !== undefined) resolve(Number(port));
    });
    child.once('close', (code) => reject(new Error(`a server of the bench ended with ${code}: ${text}`)));
  });
}
