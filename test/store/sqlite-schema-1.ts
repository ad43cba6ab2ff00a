/** A file as the server of schema 1 made it: its tables word for word, and rows that stand for what it wrote. For the test of migrations. */
import { connect } from '../../src/store/sqlite/binding.js';

const tables = `
CREATE TABLE type (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE param (id INTEGER PRIMARY KEY, type INTEGER NOT NULL, kind INTEGER NOT NULL, name TEXT NOT NULL, width INTEGER NOT NULL,
  UNIQUE (type, kind, name, width));
CREATE TABLE system (id INTEGER PRIMARY KEY, uri TEXT NOT NULL UNIQUE);
CREATE TABLE slot (type INTEGER NOT NULL, name TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (type, name)) WITHOUT ROWID;
CREATE TABLE resource (n INTEGER PRIMARY KEY, type INTEGER NOT NULL, id TEXT NOT NULL, live INTEGER, version INTEGER NOT NULL,
  updated INTEGER NOT NULL, method INTEGER NOT NULL,
  s1, s2, s3, s4, s5, s6, s7, s8, json BLOB);
CREATE UNIQUE INDEX resource_id ON resource (type, id);
CREATE INDEX resource_live ON resource (live);
CREATE INDEX resource_updated ON resource (live, updated);
CREATE TABLE version (resource INTEGER NOT NULL, version INTEGER NOT NULL, updated INTEGER NOT NULL, method INTEGER NOT NULL, json BLOB);
CREATE UNIQUE INDEX version_of ON version (resource, version);
CREATE TABLE token (param INTEGER NOT NULL, code TEXT NOT NULL, resource INTEGER NOT NULL, system INTEGER NOT NULL,
  PRIMARY KEY (param, code, resource, system)) WITHOUT ROWID;
CREATE INDEX token_of ON token (resource, param, code, system);
CREATE TABLE reference (param INTEGER NOT NULL, target TEXT NOT NULL, resource INTEGER NOT NULL,
  PRIMARY KEY (param, target, resource)) WITHOUT ROWID;
CREATE INDEX reference_of ON reference (resource, param, target);
CREATE TABLE string (param INTEGER NOT NULL, value TEXT NOT NULL, resource INTEGER NOT NULL, raw NOT NULL,
  PRIMARY KEY (param, value, resource, raw)) WITHOUT ROWID;
CREATE INDEX string_of ON string (resource, param, value, raw);
CREATE INDEX string_raw ON string (param, raw, resource) WHERE raw > '';
CREATE TABLE uri (param INTEGER NOT NULL, value TEXT NOT NULL, resource INTEGER NOT NULL, PRIMARY KEY (param, value, resource)) WITHOUT ROWID;
CREATE INDEX uri_of ON uri (resource, param, value);
CREATE TABLE range (param INTEGER NOT NULL, low REAL NOT NULL, high REAL NOT NULL, resource INTEGER NOT NULL,
  PRIMARY KEY (param, low, high, resource)) WITHOUT ROWID;
CREATE INDEX range_of ON range (resource, param, low, high);
PRAGMA application_id = 0x6c794652;
PRAGMA user_version = 1;
`;

export const RESOURCES = 12_000;

/** Every third resource was updated twice, every tenth is deleted; several share a moment, and the order of writing is not that of creation. */
const rows = `
INSERT INTO type (id, name) VALUES (1, 'Patient'), (2, 'Observation'), (3, 'Encounter');
INSERT INTO slot (type, name, number) VALUES (1, 'birthdate', 1), (1, 'family', 2), (2, 'date', 1);
CREATE INDEX resource_s1 ON resource (live, s1);
CREATE INDEX resource_s2 ON resource (live, s2);
INSERT INTO param (id, type, kind, name, width) VALUES (1, 1, 1, 'gender', 0), (2, 2, 1, 'gender', 0),
  (3, 2, 6, '', 0), (4, 1, 4, '_profile', 0), (5, 2, 4, '_profile', 0);
CREATE TEMP TABLE made AS
  WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${RESOURCES})
  SELECT n, 1 + n % 2 AS type, 'r' || n AS id, CASE WHEN n % 3 = 0 THEN 3 WHEN n % 10 = 0 THEN 2 ELSE 1 END AS last,
    1700000000000 + (n * 7919) % 5000 AS first FROM numbers;
INSERT INTO resource (n, type, id, live, version, updated, method, s1, json)
  SELECT n, type, id, iif(n % 10 = 0, NULL, type), last, first + (last - 1) * 1000, CASE WHEN n % 10 = 0 THEN 3 WHEN last > 1 THEN 1 ELSE 0 END,
    iif(type = 2, n, NULL), iif(n % 10 = 0, NULL, CAST('{"resourceType":"' || iif(type = 1, 'Patient', 'Observation') || '","id":"' || id || '"}' AS BLOB))
  FROM made;
INSERT INTO version (resource, version, updated, method, json)
  SELECT n, v.value, first + (v.value - 1) * 1000, iif(v.value = 1, 0, 1), CAST('{"id":"' || made.id || '","was":' || v.value || '}' AS BLOB)
  FROM made, json_each('[1,2]') AS v WHERE v.value < last;
INSERT INTO token (param, code, resource, system) SELECT type, iif(n % 4 = 0, 'male', 'female'), n, 0 FROM made WHERE n % 10 <> 0;
INSERT INTO reference (param, target, resource) SELECT 3, 'Patient/r' || (n % 7), n FROM made WHERE type = 2 AND n % 10 <> 0;
INSERT INTO uri (param, value, resource) SELECT 3 + type, 'https://lianyi.cn/fhir/' || (n % 3), n FROM made WHERE n % 10 <> 0;
DROP TABLE made;
`;

export function makeFileOfSchema1(file: string): void {
  const connection = connect(file, { readOnly: false, busyTimeout: 1000 });
  connection.exec(`PRAGMA page_size = 4096; PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF`);
  connection.exec(`BEGIN; ${tables} ${rows} COMMIT`);
  connection.close();
}
