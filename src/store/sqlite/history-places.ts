/**
 * Where versions stand in the histories of types: by (lastUpdated, creation number), merged from two narrow indexes of each type. What is
 * current and live stands in `resource_updated`, all else in `past`; a version that is superseded moves from the one to the other and
 * keeps its position. Rows come as one text: each row of its own costs the binding several microseconds. Source: port.ts HistorySlice
 */
import type { HistoryFilter, HistoryPosition } from '../port.js';
import type { Connection } from './binding.js';
import type { Lookup } from './names.js';
import { and, LIMITED, type Sql, sql } from './sql.js';

/** `version` where it is not what a live resource is now. */
export interface Place extends HistoryPosition {
  readonly version: number | null;
}

export interface Walk {
  /** Numbers of the types; undefined: all. */
  readonly types: readonly number[] | undefined;
  readonly filter: HistoryFilter;
  readonly ascending: boolean;
  readonly after: HistoryPosition | undefined;
}

/** An index in which versions of a type stand in order. */
export interface Source {
  readonly table: string;
  readonly type: string;
  readonly number: string;
  readonly version: string;
}

const sources: readonly Source[] = [
  { table: 'past', type: 'type', number: 'resource', version: 'version' },
  { table: 'resource INDEXED BY resource_updated', type: 'live', number: 'n', version: 'NULL' },
];

/** Numbers of the types that are named and of which something was written. */
export function typesOf({ connection, names }: Lookup, types: readonly string[] | undefined): readonly number[] | undefined {
  return types === undefined ? undefined : [...new Set(types)].flatMap((name) => names.type(connection, name) ?? []);
}

/** The first places behind where the walk is, in its order. */
export function placesBehind(connection: Connection, walk: Walk, limit: number): readonly Place[] {
  let found: readonly Place[] = [];
  for (const { source, type, head } of startsOf(connection, walk)) {
    const last = found.length < limit ? undefined : found.at(-1);
    if (last !== undefined && head !== undefined && (walk.ascending ? head > last.lastUpdated : head < last.lastUpdated)) break;
    const more = read(connection, selectPlaces(source, type, walk, last), limit);
    if (more.length > 0) found = merged(found, more, walk.ascending).slice(0, limit);
  }
  return found;
}

interface Start {
  readonly source: Source;
  readonly type: number;
  /** About where it begins: not before. */
  readonly head?: number;
}

/** Few types are simply asked; of many, those that have something are found by one statement, and the first to begin comes first. */
export function startsOf(connection: Connection, walk: Walk): readonly Start[] {
  const { types, ascending } = walk;
  if (types !== undefined && types.length <= FEW) return types.flatMap((type) => sources.map((source) => ({ source, type })));
  const wanted = types === undefined ? undefined : new Set(types);
  const { after, filter } = walk;
  const bound = ascending
    ? Math.max(after?.lastUpdated ?? 0, filter.since ?? 0)
    : Math.min(after?.lastUpdated ?? Number.MAX_SAFE_INTEGER, filter.at?.before ?? Number.MAX_SAFE_INTEGER);
  const text = connection.statement(ascending ? firstHeads : lastHeads).get([bound])?.[0];
  const heads = JSON.parse(String(text)) as readonly (readonly [type: number, ...heads: (number | null)[]])[];
  const starts = heads.flatMap(([type, ...each]) =>
    sources.flatMap((source, i) => {
      const head = each[i];
      return typeof head === 'number' && (wanted?.has(type) ?? true) ? { source, type, head } : [];
    }),
  );
  return starts.sort((one, other) => (ascending ? one.head - other.head : other.head - one.head));
}

/** Types that are asked one by one. */
const FEW = 3;

const headsBy = (extreme: string, comparison: string) => {
  const heads = sources.map(
    ({ table, type }) => `(SELECT ${extreme}(updated) FROM ${table} WHERE ${type} = t.id AND updated ${comparison} ?1)`,
  );
  return `SELECT json_group_array(json_array(t.id, ${heads.join(', ')})) FROM type AS t`;
};
const firstHeads = headsBy('min', '>=');
const lastHeads = headsBy('max', '<=');

function merged(some: readonly Place[], others: readonly Place[], ascending: boolean): Place[] {
  const direction = ascending ? 1 : -1;
  return [...some, ...others].sort((one, other) => direction * (one.lastUpdated - other.lastUpdated || one.number - other.number));
}

function read(connection: Connection, select: Sql, limit: number): readonly Place[] {
  const text = connection
    .statement(`SELECT json_group_array(json_array(updated, number, version)) FROM (${select.text} ${LIMITED})`)
    .get([...select.values, limit])?.[0];
  const rows = JSON.parse(String(text)) as readonly (readonly [number, number, number | null])[];
  return rows.map(([lastUpdated, number, version]) => ({ lastUpdated, number, version }));
}

/** The places of one source behind where the walk is, within its filter, and up to `last` where that is given. */
export function selectPlaces(source: Source, type: number, walk: Walk, last?: HistoryPosition): Sql {
  const { table, number, version } = source;
  const { filter, after, ascending } = walk;
  const direction = ascending ? 'ASC' : 'DESC';
  const parts = [sql(`${source.type} = ?`, type)];
  if (filter.since !== undefined) parts.push(sql('updated >= ?', filter.since));
  if (filter.at !== undefined) parts.push(sql('updated < ?', filter.at.before));
  if (after !== undefined) parts.push(sql(`(updated, ${number}) ${ascending ? '>' : '<'} (?, ?)`, after.lastUpdated, after.number));
  if (last !== undefined) parts.push(sql(`(updated, ${number}) ${ascending ? '<' : '>'} (?, ?)`, last.lastUpdated, last.number));
  const where = and(parts);
  return {
    text: `SELECT updated, ${number} AS number, ${version} AS version FROM ${table} WHERE ${where.text}
 ORDER BY updated ${direction}, ${number} ${direction}`,
    values: where.values,
  };
}

const nextSql = `SELECT json_group_array(coalesce((SELECT updated FROM version WHERE resource = p.value ->> 0 AND version = 1 + (p.value ->> 1)),
 (SELECT updated FROM resource WHERE n = p.value ->> 0 AND version = 1 + (p.value ->> 1)))) FROM json_each(?) AS p`;

/** Those that were current at some moment of the range, before whose end all were written: not superseded before it began. */
export function currentAt(connection: Connection, places: readonly Place[], at: HistoryFilter['at']): readonly Place[] {
  if (at === undefined) return places;
  const doubtful = places.filter(({ version, lastUpdated }) => version !== null && lastUpdated < at.from);
  if (doubtful.length === 0) return places;
  const keys = JSON.stringify(doubtful.map(({ number, version }) => [number, version]));
  const next = JSON.parse(String(connection.statement(nextSql).get([keys])?.[0])) as readonly (number | null)[];
  const gone = new Set(doubtful.filter((_, i) => (next[i] ?? Number.POSITIVE_INFINITY) <= at.from));
  return places.filter((place) => !gone.has(place));
}
