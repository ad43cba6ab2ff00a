/**
 * What brings a file of an older schema to the one of schema.ts, as data: each migration is a list of steps, each step is done in parts,
 * each part in one transaction that also notes in the ledger where to go on (migrate.ts). What is here is never changed afterwards: it
 * names the tables as they were then.
 */
import { type Connection, fromText, type SqlValue } from './binding.js';
import { type Bodies, createBodies } from './bodies.js';

export interface Migration {
  /** The schema it leads to, from the one before. */
  readonly schema: number;
  readonly name: string;
  readonly steps: readonly MigrationStep[];
}

export interface MigrationStep {
  readonly name: string;
  /** How much there is to do, in the numbers that `part` gives; asked once, when the step begins. */
  total(connection: Connection): number;
  /** Does what comes behind `done` in the open transaction: how far it is then. The step ends when that is `total` or more. */
  part(connection: Connection, done: number): number;
}

/** So many rows that a part takes well under a second. */
const ROWS = 5000;

/** Statements that are quick whatever the size of the file. */
function statements(name: string, sql: string): MigrationStep {
  return {
    name,
    total: () => 1,
    part(connection) {
      connection.exec(sql);
      return 1;
    },
  };
}

/** Each statement for the rows of a table whose number is above the first value and at most the second. */
function byNumber(name: string, highest: string, sqls: readonly string[]): MigrationStep {
  return {
    name,
    total: (connection) => numberOf(connection, highest),
    part(connection, done) {
      for (const sql of sqls) connection.statement(sql).run([done, done + ROWS]);
      return done + ROWS;
    },
  };
}

function numberOf(connection: Connection, sql: string, values: readonly SqlValue[] = []): number {
  return Number(connection.statement(sql).get(values)?.[0] ?? 0);
}

/** Versions of before get their places in the feed by the time they were written, then by the creation of their resource. */
const feedAndHistory: Migration = {
  schema: 2,
  name: 'feed and histories',
  steps: [
    statements(
      'tables',
      `CREATE TABLE feed (seq INTEGER PRIMARY KEY, resource INTEGER NOT NULL, version INTEGER NOT NULL);
CREATE TABLE past (type INTEGER NOT NULL, updated INTEGER NOT NULL, resource INTEGER NOT NULL, version INTEGER NOT NULL,
  PRIMARY KEY (type, updated, resource, version)) WITHOUT ROWID;
CREATE TABLE feeding (updated INTEGER NOT NULL, resource INTEGER NOT NULL, version INTEGER NOT NULL,
  PRIMARY KEY (updated, resource, version)) WITHOUT ROWID;`,
    ),
    byNumber('current versions', 'SELECT max(n) FROM resource', [
      `INSERT INTO past (type, updated, resource, version)
 SELECT type, updated, n, version FROM resource WHERE n > ? AND n <= ? AND live IS NULL`,
      'INSERT INTO feeding (updated, resource, version) SELECT updated, n, version FROM resource WHERE n > ? AND n <= ?',
    ]),
    byNumber('superseded versions', 'SELECT max(rowid) FROM version', [
      `INSERT INTO past (type, updated, resource, version)
 SELECT r.type, v.updated, v.resource, v.version FROM version AS v CROSS JOIN resource AS r ON r.n = v.resource WHERE v.rowid > ? AND v.rowid <= ?`,
      'INSERT INTO feeding (updated, resource, version) SELECT updated, resource, version FROM version WHERE rowid > ? AND rowid <= ?',
    ]),
    {
      name: 'places in the feed',
      total: (connection) => numberOf(connection, 'SELECT (SELECT count(*) FROM feed) + (SELECT count(*) FROM feeding)'),
      part(connection, done) {
        const moved = 'SELECT updated, resource, version FROM feeding ORDER BY updated, resource, version';
        const last = connection.statement(`${moved} LIMIT 1 OFFSET ${ROWS - 1}`).get([]);
        const upTo = last === undefined ? '' : ' WHERE (updated, resource, version) <= (?, ?, ?)';
        connection
          .statement(
            `INSERT INTO feed (resource, version) SELECT resource, version FROM feeding${upTo} ORDER BY updated, resource, version`,
          )
          .run(last ?? []);
        connection.statement(`DELETE FROM feeding${upTo}`).run(last ?? []);
        return done + ROWS;
      },
    },
    statements('the end', 'DROP TABLE feeding'),
  ],
};

const stored = {
  current: 'SELECT n, type, json FROM resource WHERE n > ? AND n <= ? AND json IS NOT NULL ORDER BY n LIMIT 1',
  superseded: `SELECT v.rowid, r.type, v.json FROM version AS v CROSS JOIN resource AS r ON r.n = v.resource
 WHERE v.rowid > ? AND v.rowid <= ? AND v.json IS NOT NULL ORDER BY v.rowid LIMIT 1`,
};

/** Texts and bytes of one part, whichever it reaches first; of texts of 16 MiB one transaction could not hold many. */
const TEXTS = 500;
const BYTES = 16 * 1024 * 1024;

/** What is learnt of the texts of a file goes on from part to part. */
const bodiesOf = new WeakMap<Connection, Bodies>();

/** Texts are compressed as if they were written now. */
function compressed(name: string, highest: string, select: string, update: string): MigrationStep {
  return {
    name,
    total: (connection) => numberOf(connection, highest),
    part(connection, done) {
      const bodies = bodiesOf.get(connection) ?? createBodies();
      bodiesOf.set(connection, bodies);
      for (let [at, bytes] = [done, 0]; bytes < BYTES; ) {
        const [number, type, json] = connection.statement(select).get([at, done + TEXTS]) ?? [];
        if (number === undefined) break;
        const text = bodies.read(connection, json ?? null);
        if (text !== null) connection.statement(update).run([bodies.store(connection, Number(type), text), number]);
        [at, bytes] = [Number(number), bytes + (text?.length ?? 0)];
        if (bytes >= BYTES) return at;
      }
      return done + TEXTS;
    },
  };
}

const compressedTexts: Migration = {
  schema: 3,
  name: 'compressed texts',
  steps: [
    statements('tables', 'CREATE TABLE dictionary (id INTEGER PRIMARY KEY, type INTEGER NOT NULL, text BLOB NOT NULL)'),
    compressed('current versions', 'SELECT max(n) FROM resource', stored.current, 'UPDATE resource SET json = ? WHERE n = ?'),
    compressed('superseded versions', 'SELECT max(rowid) FROM version', stored.superseded, 'UPDATE version SET json = ? WHERE rowid = ?'),
  ],
};

/** Each parameter of before is a combination of one; compartments were a kind of their own and are references under an empty name now. */
const combinedParameters: Migration = {
  schema: 4,
  name: 'combined parameters',
  steps: [
    {
      name: 'parameters',
      total: () => 1,
      part(connection) {
        connection.exec(`ALTER TABLE param RENAME TO single;
CREATE TABLE param (id INTEGER PRIMARY KEY, type INTEGER NOT NULL, kind INTEGER NOT NULL, names TEXT NOT NULL, width INTEGER NOT NULL,
  UNIQUE (type, kind, names, width))`);
        for (const [id = null, type = null, kind, name, width = null] of connection.statement('SELECT * FROM single').all([])) {
          const [nowKind, names] = Number(kind) === 6 ? [2, ['']] : [Number(kind), [fromText(String(name))]];
          connection.statement('INSERT INTO param VALUES (?, ?, ?, ?, ?)').run([id, type, nowKind, JSON.stringify(names), width]);
        }
        connection.exec('DROP TABLE single');
        return 1;
      },
    },
  ],
};

const uriNumbers: Migration = {
  schema: 5,
  name: 'numbers for URIs',
  steps: [
    statements(
      'tables',
      `DROP INDEX uri_of;
ALTER TABLE uri RENAME TO uri_text;
CREATE TABLE uri (param INTEGER NOT NULL, value INTEGER NOT NULL, resource INTEGER NOT NULL, PRIMARY KEY (param, value, resource)) WITHOUT ROWID;
CREATE INDEX uri_of ON uri (resource, param, value);`,
    ),
    {
      name: 'URIs',
      total: (connection) => numberOf(connection, 'SELECT (SELECT count(*) FROM uri) + (SELECT count(*) FROM uri_text)'),
      part(connection, done) {
        const moved = `SELECT param, value, resource FROM uri_text ORDER BY param, value, resource LIMIT ${ROWS}`;
        connection.exec(`INSERT OR IGNORE INTO system (uri) SELECT DISTINCT value FROM (${moved});
INSERT INTO uri SELECT m.param, s.id, m.resource FROM (${moved}) AS m CROSS JOIN system AS s ON s.uri = m.value;
DELETE FROM uri_text WHERE (param, value, resource) IN (${moved})`);
        return done + ROWS;
      },
    },
    statements('the end', 'DROP TABLE uri_text'),
  ],
};

/** What is in them follows from the texts: the entries of before stay until the resources are indexed anew. */
const wholeSearch: Migration = {
  schema: 6,
  name: 'keys, points, pieces, contained resources',
  steps: [
    statements(
      'tables',
      `CREATE TABLE keyed (param INTEGER NOT NULL, key INTEGER NOT NULL, low REAL NOT NULL, high REAL NOT NULL, resource INTEGER NOT NULL,
  PRIMARY KEY (param, key, low, high, resource)) WITHOUT ROWID;
CREATE INDEX keyed_of ON keyed (resource, param, key, low, high);
CREATE TABLE point (param INTEGER NOT NULL, z REAL NOT NULL, x REAL NOT NULL, y REAL NOT NULL, resource INTEGER NOT NULL,
  PRIMARY KEY (param, z, x, y, resource)) WITHOUT ROWID;
CREATE INDEX point_of ON point (resource, param, z, x, y);
CREATE TABLE piece (param INTEGER NOT NULL, text TEXT NOT NULL, resource INTEGER NOT NULL, PRIMARY KEY (param, text, resource)) WITHOUT ROWID;
CREATE TABLE contained (n INTEGER PRIMARY KEY, container INTEGER NOT NULL, type INTEGER NOT NULL, id TEXT NOT NULL, live INTEGER NOT NULL,
  updated INTEGER NOT NULL, s1, s2, s3, s4, s5, s6, s7, s8);
CREATE INDEX contained_in ON contained (container);
CREATE INDEX contained_id ON contained (type, id);
CREATE INDEX contained_live ON contained (live);
CREATE INDEX contained_updated ON contained (live, updated);
CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;`,
    ),
    {
      name: 'slots of contained resources',
      total: () => 1,
      part(connection) {
        const highest = numberOf(connection, 'SELECT max(number) FROM slot');
        for (let number = 1; number <= highest; number++) {
          if (number > 8) connection.exec(`ALTER TABLE contained ADD COLUMN s${number}`);
          connection.exec(`CREATE INDEX contained_s${number} ON contained (live, s${number})`);
        }
        return 1;
      },
    },
  ],
};

const notes: Migration = {
  schema: 7,
  name: 'notes',
  steps: [
    statements(
      'tables',
      `CREATE TABLE note (name TEXT PRIMARY KEY, expires INTEGER NOT NULL, value BLOB NOT NULL);
CREATE INDEX note_expires ON note (expires);`,
    ),
  ],
};

const stateAndJournal: Migration = {
  schema: 8,
  name: 'state and journal',
  steps: [
    statements(
      'tables',
      `CREATE TABLE item (kind TEXT NOT NULL, id TEXT NOT NULL, revision TEXT NOT NULL, expires INTEGER, refs TEXT, value TEXT NOT NULL,
  PRIMARY KEY (kind, id)) WITHOUT ROWID;
CREATE INDEX item_expires ON item (expires) WHERE expires IS NOT NULL;
CREATE TABLE item_ref (ref TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (ref, kind, id)) WITHOUT ROWID;
CREATE TABLE audit_chain (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE audit_block (id INTEGER PRIMARY KEY, chain INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
  since INTEGER NOT NULL, until INTEGER NOT NULL, records INTEGER NOT NULL, places BLOB NOT NULL, bodies BLOB NOT NULL);
CREATE UNIQUE INDEX audit_block_place ON audit_block (chain, last, first);
CREATE INDEX audit_block_since ON audit_block (since);
CREATE INDEX audit_block_until ON audit_block (until);
CREATE TABLE audit_segment (id INTEGER PRIMARY KEY, since INTEGER NOT NULL, until INTEGER NOT NULL, blocks BLOB NOT NULL);
CREATE TABLE audit_posting (place INTEGER PRIMARY KEY, postings BLOB NOT NULL);
CREATE TABLE audit_seal (n INTEGER PRIMARY KEY, seal TEXT NOT NULL);`,
    ),
  ],
};

/** Oldest first, without gap; the last leads to the schema of schema.ts. */
export const migrations: readonly Migration[] = [
  feedAndHistory,
  compressedTexts,
  combinedParameters,
  uriNumbers,
  wholeSearch,
  notes,
  stateAndJournal,
];
