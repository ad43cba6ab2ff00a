/** Opens the embedded store: reads in this thread, writes in a thread of their own, over one SQLite file. Source: port.ts ResourceStore */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type ResourceStore, StoreBusy, StoreCostly, type StoreDescription, StoreUnavailable } from '../port.js';
import { createAuditLog, createStates } from './beside.js';
import { type Connection, reasonOf, storeError, translated } from './binding.js';
import { logSize } from './checkpoint.js';
import { changes, createFollowers, lastCursor } from './feed.js';
import { countHistory, history } from './history.js';
import { type MigrationProgress, migrate } from './migrate.js';
import { noteOf } from './notes.js';
import { patiently } from './patience.js';
import { makePrivate, placeOf } from './place.js';
import { FEW, readFew, readMany } from './read.js';
import { createReader, inOneRead } from './reader.js';
import { APPLICATION, prepared, prepareSchema, SCHEMA_VERSION } from './schema.js';
import { createSearches } from './searching.js';
import { stateOf } from './state.js';
import { inTurns } from './steps.js';
import { createWriter, type Writer } from './writer.js';
import { startWriter } from './writing.js';

const MEMORY = ':memory:';
/** KiB of pages kept in memory, and bytes of the file that are mapped, for reading. */
const CACHE = 32 * 1024;
const MAPPED = 128 * 1024 * 1024;

export interface SqliteOptions {
  readonly readOnly?: boolean;
  /** Pages of 4 KiB that the file may grow to; beyond them it is full. */
  readonly maxPages?: number;
  /** The version of the software that opens it, for the ledger of migrations. */
  readonly software?: string;
  /** Told after each part of a migration. */
  readonly onMigration?: (progress: MigrationProgress) => void;
}

/** `location` is a path, whose folder is made if it is absent, or `:memory:`. Throws StoreUnavailable with a sentence for people. */
export async function openSqliteStore(location: string, options: SqliteOptions = {}): Promise<ResourceStore> {
  try {
    if (location === MEMORY) return await open(location, options);
    const file = await placeOf(location);
    if (!options.readOnly) {
      await makeFolder(dirname(file));
      await makePrivate(file);
    }
    return await patiently(() => open(file, options));
  } catch (error) {
    throw unavailable(location, error);
  }
}

/** Level by level: node's own way through all of them does not end where one that is there takes no folders, such as /proc. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || folder === dirname(folder)) throw error;
    await makeFolder(dirname(folder));
    await mkdir(folder);
  }
}

function unavailable(location: string, error: unknown): Error {
  const meaning = storeError(error);
  if (meaning === error && error instanceof StoreUnavailable) return error;
  return new StoreUnavailable(`${location}: ${reasonOf(meaning)}`, { cause: error });
}

async function open(location: string, { readOnly = false, maxPages, software = '', onMigration }: SqliteOptions): Promise<ResourceStore> {
  const connection = prepared(location, { readOnly, cache: CACHE, mapped: MAPPED });
  try {
    prepareSchema(connection, { location, readOnly, software });
    if (!readOnly) refuseUnwritable(connection);
    await migrate(connection, { location, readOnly, software }, onMigration ?? (() => {}));
    if (readOnly) return createStore(location, connection, undefined);
    if (location === MEMORY) return createStore(location, connection, createWriter(connection, undefined));
    connection.exec('PRAGMA query_only = ON');
    return createStore(location, connection, startWriter({ location, maxPages }));
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** SQLite opens a file it may not write, and begins to write it, without a word: only a change tells. A file that another process is writing now is all right. */
function refuseUnwritable(connection: Connection): void {
  try {
    connection.exec(`BEGIN IMMEDIATE; PRAGMA application_id = ${APPLICATION}; ROLLBACK`);
  } catch (error) {
    if (!(storeError(error) instanceof StoreBusy)) throw error;
  }
}

/** Without a writer the store is read-only. */
function createStore(location: string, connection: Connection, writer: Writer | undefined): ResourceStore {
  const reader = createReader(connection);
  const { names, slots } = reader;
  const during = inOneRead(reader);
  const searches = createSearches(reader, location === MEMORY ? undefined : location);
  const followers = createFollowers();
  let ready = false;
  let closing: Promise<void> | undefined;

  function writing(): Writer {
    if (writer === undefined) throw new StoreUnavailable('The database was opened read-only');
    return writer;
  }

  async function close(): Promise<void> {
    await writer?.close();
    await searches.forget();
    followers.end();
    if (writer !== undefined && location !== MEMORY) intoOneFile(connection);
    connection.close();
  }

  return {
    // One writer at a time: a guard is looked at, and what relies on it written, with nothing in between.
    needsNames: false,
    states: createStates(connection, writing),
    audit: createAuditLog(connection, writing),
    async arrange(layout) {
      ready = slots.hold(connection, names, layout);
      if (ready || writer === undefined) return;
      await writer.arrange(layout);
      slots.load(connection);
      await searches.forget();
      ready = slots.hold(connection, names, layout);
    },
    read: async (keys) => (keys.length <= FEW ? translated(() => readFew(reader, keys)) : inTurns(readMany(reader, keys), { during })),
    history: (query) => inTurns(history(reader, query), { timeLimit: query.timeLimit, late: historyTooLong, during }),
    async countHistory(filter, { timeLimit }) {
      const progress = { total: 0 };
      const counting = countHistory(reader, filter, progress);
      const exact = await inTurns(counting, { timeLimit, late: () => false, during });
      return { total: progress.total, exact };
    },
    changes: (after, changesOptions) => changes(reader, followers, after, changesOptions),
    lastCursor: async () => translated(() => lastCursor(reader)),
    search: searches.search,
    find: searches.find,
    count: searches.count,
    async commit(commit) {
      await writing().commit(commit);
      followers.wake();
    },
    note: async (name) => translated(() => noteOf(connection, name)),
    reindex: async (of) => writing().reindex(of),
    state: async (name) => translated(() => stateOf(connection, name)),
    putState: async (name, value, before) => writing().putState({ name, value, before }),
    explain: searches.explain,
    describe: async () => translated(() => describe(location, writer === undefined, ready, connection)),
    close() {
      closing ??= close();
      return closing;
    },
  };
}

/** After an orderly end the file alone holds everything, as who copies it expects. Another process that reads may keep the log in use. */
function intoOneFile(connection: Connection): void {
  try {
    connection.exec('PRAGMA query_only = OFF; PRAGMA wal_checkpoint(TRUNCATE)');
  } catch {
    // On a full disk the log keeps what it has, and is read again at the next start.
  }
}

function historyTooLong(): never {
  throw new StoreCostly('The history took too long; one instance, fewer types, a later beginning or a shorter range would help');
}

function describe(location: string, readOnly: boolean, ready: boolean, connection: Connection): StoreDescription {
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
