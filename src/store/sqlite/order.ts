/**
 * The order of a walk as SQL: what it sorts by, and where it goes on. A walk backward is one in the opposite order.
 * Source: R4 search.html#sort; port.ts Position, Query backward
 */
import type { Position, Sort } from '../port.js';
import { fromText, type SqlValue, toText } from './binding.js';
import type { Lookup } from './names.js';
import type { TypeSlots } from './slots.js';
import { always, and, never, type Sql, sql } from './sql.js';

export interface Key {
  /** An expression of the row `r`, or NULL where the type has no such value. */
  readonly column: string;
  readonly descending: boolean;
  readonly mayBeAbsent: boolean;
  /** Found among the entries of each row: no index has its order. */
  readonly found: boolean;
}

export interface Order {
  readonly keys: readonly Key[];
  readonly backward: boolean;
}

export const byCreation: Order = { keys: [], backward: false };

export interface Sorted {
  readonly type: number;
  readonly slots: TypeSlots;
}

export function orderOf(lookup: Lookup, { type, slots }: Sorted, sort: readonly Sort[], backward: boolean): Order {
  const keys = sort.map((one) => {
    const descending = one.descending !== backward;
    if ('param' in one) return keyOfEntries(lookup, type, one, descending);
    if (one.slot === '_id') return { column: 'r.id', descending, mayBeAbsent: false, found: false };
    if (one.slot === '_lastUpdated') return { column: 'r.updated', descending, mayBeAbsent: false, found: false };
    const number = slots.numbers.get(one.slot);
    return { column: number === undefined ? 'NULL' : `r.s${number}`, descending, mayBeAbsent: true, found: false };
  });
  return { keys, backward };
}

type ByEntries = Extract<Sort, { readonly param: string }>;

/** What a sort looks at in each table of entries. */
const sortedBy = {
  token: { from: 'token AS o INDEXED BY token_of', low: 'o.code', high: 'o.code' },
  reference: { from: 'reference AS o INDEXED BY reference_of', low: 'o.target', high: 'o.target' },
  string: { from: 'string AS o INDEXED BY string_of', low: 'o.value', high: 'o.value' },
  uri: { from: 'uri AS o INDEXED BY uri_of CROSS JOIN system AS u ON u.id = o.value', low: 'u.uri', high: 'u.uri' },
  range: { from: 'range AS o INDEXED BY range_of', low: 'o.low', high: 'o.high' },
} as const;

/** The integers of a parameter are few and ours; they stand in the text, because the expression comes in several places of a statement. */
function keyOfEntries({ connection, names }: Lookup, type: number, { param, entry, end }: ByEntries, descending: boolean): Key {
  const ids = names.params.find(connection, type, entry, param).map(({ id }) => id);
  const by = sortedBy[entry];
  const lowest = end === 'low' ? 'min' : 'max';
  const column = `(SELECT ${lowest}(${by[end]}) FROM ${by.from} WHERE o.resource = r.n AND o.param IN (${ids.join(', ')}))`;
  return { column: ids.length === 0 ? 'NULL' : column, descending, mayBeAbsent: true, found: ids.length > 0 };
}

export function orderBy({ keys, backward }: Order): string {
  const sorted = keys.filter((key) => key.column !== 'NULL').map((key) => `${key.column}${key.descending ? ' DESC' : ''}`);
  return [...sorted, `r.n${backward ? ' DESC' : ''}`].join(', ');
}

/** The number of what comes behind a position at equal values. */
export function behindNumber(column: string, { backward }: Pick<Order, 'backward'>, after: Position | undefined): Sql {
  return after === undefined ? always : sql(`${column} ${backward ? '<' : '>'} ?`, after.number);
}

/** Rows behind a position; absent values are the smallest. */
export function behind(order: Order, after: Position | undefined): Sql {
  return after === undefined ? always : behindFrom(order, after, 0);
}

/**
 * A walk by a column that may be absent has two parts, those with and those without a value: so each can start in the index where
 * the last page ended. Both are conditions; undefined: nothing of that part is behind the position.
 */
export function partsOf(order: Order, after: Position | undefined): readonly Sql[] {
  const [first] = order.keys;
  if (first === undefined || first.column === 'NULL') return [behind(order, after)];
  const value = after?.values[0];
  const start = value === undefined || value === null ? always : sql(`${first.column} ${first.descending ? '<=' : '>='} ?`, toSql(value));
  if (!first.mayBeAbsent) return [and([start, behind(order, after)])];
  const present = and([sql(`${first.column} IS NOT NULL`), start, behind(order, after)]);
  const absent = and([sql(`${first.column} IS NULL`), behind(order, after)]);
  if (after === undefined) return first.descending ? [present, absent] : [absent, present];
  if (first.descending) return value === null ? [absent] : [present, absent];
  return value === null ? [absent, present] : [present];
}

function behindFrom(order: Order, after: Position, at: number): Sql {
  const key = order.keys[at];
  if (key === undefined) return behindNumber('r.n', order, after);
  const rest = behindFrom(order, after, at + 1);
  const value = after.values[at] ?? null;
  // All rows of this type have no value: before any value ascending, behind any descending.
  if (key.column === 'NULL') return value === null ? rest : key.descending ? always : never;
  const further = beyond(key, value);
  const same = value === null ? sql(`${key.column} IS NULL`) : sql(`${key.column} = ?`, toSql(value));
  const tie = and([same, rest]);
  if (further === undefined) return tie;
  return { text: `(${further.text} OR (${tie.text}))`, values: [...further.values, ...tie.values] };
}

function beyond({ column, descending, mayBeAbsent }: Key, value: string | number | null): Sql | undefined {
  if (value === null) return descending ? undefined : sql(`${column} IS NOT NULL`);
  if (!descending) return sql(`${column} > ?`, toSql(value));
  return sql(mayBeAbsent ? `(${column} < ? OR ${column} IS NULL)` : `${column} < ?`, toSql(value));
}

function toSql(value: string | number): SqlValue {
  return typeof value === 'string' ? toText(value) : value;
}

export function fromSql(value: SqlValue | undefined): string | number | null {
  if (typeof value === 'string') return fromText(value);
  return typeof value === 'number' ? value : null;
}

/** The order of two positions of one walk, for walks over several types. */
export function compare(sort: readonly Sort[], backward: boolean, a: Position, b: Position): number {
  for (const [i, { descending }] of sort.entries()) {
    const order = compareValues(a.values[i] ?? null, b.values[i] ?? null);
    if (order !== 0) return descending !== backward ? -order : order;
  }
  return backward ? b.number - a.number : a.number - b.number;
}

function compareValues(a: string | number | null, b: string | number | null): number {
  const rank = (value: string | number | null) => (value === null ? 0 : typeof value === 'number' ? 1 : 2);
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(toText(a)), Buffer.from(toText(b)));
  if (typeof a === 'number' && typeof b === 'number') return a === b ? 0 : a - b;
  return 0;
}
