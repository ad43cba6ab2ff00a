/**
 * The only file that knows which package binds SQLite: `@photostructure/sqlite` has the API of `node:sqlite`, so the built-in can
 * take its place once Node 20 is dropped. Rows come as arrays; the binding ends a text at its first NUL, so texts are escaped here.
 */
import { Buffer } from 'node:buffer';
import { backup, DatabaseSync } from '@photostructure/sqlite';
import { StoreBusy, StoreCostly, StoreUnavailable } from '../port.js';

export type SqlValue = string | number | null | Uint8Array;
export type Row = readonly SqlValue[];

export interface Statement {
  get(values: readonly SqlValue[]): Row | undefined;
  all(values: readonly SqlValue[]): readonly Row[];
  /** The number of the row that was inserted last. */
  run(values: readonly SqlValue[]): { readonly changes: number; readonly inserted: number };
}

export interface Connection {
  /** The prepared statement for this text; the most recently used ones are kept. */
  statement(sql: string): Statement;
  exec(sql: string): void;
  /** From this moment of `performance.now()` on, a statement that asks `in_time()` of its rows is broken off. */
  interruptAt(moment: number): void;
  /** All pages into a new file, so many at a time beside other work. Inside a read transaction they are of one moment. */
  copyTo(path: string, pages: number, progress: (part: number) => void): Promise<void>;
  close(): void;
}

const INTERRUPTED = 'the statement took longer than it may';

export function isInterrupted(error: unknown): boolean {
  return reasonOf(error) === INTERRUPTED;
}

/** A prepared statement holds about 3 KB; shapes of searches are far fewer than searches. */
const KEPT_STATEMENTS = 600;

export function connect(location: string, options: { readonly readOnly: boolean; readonly busyTimeout: number }): Connection {
  const database = new DatabaseSync(location, { readOnly: options.readOnly, timeout: options.busyTimeout });
  const kept = new Map<string, Statement>();
  let until = Number.POSITIVE_INFINITY;
  database.function('in_time', () => {
    if (performance.now() > until) throw new Error(INTERRUPTED);
    return 1;
  });
  return {
    statement(sql) {
      const found = kept.get(sql);
      if (found !== undefined) {
        if (kept.size >= KEPT_STATEMENTS) {
          kept.delete(sql);
          kept.set(sql, found);
        }
        return found;
      }
      const made = prepare(database, sql);
      if (kept.size >= KEPT_STATEMENTS) for (const oldest of [...kept.keys()].slice(0, KEPT_STATEMENTS / 4)) kept.delete(oldest);
      kept.set(sql, made);
      return made;
    },
    exec: (sql) => database.exec(sql),
    interruptAt(moment) {
      until = moment;
    },
    async copyTo(path, pages, progress) {
      await backup(database, path, {
        rate: pages,
        progress: ({ totalPages, remainingPages }) => progress(1 - remainingPages / totalPages),
      });
    },
    close() {
      kept.clear();
      database.close();
    },
  };
}

function prepare(database: InstanceType<typeof DatabaseSync>, sql: string): Statement {
  const statement = database.prepare(sql);
  statement.setReturnArrays(true);
  return {
    get: (values) => statement.get(...values) as Row | undefined,
    all: (values) => statement.all(...values) as readonly Row[],
    run(values) {
      const { changes, lastInsertRowid } = statement.run(...values);
      return { changes, inserted: Number(lastInsertRowid) };
    },
  };
}

/**
 * A number for a column or an expression of type REAL. The binding takes one for whole that is less than 2⁻⁵² above a whole number, which
 * only zero has such neighbours: those go as texts, which REAL turns into the same numbers. 90 fL are 9e-17 m³.
 */
export function toReal(value: number): number | string {
  return value > 0 && value < Number.EPSILON ? String(value) : value;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these two are what the escape is for
const escaped = /[\u0000\u0001]/;

/** Keeps order, equality and prefixes: NUL becomes 1 1, 1 becomes 1 2. */
export function toText(value: string): string {
  if (!escaped.test(value)) return value;
  return value.replaceAll('\u0001', '\u0001\u0002').replaceAll('\u0000', '\u0001\u0001');
}

export function fromText(value: string): string {
  if (!escaped.test(value)) return value;
  return value.replaceAll('\u0001\u0001', '\u0000').replaceAll('\u0001\u0002', '\u0001');
}

/** A BLOB as a Buffer over the same memory. */
export function toBuffer(value: SqlValue | undefined): Buffer | null {
  if (!(value instanceof Uint8Array)) return null;
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

const codes = {
  error: 1,
  tooBig: 18,
  busy: 5,
  locked: 6,
  readOnly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notADatabase: 26,
};

function codeOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
}

export function isBusy(error: unknown): boolean {
  const code = codeOf(error);
  return code === codes.busy || code === codes.locked;
}

export function isInputOutput(error: unknown): boolean {
  return codeOf(error) === codes.ioError;
}

/** What is in the file cannot be read. */
export function isDamage(error: unknown): boolean {
  const code = codeOf(error);
  return code === codes.corrupt || code === codes.notADatabase;
}

/** The sentence of an error, whichever thread or context it comes from. */
export function reasonOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
}

/** What an error of SQLite means to those above the port; an error that is none of SQLite's stays what it is. */
export function storeError(error: unknown): unknown {
  switch (codeOf(error)) {
    case codes.busy:
    case codes.locked:
      return new StoreBusy('Another process holds the database for writing', { cause: error });
    case codes.full:
      return new StoreUnavailable('The disk or the database is full', { cause: error });
    case codes.readOnly:
      return new StoreUnavailable('The database is read-only', { cause: error });
    case codes.ioError:
      return new StoreUnavailable('The disk gave an error', { cause: error });
    case codes.corrupt:
      return new StoreUnavailable('The database file is damaged', { cause: error });
    case codes.cannotOpen:
      return new StoreUnavailable('The database file cannot be opened', { cause: error });
    case codes.notADatabase:
      return new StoreUnavailable('The file is not an SQLite database', { cause: error });
    default:
      return isLimit(error) ? tooMuch(error) : error;
  }
}

/** Throws what an error of SQLite means. */
export function translated<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw storeError(error);
  }
}

/** What SQLite says of a statement beyond its limits: a code of its own it has for the last of them alone. Source: sqlite.org/limits.html */
const limits = /^(too many |Expression tree is too large|parser stack overflow|at most \d+ tables|string or blob too big)/;

function isLimit(error: unknown): boolean {
  return (
    typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SQLITE_ERROR' && limits.test(reasonOf(error))
  );
}

function tooMuch(cause: unknown): StoreCostly {
  return new StoreCostly('The search holds more conditions than one statement can; fewer values or parameters would help', { cause });
}
