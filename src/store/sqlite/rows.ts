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

const powers = Array.from({ length: WIDEST - NARROWEST + 1 }, (_, at) => 10 ** (NARROWEST + at));

function widthClass(low: number, high: number): number {
  if (low === Number.NEGATIVE_INFINITY) return high === Number.POSITIVE_INFINITY ? OPEN_BOTH : OPEN_LOW;
  if (high === Number.POSITIVE_INFINITY) return OPEN_HIGH;
  const width = high - low;
  for (let at = 0; at < powers.length; at++) if (!((powers[at] ?? 0) < width)) return NARROWEST + at;
  // Beyond the widest class nothing is known of the width: such an entry is treated like one with an open high end.
  return OPEN_HIGH;
}

/** The names under which one resource has the same values. */
interface Group {
  readonly table: EntryTable;
  readonly names: string[];
  readonly width: number;
  readonly values: readonly SqlValue[];
}

interface Groups {
  readonly all: Group[];
  /** Where there are more than a few. */
  byKey: Map<string, Group> | undefined;
}

/** Up to here comparing groups one by one is faster than making keys. */
const FEW = 64;

const noGroups = (): Groups => ({ all: [], byKey: undefined });

/** What one resource has under several parameters is one row, as far as combinations of parameters go. */
export function rowsOf(
  connection: Connection,
  names: Names,
  type: number,
  { entries, compartments }: Pick<Contained, 'entries'> & { readonly compartments: readonly string[] },
): Rows {
  const groups = noGroups();
  const wholes = entries.filter((entry): entry is Text => entry.kind === 'string' && isWhole(entry));
  for (const entry of entries) gatherEntry(connection, names, groups, entry, wholes);
  for (const name of compartments) gather(groups, COMPARTMENT, 'reference', [toText(name)]);
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
  const groups = noGroups();
  const all = strings.flatMap(([id, value, raw]) => {
    const under = raw === '' ? [] : names.params.piecedNames(connection, type, Number(id));
    return under.length === 0 ? [] : [{ under, value: fromText(String(value)) }];
  });
  for (const { under, value } of all) {
    // What is a part of another is found by the pieces of that.
    if (all.some((other) => isPart(value, other.value) && under.every((name) => other.under.includes(name)))) continue;
    for (const piece of piecesOf(value)) {
      for (const name of under) gather(groups, name, 'piece', [toText(piece)]);
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
  for (const { table, names: all, width, values } of groups.all) {
    const sorted = all.length > 1 ? all.sort() : all;
    const together = params.make(connection, type, table, sorted, width);
    if (together !== undefined) rows[table].push([together, ...values]);
    else for (const name of sorted) rows[table].push([params.makeOne(connection, type, table, name, width), ...values]);
  }
}

/** Equal entries of one parameter count once. */
function gather(groups: Groups, name: string, table: EntryTable, values: readonly SqlValue[], width = 0): void {
  const group = found(groups, table, values, width);
  if (group === undefined) put(groups, { table, names: [name], width, values });
  else if (!group.names.includes(name)) group.names.push(name);
}

function found({ all, byKey }: Groups, table: EntryTable, values: readonly SqlValue[], width: number): Group | undefined {
  if (byKey !== undefined) return byKey.get(keyOf(`${table}${width}`, values));
  for (let at = 0; at < all.length; at++) {
    const one = all[at];
    if (one !== undefined && one.table === table && one.width === width && areSame(one.values, values)) return one;
  }
  return undefined;
}

function areSame(some: readonly SqlValue[], others: readonly SqlValue[]): boolean {
  for (let at = 0; at < some.length; at++) if (some[at] !== others[at]) return false;
  return true;
}

function put(groups: Groups, group: Group): void {
  groups.all.push(group);
  const key = ({ table, width, values }: Group) => keyOf(`${table}${width}`, values);
  if (groups.byKey !== undefined) groups.byKey.set(key(group), group);
  else if (groups.all.length >= FEW) groups.byKey = new Map(groups.all.map((one) => [key(one), one]));
}

function gatherEntry(connection: Connection, names: Names, groups: Groups, entry: IndexEntry, wholes: readonly Text[]): void {
  const { param } = entry;
  switch (entry.kind) {
    case 'token':
      gather(groups, param, 'token', [toText(entry.code), entry.system === undefined ? 0 : names.makeSystem(connection, entry.system)]);
      return;
    case 'reference':
      gather(groups, param, 'reference', [toText(entry.target)]);
      return;
    case 'string': {
      const raw = entry.raw !== '' && entry.raw === entry.value ? 0 : toText(entry.raw);
      gather(groups, param, 'string', [toText(entry.value), raw], isPieced(entry, wholes) ? PIECED : 0);
      return;
    }
    case 'uri':
      gather(groups, param, 'uri', [names.makeSystem(connection, entry.value)]);
      return;
    case 'range': {
      const [low, high] = [wholeZero(param, entry.low), wholeZero(param, entry.high)];
      const width = widthClass(low, high);
      if (entry.key === undefined) gather(groups, param, 'range', [toReal(low), toReal(high)], width);
      else gather(groups, param, 'keyed', [names.makeSystem(connection, entry.key), toReal(low), toReal(high)], width);
      return;
    }
    case 'point':
      gather(
        groups,
        param,
        'point',
        [entry.z, entry.x, entry.y].map((number) => toReal(wholeZero(param, number))),
      );
  }
}

/** -0 + 0 is 0: one number, one key. */
function wholeZero(param: string, value: number): number {
  if (Number.isNaN(value)) throw new TypeError(`${param}: what is to be indexed is not a number`);
  return value + 0;
}
