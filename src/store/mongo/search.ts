/** Searches: a page in order, and keys for many criteria at once. */
import type { Document } from 'mongodb';
import type { Key } from '../../model/resource.js';
import type { Position, Query, Slice, Version, Where } from '../port.js';
import type { Collections, ResourceDocument } from './collections.js';
import { compileWhere, type DocumentFilter, type LocalWhere } from './compile.js';
import { type Slots, toKey, toVersion, versionFields } from './documents.js';
import { behindPosition, comparePositions, positionOf, type SortedRow, type SortField, sortFields } from './pages.js';
import { commandReader, type Reader } from './reader.js';
import { resolveWhere } from './resolve.js';
import { remaining } from './time.js';

type Row = ResourceDocument & SortedRow;
interface Match {
  readonly version: Version;
  readonly position: Position;
}

/** Throws StoreCostly when it takes longer than the query allows. */
export async function search(collections: Collections, slots: Slots, query: Query): Promise<Slice> {
  const reader = commandReader(collections, remaining(query.timeLimit));
  const where = await resolveWhere(reader, query.where);
  const found = await matchesOf(reader, slots, where, query);
  return { matches: found.slice(0, query.count), more: found.length > query.count };
}

/** One more than asked for, if there is one. */
async function matchesOf(reader: Reader, slots: Slots, where: LocalWhere, query: Query): Promise<readonly Match[]> {
  const [first, ...others] = where;
  if (first === undefined) return [];
  // Types keep the same slot in different fields, and ids begin with the type: such walks go type by type and are merged.
  const apart = others.length > 0 && query.sort.some(({ slot }) => slot !== '_lastUpdated');
  if (!apart) return walk(reader, first.type, where, sortFields(first.type, query.sort, slots), query);
  const walks: Match[] = [];
  for (const part of where) walks.push(...(await walk(reader, part.type, [part], sortFields(part.type, query.sort, slots), query)));
  return walks.sort((a, b) => comparePositions(query.sort, a.position, b.position)).slice(0, query.count + 1);
}

async function walk(
  reader: Reader,
  type: string,
  where: LocalWhere,
  fields: readonly SortField[],
  query: Query,
): Promise<readonly Match[]> {
  const used = fields.flatMap(({ field }) => (field === undefined ? [] : [field]));
  const base = compileWhere(where, used.length > 0 ? 'type' : 'keys');
  const filter = query.after === undefined ? base : behindPosition(base, type, fields, query.after);
  const projection = { ...versionFields, o: 1, ...Object.fromEntries(used.map((field) => [field, 1])) };
  const limit = query.count + 1;
  const [only] = fields;
  const rising = used.length === 1 && fields.length === 1 && only?.field !== '_id' && only?.descending === false;
  const rows =
    rising && only.field !== undefined
      ? await risingRows(reader, base, filter, only.field, { projection, limit, after: query.after })
      : await reader.rows<Row>(filter, { projection, limit, sort: sortOf(fields) });
  return rows.map((row) => ({ version: toVersion(row), position: positionOf(row, fields) }));
}

/** An id decides alone: what stands behind it would only keep its index from serving. */
function sortOf(fields: readonly SortField[]): Record<string, 1 | -1> {
  const sort: Record<string, 1 | -1> = {};
  for (const { field, descending } of fields) {
    if (field === undefined) continue;
    sort[field] ??= descending ? -1 : 1;
    if (field === '_id') return sort;
  }
  return { ...sort, o: 1 };
}

/**
 * Rising by a slot, ties by creation. The index is made for falling walks, the more frequent, where ties come by creation
 * by themselves; read the other way ties come newest first, so the last group of ties is read again in its own order.
 */
async function risingRows(
  reader: Reader,
  base: DocumentFilter,
  filter: DocumentFilter,
  field: string,
  { projection, limit, after }: { readonly projection: Document; readonly limit: number; readonly after?: Position },
): Promise<readonly Row[]> {
  const rows = await reader.rows<Row>(filter, { projection, limit, sort: { [field]: 1, o: -1 } });
  const fields = [{ field, descending: false }];
  const byPosition = (a: Row, b: Row) => comparePositions(fields, positionOf(a, fields), positionOf(b, fields));
  const last = rows.at(-1);
  if (last === undefined || rows.length < limit) return [...rows].sort(byPosition);
  const value = last[field] ?? null;
  const whole = rows.filter((row) => (row[field] ?? null) !== value).sort(byPosition);
  const ties = [base, { [field]: value }, ...(after?.values[0] === value ? [{ o: { $gt: after.number } }] : [])];
  const group = await reader.rows<Row>({ $and: ties } as DocumentFilter, { projection, limit: limit - whole.length, sort: { o: 1 } });
  return [...whole, ...group];
}

const keysPerQuery = 500;

/** Keys for many criteria. Those that ask for one equal key alone go together, as many as fit into one command. */
export async function find(reader: Reader, wheres: readonly Where[], atMost: number): Promise<readonly (readonly Key[])[]> {
  const filters: DocumentFilter[] = [];
  for (const where of wheres) filters.push(compileWhere(await resolveWhere(reader, where), 'keys'));
  const single = new Map<string, readonly Key[]>();
  const keys = [...new Set(filters.flatMap((filter) => singleKey(filter) ?? []))];
  for (let at = 0; at < keys.length; at += keysPerQuery) {
    await findTogether(reader, keys.slice(at, at + keysPerQuery), atMost, single);
  }
  const found: (readonly Key[])[] = [];
  for (const filter of filters) found.push(single.get(singleKey(filter) ?? '') ?? (await findAlone(reader, filter, atMost)));
  return found;
}

function singleKey(filter: DocumentFilter): string | undefined {
  const { k, ...others } = filter as { readonly k?: unknown };
  return typeof k === 'string' && Object.keys(others).length === 0 ? k : undefined;
}

async function findAlone(reader: Reader, filter: DocumentFilter, atMost: number): Promise<readonly Key[]> {
  const rows = await reader.rows<{ _id: string }>(filter, { projection: { _id: 1 }, sort: { o: 1 }, limit: atMost });
  return rows.map(({ _id }) => toKey(_id));
}

/** Where they find so much that the reply would be cut, none is answered here, and each is asked for itself. */
async function findTogether(reader: Reader, keys: readonly string[], atMost: number, found: Map<string, readonly Key[]>): Promise<void> {
  if (keys.length < 2) return;
  const limit = keys.length * Math.min(atMost, 4) + 1_000;
  const projection = { o: 1, k: { $setIntersection: ['$k', { $literal: keys }] } };
  const rows = await reader.rows<{ _id: string; o: number; k: readonly string[] }>({ k: { $in: keys } }, { projection, limit });
  if (rows.length === limit) return;
  const lists = new Map<string, Key[]>(keys.map((key) => [key, []]));
  for (const row of [...rows].sort((a, b) => a.o - b.o)) {
    for (const key of row.k) lists.get(key)?.push(toKey(row._id));
  }
  for (const [key, list] of lists) found.set(key, list.slice(0, atMost));
}
