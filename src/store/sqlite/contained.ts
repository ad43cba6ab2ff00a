/**
 * Resources inside others, as rows of their own: they come and go with the version they are in, and keep their number while their
 * container keeps them. Source: port.ts Contained; R4 references.html#contained
 */
import type { Contained } from '../port.js';
import { fromText, type SqlValue, toText } from './binding.js';
import { type Pending, replaceAll } from './entries.js';
import { type Reader, slotsOf } from './reader.js';
import { noRows, rowsOf } from './rows.js';
import { slotValues } from './slots.js';
import { containedType, FIRST_CONTAINED } from './table.js';

export interface Container {
  readonly number: number;
  /** Nothing of it was ever written. */
  readonly isNew: boolean;
  readonly lastUpdated: number;
  readonly compartments: readonly string[];
  readonly contained?: readonly Contained[];
}

const presentSql = 'SELECT n, type, id FROM contained INDEXED BY contained_in WHERE container = ?';
const removeSql = 'DELETE FROM contained WHERE n = ?';
const nextSql = `SELECT coalesce(max(n), ${FIRST_CONTAINED - 1}) + 1 FROM contained`;

/** Inside a transaction. */
export function putContained(reader: Reader, pending: Pending, container: Container): void {
  const { connection, names } = reader;
  const present = container.isNew ? [] : connection.statement(presentSql).all([container.number]);
  const left = new Map(present.map(([n, type, id]) => [`${type} ${fromText(String(id))}`, [Number(n), Number(type)] as const]));
  for (const one of container.contained ?? []) {
    const type = names.makeType(connection, containedType(one.type));
    const key = `${type} ${one.id}`;
    const rows = rowsOf(connection, names, type, { entries: one.entries, compartments: container.compartments });
    const [number] = left.get(key) ?? [];
    left.delete(key);
    if (number === undefined) pending.add(insertRow(reader, type, container, one), rows);
    else {
      updateRow(reader, type, number, container, one);
      replaceAll(connection, names, { type, number }, rows);
    }
  }
  for (const [number, type] of left.values()) remove(reader, type, number);
}

function insertRow(reader: Reader, type: number, { number: container, lastUpdated }: Container, { id, sort }: Contained): number {
  const { connection } = reader;
  const n = Number(connection.statement(nextSql).get([])?.[0]);
  const row = { n, container, type, id: toText(id), live: type, updated: lastUpdated, ...slotColumns(reader, type, sort) };
  const columns = Object.keys(row);
  const places = columns.map(() => '?').join(', ');
  connection.statement(`INSERT INTO contained (${columns.join(', ')}) VALUES (${places})`).run(Object.values(row));
  return n;
}

function slotColumns(reader: Reader, type: number, sort: Contained['sort']): Readonly<Record<string, SqlValue>> {
  const values = slotValues(slotsOf(reader, type), sort);
  return Object.fromEntries(values.map((value, at) => [`s${at + 1}`, value]));
}

function updateRow(reader: Reader, type: number, number: number, { lastUpdated }: Container, { sort }: Contained): void {
  const row = { updated: lastUpdated, ...slotColumns(reader, type, sort) };
  const sets = Object.keys(row).map((column) => `${column} = ?`);
  reader.connection.statement(`UPDATE contained SET ${sets.join(', ')} WHERE n = ?`).run([...Object.values(row), number]);
}

function remove({ connection, names }: Reader, type: number, number: number): void {
  replaceAll(connection, names, { type, number }, noRows());
  connection.statement(removeSql).run([number]);
}
