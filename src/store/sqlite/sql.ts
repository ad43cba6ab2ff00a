/** Pieces of SQL with the values they bind. `0` and `1` are folded away, so that what cannot match is never asked of SQLite. */
import type { SqlValue } from './binding.js';

export interface Sql {
  readonly text: string;
  readonly values: readonly SqlValue[];
}

export const always: Sql = { text: '1', values: [] };
export const never: Sql = { text: '0', values: [] };

export function sql(text: string, ...values: readonly SqlValue[]): Sql {
  return { text, values };
}

export function join(parts: readonly Sql[], between: string): Sql {
  return { text: parts.map((part) => part.text).join(between), values: parts.flatMap((part) => part.values) };
}

export function and(parts: readonly Sql[]): Sql {
  if (parts.some((part) => part.text === '0')) return never;
  const real = parts.filter((part) => part.text !== '1');
  return real.length === 0 ? always : join(real, ' AND ');
}

export function or(parts: readonly Sql[]): Sql {
  if (parts.some((part) => part.text === '1')) return always;
  const real = parts.filter((part) => part.text !== '0');
  if (real.length === 0) return never;
  const joined = join(real, ' OR ');
  return real.length === 1 ? joined : { text: `(${joined.text})`, values: joined.values };
}

export function not(part: Sql): Sql {
  if (part.text === '0') return always;
  if (part.text === '1') return never;
  return { text: `NOT (${part.text})`, values: part.values };
}

/**
 * At most so many rows, the last value bound. A bare `LIMIT ?` SQLite plans by, and so prepares the statement anew each time a value is
 * bound to it; of a sum it asks nothing. Source: sqlite.org/c3ref/prepare.html (the bound value may influence the plan)
 */
export const LIMITED = 'LIMIT ? + 0';

/** More values than this travel as one JSON array, so that the text of the statement stays the same. */
export const LISTED = 8;

export function among(column: string, values: readonly SqlValue[]): Sql {
  const different = [...new Set(values)];
  if (different.length === 0) return never;
  if (different.length === 1) return sql(`${column} = ?`, ...different);
  if (different.length <= LISTED) return sql(`${column} IN (${different.map(() => '?').join(', ')})`, ...different);
  return sql(`${column} IN (SELECT value FROM json_each(?))`, JSON.stringify(different));
}

/**
 * Asked of some rows of a statement that may take long, so that it can be broken off. Numbers of resources of one type often differ by
 * multiples of the same, hence the mixing.
 */
export function inTime(n: string): Sql {
  return sql(`((${n} * 40503 >> 7) & 31 OR in_time())`);
}
