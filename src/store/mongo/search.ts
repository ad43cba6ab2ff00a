/** Searches: a page in order, and keys for many criteria at once. */
import type { Key } from '../../model/resource.js';
import { type Position, type Query, type Slice, StoreBusy, type Where } from '../port.js';
import type { Collections, ResourceDocument } from './collections.js';
import { and, compileWhere, type DocumentFilter, type LocalWhere } from './compile.js';
import { collectionOf, containerOf, isContained, type Slots, toKey, toVersion, versionFields } from './documents.js';
import { rowsInOrder } from './ordered.js';
import { comparePositions, positionOf, type SortedRow, type Walk, walkOf } from './pages.js';
import { type CollectionName, commandReader, type Reader } from './reader.js';
import { resolveWhere } from './resolve.js';
import { remaining } from './time.js';

type Row = ResourceDocument & SortedRow;
interface Found {
  readonly row: Row;
  readonly position: Position;
}

/** Throws StoreCostly when it takes longer than the query allows. */
export function search(collections: Collections, slots: Slots, query: Query): Promise<Slice> {
  return searchBy(commandReader(collections, remaining(query.timeLimit)), slots, query);
}

const tries = 5;

export async function searchBy(reader: Reader, slots: Slots, query: Query): Promise<Slice> {
  for (let count = 1; count <= tries; count++) {
    const where = await resolveWhere(reader, query.where);
    const found = await matchesOf(reader, slots, where, query);
    const some = found.slice(0, query.count);
    const matches = await withVersions(reader, query.backward ? some.reverse() : some);
    if (matches !== undefined) return { matches, more: found.length > query.count };
  }
  throw new StoreBusy('What was found among contained resources was changed again and again before it could be read');
}

/** Undefined where a container was changed meanwhile. */
async function withVersions(reader: Reader, found: readonly Found[]): Promise<Slice['matches'] | undefined> {
  const ids = [...new Set(found.flatMap(({ row: { _id } }) => (containerOf(_id) === _id ? [] : [containerOf(_id)])))];
  const containers = new Map<string, ResourceDocument>();
  if (ids.length > 0) {
    const reading = { projection: versionFields, limit: ids.length };
    for (const one of await reader.rows<ResourceDocument>({ _id: { $in: ids } }, reading)) containers.set(one._id, one);
  }
  const matches: Slice['matches'][number][] = [];
  for (const { row, position } of found) {
    const id = containerOf(row._id);
    const container = id === row._id ? row : containers.get(id);
    if (container?.v !== row.v) return undefined;
    matches.push({ version: toVersion(container), position, ...(container !== row && { contained: row._id.slice(id.length + 1) }) });
  }
  return matches;
}

/** One more than asked for, if there is one, in the order of the walk. */
async function matchesOf(reader: Reader, slots: Slots, where: LocalWhere, query: Query): Promise<Found[]> {
  const found: Found[] = [];
  const walks = walksOf(where, query);
  for (const { from, parts, type } of walks) {
    const walk = walkOf(type, query.sort, slots, query.backward === true);
    const rows = await rowsInOrder<Row>({ reader, from, walk, base: baseOf(parts, walk), after: query.after, limit: query.count + 1 });
    for (const row of rows) found.push({ row, position: positionOf(row, walk) });
  }
  if (walks.length < 2) return found;
  const walk = walkOf('', query.sort, slots, query.backward === true);
  return found.sort((a, b) => comparePositions(walk, a.position, b.position)).slice(0, query.count + 1);
}

interface Part {
  readonly from: CollectionName;
  readonly type: string;
  readonly parts: LocalWhere;
}

/** Types keep the same slot in different fields, and ids begin with the type: such walks go type by type and are merged. */
function walksOf(where: LocalWhere, { sort }: Pick<Query, 'sort'>): readonly Part[] {
  const apart = sort.some((by) => 'param' in by || by.slot !== '_lastUpdated');
  const groups = apart
    ? where.map((part) => [part])
    : [where.filter(({ type }) => !isContained(type)), where.filter(({ type }) => isContained(type))];
  return groups.flatMap((parts) => {
    const [first] = parts;
    return first === undefined ? [] : [{ from: collectionOf(first.type), type: first.type, parts }];
  });
}

function baseOf(parts: LocalWhere, { fields }: Walk): DocumentFilter {
  const [first] = fields.filter(({ field }) => field !== undefined);
  const base = compileWhere(parts, first === undefined ? 'keys' : first.computed === undefined ? 'type' : 'none');
  if (first?.field !== '_id') return base;
  // A walk by ids is to stay among those of the type.
  return and([{ ...base }, { _id: { $gte: `${parts[0]?.type}/`, $lt: `${parts[0]?.type}0` } }]) as DocumentFilter;
}

const keysPerQuery = 500;

/** Keys for many criteria. Those that ask for one equal key alone go together, as many as fit into one command. */
export async function find(reader: Reader, wheres: readonly Where[], atMost: number): Promise<readonly (readonly Key[])[]> {
  const asked: (readonly Scan[])[] = [];
  for (const where of wheres) asked.push(scansOf(await resolveWhere(reader, where)));
  const single = new Map<string, readonly Key[]>();
  const keys = [...new Set(asked.flatMap((scans) => singleKey(scans) ?? []))];
  for (let at = 0; at < keys.length; at += keysPerQuery) {
    await findTogether(reader, keys.slice(at, at + keysPerQuery), atMost, single);
  }
  const found: (readonly Key[])[] = [];
  for (const scans of asked) found.push(single.get(singleKey(scans) ?? '') ?? (await findAlone(reader, scans, atMost)));
  return found;
}

interface Scan {
  readonly from: CollectionName;
  readonly filter: DocumentFilter;
}

function scansOf(where: LocalWhere): readonly Scan[] {
  return walksOf(where, { sort: [] }).map(({ from, parts }) => ({ from, filter: compileWhere(parts, 'keys') }));
}

function singleKey([scan, ...others]: readonly Scan[]): string | undefined {
  if (scan === undefined || others.length > 0 || scan.from === 'contained') return undefined;
  const { k, ...more } = scan.filter as { readonly k?: unknown };
  return typeof k === 'string' && Object.keys(more).length === 0 ? k : undefined;
}

async function findAlone(reader: Reader, scans: readonly Scan[], atMost: number): Promise<readonly Key[]> {
  const rows: { readonly _id: string; readonly o: number }[] = [];
  for (const { from, filter } of scans) {
    rows.push(...(await reader.rows<SortedRow>(filter, { from, projection: { _id: 1, o: 1 }, sort: { o: 1 }, limit: atMost })));
  }
  const inOrder = scans.length < 2 ? rows : rows.sort((a, b) => a.o - b.o).slice(0, atMost);
  return inOrder.map(({ _id }) => toKey(_id));
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
