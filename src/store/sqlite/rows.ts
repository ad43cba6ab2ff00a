/** The index entries of one resource as rows of the entry tables. Source: port.ts IndexEntry */
import type { Contained, IndexEntry } from '../port.js';
import { type Connection, fromText, type SqlValue, toReal, toText } from './binding.js';
import { type EntryTable, PIECED } from './entry-tables.js';
import type { Names } from './names.js';
import { COMPARTMENT } from './params.js';
import { MOST_PIECES, piecesOf } from './pieces.js';

export type EntryRow = readonly SqlValue[];
export type Rows = Record<EntryTable, EntryRow[]>;

export function noRows(): Rows {
  return { token: [], reference: [], string: [], uri: [], range: [], keyed: [], point: [], piece: [] };
}

/** Texts hold no NUL here; the quote tells the text '0' from the number. */
export function keyOf(table: string, row: EntryRow): string {
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

type Groups = Map<string, Group>;

/** What one resource has under several parameters is one row, as far as combinations of parameters go. */
export function rowsOf(
  connection: Connection,
  names: Names,
  type: number,
  { entries, compartments }: Pick<Contained, 'entries'> & { readonly compartments: readonly string[] },
): Rows {
  const groups: Groups = new Map();
  const wholes = entries.filter((entry): entry is Text => entry.kind === 'string' && isWhole(entry));
  for (const entry of entries) gather(groups, entry.param, valuesOf(connection, names, entry, wholes));
  for (const name of compartments) gather(groups, COMPARTMENT, group('reference', [toText(name)]));
  const rows = noRows();
  fill(connection, names, type, groups, rows);
  rows.piece = piecesFor(connection, names, type, rows.string);
  return rows;
}

type Text = IndexEntry & { readonly kind: 'string' };

function isWhole({ within, value, raw }: Text): boolean {
  return within === true && raw !== '' && value.length <= MOST_PIECES;
}

/** Never looked into, kept in pieces, or a part of what is, such as a given name of the whole name: then it is found by that. */
function isPieced(entry: Text, wholes: readonly Text[]): boolean {
  if (entry.raw === '' || isWhole(entry)) return true;
  return wholes.some(({ param, value }) => param === entry.param && value.includes(entry.value));
}

/** The rows by which the strings of one resource, given as rows, are found by what stands inside them; equal pieces once. */
export function piecesFor(connection: Connection, names: Names, type: number, strings: readonly EntryRow[]): EntryRow[] {
  const groups: Groups = new Map();
  const all = strings.flatMap(([id, value, raw]) => {
    const under = raw === '' ? [] : names.params.piecedNames(connection, type, Number(id));
    return under.length === 0 ? [] : [{ under, value: fromText(String(value)) }];
  });
  for (const { under, value } of all) {
    // What is a part of another is found by the pieces of that.
    if (all.some((other) => isPart(value, other.value) && under.every((name) => other.under.includes(name)))) continue;
    for (const piece of piecesOf(value)) {
      for (const name of under) gather(groups, name, group('piece', [toText(piece)]));
    }
  }
  const rows = noRows();
  fill(connection, names, type, groups, rows);
  return rows.piece;
}

function isPart(value: string, whole: string): boolean {
  return whole.length > value.length && whole.includes(value);
}

function fill(connection: Connection, { params }: Names, type: number, groups: Groups, rows: Rows): void {
  for (const { table, names: all, width, values } of groups.values()) {
    const sorted = all.length > 1 ? all.sort() : all;
    const together = params.make(connection, type, table, sorted, width);
    const ids = together === undefined ? sorted.map((name) => params.makeOne(connection, type, table, name, width)) : [together];
    for (const id of ids) rows[table].push([id, ...values]);
  }
}

/** Equal entries of one parameter count once. */
function gather(groups: Groups, name: string, { table, width, values }: Omit<Group, 'names'>): void {
  const key = keyOf(`${table}${width}`, values);
  const group = groups.get(key);
  if (group === undefined) groups.set(key, { table, names: [name], width, values });
  else if (!group.names.includes(name)) group.names.push(name);
}

function valuesOf(connection: Connection, names: Names, entry: IndexEntry, wholes: readonly Text[]): Omit<Group, 'names'> {
  switch (entry.kind) {
    case 'token':
      return group('token', [toText(entry.code), entry.system === undefined ? 0 : names.makeSystem(connection, entry.system)]);
    case 'reference':
      return group('reference', [toText(entry.target)]);
    case 'string': {
      const raw = entry.raw !== '' && entry.raw === entry.value ? 0 : toText(entry.raw);
      return group('string', [toText(entry.value), raw], isPieced(entry, wholes) ? PIECED : 0);
    }
    case 'uri':
      return group('uri', [names.makeSystem(connection, entry.value)]);
    case 'range': {
      const [low, high] = numbers(entry.param, entry.low, entry.high);
      const width = widthClass(low, high);
      const ends = [toReal(low), toReal(high)];
      return entry.key === undefined
        ? group('range', ends, width)
        : group('keyed', [names.makeSystem(connection, entry.key), ...ends], width);
    }
    case 'point':
      return group('point', numbers(entry.param, entry.z, entry.x, entry.y).map(toReal));
  }
}

/** -0 + 0 is 0: one number, one key. */
function numbers<T extends readonly number[]>(param: string, ...values: T): T {
  if (values.some(Number.isNaN)) throw new TypeError(`${param}: what is to be indexed is not a number`);
  return values.map((value) => value + 0) as unknown as T;
}

function group(table: EntryTable, values: readonly SqlValue[], width = 0): Omit<Group, 'names'> {
  return { table, width, values };
}
