/**
 * The processes that share a database know of each other, so that what a killed one has left open is ended at once: its transactions would
 * otherwise hold the documents they touched until MongoDB gives them up after a minute. Source: MongoDB "killSessions", "transactionLifetimeLimitSeconds"
 */
import { randomUUID } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { type ClientSession, UUID } from 'mongodb';
import type { Collections } from './collections.js';

export interface Member {
  /** No other process has had it. */
  readonly number: number;
  /** To be awaited before a transaction begins in the session. */
  enlist(session: ClientSession): Promise<void> | undefined;
  /** To be called once, before the connection is closed. */
  leave(): Promise<void>;
}

interface MemberDocument {
  /** `process/7` */
  readonly _id: string;
  readonly host: string;
  readonly pid: number;
  /** Tells this run from an earlier one with the same number of process, as in a container. */
  readonly run: string;
  readonly beat: Date;
  /** The ids of those it began transactions in, in hexadecimal digits. */
  readonly sessions: readonly string[];
}

const BEAT = 3000;
/** Milliseconds of silence after which a process on another machine counts as dead. One that was only slow has its transactions aborted, and tries again. */
const SILENCE = 12_000;

const run = randomUUID();
/** Containers may share a name, but not the numbers of their processes. */
const host = `${hostname()} ${processNamespace()}`.trim();

function processNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

export async function join(collections: Collections): Promise<Member> {
  const { state } = collections;
  const members = membersOf(collections);
  const counted = await state.findOneAndUpdate({ _id: 'process' }, { $inc: { n: 1 } }, { upsert: true, returnDocument: 'after' });
  const number = Number(counted?.n ?? 0);
  const _id = `process/${number}`;
  const enlisted = new Set<string>();

  const appear = () =>
    members.updateOne(
      { _id },
      { $set: { host, pid: process.pid, run, sessions: [...enlisted] }, $currentDate: { beat: true } },
      { upsert: true },
    );

  await appear();
  // Where it is not allowed to, MongoDB does so after its minute.
  await buryDead(collections).catch(() => undefined);
  const beat = () =>
    appear()
      .then(() => buryDead(collections))
      // A database that does not answer now is told at the next beat.
      .catch(() => undefined);
  const timer = setInterval(beat, BEAT).unref();

  return {
    number,
    enlist({ id }) {
      const name = id?.id.toString('hex');
      if (name === undefined || enlisted.has(name)) return undefined;
      enlisted.add(name);
      return appear().then(() => undefined);
    },
    async leave() {
      clearInterval(timer);
      await members.deleteOne({ _id }).catch(() => undefined);
    },
  };
}

function membersOf({ db }: Collections) {
  return db.collection<MemberDocument>('state');
}

async function buryDead(collections: Collections): Promise<void> {
  const members = membersOf(collections);
  const silent = { $expr: { $lt: ['$beat', { $subtract: ['$$NOW', SILENCE] }] } };
  const found = await members.find({ _id: /^process\//, $or: [silent, { host }] }).toArray();
  for (const { _id, sessions } of found.filter((member) => !isAlive(member))) {
    const killSessions = sessions.map((id) => ({ id: new UUID(id) }));
    if (killSessions.length > 0) await collections.client.db('admin').command({ killSessions });
    await members.deleteOne({ _id });
  }
}

/** On another machine silence alone tells; on this one the process itself is looked for. */
function isAlive({ host: itsHost, pid, run: itsRun }: MemberDocument): boolean {
  if (itsRun === run) return true;
  if (itsHost !== host || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
