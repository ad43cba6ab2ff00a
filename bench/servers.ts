/** The servers a bench compares, each a process of its own: Lianyi on a store, bare node:http, and Express "hello". */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findMongod } from '../scripts/mongod/find.js';
import { startMongod } from '../scripts/mongod/start.js';
import type { Target } from './client.js';

export interface Running extends Target {
  readonly name: string;
  /** Milliseconds from the start of the process to the line that says where it listens. */
  readonly startedIn: number;
  /** Resident memory in MB. */
  memory(): Promise<number>;
  /** Seconds of CPU the process has used. */
  cpu(): Promise<number>;
  stop(): Promise<void>;
}

const here = import.meta.dirname;

export async function lianyi(store: string): Promise<Running> {
  const folder = await mkdtemp(join(tmpdir(), 'lianyi-bench-'));
  const location = store === 'sqlite' ? `sqlite:${join(folder, 'bench.db')}` : store;
  const name = store === 'sqlite' ? 'SQLite' : 'MongoDB';
  const environment = { PORT: '0', STORE: location, LOG_LEVEL: 'error' };
  return start(name, [join(here, '../src/cli/main.js'), 'serve'], environment, () => rm(folder, { recursive: true, force: true }));
}

/** The MongoDB to measure: MONGODB_URL, else a mongod of the bench's own, with its data in a temporary folder. */
export async function mongodb(): Promise<{ readonly url: string; stop(): Promise<void> } | { readonly unavailable: string }> {
  if (process.env.MONGODB_URL) return { url: process.env.MONGODB_URL, stop: async () => undefined };
  const found = await findMongod();
  if ('unavailable' in found) return found;
  const folder = await mkdtemp(join(tmpdir(), 'lianyi-bench-mongod-'));
  return startMongod({ program: found.program, folder, cacheSizeGB: 2, temporary: true });
}

/** `kind` is `http` (a ready 2 KB buffer) or `express` (hello). */
export function baseline(kind: 'http' | 'express'): Promise<Running> {
  return start(kind === 'http' ? 'bare node:http' : 'Express hello', [join(here, 'baseline.js'), kind], {}, async () => undefined);
}

async function start(name: string, args: readonly string[], environment: object, after: () => Promise<void>): Promise<Running> {
  const began = performance.now();
  const child = spawn(process.execPath, args, { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await portOf(child);
  const stop = async () => {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'close');
    await after();
  };
  const { memory, cpu } = usage(child.pid ?? 0);
  return { name, host: '127.0.0.1', port, startedIn: performance.now() - began, memory, cpu, stop };
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

/** Read from /proc, where there is one; 0 elsewhere. */
function usage(pid: number): Pick<Running, 'memory' | 'cpu'> {
  const read = (file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
  return {
    memory: async () => Math.round(Number(/VmRSS:\s+(\d+)/.exec(await read('status'))?.[1] ?? 0) / 1024),
    cpu: async () => {
      const fields = (await read('stat')).replace(/^.*\) /, '').split(' ');
      return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / 100;
    },
  };
}
