/** The index entries of one resource as rows, and the difference between what stands there and what shall. */
import type { IndexEntry, Write } from '../port.js';
import { type Connection, type SqlValue, toText } from './binding.js';
import type { Names } from './names.js';
import { COMPARTMENT } from './params.js';

export type EntryTable = 'token' | 'reference' | 'string' | 'uri' | 'range';

/** The columns of each entry table beside `resource`, in the order of its rows here. */
const columns: Readonly<Record<EntryTable, readonly string[]>> = {
  token: ['param', 'code', 'system'],
  reference: ['param', 'target'],
  string: ['param', 'value', 'raw'],
  uri: ['param', 'value'],
  range: ['param', 'low', 'high'],
};

const entryTables = Object.keys(columns) as readonly EntryTable[];

type EntryRow = readonly SqlValue[];
type Rows = Readonly<Record<EntryTable, readonly EntryRow[]>>;

/** Texts hold no NUL here; the quote tells the text '0' from the number. */
function keyOf(table: string, row: EntryRow): string {
  let key = table;
  for (const value of row) key += typeof value === 'string' ? `\u0000'${value}` : `\u0000${value}`;
  return key;
}

/** Classes of width: 10ⁿ for the smallest power not below it; open ends have classes of their own. */
export const OPEN_LOW = 100;
export const OPEN_HIGH = 101;
export const OPEN_BOTH = 102;
const NARROWEST = -9;
const WIDEST = 20;

function widthClass(low: number, high: number): number {
  if (low === Number.NEGATIVE_INFINITY) return high === Number.POSITIVE_INFINITY ? OPEN_BOTH : OPEN_LOW;
  if (high === Number.POSITIVE_INFINITY) return OPEN_HIGH;
  const width = high - low;
  let power = NARROWEST;
  while (power < WIDEST && 10 ** power < width) power++;
  // Beyond the widest class nothing is known of the width: such an entry is treated like one with an open high end.
  return 10 ** power < width ? OPEN_HIGH : power;
}

interface Group {
  readonly table: EntryTable;
  readonly names: string[];
  readonly width: number;
  readonly values: readonly SqlValue[];
}

/** What one resource has under several parameters is one row, as far as combinations of parameters go. */
export function rowsOf(connection: Connection, names: Names, type: number, write: Write): Rows {
  const groups = new Map<string, Group>();
  for (const entry of write.entries) gather(groups, entry.param, valuesOf(connection, names, entry));
  for (const name of write.compartments) gather(groups, COMPARTMENT, { table: 'reference', width: 0, values: [toText(name)] });
  const rows: Record<EntryTable, EntryRow[]> = { token: [], reference: [], string: [], uri: [], range: [] };
  for (const { table, names: all, width, values } of groups.values()) {
    const sorted = all.length > 1 ? all.sort() : all;
    const together = names.params.make(connection, type, table, sorted, width);
    const ids = together === undefined ? sorted.map((name) => names.params.makeOne(connection, type, table, name, width)) : [together];
    for (const id of ids) rows[table].push([id, ...values]);
  }
  return rows;
}

/** Equal entries of one parameter count once. */
function gather(groups: Map<string, Group>, name: string, { table, width, values }: Omit<Group, 'names'>): void {
  const key = keyOf(table, values);
  const group = groups.get(key);
  if (group === undefined) groups.set(key, { table, names: [name], width, values });
  else if (!group.names.includes(name)) group.names.push(name);
}

function valuesOf(connection: Connection, names: Names, entry: IndexEntry): Omit<Group, 'names'> {
  switch (entry.kind) {
    case 'token':
      return group('token', [toText(entry.code), entry.system === undefined ? 0 : names.makeSystem(connection, entry.system)]);
    case 'reference':
      return group('reference', [toText(entry.target)]);
    case 'string':
      return group('string', [toText(entry.value), entry.raw !== '' && entry.raw === entry.value ? 0 : toText(entry.raw)]);
    case 'uri':
      return group('uri', [names.makeSystem(connection, entry.value)]);
    case 'range': {
      if (Number.isNaN(entry.low) || Number.isNaN(entry.high)) throw new TypeError(`${entry.param}: an end of a range is not a number`);
      // -0 + 0 is 0: one number, one key.
      const [low, high] = [entry.low + 0, entry.high + 0];
      return group('range', [low, high], widthClass(low, high));
    }
  }
}

function group(table: EntryTable, values: readonly SqlValue[], width = 0): Omit<Group, 'names'> {
  return { table, width, values };
}

/** Rows of new resources that wait for the end of the transaction: many by one statement share what it costs and their pages. */
export interface Pending {
  add(resource: number, rows: Rows): void;
  /** Writes what waits. Before anything in the same transaction looks for it. */
  flush(connection: Connection): void;
}

export function createPending(): Pending {
  const waiting = new Map(entryTables.map((table) => [table, [] as SqlValue[]]));
  return {
    add(resource, rows) {
      for (const [table, values] of waiting) for (const row of rows[table]) values.push(...row, resource);
    },
    flush(connection) {
      for (const [table, values] of waiting) {
        const atOnce = ROWS_AT_ONCE * (columns[table].length + 1);
        for (let from = 0; from < values.length; from += atOnce) {
          insertRows(connection, table, values.slice(from, from + atOnce));
        }
        waiting.set(table, []);
      }
    },
  };
}

/** All rows of a resource, whichever table they are in: its name, then the columns, NULL where it has one less. */
const presentSql = entryTables
  .map((table) => {
    const padded = [...columns[table], 'NULL'].slice(0, 3);
    return `SELECT '${table}', ${padded.join(', ')} FROM ${table} INDEXED BY ${table}_of WHERE resource = ?1`;
  })
  .join(' UNION ALL ');

const removalSql = (table: EntryTable) =>
  `DELETE FROM ${table} WHERE ${columns[table].map((column) => `${column} = ?`).join(' AND ')} AND resource = ?`;

const removals: Readonly<Record<EntryTable, string>> = {
  token: removalSql('token'),
  reference: removalSql('reference'),
  string: removalSql('string'),
  uri: removalSql('uri'),
  range: removalSql('range'),
};

/** Leaves equal rows alone, removes those that are gone and adds those that are new. */
export function replaceAll(connection: Connection, resource: number, rows: Rows): void {
  const wanted = new Map<string, readonly [EntryTable, EntryRow]>();
  for (const table of entryTables) for (const row of rows[table]) wanted.set(keyOf(table, row), [table, row]);
  for (const [name, ...padded] of connection.statement(presentSql).all([resource])) {
    const table = name as EntryTable;
    const row = padded.slice(0, columns[table].length);
    if (!wanted.delete(keyOf(table, row))) connection.statement(removals[table]).run([...row, resource]);
  }
  const added: Record<EntryTable, SqlValue[]> = { token: [], reference: [], string: [], uri: [], range: [] };
  for (const [table, row] of wanted.values()) added[table].push(...row, resource);
  for (const table of entryTables) if (added[table].length > 0) insertRows(connection, table, added[table]);
}

const ROWS_AT_ONCE = 32;

/** `values` holds row after row, each with its resource at the end. */
function insertRows(connection: Connection, table: EntryTable, values: readonly SqlValue[]): void {
  connection.statement(insertSql(table, values.length / (columns[table].length + 1))).run(values);
}

const insertTexts: Readonly<Record<EntryTable, string[]>> = { token: [], reference: [], string: [], uri: [], range: [] };

function insertSql(table: EntryTable, count: number): string {
  const texts = insertTexts[table];
  const known = texts[count];
  if (known !== undefined) return known;
  const row = `(${columns[table].map(() => '?').join(', ')}, ?)`;
  const sql = `INSERT OR IGNORE INTO ${table} (${columns[table].join(', ')}, resource) VALUES ${Array.from({ length: count }, () => row).join(', ')}`;
  texts[count] = sql;
  return sql;
}
