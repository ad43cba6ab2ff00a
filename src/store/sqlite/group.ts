/**
 * Group commit: commits that wait together share one transaction and one fsync. A member is checked before it writes, so a conflict
 * takes no other down; after an unforeseen error the whole group is rolled back and its members are tried each for itself. A
 * transaction is one piece without a pause: whoever shares its connection sees it whole or not at all. Source: port.ts commit
 */
import { StoreBusy, StoreConflict, StoreUnavailable, StoreUnknown } from '../port.js';
import { type Connection, isBusy, isInputOutput, storeError } from './binding.js';
import { createPending, type Pending } from './entries.js';
import type { Reader } from './reader.js';
import { rollBack, SCHEMA_VERSION, schemaOf } from './schema.js';
import { type Steps, turn, wholly } from './steps.js';

type Work = (writer: Reader, pending: Pending) => Steps<void>;

interface Member {
  readonly work: Work;
  readonly size: number;
  resolve(): void;
  reject(error: unknown): void;
}

export interface Group {
  /** Does the work in a transaction and resolves when it is on the disk. `size` is how many rows it will write, about. */
  write(work: Work, size: number): Promise<void>;
  /** Resolves when all that waits has been written. */
  drained(): Promise<void>;
}

export interface GroupOptions {
  readonly writer: Reader;
  /** Before each group: something else, such as a checkpoint, may hold it up. */
  ready(): Promise<void> | undefined;
  /** In the transaction, behind its last member. */
  ending(connection: Connection, pending: Pending): void;
  /** After each group. */
  written(): void;
}

const MEMBERS = 256;
const ROWS = 20_000;
const WAITING_ROWS = 4_000_000;
/** Milliseconds to wait for another process that writes. */
const PATIENCE = 5000;

const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

export function createGroup(options: GroupOptions): Group {
  const waiting: Member[] = [];
  let waitingSize = 0;
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    // What else arrives in this turn of the event loop joins.
    await turn();
    while (waiting.length > 0) {
      await options.ready();
      const members = take();
      await writeGroup(options, members);
      options.written();
      if (waiting.length > 0) await turn();
    }
    running = undefined;
  }

  function take(): Member[] {
    const members: Member[] = [];
    let size = 0;
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      if (members.length > 0 && (members.length >= MEMBERS || size + next.size > ROWS)) break;
      waiting.shift();
      waitingSize -= next.size;
      size += next.size;
      members.push(next);
    }
    return members;
  }

  return {
    write(work, size) {
      if (waiting.length > 0 && waitingSize + size > WAITING_ROWS) return Promise.reject(new StoreBusy('Too many writes wait'));
      return new Promise((resolve, reject) => {
        waiting.push({ work, size, resolve, reject });
        waitingSize += size;
        running ??= run();
      });
    },
    drained: async () => {
      await running;
    },
  };
}

async function writeGroup(options: GroupOptions, members: readonly Member[]): Promise<void> {
  const outcomes = new Map<Member, unknown>();
  try {
    await transaction(options, members, outcomes);
  } catch (error) {
    const meaning = storeError(error);
    if (members.length > 1 && !isFault(meaning)) {
      for (const member of members) await writeGroup(options, [member]);
      return;
    }
    for (const member of members) member.reject(meaning);
    return;
  }
  for (const member of members) {
    const conflict = outcomes.get(member);
    if (conflict === undefined) member.resolve();
    else member.reject(conflict);
  }
}

function isFault(error: unknown): boolean {
  return error instanceof StoreBusy || error instanceof StoreUnavailable || error instanceof StoreUnknown;
}

async function transaction({ writer, ending }: GroupOptions, members: readonly Member[], outcomes: Map<Member, unknown>): Promise<void> {
  const { connection, names, slots, bodies } = writer;
  const until = performance.now() + PATIENCE;
  // Once it has begun nothing else has a turn: who shares the connection would read inside it.
  for (let wait = 1; !began(connection, until); wait = Math.min(wait * 2, 50)) await pause(wait);
  const pending = createPending();
  try {
    refuseNewer(connection);
    slots.refresh(connection);
    for (const member of members) {
      try {
        wholly(member.work(writer, pending));
      } catch (error) {
        if (!(error instanceof StoreConflict)) throw error;
        outcomes.set(member, error);
      }
    }
    ending(connection, pending);
    end(connection);
  } catch (error) {
    rollBack(connection);
    names.forget();
    bodies.forget();
    slots.load(connection);
    throw error;
  }
}

/** Whether the transaction has begun; another process may write. */
function began(connection: Connection, until: number): boolean {
  try {
    connection.exec('BEGIN IMMEDIATE');
    return true;
  } catch (error) {
    if (!isBusy(error) || performance.now() > until) throw error;
    return false;
  }
}

/** A newer server may have brought the file along while this one has it open. */
function refuseNewer(connection: Connection): void {
  const schema = schemaOf(connection);
  if (schema <= SCHEMA_VERSION) return;
  throw new StoreUnavailable(`A newer Lianyi has brought the database to schema ${schema}; this one no longer writes to it`);
}

function end(connection: Connection): void {
  try {
    connection.exec('COMMIT');
  } catch (error) {
    // The mark of the commit may have reached the disk although the disk said no.
    if (isInputOutput(error)) throw new StoreUnknown('The disk gave an error while the commit was written', { cause: error });
    throw error;
  }
}
