/** The order of a walk as SQL: what it sorts by, and where it goes on. Source: R4 search.html#sort; port.ts Position */
import type { Position, Sort } from '../port.js';
import { fromText, type SqlValue, toText } from './binding.js';
import type { TypeSlots } from './slots.js';
import { always, and, never, type Sql, sql } from './sql.js';

export interface Key {
  /** Of the resource table, or NULL where the type has no such slot. */
  readonly column: string;
  readonly descending: boolean;
  readonly mayBeAbsent: boolean;
}

export function keysOf(sort: readonly Sort[], slots: TypeSlots): readonly Key[] {
  return sort.map(({ slot, descending }) => {
    if (slot === '_id') return { column: 'r.id', descending, mayBeAbsent: false };
    if (slot === '_lastUpdated') return { column: 'r.updated', descending, mayBeAbsent: false };
    const number = slots.numbers.get(slot);
    if (number === undefined) return { column: 'NULL', descending, mayBeAbsent: true };
    return { column: `r.s${number}`, descending, mayBeAbsent: true };
  });
}

export function orderBy(keys: readonly Key[]): string {
  const sorted = keys.filter((key) => key.column !== 'NULL').map((key) => `${key.column}${key.descending ? ' DESC' : ''}`);
  return [...sorted, 'r.n'].join(', ');
}

/** Rows behind a position; absent values are the smallest. */
export function behind(keys: readonly Key[], after: Position | undefined): Sql {
  return after === undefined ? always : behindFrom(keys, after, 0);
}

/**
 * A walk by a column that may be absent has two parts, those with and those without a value: so each can start in the index where
 * the last page ended. Both are conditions; undefined: nothing of that part is behind the position.
 */
export function partsOf(keys: readonly Key[], after: Position | undefined): readonly Sql[] {
  const [first] = keys;
  if (first === undefined || first.column === 'NULL') return [behind(keys, after)];
  const value = after?.values[0];
  const start = value === undefined || value === null ? always : sql(`${first.column} ${first.descending ? '<=' : '>='} ?`, toSql(value));
  if (!first.mayBeAbsent) return [and([start, behind(keys, after)])];
  const present = and([sql(`${first.column} IS NOT NULL`), start, behind(keys, after)]);
  const absent = and([sql(`${first.column} IS NULL`), behind(keys, after)]);
  if (after === undefined) return first.descending ? [present, absent] : [absent, present];
  if (first.descending) return value === null ? [absent] : [present, absent];
  return value === null ? [absent, present] : [present];
}

function behindFrom(keys: readonly Key[], after: Position, at: number): Sql {
  const key = keys[at];
  if (key === undefined) return sql('r.n > ?', after.number);
  const rest = behindFrom(keys, after, at + 1);
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
export function compare(sort: readonly Sort[], a: Position, b: Position): number {
  for (const [i, { descending }] of sort.entries()) {
    const order = compareValues(a.values[i] ?? null, b.values[i] ?? null);
    if (order !== 0) return descending ? -order : order;
  }
  return a.number - b.number;
}

function compareValues(a: string | number | null, b: string | number | null): number {
  const rank = (value: string | number | null) => (value === null ? 0 : typeof value === 'number' ? 1 : 2);
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(toText(a)), Buffer.from(toText(b)));
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return 0;
}
