/** Where a storm can rage: who is killed, who brings it back, and how the store is looked into afterwards. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../scripts/mongod/start.js';
import { openMongoStore } from '../../src/store/mongo/open.js';
import type { ResourceStore } from '../../src/store/port.js';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import { type Serving, serve } from '../end-to-end/command.js';
import { startMongod, startReplicaSet, type TestMongod } from '../mongod.js';

export interface Stage {
  readonly name: string;
  /** The FHIR base; it stays the same. */
  readonly base: string;
  /** kill -9, and a new start where nobody else sees to it. Resolves when what was killed is under way again. */
  kill(): Promise<void>;
  /** The store by its port, with no server on it. To be called once, last. */
  openStore(): Promise<ResourceStore>;
  close(): Promise<void>;
}

/** The server on the embedded store. */
export async function sqliteServer(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'lianyi-storm-'));
  const file = join(folder, 'storm.db');
  const server = await startKilled(`sqlite:${file}`);
  return {
    name: 'the server on SQLite',
    base: server.base,
    kill: server.kill,
    async openStore() {
      await server.stop();
      return openSqliteStore(file);
    },
    async close() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A mongod of one node: the server is killed, or the mongod below it. */
export async function mongoServer(killed: 'server' | 'mongod'): Promise<Stage> {
  const started = await startMongod();
  if ('unavailable' in started) throw new Error(started.unavailable);
  let mongod: TestMongod = started;
  const url = mongod.url.replace('/?', '/storm?');
  const server = await startKilled(url);
  return {
    name: killed === 'server' ? 'the server on MongoDB' : 'the mongod below the server',
    base: server.base,
    async kill() {
      if (killed === 'server') await server.kill();
      else mongod = await mongod.restart();
    },
    async openStore() {
      await server.stop();
      return openMongoStore(url);
    },
    async close() {
      await server.stop();
      await mongod.stop('SIGKILL');
    },
  };
}

/** Three nodes: the primary is killed and comes back as a secondary, while another is elected. */
export async function replicaSet(): Promise<Stage> {
  const set = await startReplicaSet();
  if ('unavailable' in set) throw new Error(set.unavailable);
  const url = set.url.replace('/?', '/storm?');
  const server = await startKilled(url);
  return {
    name: 'the primary of three',
    base: server.base,
    kill: async () => set.restart(await set.killPrimary()),
    async openStore() {
      await server.stop();
      return openMongoStore(url);
    },
    async close() {
      await server.stop();
      await set.stop();
    },
  };
}

interface Killed {
  readonly base: string;
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** `lianyi serve` on a port of its own that it comes back to. */
export async function startKilled(store: string): Promise<Killed> {
  const environment = { STORE: store, PORT: String(await freePort()), LOG_LEVEL: 'silent' };
  let serving: Serving = await serve(environment);
  return {
    base: serving.base,
    async kill() {
      const gone = once(serving.child, 'close');
      serving.child.kill('SIGKILL');
      await gone;
      serving = await serve(environment);
    },
    async stop() {
      await serving.stop();
    },
  };
}
