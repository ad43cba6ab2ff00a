/** One commit inside an open transaction: everything it relies on is checked before its first write. Source: port.ts Commit, Guard */
import { type Commit, type Guard, type Reindex, StoreConflict, stillFinds, type Version, type Write } from '../port.js';
import { type SqlValue, toText } from './binding.js';
import { putContained } from './contained.js';
import { instancesOf } from './count.js';
import { type Pending, replaceAll } from './entries.js';
import { refuseTakenPlaces } from './journal.js';
import { putNotes, refuseTaken } from './notes.js';
import { methodNumber } from './read.js';
import type { Reader } from './reader.js';
import { rowsOf } from './rows.js';
import { slotValues } from './slots.js';
import type { Steps } from './steps.js';

/** Where an instance stands: its number, absent while it was never written. */
interface Standing {
  readonly write: Write;
  readonly type: number;
  readonly number: number | undefined;
  /** What stands in the columns of `rowTexts`. */
  readonly indexed: readonly SqlValue[];
}

/** Throws StoreConflict before anything is written; whatever else it throws may have left half of it in the transaction. */
export function* apply(reader: Reader, pending: Pending, commit: Commit): Steps<void> {
  const { notes = [], audit = [] } = commit;
  refuseTaken(reader.connection, notes);
  refuseTakenPlaces(reader.connection, audit, pending.audit);
  if (commit.guards.length > 0) pending.flush(reader.connection);
  for (const guard of commit.guards) {
    yield* checkGuard(reader, guard);
    yield;
  }
  const standing: Standing[] = [];
  for (const write of commit.writes) standing.push(checkVersion(reader, write));
  // An update compares with what stands there, which an earlier commit of the group may have made.
  if (standing.some(({ number }) => number !== undefined)) pending.flush(reader.connection);
  for (const one of standing) {
    put(reader, pending, one);
    yield;
  }
  putNotes(reader.connection, notes);
  pending.audit.push(...audit);
}

function* checkGuard(reader: Reader, guard: Guard): Steps<void> {
  const found = yield* instancesOf(reader, guard.where, guard.keys.length + 1);
  if (stillFinds(guard, found)) return;
  throw new StoreConflict('A search that the commit relies on finds something else now');
}

function checkVersion({ connection, names, slots }: Reader, write: Write): Standing {
  const { type: typeName, id } = write.version;
  const type = names.makeType(connection, typeName);
  const [number, version, ...indexed] = connection.statement(rowTexts(slots.of(type).count).standing).get([type, toText(id)]) ?? [];
  const current = Number(version ?? 0);
  if (current !== write.replaces) {
    throw new StoreConflict(`${typeName}/${id} is at version ${current}, not ${write.replaces}`);
  }
  return { write, type, number: number === undefined ? undefined : Number(number), indexed };
}

const supersedeSql = `INSERT INTO version (resource, version, updated, method, json)
 SELECT n, version, updated, method, json FROM resource WHERE n = ?`;
// A deletion that is superseded stands there since it was written.
const pastSql = `INSERT INTO past (type, updated, resource, version)
 SELECT type, updated, n, version FROM resource WHERE n = ? AND live IS NOT NULL`;
const deletedSql = 'INSERT INTO past (type, updated, resource, version) VALUES (?, ?, ?, ?)';
const feedSql = 'INSERT INTO feed (resource, version) VALUES (?, ?)';

function put(reader: Reader, pending: Pending, { write, type, number, indexed }: Standing): void {
  const { connection, names } = reader;
  const rows = rowsOf(connection, names, type, write);
  const resource = number ?? insertRow(reader, type, write);
  if (number === undefined) pending.add(resource, rows);
  else {
    connection.statement(supersedeSql).run([number]);
    connection.statement(pastSql).run([number]);
    updateRow(reader, type, number, { version: write.version, before: indexed, after: indexedValues(reader, type, write) });
    replaceAll(connection, names, { type, number }, rows);
  }
  const { version, lastUpdated, json } = write.version;
  putContained(reader, pending, { ...write, number: resource, isNew: number === undefined, lastUpdated });
  if (json === null) connection.statement(deletedSql).run([type, lastUpdated, resource, version]);
  connection.statement(feedSql).run([resource, version]);
}

const currentSql = 'SELECT updated FROM resource WHERE n = ? AND version = ? AND live IS NOT NULL';

/** In the order given: whether it was done. Source: port.ts reindex */
export function* reindexAll(reader: Reader, pending: Pending, of: readonly Reindex[]): Steps<readonly boolean[]> {
  const done: boolean[] = [];
  for (const one of of) {
    pending.flush(reader.connection);
    done.push(reindexOne(reader, pending, one));
    yield;
  }
  return done;
}

/** Whether the version is still the current one; its entries are then those of the reindex. */
function reindexOne(reader: Reader, pending: Pending, of: Reindex): boolean {
  const { connection, names, slots } = reader;
  const type = names.type(connection, of.type);
  if (type === undefined) return false;
  const [found, , ...before] = connection.statement(rowTexts(slots.of(type).count).standing).get([type, toText(of.id)]) ?? [];
  const number = Number(found);
  const updated = connection.statement(currentSql).get([number, of.version])?.[0];
  if (updated === undefined) return false;
  updateRow(reader, type, number, { before, after: [type, ...slotValues(slots.of(type), of.sort)] });
  replaceAll(connection, names, { type, number }, rowsOf(connection, names, type, of));
  putContained(reader, pending, { ...of, number, isNew: false, lastUpdated: Number(updated) });
  return true;
}

function insertRow(reader: Reader, type: number, write: Write): number {
  const values = [type, toText(write.version.id), ...stateValues(reader, type, write.version), ...indexedValues(reader, type, write)];
  return reader.connection.statement(rowTexts(reader.slots.of(type).count).insert).run(values).inserted;
}

interface RowChange {
  /** Absent where only what it is found by changes. */
  readonly version?: Version;
  readonly before: readonly SqlValue[];
  readonly after: readonly SqlValue[];
}

/** SQLite takes a row out of the index of every column that is named and puts it in again, even where the value stays. */
function updateRow(reader: Reader, type: number, number: number, { version, before, after }: RowChange): void {
  const { columns } = rowTexts(reader.slots.of(type).count);
  const changed = columns.flatMap((column, i) => (after[i] === before[i] ? [] : [[column, after[i] ?? null] as const]));
  const sets = [...(version === undefined ? [] : stateColumns), ...changed.map(([column]) => column)].map((column) => `${column} = ?`);
  if (sets.length === 0) return;
  const state = version === undefined ? [] : stateValues(reader, type, version);
  const values = [...state, ...changed.map(([, value]) => value), number];
  reader.connection.statement(`UPDATE resource SET ${sets.join(', ')} WHERE n = ?`).run(values);
}

/** What changes with every version. */
const stateColumns = ['version', 'updated', 'method', 'json'];

interface RowTexts {
  readonly insert: string;
  readonly standing: string;
  /** What has an index of its own and seldom changes. */
  readonly columns: readonly string[];
}

const textsBySlots = new Map<number, RowTexts>();

/** The statements for a row with so many sort slots; the same text each time, so that it is prepared once. */
function rowTexts(slots: number): RowTexts {
  const known = textsBySlots.get(slots);
  if (known !== undefined) return known;
  const columns = ['live', ...Array.from({ length: slots }, (_, i) => `s${i + 1}`)];
  const all = ['type', 'id', ...stateColumns, ...columns];
  const texts = {
    insert: `INSERT INTO resource (${all.join(', ')}) VALUES (${all.map(() => '?').join(', ')})`,
    standing: `SELECT n, version, ${columns.join(', ')} FROM resource WHERE type = ? AND id = ?`,
    columns,
  };
  textsBySlots.set(slots, texts);
  return texts;
}

function stateValues({ bodies, connection }: Reader, type: number, { json, version, lastUpdated, method }: Version): readonly SqlValue[] {
  return [version, lastUpdated, methodNumber(method), json === null ? null : bodies.store(connection, type, json)];
}

function indexedValues({ slots }: Reader, type: number, write: Write): readonly SqlValue[] {
  return [write.version.json === null ? null : type, ...slotValues(slots.of(type), write.sort)];
}
