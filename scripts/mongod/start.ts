/** Starts a mongod as a replica set of one node on 127.0.0.1, which is what transactions need, and stops it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Db, MongoClient, MongoServerError } from 'mongodb';

/** A process of ours; which set it belongs to is another matter. */
export interface Launched {
  readonly pid: number;
  readonly port: number;
  /** Resolves when the process has ended; the data folder stays. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Resolves when the process has ended, for whatever reason. */
  readonly ended: Promise<void>;
}

export interface Mongod extends Launched {
  readonly url: string;
}

export interface MongodOptions {
  readonly program: string;
  readonly folder: string;
  /** A free one when absent. */
  readonly port?: number;
  /** Gigabytes; the least mongod takes is 0.25. */
  readonly cacheSizeGB?: number;
  /** The folder is removed, and the process ended, when this process goes without saying so. */
  readonly temporary?: boolean;
  /** Not a replica set, as a mongod comes out of the box. */
  readonly standalone?: boolean;
  /** Of the server, by their names. */
  readonly parameters?: Readonly<Record<string, string>>;
}

export const replicaSet = 'lianyi';

/** Throws with mongod's own last words when it does not come up. */
export async function startMongod(options: MongodOptions): Promise<Mongod> {
  const launched = await launch(options);
  await orLastWords(launched, options, () => initiate(launched.port));
  return { ...launched, url: `mongodb://127.0.0.1:${launched.port}/?replicaSet=${replicaSet}` };
}

/** Does not wait until it answers. */
export async function launch(options: MongodOptions): Promise<Launched> {
  await mkdir(options.folder, { recursive: true });
  const port = options.port ?? (await freePort());
  const cache = options.cacheSizeGB === undefined ? [] : ['--wiredTigerCacheSizeGB', String(options.cacheSizeGB)];
  const log = ['--logpath', logOf(options), '--logappend'];
  const places = ['--dbpath', options.folder, ...log, '--bind_ip', '127.0.0.1', '--port', String(port)];
  const set = options.standalone ? [] : ['--replSet', replicaSet];
  const parameters = Object.entries(options.parameters ?? {}).flatMap(([name, value]) => ['--setParameter', `${name}=${value}`]);
  const child = spawn(options.program, [...places, ...set, '--nounixsocket', ...cache, ...parameters], { stdio: 'ignore' });
  const ended = new Promise<void>((done) => {
    child.once('exit', () => done());
    child.once('error', () => done());
  });
  const watcher = options.temporary && child.pid !== undefined ? watch(child.pid, options.folder) : undefined;
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    child.kill(signal);
    await ended;
    watcher?.kill('SIGKILL');
  };
  return { pid: child.pid ?? 0, port, stop, ended };
}

/** Ends the process when the action fails or it ends by itself, and says why. */
export async function orLastWords<T>(launched: Launched, options: MongodOptions, action: () => Promise<T>): Promise<T> {
  try {
    return await Promise.race([action(), launched.ended.then(() => Promise.reject(new Error('it ended at once')))]);
  } catch (error) {
    await launched.stop('SIGKILL');
    throw new Error(`mongod did not start: ${await lastWords(logOf(options), error)}`, { cause: error });
  }
}

function logOf({ folder }: MongodOptions): string {
  return join(folder, 'mongod.log');
}

/** A shell that waits for our end: its standard input closes however we go, even by kill -9. */
function watch(pid: number, folder: string): ChildProcess {
  const watcher = spawn('/bin/sh', ['-c', 'trap "" INT TERM; read _; kill -9 "$1"; rm -rf "$2"', 'sh', String(pid), folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watcher.unref();
  return watcher;
}

/** Makes the replica set if it is to be one and is new, and waits until its node takes writes. */
async function initiate(port: number): Promise<void> {
  const host = `127.0.0.1:${port}`;
  const client = new MongoClient(`mongodb://${host}/?directConnection=true`, { serverSelectionTimeoutMS: 30_000 });
  try {
    const admin = (await client.connect()).db('admin');
    const hello = await admin.command({ hello: 1 });
    if (hello.isreplicaset) await becomeSet(admin, host);
    for (let tries = 0; !(await admin.command({ hello: 1 })).isWritablePrimary; tries++) {
      if (tries > 600) throw new Error('the replica set has no primary after 30 seconds');
      await pause(50);
    }
  } finally {
    await client.close();
  }
}

/** A new folder becomes a set; one that was a set on another port is told where it is now. */
async function becomeSet(admin: Db, host: string): Promise<void> {
  const config = { _id: replicaSet, members: [{ _id: 0, host }] };
  try {
    await admin.command({ replSetInitiate: config });
  } catch (error) {
    if (!(error instanceof MongoServerError) || error.codeName !== 'AlreadyInitialized') throw error;
    const now = (await admin.command({ replSetGetConfig: 1 })).config as { version: number; members: { host: string }[] };
    if (now.members[0]?.host !== host)
      await admin.command({ replSetReconfig: { ...now, ...config, version: now.version + 1 }, force: true });
  }
}

/** One that nobody listens on just now. */
export function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (address && typeof address === 'object' ? done(address.port) : fail(new Error('no free port'))));
    });
  });
}

async function lastWords(log: string, error: unknown): Promise<string> {
  const reason = error instanceof Error ? error.message : String(error);
  const text = await readFile(log, 'utf8').catch(() => '');
  const serious = text.split('\n').filter((line) => /"s":"[EF]"/.test(line));
  return [reason, ...serious.slice(-3)].join('\n');
}
