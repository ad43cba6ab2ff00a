/**
 * The measure of an import on MongoDB: the documents that a server has just written, with their index entries and in the same
 * transactions, written once more by the bare driver, in a process of its own, into a database that is empty and has the same indexes.
 */
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { on, once } from 'node:events';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import type { Timing } from './drive.js';
import type { Measured } from './measure.js';
import type { Place } from './servers.js';
import { usageOf } from './usage.js';

const PROGRAM = join(import.meta.dirname, 'bare-import-process.js');

/** Where the writes of the server stand now: only what it writes from here on is written again. */
export async function lastWritten({ store }: Place): Promise<number> {
  const client = await MongoClient.connect(store);
  try {
    const last = await client
      .db()
      .collection('resources')
      .find({}, { projection: { o: 1 } })
      .sort({ o: -1 })
      .limit(1)
      .next();
    return Number(last?.o ?? 0);
  } finally {
    await client.close();
  }
}

/** Figures per resource, as those of the server. `after`: as `lastWritten` had it. */
export async function bareImport({ store, database }: Place, after: number, connections: number): Promise<Measured> {
  const child = fork(PROGRAM, [store, `lianyi-bench-bare-${randomUUID()}`, String(after), String(connections)]);
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`the bare driver ended with ${code}`)));
  ended.catch(() => undefined);
  const told = on(child, 'message');
  const next = async <T>() => (await Promise.race([told.next(), ended])).value[0] as T;
  const { resources, transactions } = await next<{ readonly resources: number; readonly transactions: number }>();
  if (transactions === 0) return { invalid: 'the server has written nothing' };
  const pids = [child.pid ?? 0, ...(database === undefined ? [] : [database])];
  const { result, of, own, others } = await usageOf(pids, async () => {
    child.send('begin');
    return next<Timing>();
  });
  const micro = (seconds: number | undefined) => ((seconds ?? 0) * 1e6) / resources;
  const perSecond = (result.perSecond * resources) / transactions;
  const mongod = database === undefined ? undefined : micro(of[1]);
  return { ...result, perSecond, cpu: micro(of[0]), database: mongod, generator: micro(own), others };
}
