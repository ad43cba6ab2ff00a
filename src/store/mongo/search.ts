/** Searches: a page in order, and keys for many criteria at once. */
import type { Key } from '../../model/resource.js';
import { type Position, type Query, type Slice, StoreBusy, type Where } from '../port.js';
import type { Collections, ResourceDocument } from './collections.js';
import { and, compileType, compileWhere, type DocumentFilter, type LocalWhere } from './compile.js';
import { collectionOf, containerOf, isContained, type Slots, toKey, toVersion, versionFields } from './documents.js';
import { comparePositions, positionOf, type SortedRow, type Walk, walkOf } from './pages.js';
import { type CollectionName, commandReader, type Reader } from './reader.js';
import type { ResolvedPart } from './resolve.js';
import { remaining } from './time.js';
import { byLevels, type Listed, walkThrough } from './walk-through.js';

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
  const asked = { reader, slots, query, projection: versionFields };
  for (let count = 1; count <= tries; count++) {
    const found = await byLevels(reader, query.where, (parts, listed) => matchesOf({ ...asked, ...listed, parts }));
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

interface Asked extends Listed {
  readonly reader: Reader;
  readonly slots: Slots;
  readonly query: Query;
  /** What is wanted of each beside its place. */
  readonly projection: Readonly<Record<string, 1>>;
  readonly parts: readonly ResolvedPart[];
}

/** One more than asked for, if there is one, in the order of the walk. Undefined where too many had to be looked at. */
async function matchesOf({ reader, slots, query, projection, parts: all, resolver, patience }: Asked): Promise<Found[] | undefined> {
  const found: Found[] = [];
  const walks = walksOf(all, query);
  const backward = query.backward === true;
  for (const { from, parts, type } of walks) {
    const walk = walkOf(type, query.sort, slots, { backward, alone: walks.length === 1 });
    const ordered = { reader, from, walk, projection, base: baseOf(parts, walk), after: query.after, limit: query.count + 1 };
    const rows = await walkThrough<Row>({ ordered, parts, resolver, patience });
    if (rows === undefined) return undefined;
    for (const row of rows) found.push({ row, position: positionOf(row, walk) });
  }
  if (walks.length < 2) return found;
  const walk = walkOf('', query.sort, slots, { backward });
  return found.sort((a, b) => comparePositions(walk, a.position, b.position)).slice(0, query.count + 1);
}

interface Part {
  readonly from: CollectionName;
  readonly type: string;
  readonly parts: readonly ResolvedPart[];
}

/** Types keep the same slot in different fields, and ids begin with the type: such walks go type by type and are merged. */
function walksOf(where: readonly ResolvedPart[], { sort }: Pick<Query, 'sort'>): readonly Part[] {
  const apart = where.some(({ asked }) => asked !== undefined) || sort.some((by) => 'param' in by || by.slot !== '_lastUpdated');
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
  const filters = wheres.map(singleKey);
  const single = new Map<string, readonly Key[]>();
  const keys = [...new Set(filters.flatMap((key) => key ?? []))];
  for (let at = 0; at < keys.length; at += keysPerQuery) {
    await findTogether(reader, keys.slice(at, at + keysPerQuery), atMost, single);
  }
  const found: (readonly Key[])[] = [];
  for (const [index, where] of wheres.entries()) found.push(single.get(filters[index] ?? '') ?? (await findAlone(reader, where, atMost)));
  return found;
}

function singleKey(where: Where): string | undefined {
  const [part, ...others] = where;
  const only = part?.predicate.kind === 'all' && part.predicate.of.length === 1 ? part.predicate.of[0] : part?.predicate;
  if (part === undefined || others.length > 0 || isContained(part.type) || only?.kind !== 'match') return undefined;
  const { k, ...more } = compileType(part.type, only, 'keys') as { readonly k?: unknown };
  return typeof k === 'string' && Object.keys(more).length === 0 ? k : undefined;
}

async function findAlone(reader: Reader, where: Where, atMost: number): Promise<readonly Key[]> {
  const query = { where, sort: [], count: atMost - 1 };
  const asked = { reader, slots: new Map(), query, projection: { v: 1 } as const };
  const found = await byLevels(reader, where, (parts, listed) => matchesOf({ ...asked, ...listed, parts }));
  return found.map(({ row }) => ({ ...toKey(row._id), version: row.v }));
}

/** Where they find so much that the reply would be cut, none is answered here, and each is asked for itself. */
async function findTogether(reader: Reader, keys: readonly string[], atMost: number, found: Map<string, readonly Key[]>): Promise<void> {
  if (keys.length < 2) return;
  const limit = keys.length * Math.min(atMost, 4) + 1_000;
  const projection = { o: 1, v: 1, k: { $setIntersection: ['$k', { $literal: keys }] } };
  const rows = await reader.rows<{ _id: string; o: number; v: number; k: readonly string[] }>({ k: { $in: keys } }, { projection, limit });
  if (rows.length === limit) return;
  const lists = new Map<string, Key[]>(keys.map((key) => [key, []]));
  for (const row of [...rows].sort((a, b) => a.o - b.o)) {
    for (const key of row.k) lists.get(key)?.push({ ...toKey(row._id), version: row.v });
  }
  for (const [key, list] of lists) found.set(key, list.slice(0, atMost));
}
