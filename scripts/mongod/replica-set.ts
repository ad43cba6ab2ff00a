/** A replica set of several mongods on 127.0.0.1 that elect quickly, whose primary can be killed and started again. */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { type Launched, launch, type MongodOptions, orLastWords, replicaSet } from './start.js';

export interface ReplicaSet {
  readonly url: string;
  /** kill -9 of the primary; gives its number. Waits for one if there is none just now. */
  killPrimary(): Promise<number>;
  /** Starts a member that was killed, on its data and port. */
  restart(member: number): Promise<void>;
  /** Ends all of them at once; the data folders stay. */
  stop(): Promise<void>;
}

export interface ReplicaSetOptions {
  readonly program: string;
  /** Holds one folder for each member. */
  readonly folder: string;
  /** Milliseconds without a primary before one is elected; MongoDB's own default is 10,000. */
  readonly electionTimeout: number;
  readonly temporary?: boolean;
}

const members = [0, 1, 2];

/** Resolves when there is a primary. */
export async function startReplicaSet({ program, folder, electionTimeout, temporary }: ReplicaSetOptions): Promise<ReplicaSet> {
  const optionsOf = (member: number): MongodOptions => {
    return { program, folder: join(folder, String(member)), cacheSizeGB: 0.25, ...(temporary !== undefined && { temporary }) };
  };
  const running: Launched[] = [];
  for (const member of members) running.push(await launch(optionsOf(member)));
  const ports = running.map(({ port }) => port);
  const config = {
    _id: replicaSet,
    members: ports.map((port, member) => ({ _id: member, host: `127.0.0.1:${port}` })),
    settings: { electionTimeoutMillis: electionTimeout, heartbeatIntervalMillis: Math.min(2_000, electionTimeout / 4) },
  };
  for (const [member, launched] of running.entries()) await orLastWords(launched, optionsOf(member), () => answers(launched.port));
  await ask(ports[0] ?? 0, { replSetInitiate: config });
  await primaryOf(ports);
  return {
    url: `mongodb://${ports.map((port) => `127.0.0.1:${port}`).join(',')}/?replicaSet=${replicaSet}`,
    async killPrimary() {
      const member = await primaryOf(ports);
      await running[member]?.stop('SIGKILL');
      return member;
    },
    async restart(member) {
      const options = { ...optionsOf(member), port: ports[member] ?? 0 };
      const launched = await launch(options);
      running[member] = launched;
      await orLastWords(launched, options, () => answers(launched.port));
    },
    async stop() {
      await Promise.all(running.map((launched) => launched.stop('SIGKILL')));
    },
  };
}

const patience = 30_000;

async function primaryOf(ports: readonly number[]): Promise<number> {
  for (const end = Date.now() + patience; Date.now() < end; ) {
    for (const [member, port] of ports.entries()) {
      const hello = await ask(port, { hello: 1 }).catch(() => undefined);
      if (hello?.isWritablePrimary === true) return member;
    }
    await pause(100);
  }
  throw new Error(`the replica set has no primary after ${patience / 1000} seconds`);
}

async function answers(port: number): Promise<void> {
  for (const end = Date.now() + patience; ; ) {
    try {
      await ask(port, { hello: 1 });
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
      await pause(100);
    }
  }
}

async function ask(port: number, command: Readonly<Record<string, unknown>>) {
  const client = new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`, { serverSelectionTimeoutMS: 1_000 });
  try {
    return await client.db('admin').command(command);
  } finally {
    await client.close();
  }
}
