/** The MongoDB that tests use: the one MONGODB_URL names, else one mongod per run, started when the first test asks for it. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findMongod } from '../scripts/mongod/find.js';
import { type ReplicaSet, startReplicaSet as startSet } from '../scripts/mongod/replica-set.js';
import { type Mongod, type MongodOptions, startMongod as start } from '../scripts/mongod/start.js';

export interface Unavailable {
  readonly unavailable: string;
}

export interface TestMongod extends Mongod {
  /** Starts it again on the same data and port after it was ended from outside. */
  restart(): Promise<TestMongod>;
}

/** Whether tests that end or configure a mongod of their own can run; with MONGODB_URL there may be none to start. In CI they must. */
export async function ownMongodExpected(): Promise<boolean> {
  return process.env.CI === 'true' || !('unavailable' in (await findMongod()));
}

/** A mongod of one's own on a free port with its data in a temporary folder, removed by stop(). */
export async function startMongod(options: Pick<MongodOptions, 'standalone' | 'parameters'> = {}): Promise<TestMongod | Unavailable> {
  const found = await findMongod();
  if ('unavailable' in found) return found;
  const folder = await mkdtemp(join(tmpdir(), 'lianyi-mongod-'));
  try {
    return await startIn({ ...options, program: found.program, folder });
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    return { unavailable: (error as Error).message };
  }
}

/** Three mongods of one's own that elect a primary within seconds, with their data in a temporary folder, removed by stop(). */
export async function startReplicaSet(): Promise<ReplicaSet | Unavailable> {
  const found = await findMongod();
  if ('unavailable' in found) return found;
  const folder = await mkdtemp(join(tmpdir(), 'lianyi-replica-set-'));
  const set = await startSet({ program: found.program, folder, electionTimeout: 2_000, temporary: true });
  return {
    ...set,
    async stop() {
      await set.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function startIn(options: MongodOptions): Promise<TestMongod> {
  // What it notes of itself each second is read by nobody here.
  const parameters = { diagnosticDataCollectionEnabled: 'false', ...options.parameters };
  const mongod = await start({ ...options, parameters, cacheSizeGB: 2, temporary: true });
  return {
    ...mongod,
    async stop(signal) {
      await mongod.stop(signal);
      await rm(options.folder, { recursive: true, force: true });
    },
    async restart() {
      await mongod.stop('SIGKILL');
      return startIn({ ...options, port: mongod.port });
    },
  };
}

/** The environment variable by which the workers of jest find the run's own process. */
export const askAt = 'LIANYI_TEST_MONGOD';

/** The MongoDB that this run shares. */
export async function sharedMongod(): Promise<{ readonly url: string } | Unavailable> {
  const { MONGODB_URL: url, [askAt]: run } = process.env;
  if (url) return { url };
  if (!run) return { unavailable: 'the tests were started without test/global-setup.ts' };
  return (await (await fetch(run)).json()) as { url: string } | Unavailable;
}

/** The same server, of one host or several, with a database name that nobody else uses. */
export function freshDatabase(url: string): string {
  return url.replace(/^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/[^?]*)?/, `$1/lianyi-test-${randomUUID()}`);
}
