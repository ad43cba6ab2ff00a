/** Rows of an index that name what a predicate matches, and how many they are. */
import type { Connection } from './binding.js';
import type { Lookup } from './names.js';
import { join, LIMITED, type Sql } from './sql.js';

/** Rows that name resources: `SELECT column FROM from WHERE where`. */
export interface Alternative {
  readonly column: string;
  readonly from: Sql;
  readonly where: Sql;
  /** Its rows come in order of creation from an index. */
  readonly ordered: boolean;
  /** No resource comes twice. */
  readonly unique: boolean;
  /** Each of its rows is found through other tables, and so costs more. */
  readonly joined?: boolean;
  /** What is read to find its rows, where that may be far more than they are. */
  readonly scanned?: Scan;
}

export interface Scan {
  readonly from: Sql;
  readonly where: Sql;
}

/** All the resources a predicate matches, and none else: the union of its alternatives. */
export type Source = readonly Alternative[];

/** A union that needs no more than this many sub-selects; SQLite allows 500. */
export const MOST_ALTERNATIVES = 40;

export function unionOf(sources: readonly (Source | undefined)[]): Source | undefined {
  const all: Alternative[] = [];
  for (const one of sources) {
    if (one === undefined) return undefined;
    all.push(...one);
  }
  return all.length > MOST_ALTERNATIVES ? undefined : all;
}

/** How many rows the source has, counted up to `cap`. */
export function estimate({ connection }: Lookup, source: readonly Scan[], cap: number): number {
  if (source.length === 0) return 0;
  return countUpTo(connection, rowsOf(source), cap);
}

/** All rows of some scans, as often as they stand there. */
export function rowsOf(scans: readonly Scan[]): Sql {
  return join(
    scans.map(({ from, where }) => ({ text: `SELECT 1 FROM ${from.text} WHERE ${where.text}`, values: [...from.values, ...where.values] })),
    ' UNION ALL ',
  );
}

/**
 * That many rows were found is remembered for a while: what is frequent stays so, and to count it again and again would cost more than
 * the search. It decides on the way alone, never on what is found.
 */
interface Frequent {
  readonly rows: Map<string, number>;
  until: number;
}

const frequent = new WeakMap<Connection, Frequent>();
/** Milliseconds, and how many conditions. */
const REMEMBERED = 5000;
const MOST_REMEMBERED = 500;
/** So many rows are worth it. */
export const MANY = 200;

/** Whether that was found out a short while ago. */
export function isKnownFrequent({ connection }: Lookup, source: readonly Scan[]): boolean {
  return source.length > 0 && (remembered(connection).get(keyOf(rowsOf(source))) ?? 0) >= FREQUENT;
}

/** That the beginning of a walk held no page, for the same while. */
export function noteFutile({ connection }: Lookup, select: Sql): void {
  remembered(connection).set(keyOf(select), 0);
}

export function isFutile({ connection }: Lookup, select: Sql): boolean {
  return remembered(connection).has(keyOf(select));
}

function keyOf({ text, values }: Sql): string {
  return `${text} ${values.join('\u0000')}`;
}

function countUpTo(connection: Connection, rows: Sql, cap: number): number {
  const known = remembered(connection);
  const key = cap < MANY ? '' : keyOf(rows);
  if ((known.get(key) ?? 0) >= cap) return cap;
  const counted = connection.statement(`SELECT count(*) FROM (${rows.text} ${LIMITED})`);
  const found = Number(counted.get([...rows.values, cap])?.[0]);
  if (found >= MANY && found === cap) known.set(key, found);
  return found;
}

function remembered(connection: Connection): Map<string, number> {
  const kept = frequent.get(connection);
  const now = performance.now();
  if (kept !== undefined && now < kept.until && kept.rows.size < MOST_REMEMBERED) return kept.rows;
  const rows = new Map<string, number>();
  frequent.set(connection, { rows, until: now + REMEMBERED });
  return rows;
}

/** Beyond this many rows a condition is simply frequent. */
export const FREQUENT = 2000;

/** Whether so much is to be read to find the rows of the source that even to count a few of them may take long. */
export function isFarFetched(lookup: Lookup, source: Source, many = FREQUENT): boolean {
  return source.some(({ scanned }) => scanned !== undefined && estimate(lookup, [scanned], many) >= many);
}

/** The rows of an alternative, named n. */
export function selectOf({ column, from, where }: Alternative): Sql {
  return { text: `SELECT ${column} AS n FROM ${from.text} WHERE ${where.text}`, values: [...from.values, ...where.values] };
}
