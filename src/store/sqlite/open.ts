/** Opens the embedded store: one SQLite file, one process that writes, many reads. Source: port.ts ResourceStore */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Commit, type ResourceStore, StoreCostly, type StoreDescription, StoreUnavailable } from '../port.js';
import { type Connection, connect, storeError } from './binding.js';
import { type Checkpoints, createCheckpoints, logSize } from './checkpoint.js';
import { count, findAll } from './count.js';
import { createGroup } from './group.js';
import { createNames } from './names.js';
import { readAll, readHistory } from './read.js';
import { configure, prepareSchema, SCHEMA_VERSION } from './schema.js';
import { type Reader, search } from './search.js';
import { createSlots } from './slots.js';
import { inTime } from './steps.js';
import { apply } from './write.js';

const MEMORY = ':memory:';
/** KiB of pages kept in memory: for writing and ordinary reading, and for reads beside a long transaction. */
const CACHE = 64 * 1024;
const SECOND_CACHE = 8 * 1024;

export interface SqliteOptions {
  readonly readOnly?: boolean;
  /** Pages of 4 KiB that the file may grow to; beyond them it is full. */
  readonly maxPages?: number;
}

/** `location` is a path, whose folder is made if it is absent, or `:memory:`. Throws StoreUnavailable with a sentence for people. */
export async function openSqliteStore(location: string, options: SqliteOptions = {}): Promise<ResourceStore> {
  const readOnly = options.readOnly ?? false;
  try {
    if (location !== MEMORY && !readOnly) await mkdir(dirname(location), { recursive: true });
    return open(location, readOnly, options.maxPages);
  } catch (error) {
    throw unavailable(location, error);
  }
}

function unavailable(location: string, error: unknown): Error {
  const meaning = storeError(error);
  if (meaning === error && error instanceof StoreUnavailable) return error;
  const reason = typeof meaning === 'object' && meaning !== null && 'message' in meaning ? String(meaning.message) : String(meaning);
  return new StoreUnavailable(`${location}: ${reason}`, { cause: error });
}

function open(location: string, readOnly: boolean, maxPages: number | undefined): ResourceStore {
  const main = prepared(location, readOnly, CACHE);
  try {
    prepareSchema(main, location, readOnly);
    if (maxPages !== undefined) main.exec(`PRAGMA max_page_count = ${Math.floor(maxPages)}`);
    const file = location !== MEMORY && !readOnly;
    const beside = file ? prepared(location, true, SECOND_CACHE) : undefined;
    return createStore({ location, readOnly, main, beside }, file ? createCheckpoints(location) : undefined);
  } catch (error) {
    main.close();
    throw error;
  }
}

function prepared(location: string, readOnly: boolean, cache: number): Connection {
  const connection = connect(location, { readOnly, busyTimeout: 20 });
  try {
    configure(connection, { readOnly, cache });
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

interface Opened {
  readonly location: string;
  readonly readOnly: boolean;
  readonly main: Connection;
  /** Reads from what was committed while a long transaction is under way on `main`. */
  readonly beside: Connection | undefined;
}

function createStore(opened: Opened, checkpoints: Checkpoints | undefined): ResourceStore {
  const { main, beside, readOnly } = opened;
  const names = createNames();
  const slots = createSlots();
  slots.load(main);
  let writing = false;
  let ready = false;
  let closing: Promise<void> | undefined;
  const reader: Reader = {
    get connection() {
      return writing && beside !== undefined ? beside : main;
    },
    names,
    slots,
  };
  const group = createGroup({
    reader: { connection: main, names, slots },
    steps: beside !== undefined,
    writing: (now) => {
      writing = now;
    },
    ready: () => checkpoints?.ready(),
    written: () => checkpoints?.written(),
  });

  async function close(): Promise<void> {
    await group.drained();
    await checkpoints?.close();
    beside?.close();
    main.close();
  }

  return {
    async arrange(layout) {
      if (!readOnly) await group.write((writer) => slots.arrange(writer.connection, names, layout), 1);
      ready = slots.hold(main, names, layout);
    },
    read: async (keys) => translated(() => readAll(reader, keys)),
    history: async (key, page) => translated(() => readHistory(reader.connection, names, key, page)),
    search: (query) => inTime(search(reader, query), query.timeLimit, tooLong),
    find: (wheres, atMost) => inTime(findAll(reader, wheres, atMost), undefined, tooLong, (work) => inOneRead(reader.connection, work)),
    async count(where, { timeLimit }) {
      const progress = { total: 0 };
      return inTime(count(reader, where, progress), timeLimit, () => ({ total: progress.total, exact: false }));
    },
    async commit(commit) {
      if (readOnly) throw new StoreUnavailable('The database was opened read-only');
      await group.write((writer, pending) => apply(writer, pending, commit), sizeOf(commit));
    },
    describe: async () => translated(() => describe(opened, ready, reader.connection)),
    close() {
      closing ??= close();
      return closing;
    },
  };
}

/** About as many rows as the commit reads and writes. */
function sizeOf({ writes, guards }: Commit): number {
  return writes.reduce((sum, write) => sum + 10 + write.entries.length, 0) + 5 * guards.length;
}

/** Thousands of small statements in one read transaction take the locks once. */
function inOneRead<T>(connection: Connection, work: () => T): T {
  connection.statement('BEGIN').run([]);
  try {
    return work();
  } finally {
    connection.statement('COMMIT').run([]);
  }
}

function translated<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw storeError(error);
  }
}

function tooLong(): never {
  throw new StoreCostly('The search took too long; a more selective condition, such as an identifier, a patient or a code, would help');
}

function describe({ location, readOnly }: Opened, ready: boolean, connection: Connection): StoreDescription {
  const value = (sql: string) => connection.statement(sql).get([])?.[0] ?? 0;
  return {
    kind: 'sqlite',
    location,
    version: String(value('SELECT sqlite_version()')),
    resources: Number(value('SELECT count(*) FROM resource WHERE live IS NOT NULL')),
    ready,
    details: {
      schema: SCHEMA_VERSION,
      journal: String(value('PRAGMA journal_mode')),
      access: readOnly ? 'read-only' : 'read-write',
      fileBytes: Number(value('PRAGMA page_count')) * Number(value('PRAGMA page_size')),
      logBytes: location === MEMORY ? 0 : logSize(location),
    },
  };
}
