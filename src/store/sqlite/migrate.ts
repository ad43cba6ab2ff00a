/**
 * Brings an older file up to the schema of today: migration by migration, part by part. The ledger in the file says what was done, when
 * and by which version of the software, and where one that was interrupted goes on. While a migration is under way the file has the
 * number it is brought to, so that no older server writes to what is half done.
 */
import { StoreUnavailable } from '../port.js';
import type { Connection } from './binding.js';
import { type Migration, migrations } from './migrations.js';
import { patiently } from './patience.js';
import { inTransaction, type Opening, SCHEMA_VERSION, schemaOf } from './schema.js';
import { turn } from './steps.js';

/** After each part: how far a step is, in rows. */
export interface MigrationProgress {
  readonly schema: number;
  readonly name: string;
  readonly step: string;
  readonly done: number;
  readonly total: number;
}

/** Where a migration goes on; a step that has not begun has no total. */
interface Place {
  readonly step: number;
  readonly done: number;
  readonly total?: number;
}

const ledger = `CREATE TABLE IF NOT EXISTS migration (schema INTEGER PRIMARY KEY, name TEXT NOT NULL, began INTEGER NOT NULL, ended INTEGER,
  software TEXT NOT NULL, place TEXT)`;

/** `connection` may write. Others may read meanwhile, and others may migrate: they take turns. */
export async function migrate(connection: Connection, opening: Opening, report: (progress: MigrationProgress) => void): Promise<void> {
  if (!isBehind(connection)) return;
  refuseReadOnly(connection, opening);
  connection.exec('PRAGMA wal_autocheckpoint = 1000');
  for (const migration of migrations) {
    while (isBehind(connection) && (await nextPart(connection, migration, opening, report))) await turn();
  }
  connection.exec('PRAGMA wal_autocheckpoint = 0; PRAGMA wal_checkpoint(TRUNCATE)');
}

/** Whether a migration has to begin or to end. */
function isBehind(connection: Connection): boolean {
  const schema = schemaOf(connection);
  if (schema < SCHEMA_VERSION) return true;
  return connection.statement('SELECT 1 FROM migration WHERE ended IS NULL').get([]) !== undefined;
}

function refuseReadOnly(connection: Connection, { location, readOnly }: Opening): void {
  if (!readOnly) return;
  const found = `${location} has the data of an older Lianyi (schema ${schemaOf(connection)}; this one reads ${SCHEMA_VERSION})`;
  throw new StoreUnavailable(`${found} and was opened read-only; open it once for writing, which brings it up to date, or build it anew`);
}

/** Whether more of this migration may follow. */
async function nextPart(
  connection: Connection,
  migration: Migration,
  opening: Opening,
  report: (progress: MigrationProgress) => void,
): Promise<boolean> {
  const progress = await patiently(() => inTransaction(connection, () => part(connection, migration, opening)));
  if (progress !== undefined) report(progress);
  return progress !== undefined;
}

/** undefined: it has ended, or it is not its turn. */
function part(connection: Connection, migration: Migration, { software }: Opening): MigrationProgress | undefined {
  const { schema, name, steps } = migration;
  connection.exec(ledger);
  const row = connection.statement('SELECT place, ended FROM migration WHERE schema = ?').get([schema]);
  if (row === undefined && schemaOf(connection) >= schema) return undefined;
  if (row !== undefined && row[1] !== null) return undefined;
  if (row === undefined) begin(connection, migration, software);
  const place: Place = row === undefined ? { step: 0, done: 0 } : JSON.parse(String(row[0]));
  const step = steps[place.step];
  if (step === undefined) throw new Error(`migration ${schema} has no step ${place.step}`);
  const total = place.total ?? step.total(connection);
  const done = total > place.done ? step.part(connection, place.done) : place.done;
  const next: Place = done < total ? { step: place.step, done, total } : { step: place.step + 1, done: 0 };
  if (next.step < steps.length) note(connection, schema, next);
  else connection.statement('UPDATE migration SET ended = ?, place = NULL WHERE schema = ?').run([Date.now(), schema]);
  return { schema, name, step: step.name, done: Math.min(done, total), total };
}

function begin(connection: Connection, { schema, name }: Migration, software: string): void {
  const sql = 'INSERT INTO migration (schema, name, began, software) VALUES (?, ?, ?, ?)';
  connection.statement(sql).run([schema, name, Date.now(), software]);
  connection.exec(`PRAGMA user_version = ${schema}`);
}

function note(connection: Connection, schema: number, place: Place): void {
  connection.statement('UPDATE migration SET place = ? WHERE schema = ?').run([JSON.stringify(place), schema]);
}
