/**
 * Histories of a type and of everything, in the order of (lastUpdated, creation number): what is current and live stands in one index,
 * all else in `past`; the first of both, of each type, are merged. A version moves from the one to the other when it is superseded, and
 * keeps its position: each step reads both in one transaction, and the next goes on behind a position. The history of one instance is
 * in instance-history.ts. Source: port.ts history, countHistory; R4 http.html#history
 */
import type { HistoryFilter, HistoryPosition, HistoryQuery, HistorySlice, Version } from '../port.js';
import { fromText, type SqlValue } from './binding.js';
import { feedEnd } from './feed.js';
import { countOfInstance, historyOfInstance } from './instance-history.js';
import type { Lookup } from './names.js';
import { toVersion, versionsAt } from './read.js';
import type { Reader } from './reader.js';
import { and, type Sql, sql } from './sql.js';
import type { Steps } from './steps.js';

/** A place in a history; `version` where it is not what a live resource is now. */
interface Place extends HistoryPosition {
  readonly type: number;
  readonly version: number | undefined;
}

/** Places looked at in one step where some may not be wanted. */
const WINDOW = 1000;
/** Rows of an index that are counted in one step. */
const COUNTED = 50_000;

interface Walk {
  readonly types: readonly number[];
  readonly filter: HistoryFilter;
  readonly ascending: boolean;
  readonly after: HistoryPosition | undefined;
}

export function* history(reader: Reader, query: HistoryQuery): Steps<HistorySlice> {
  const { scope, count, ascending = false } = query;
  if ('id' in scope) return yield* historyOfInstance(reader, scope, query);
  const found: { version: Version; position: HistoryPosition }[] = [];
  const types = typesOf(reader, scope.types);
  let after = query.after;
  for (;;) {
    const wanted = count + 1 - found.length;
    const window = query.at === undefined ? wanted : Math.max(wanted, WINDOW);
    const places = placesBehind(reader, { types, filter: query, ascending, after }, window);
    const chosen = places.filter((place) => isAt(reader, place, query.at)).slice(0, wanted);
    const room = count - found.length;
    found.push(...versionsOf(reader, chosen.slice(0, room)));
    if (chosen.length > room || places.length < window) return { versions: found, more: chosen.length > room };
    after = places.at(-1);
    yield;
  }
}

/** Numbers of the types; without names all that were ever written. */
function typesOf({ connection, names }: Lookup, types: readonly string[] | undefined): readonly number[] {
  if (types === undefined)
    return connection
      .statement('SELECT id FROM type')
      .all([])
      .map(([id]) => Number(id));
  return [...new Set(types)].flatMap((name) => names.type(connection, name) ?? []);
}

interface Source {
  readonly table: string;
  readonly type: string;
  readonly number: string;
  readonly version: string;
}

const sources: readonly Source[] = [
  { table: 'resource INDEXED BY resource_updated', type: 'live', number: 'n', version: 'NULL' },
  { table: 'past', type: 'type', number: 'resource', version: 'version' },
];

/** The first of all sources, in order. */
function placesBehind({ connection }: Lookup, walk: Walk, limit: number): readonly Place[] {
  const direction = walk.ascending ? 1 : -1;
  let found: Place[] = [];
  for (const type of walk.types) {
    for (const source of sources) {
      const last = found.length < limit ? undefined : found.at(-1);
      const where = and([sql(`${source.type} = ?`, type), bounds(source, walk, last)]);
      const rows = connection.statement(selectPlaces(source, where, walk.ascending)).all([...where.values, limit]);
      if (rows.length === 0) continue;
      for (const [lastUpdated, number, version] of rows) {
        found.push({ type, lastUpdated: Number(lastUpdated), number: Number(number), version: numberOrNothing(version) });
      }
      found = found.sort((one, other) => direction * (one.lastUpdated - other.lastUpdated || one.number - other.number)).slice(0, limit);
    }
  }
  return found;
}

function numberOrNothing(value: SqlValue | undefined): number | undefined {
  return value === null || value === undefined ? undefined : Number(value);
}

function selectPlaces({ table, number, version }: Source, where: Sql, ascending: boolean): string {
  const direction = ascending ? 'ASC' : 'DESC';
  return `SELECT updated, ${number}, ${version} FROM ${table} WHERE ${where.text} ORDER BY updated ${direction}, ${number} ${direction} LIMIT ?`;
}

/** Behind where the walk is, within the filter, and not behind what was found already. */
function bounds({ number }: Source, { filter, ascending, after }: Walk, last: HistoryPosition | undefined): Sql {
  const behind = ascending ? '>' : '<';
  const before = ascending ? '<' : '>';
  const parts: Sql[] = [];
  if (filter.since !== undefined) parts.push(sql('updated >= ?', filter.since));
  if (filter.at !== undefined) parts.push(sql('updated < ?', filter.at.before));
  if (after !== undefined) parts.push(sql(`(updated, ${number}) ${behind} (?, ?)`, after.lastUpdated, after.number));
  if (last !== undefined) parts.push(sql(`(updated, ${number}) ${before} (?, ?)`, last.lastUpdated, last.number));
  return and(parts);
}

const nextSql = `SELECT coalesce((SELECT updated FROM version WHERE resource = ?1 AND version = ?2),
 (SELECT updated FROM resource WHERE n = ?1 AND version = ?2))`;

/** Whether it was current at some moment of the range, before the end of which it was written: not superseded before it began. */
function isAt({ connection }: Lookup, { lastUpdated, number, version }: Place, at: HistoryFilter['at']): boolean {
  if (at === undefined || version === undefined || lastUpdated >= at.from) return true;
  const [next = null] = connection.statement(nextSql).get([number, version + 1]) ?? [];
  return next === null || Number(next) > at.from;
}

const pastSql = `SELECT v.version, v.updated, v.method, v.json, r.type, r.id FROM version AS v CROSS JOIN resource AS r ON r.n = v.resource
 WHERE v.resource = ? AND v.version = ?`;
const deletionSql = 'SELECT version, updated, method, json, type, id FROM resource WHERE n = ? AND version = ?';

/** In the transaction that found the places. */
function versionsOf(reader: Reader, places: readonly Place[]): HistorySlice['versions'] {
  const { connection, names } = reader;
  const live = versionsAt(
    reader,
    places.flatMap(({ number, version }) => (version === undefined ? number : [])),
  );
  return places.flatMap(({ lastUpdated, number, version }) => {
    const position = { lastUpdated, number };
    if (version === undefined) {
      const found = live.get(number);
      return found === undefined ? [] : { version: found, position };
    }
    const row = connection.statement(pastSql).get([number, version]) ?? connection.statement(deletionSql).get([number, version]);
    if (row === undefined) return [];
    return { version: toVersion(reader, names.typeName(connection, Number(row[4])), fromText(String(row[5])), row), position };
  });
}

/** `progress` holds what was counted when time is up. Exact when nothing was committed while it was counted. */
export function* countHistory(lookup: Lookup, filter: HistoryFilter, progress: { total: number }): Steps<boolean> {
  const { scope } = filter;
  if ('id' in scope) {
    progress.total = countOfInstance(lookup, scope, filter);
    return true;
  }
  const types = typesOf(lookup, scope.types);
  const end = feedEnd(lookup);
  if (filter.at !== undefined) yield* countPlaces(lookup, { types, filter, ascending: true, after: undefined }, progress);
  else for (const type of types) for (const source of sources) yield* countRows(lookup, source, type, filter, progress);
  return feedEnd(lookup) === end;
}

function* countPlaces(lookup: Lookup, walk: Walk, progress: { total: number }): Steps<void> {
  for (let after = walk.after; ; ) {
    const places = placesBehind(lookup, { ...walk, after }, WINDOW);
    progress.total += places.filter((place) => isAt(lookup, place, walk.filter.at)).length;
    if (places.length < WINDOW) return;
    after = places.at(-1);
    yield;
  }
}

function* countRows({ connection }: Lookup, source: Source, type: number, filter: HistoryFilter, progress: { total: number }): Steps<void> {
  const { table, number, version } = source;
  const walk: Walk = { types: [type], filter, ascending: true, after: undefined };
  for (let after: HistoryPosition | undefined; ; ) {
    const where = and([sql(`${source.type} = ?`, type), bounds(source, { ...walk, after }, undefined)]);
    const rows = `SELECT updated, ${number}, ${version} FROM ${table} WHERE ${where.text} ORDER BY updated, ${number}`;
    const last = connection.statement(`${rows} LIMIT 1 OFFSET ${COUNTED - 1}`).get(where.values);
    if (last === undefined) {
      progress.total += Number(connection.statement(`SELECT count(*) FROM (${rows})`).get(where.values)?.[0]);
      return;
    }
    progress.total += COUNTED;
    after = { lastUpdated: Number(last[0]), number: Number(last[1]) };
    yield;
  }
}
