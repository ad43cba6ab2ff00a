/** Rows of an index that name what a predicate matches, and how many they are. */
import type { Lookup } from './names.js';
import type { Sql } from './sql.js';

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
  let rows = 0;
  for (const { from, where } of source) {
    if (rows >= cap) break;
    const counted = connection.statement(`SELECT count(*) FROM (SELECT 1 FROM ${from.text} WHERE ${where.text} LIMIT ?)`);
    rows += Number(counted.get([...from.values, ...where.values, cap - rows])?.[0]);
  }
  return rows;
}

/** Beyond this many rows a condition is simply frequent. */
export const FREQUENT = 2000;

/** Whether so much is to be read to find the rows of the source that even to count a few of them may take long. */
export function isFarFetched(lookup: Lookup, source: Source): boolean {
  return source.some(({ scanned }) => scanned !== undefined && estimate(lookup, [scanned], FREQUENT) >= FREQUENT);
}

/** The rows of an alternative, named n. */
export function selectOf({ column, from, where }: Alternative): Sql {
  return { text: `SELECT ${column} AS n FROM ${from.text} WHERE ${where.text}`, values: [...from.values, ...where.values] };
}
