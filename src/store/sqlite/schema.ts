/**
 * The tables as they are now, and the check that a file is ours; what brings an older file here is in migrations.ts. Every entry table has its key (parameter, value, resource), by which a
 * search walks, and an index by resource, by which a candidate is probed and an update finds what to remove.
 */
import { StoreUnavailable } from '../port.js';
import { type Connection, connect } from './binding.js';

/** 'lyFR': tells our files from other SQLite databases. */
export const APPLICATION = 0x6c794652;
export const SCHEMA_VERSION = 8;

const tables = `
CREATE TABLE type (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
-- Parameters of a type and a kind of entry that have a value in common, as a JSON array, '' for the compartment. Ranges have one for
-- each class of width, so that a search bounds the low end on both sides; strings have two (rows.ts).
CREATE TABLE param (id INTEGER PRIMARY KEY, type INTEGER NOT NULL, kind INTEGER NOT NULL, names TEXT NOT NULL, width INTEGER NOT NULL,
  UNIQUE (type, kind, names, width));
-- Texts that stand in many resources: systems of codes, what uri parameters have, and the keys of ranges.
CREATE TABLE system (id INTEGER PRIMARY KEY, uri TEXT NOT NULL UNIQUE);
CREATE TABLE slot (type INTEGER NOT NULL, name TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (type, name)) WITHOUT ROWID;
-- n is the creation number; live is the type while the resource is not deleted; s1, s2, … are what its type sorts by.
-- They stand before json, so that reading them never walks a long text; a type with more than eight gets further ones behind it.
CREATE TABLE resource (n INTEGER PRIMARY KEY, type INTEGER NOT NULL, id TEXT NOT NULL, live INTEGER, version INTEGER NOT NULL,
  updated INTEGER NOT NULL, method INTEGER NOT NULL,
  s1, s2, s3, s4, s5, s6, s7, s8, json BLOB);
CREATE UNIQUE INDEX resource_id ON resource (type, id);
CREATE INDEX resource_live ON resource (live);
CREATE INDEX resource_updated ON resource (live, updated);
CREATE TABLE version (resource INTEGER NOT NULL, version INTEGER NOT NULL, updated INTEGER NOT NULL, method INTEGER NOT NULL, json BLOB);
CREATE UNIQUE INDEX version_of ON version (resource, version);
-- Every version in the order of the commits, which one writer at a time gives.
CREATE TABLE feed (seq INTEGER PRIMARY KEY, resource INTEGER NOT NULL, version INTEGER NOT NULL);
-- Versions that are not what a live resource is now: superseded ones and deletions. With resource_updated, the order of every history.
CREATE TABLE past (type INTEGER NOT NULL, updated INTEGER NOT NULL, resource INTEGER NOT NULL, version INTEGER NOT NULL,
  PRIMARY KEY (type, updated, resource, version)) WITHOUT ROWID;
-- What resources of a type have in common, by which their texts are compressed (bodies.ts); never changed, never removed.
CREATE TABLE dictionary (id INTEGER PRIMARY KEY, type INTEGER NOT NULL, text BLOB NOT NULL);
CREATE TABLE token (param INTEGER NOT NULL, code TEXT NOT NULL, resource INTEGER NOT NULL, system INTEGER NOT NULL,
  PRIMARY KEY (param, code, resource, system)) WITHOUT ROWID;
CREATE INDEX token_of ON token (resource, param, code, system);
CREATE TABLE reference (param INTEGER NOT NULL, target TEXT NOT NULL, resource INTEGER NOT NULL,
  PRIMARY KEY (param, target, resource)) WITHOUT ROWID;
CREATE INDEX reference_of ON reference (resource, param, target);
-- raw is 0 where what was sent is the value itself, '' where nothing was sent as such.
CREATE TABLE string (param INTEGER NOT NULL, value TEXT NOT NULL, resource INTEGER NOT NULL, raw NOT NULL,
  PRIMARY KEY (param, value, resource, raw)) WITHOUT ROWID;
CREATE INDEX string_of ON string (resource, param, value, raw);
CREATE INDEX string_raw ON string (param, raw, resource) WHERE raw > '';
CREATE TABLE uri (param INTEGER NOT NULL, value INTEGER NOT NULL, resource INTEGER NOT NULL, PRIMARY KEY (param, value, resource)) WITHOUT ROWID;
CREATE INDEX uri_of ON uri (resource, param, value);
CREATE TABLE range (param INTEGER NOT NULL, low REAL NOT NULL, high REAL NOT NULL, resource INTEGER NOT NULL,
  PRIMARY KEY (param, low, high, resource)) WITHOUT ROWID;
CREATE INDEX range_of ON range (resource, param, low, high);
-- Ranges that belong to a key, which is a number of the table system.
CREATE TABLE keyed (param INTEGER NOT NULL, key INTEGER NOT NULL, low REAL NOT NULL, high REAL NOT NULL, resource INTEGER NOT NULL,
  PRIMARY KEY (param, key, low, high, resource)) WITHOUT ROWID;
CREATE INDEX keyed_of ON keyed (resource, param, key, low, high);
CREATE TABLE point (param INTEGER NOT NULL, z REAL NOT NULL, x REAL NOT NULL, y REAL NOT NULL, resource INTEGER NOT NULL,
  PRIMARY KEY (param, z, x, y, resource)) WITHOUT ROWID;
CREATE INDEX point_of ON point (resource, param, z, x, y);
-- Pieces of three characters of strings that are looked for by what stands inside them, and the shorter ends. Which a resource has
-- follows from its strings, so there is no index by resource.
CREATE TABLE piece (param INTEGER NOT NULL, text TEXT NOT NULL, resource INTEGER NOT NULL, PRIMARY KEY (param, text, resource)) WITHOUT ROWID;
-- Resources inside others, which the numbers in container are; n is behind every number of the table resource, type and live are of
-- '#Patient', and the rest is as there.
CREATE TABLE contained (n INTEGER PRIMARY KEY, container INTEGER NOT NULL, type INTEGER NOT NULL, id TEXT NOT NULL, live INTEGER NOT NULL,
  updated INTEGER NOT NULL, s1, s2, s3, s4, s5, s6, s7, s8);
CREATE INDEX contained_in ON contained (container);
CREATE INDEX contained_id ON contained (type, id);
CREATE INDEX contained_live ON contained (live);
CREATE INDEX contained_updated ON contained (live, updated);
-- Small facts about the store.
CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
-- What is kept until it expires (port.ts Note).
CREATE TABLE note (name TEXT PRIMARY KEY, expires INTEGER NOT NULL, value BLOB NOT NULL);
CREATE INDEX note_expires ON note (expires);
-- Small documents of several kinds (store/state.ts), refs as a JSON array; each name by which several are found has a row of its own.
CREATE TABLE item (kind TEXT NOT NULL, id TEXT NOT NULL, revision TEXT NOT NULL, expires INTEGER, refs TEXT, value TEXT NOT NULL,
  PRIMARY KEY (kind, id)) WITHOUT ROWID;
CREATE INDEX item_expires ON item (expires) WHERE expires IS NOT NULL;
CREATE TABLE item_ref (ref TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (ref, kind, id)) WITHOUT ROWID;
-- The journal (store/audit-log.ts), in blocks of records. A segment has the number of its last block, postings that of their bucket and
-- of their segment in one, a seal that of its chain and its own in one.
CREATE TABLE audit_chain (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE audit_block (id INTEGER PRIMARY KEY, chain INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
  since INTEGER NOT NULL, until INTEGER NOT NULL, records INTEGER NOT NULL, places BLOB NOT NULL, bodies BLOB NOT NULL);
CREATE UNIQUE INDEX audit_block_place ON audit_block (chain, last, first);
CREATE INDEX audit_block_since ON audit_block (since);
CREATE INDEX audit_block_until ON audit_block (until);
CREATE TABLE audit_segment (id INTEGER PRIMARY KEY, since INTEGER NOT NULL, until INTEGER NOT NULL, blocks BLOB NOT NULL);
CREATE TABLE audit_posting (place INTEGER PRIMARY KEY, postings BLOB NOT NULL);
CREATE TABLE audit_seal (n INTEGER PRIMARY KEY, seal TEXT NOT NULL);
-- What was done to the file, and by which version of the software; place is where a migration that has not ended goes on.
CREATE TABLE migration (schema INTEGER PRIMARY KEY, name TEXT NOT NULL, began INTEGER NOT NULL, ended INTEGER, software TEXT NOT NULL,
  place TEXT);
`;

export interface Access {
  readonly readOnly: boolean;
  /** KiB of pages kept in memory. */
  readonly cache: number;
  /** Bytes of the file that are mapped rather than read; they count once for each connection. */
  readonly mapped: number;
}

/** A connection that is ready to read and, unless it is read-only, to write. */
export function prepared(location: string, access: Access): Connection {
  const connection = connect(location, { readOnly: access.readOnly, busyTimeout: 20 });
  try {
    configure(connection, access);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

function configure(connection: Connection, { readOnly, cache, mapped }: Access): void {
  if (!readOnly) connection.exec('PRAGMA page_size = 4096; PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0');
  // FULL: a commit is on the disk before it is answered.
  connection.exec(`PRAGMA synchronous = FULL; PRAGMA cache_size = -${cache}; PRAGMA mmap_size = ${mapped};
    PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = OFF`);
}

export interface Opening {
  readonly location: string;
  readonly readOnly: boolean;
  /** The version of the software, for the ledger. */
  readonly software: string;
}

/** Makes the tables in an empty file, and refuses a file that is not ours or is newer than we are. */
export function prepareSchema(connection: Connection, opening: Opening): void {
  if (!isEmpty(connection, opening.location)) return;
  if (opening.readOnly) throw new StoreUnavailable(`${opening.location} is empty and cannot be filled, because it was opened read-only`);
  inTransaction(connection, () => {
    // Another process may have made them since.
    if (!isEmpty(connection, opening.location)) return;
    connection.exec(`${tables}PRAGMA application_id = ${APPLICATION}; PRAGMA user_version = ${SCHEMA_VERSION}`);
    const now = Date.now();
    const made = 'INSERT INTO migration (schema, name, began, ended, software) VALUES (?, ?, ?, ?, ?)';
    connection.statement(made).run([SCHEMA_VERSION, 'made', now, now, opening.software]);
  });
}

function isEmpty(connection: Connection, location: string): boolean {
  const empty = numberOf(connection, 'SELECT count(*) FROM sqlite_schema') === 0;
  if (!empty && numberOf(connection, 'PRAGMA application_id') !== APPLICATION) {
    throw new StoreUnavailable(`${location} is an SQLite database of another program; choose another file`);
  }
  const version = schemaOf(connection);
  if (version > SCHEMA_VERSION) {
    throw new StoreUnavailable(
      `${location} was written by a newer Lianyi (schema ${version}; this one knows up to ${SCHEMA_VERSION}); start that version, or choose another file`,
    );
  }
  return empty;
}

/** The schema the file has, or is being brought to. */
export function schemaOf(connection: Connection): number {
  return numberOf(connection, 'PRAGMA user_version');
}

function numberOf(connection: Connection, sql: string): number {
  return Number(connection.statement(sql).get([])?.[0] ?? 0);
}

/** All of it or nothing. */
export function inTransaction<T>(connection: Connection, work: () => T): T {
  connection.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    connection.exec('COMMIT');
    return result;
  } catch (error) {
    rollBack(connection);
    throw error;
  }
}

export function rollBack(connection: Connection): void {
  try {
    connection.exec('ROLLBACK');
  } catch {
    // After some errors SQLite has rolled back by itself.
  }
}
