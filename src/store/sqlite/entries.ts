/** The index entries of resources in their tables, and the difference between what stands there and what shall. */
import type { AuditSheet } from '../audit-log.js';
import type { Connection, SqlValue } from './binding.js';
import { columns, type EntryTable, entryTables } from './entry-tables.js';
import type { Names } from './names.js';
import { type EntryRow, keyOf, noRows, piecesFor, type Rows } from './rows.js';

/** Rows of new resources that wait for the end of the transaction: many by one statement share what it costs and their pages. */
export interface Pending {
  /** What of the journal goes in at the end of the transaction, together. */
  readonly audit: AuditSheet[];
  add(resource: number, rows: Rows): void;
  /** Writes what waits. Before anything in the same transaction looks for it. */
  flush(connection: Connection): void;
}

export function createPending(): Pending {
  const waiting = new Map(entryTables.map((table) => [table, [] as SqlValue[]]));
  return {
    audit: [],
    add(resource, rows) {
      for (const [table, values] of waiting) for (const row of rows[table]) values.push(...row, resource);
    },
    flush(connection) {
      for (const [table, values] of waiting) {
        insertRows(connection, table, values);
        waiting.set(table, []);
      }
    },
  };
}

const MOST_COLUMNS = 4;

/** All rows of a resource, whichever table they are in: its name, then the columns, NULL where it has fewer. Pieces follow from strings. */
const presentSql = entryTables
  .filter((table) => table !== 'piece')
  .map((table) => {
    const padded = [...columns[table], ...Array.from({ length: MOST_COLUMNS }, () => 'NULL')].slice(0, MOST_COLUMNS);
    return `SELECT '${table}', ${padded.join(', ')} FROM ${table} INDEXED BY ${table}_of WHERE resource = ?1`;
  })
  .join(' UNION ALL ');

const removals = new Map<EntryTable, string>(
  entryTables.map((table) => [
    table,
    `DELETE FROM ${table} WHERE ${columns[table].map((column) => `${column} = ?`).join(' AND ')} AND resource = ?`,
  ]),
);

/** A resource whose entries are to be changed. */
export interface Indexed {
  readonly type: number;
  readonly number: number;
}

/** Leaves equal rows alone, removes those that are gone and adds those that are new. */
export function replaceAll(connection: Connection, names: Names, { type, number }: Indexed, rows: Rows): void {
  const present = noRows();
  for (const [name, ...padded] of connection.statement(presentSql).all([number])) {
    const table = name as EntryTable;
    present[table].push(padded.slice(0, columns[table].length));
  }
  for (const table of entryTables) {
    // Where all strings stayed, all pieces did.
    if (table === 'piece' && isSame('string', present.string, rows.string)) continue;
    const before = table === 'piece' ? piecesFor(connection, names, type, present.string) : present[table];
    replaceRows(connection, table, number, before, rows[table]);
  }
}

function replaceRows(
  connection: Connection,
  table: EntryTable,
  resource: number,
  before: readonly EntryRow[],
  after: readonly EntryRow[],
): void {
  const wanted = new Map(after.map((row) => [keyOf(table, row), row]));
  for (const row of before) {
    if (!wanted.delete(keyOf(table, row))) connection.statement(removals.get(table) ?? '').run([...row, resource]);
  }
  const added: SqlValue[] = [];
  for (const row of wanted.values()) added.push(...row, resource);
  insertRows(connection, table, added);
}

function isSame(table: EntryTable, before: readonly EntryRow[], after: readonly EntryRow[]): boolean {
  if (before.length !== after.length) return false;
  const keys = new Set(before.map((row) => keyOf(table, row)));
  return after.every((row) => keys.has(keyOf(table, row)));
}

/** So many rows by one statement, and so many of what is left; a statement for each number would be too many to keep. */
const ROWS_AT_ONCE = 128;
const FEWER_AT_ONCE = 32;

/** `values` holds row after row, each with its resource at the end. */
function insertRows(connection: Connection, table: EntryTable, values: readonly SqlValue[]): void {
  const width = columns[table].length + 1;
  for (let from = 0; from < values.length; ) {
    const many = values.length - from < ROWS_AT_ONCE * width ? FEWER_AT_ONCE : ROWS_AT_ONCE;
    const some = values.slice(from, from + many * width);
    connection.statement(insertSql(table, some.length / width)).run(some);
    from += some.length;
  }
}

const insertTexts = new Map<EntryTable, string[]>(entryTables.map((table) => [table, []]));

function insertSql(table: EntryTable, count: number): string {
  const texts = insertTexts.get(table) ?? [];
  const known = texts[count];
  if (known !== undefined) return known;
  const row = `(${columns[table].map(() => '?').join(', ')}, ?)`;
  const sql = `INSERT OR IGNORE INTO ${table} (${columns[table].join(', ')}, resource) VALUES ${Array.from({ length: count }, () => row).join(', ')}`;
  texts[count] = sql;
  return sql;
}
