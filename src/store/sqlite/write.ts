/** One commit inside an open transaction: everything it relies on is checked before its first write. Source: port.ts Commit, Guard */
import { keyText } from '../../model/resource.js';
import { type Commit, type Guard, StoreConflict, type Write } from '../port.js';
import { toText } from './binding.js';
import { instancesOf } from './count.js';
import { type Pending, replaceAll, rowsOf } from './entries.js';
import { methodNumber } from './read.js';
import type { Reader } from './reader.js';
import type { Steps } from './steps.js';

/** Where an instance stands: its number, absent while it was never written. */
interface Standing {
  readonly write: Write;
  readonly type: number;
  readonly number: number | undefined;
}

/** Throws StoreConflict before anything is written; whatever else it throws may have left half of it in the transaction. */
export function* apply(reader: Reader, pending: Pending, commit: Commit): Steps<void> {
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
}

function* checkGuard(reader: Reader, { where, keys }: Guard): Steps<void> {
  const wanted = new Set(keys.map(keyText));
  const found = yield* instancesOf(reader, where, wanted.size + 1);
  if (found.length === wanted.size && found.every((key) => wanted.has(keyText(key)))) return;
  throw new StoreConflict('A search that the commit relies on finds something else now');
}

const standingSql = 'SELECT n, version FROM resource WHERE type = ? AND id = ?';

function checkVersion({ connection, names }: Reader, write: Write): Standing {
  const { type: typeName, id } = write.version;
  const type = names.makeType(connection, typeName);
  const row = connection.statement(standingSql).get([type, toText(id)]);
  const current = row === undefined ? 0 : Number(row[1]);
  if (current !== write.replaces) {
    throw new StoreConflict(`${typeName}/${id} is at version ${current}, not ${write.replaces}`);
  }
  return { write, type, number: row === undefined ? undefined : Number(row[0]) };
}

const supersedeSql = `INSERT INTO version (resource, version, updated, method, json)
 SELECT n, version, updated, method, json FROM resource WHERE n = ?`;
// A deletion that is superseded stands there since it was written.
const pastSql = `INSERT INTO past (type, updated, resource, version)
 SELECT type, updated, n, version FROM resource WHERE n = ? AND live IS NOT NULL`;
const deletedSql = 'INSERT INTO past (type, updated, resource, version) VALUES (?, ?, ?, ?)';
const feedSql = 'INSERT INTO feed (resource, version) VALUES (?, ?)';

function put(reader: Reader, pending: Pending, { write, type, number }: Standing): void {
  const { connection, names } = reader;
  const rows = rowsOf(connection, names, type, write);
  const resource = number ?? insertRow(reader, type, write);
  if (number === undefined) pending.add(resource, rows);
  else {
    connection.statement(supersedeSql).run([number]);
    connection.statement(pastSql).run([number]);
    updateRow(reader, type, write, number);
    replaceAll(connection, number, rows);
  }
  const { version, lastUpdated, json } = write.version;
  if (json === null) connection.statement(deletedSql).run([type, lastUpdated, resource, version]);
  connection.statement(feedSql).run([resource, version]);
}

function insertRow(reader: Reader, type: number, write: Write): number {
  const { version } = write;
  const { insert } = rowTexts(reader.slots.of(type).count);
  return reader.connection.statement(insert).run([type, toText(version.id), ...stateValues(reader, type, write)]).inserted;
}

function updateRow(reader: Reader, type: number, write: Write, number: number): void {
  const { update } = rowTexts(reader.slots.of(type).count);
  reader.connection.statement(update).run([...stateValues(reader, type, write), number]);
}

interface RowTexts {
  readonly insert: string;
  readonly update: string;
}

const textsBySlots = new Map<number, RowTexts>();

/** The statements that write a row with so many sort slots; the same text each time, so that it is prepared once. */
function rowTexts(slots: number): RowTexts {
  const known = textsBySlots.get(slots);
  if (known !== undefined) return known;
  const state = ['live', 'version', 'updated', 'method', ...Array.from({ length: slots }, (_, i) => `s${i + 1}`), 'json'];
  const all = ['type', 'id', ...state];
  const texts = {
    insert: `INSERT INTO resource (${all.join(', ')}) VALUES (${all.map(() => '?').join(', ')})`,
    update: `UPDATE resource SET ${state.map((column) => `${column} = ?`).join(', ')} WHERE n = ?`,
  };
  textsBySlots.set(slots, texts);
  return texts;
}

/** What changes with every version, in the order of the columns in `rowTexts`. */
function stateValues(reader: Reader, type: number, write: Write) {
  const { json, version, lastUpdated, method } = write.version;
  const stored = json === null ? null : reader.bodies.store(reader.connection, type, json);
  return [json === null ? null : type, version, lastUpdated, methodNumber(method), ...sortValues(reader, type, write), stored];
}

function sortValues({ slots }: Reader, type: number, write: Write): readonly (string | number | null)[] {
  const { count, numbers } = slots.of(type);
  const values: (string | number | null)[] = Array.from({ length: count }, () => null);
  for (const { slot, value } of write.sort) {
    const number = numbers.get(slot);
    if (number !== undefined) values[number - 1] = typeof value === 'string' ? toText(value) : value;
  }
  return values;
}
