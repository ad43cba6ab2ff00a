/**
 * Versions of everything, of types or of one instance, in the order of their positions. Current versions are read before superseded
 * ones: a version is copied before it is replaced, so one that is gone from the first is in the second; in the other order one could be
 * missed. What stands in both is shown once.
 *
 * A walk is complete for what had been committed when it began. Following is another matter (feed.ts): a commit that takes long is
 * given its moment before others that are there already.
 * Source: R4 http.html#history
 */
import type { Timestamp } from 'mongodb';
import type { HistoryPosition, HistoryQuery, HistorySlice } from '../port.js';
import type { Collections, SupersededDocument } from './collections.js';
import { and } from './compile.js';
import { toVersion, versionFields, versionId } from './documents.js';
import { readRows } from './reader.js';
import { type Condition, type Shelf, shelvesOf } from './shelves.js';
import { remaining } from './time.js';

type Row = Pick<SupersededDocument, '_id' | 'v' | 'u' | 'm' | 'j' | 'o'>;

/** Throws StoreCostly when it takes longer than the query allows. */
export async function history(collections: Collections, query: HistoryQuery): Promise<HistorySlice> {
  const reading = { collections, query, timeLimit: remaining(query.timeLimit) };
  const found = new Map<string, Row>();
  let seen: Timestamp | undefined;
  for (const one of await shelvesOf(collections, query)) {
    const { rows, asOf } = await rowsOn({ ...reading, notBefore: one.from === 'versions' ? seen : undefined }, one);
    if (one.from === 'resources') seen = asOf;
    for (const row of rows) {
      const id = one.from === 'resources' ? versionId(row._id, row.v) : row._id;
      if (!found.has(id)) found.set(id, row);
    }
  }
  const direction = query.ascending === true ? 1 : -1;
  const rows = [...found.values()].sort((a, b) => direction * (a.u - b.u || a.o - b.o));
  const versions = rows.slice(0, query.count).map((row) => ({ version: toVersion(row), position: positionOf(row) }));
  return { versions, more: rows.length > query.count };
}

function positionOf({ u, o }: Row): HistoryPosition {
  return { lastUpdated: u, number: o };
}

interface Reading {
  readonly collections: Collections;
  readonly query: HistoryQuery;
  readonly timeLimit: (() => number) | undefined;
  readonly notBefore: Timestamp | undefined;
}

interface Found {
  readonly rows: readonly Row[];
  readonly asOf: Timestamp;
}

/** One more than asked for, if there is one. */
async function rowsOn(reading: Reading, shelf: Shelf): Promise<Found> {
  const { query } = reading;
  const limit = query.count + 1;
  const rows: Row[] = [];
  let after = query.after;
  for (;;) {
    const asked = limit - rows.length;
    const next = await rowsAfter(reading, shelf, after, asked);
    rows.push(...(shelf.from === 'versions' ? await currentAt(reading, next.rows) : next.rows));
    const last = next.rows.at(-1);
    if (last === undefined || next.rows.length < asked || rows.length === limit) return { rows, asOf: next.asOf };
    after = positionOf(last);
  }
}

/**
 * The index has versions of one moment by falling number forwards and by rising number backwards, a history the other way round: the
 * group that the page begins in and the one that it ends in are read for themselves, in their own order.
 */
async function rowsAfter(reading: Reading, shelf: Shelf, after: HistoryPosition | undefined, limit: number): Promise<Found> {
  const { collections, query, timeLimit, notBefore } = reading;
  const direction = query.ascending === true ? 1 : -1;
  const beyond = direction === 1 ? '$gt' : '$lt';
  const projection = { ...versionFields, o: 1 };
  const read = (more: readonly Condition[], sort: Record<string, 1 | -1>, atMost: number) =>
    readRows<Row>(collections, {
      from: shelf.from,
      filter: and([shelf.filter, ...more]),
      projection,
      sort,
      limit: atMost,
      timeLimit,
      notBefore,
    });
  const farther = after === undefined ? [] : [{ u: { [beyond]: after.lastUpdated } }];
  if (shelf.ofInstance) return read(farther, { _id: direction }, limit);

  const group = (moment: number, number: Condition, atMost: number) => read([{ u: moment }, number], { o: direction }, atMost);
  const begun = after === undefined ? undefined : await group(after.lastUpdated, { o: { [beyond]: after.number } }, limit);
  const before = begun?.rows ?? [];
  if (begun !== undefined && before.length === limit) return begun;
  const { rows, asOf } = await read(farther, { u: direction, o: direction === 1 ? -1 : 1 }, limit - before.length);
  const [nextToLast, last] = rows.slice(-2);
  if (last === undefined || nextToLast?.u !== last.u || rows.length < limit - before.length) return { rows: [...before, ...rows], asOf };
  const whole = rows.filter(({ u }) => u !== last.u);
  const ending = await group(last.u, {}, limit - before.length - whole.length);
  return { rows: [...before, ...whole, ...ending.rows], asOf };
}

/** Without those that had ended before `at`: what is written beside them may be later than the moment they ended. */
async function currentAt({ collections, query, notBefore }: Reading, rows: readonly Row[]): Promise<readonly Row[]> {
  const { at } = query;
  const doubtful = at === undefined ? [] : rows.filter(({ u }) => u < at.from);
  if (at === undefined || doubtful.length === 0) return rows;
  const followers = new Map(doubtful.map((row) => [row, { id: row._id.slice(0, row._id.lastIndexOf('/')), v: row.v + 1 }]));
  const ids = [...followers.values()].map(({ id, v }) => versionId(id, v));
  const find = (from: Shelf['from'], wanted: readonly string[]) =>
    readRows<{ _id: string; v: number; u: number }>(collections, {
      from,
      filter: { _id: { $in: wanted } },
      projection: { v: 1, u: 1 },
      limit: wanted.length,
      notBefore,
    });
  const current = await find('resources', [...new Set([...followers.values()].map(({ id }) => id))]);
  const superseded = await find('versions', ids);
  const moments = new Map(
    [...current.rows.map((row) => ({ ...row, _id: versionId(row._id, row.v) })), ...superseded.rows].map((row) => [row._id, row.u]),
  );
  return rows.filter((row) => {
    const follower = followers.get(row);
    return follower === undefined || (moments.get(versionId(follower.id, follower.v)) ?? at.before) > at.from;
  });
}
