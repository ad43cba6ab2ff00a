/**
 * Histories and how many versions stand in them. Each step is one read transaction, so that what is superseded meanwhile is seen at
 * its one place; the next step goes on behind a position. Source: port.ts history, countHistory; R4 http.html#history
 */
import type { HistoryFilter, HistoryPosition, HistoryQuery, HistorySlice, Version } from '../port.js';
import { fromText } from './binding.js';
import { feedEnd } from './feed.js';
import { currentAt, type Place, placesBehind, type Source, selectPlaces, startsOf, typesOf, type Walk } from './history-places.js';
import { countOfInstance, historyOfInstance } from './instance-history.js';
import type { Lookup } from './names.js';
import { shortVersionsAt, toVersion, versionAt } from './read.js';
import type { Reader } from './reader.js';
import type { Steps } from './steps.js';

/** Places looked at in one step where some may not be wanted. */
const WINDOW = 1000;
/** Versions read in one step: few until their texts are seen to be short, so many bytes in all. */
const FEWEST = 50;
const MOST = 400;
const SHORT = 1024 * 1024;
/** Rows of an index that are counted in one step. */
const COUNTED = 50_000;

export function* history(reader: Reader, query: HistoryQuery): Steps<HistorySlice> {
  const { scope, at, count, ascending = false } = query;
  if ('id' in scope) return yield* historyOfInstance(reader, scope, query);
  const walk = { types: typesOf(reader, scope.types), filter: query, ascending };
  const found: { version: Version; position: HistoryPosition }[] = [];
  let [most, sparse] = [FEWEST, false];
  for (let after = query.after; ; ) {
    // One more than can be read tells whether more follow.
    const wanted = Math.min(most, count - found.length);
    const window = sparse ? WINDOW : wanted + 1;
    const places = placesBehind(reader.connection, { ...walk, after }, window);
    const chosen = currentAt(reader.connection, places, at);
    const { versions: read, places: page } = versionsOf(reader, chosen.slice(0, wanted));
    found.push(...read);
    const more = chosen.length > page.length;
    if (found.length >= count && more) return { versions: found, more };
    if (!more && places.length < window) return { versions: found, more };
    after = more ? page.at(-1) : places.at(-1);
    most = bytesOf(read) < SHORT ? Math.min(2 * most, MOST) : FEWEST;
    sparse = 2 * chosen.length < places.length;
    yield;
  }
}

function bytesOf(versions: HistorySlice['versions']): number {
  return versions.reduce((sum, { version }) => sum + (version.json?.byteLength ?? 0), 0);
}

const pastSql = `SELECT v.version, v.updated, v.method, v.json, r.type, r.id FROM version AS v CROSS JOIN resource AS r ON r.n = v.resource
 WHERE v.resource = ? AND v.version = ?`;
const deletionSql = 'SELECT version, updated, method, json, type, id FROM resource WHERE n = ? AND version = ?';

interface Read {
  readonly versions: HistorySlice['versions'];
  /** Those that were read: the first, until their texts are long enough for one step. */
  readonly places: readonly Place[];
}

/** In the transaction that found the places. */
function versionsOf(reader: Reader, places: readonly Place[]): Read {
  const numbers = places.flatMap(({ number, version }) => (version === null ? number : []));
  const live = shortVersionsAt(reader, numbers);
  const versions: { version: Version; position: HistoryPosition }[] = [];
  let bytes = 0;
  for (const [at, place] of places.entries()) {
    if (bytes >= SHORT) return { versions, places: places.slice(0, at) };
    const { lastUpdated, number } = place;
    const version = place.version === null ? (live.get(number) ?? versionAt(reader, number)) : pastVersion(reader, number, place.version);
    if (version === undefined) continue;
    bytes += version.json?.byteLength ?? 0;
    versions.push({ version, position: { lastUpdated, number } });
  }
  return { versions, places };
}

function pastVersion(reader: Reader, number: number, version: number): Version | undefined {
  const { connection, names } = reader;
  const row = connection.statement(pastSql).get([number, version]) ?? connection.statement(deletionSql).get([number, version]);
  return row && toVersion(reader, names.typeName(connection, Number(row[4])), fromText(String(row[5])), row);
}

/** `progress` holds what was counted when time is up. Exact when nothing was committed while it was counted. */
export function* countHistory(lookup: Lookup, filter: HistoryFilter, progress: { total: number }): Steps<boolean> {
  const { scope } = filter;
  if ('id' in scope) {
    progress.total = countOfInstance(lookup, scope, filter);
    return true;
  }
  const end = feedEnd(lookup);
  const walk: Walk = { types: typesOf(lookup, scope.types), filter, ascending: true, after: undefined };
  if (filter.at === undefined) yield* countRows(lookup, walk, progress);
  else yield* countPlaces(lookup, walk, progress);
  return feedEnd(lookup) === end;
}

function* countPlaces({ connection }: Lookup, walk: Walk, progress: { total: number }): Steps<void> {
  for (let after = walk.after; ; ) {
    const places = placesBehind(connection, { ...walk, after }, WINDOW);
    progress.total += currentAt(connection, places, walk.filter.at).length;
    if (places.length < WINDOW) return;
    after = places.at(-1);
    yield;
  }
}

function* countRows(lookup: Lookup, walk: Walk, progress: { total: number }): Steps<void> {
  const { types, filter } = walk;
  if (types === undefined && filter.since === undefined) {
    progress.total = feedEnd(lookup);
    return;
  }
  for (const { source, type } of startsOf(lookup.connection, walk)) {
    yield* countSource(lookup.connection, source, type, walk, progress);
    yield;
  }
}

function* countSource(
  connection: Lookup['connection'],
  source: Source,
  type: number,
  walk: Walk,
  progress: { total: number },
): Steps<void> {
  for (let after: HistoryPosition | undefined; ; ) {
    const { text, values } = selectPlaces(source, type, { ...walk, after });
    const last = connection.statement(`${text} LIMIT 1 OFFSET ${COUNTED - 1}`).get(values);
    if (last === undefined) {
      progress.total += Number(connection.statement(`SELECT count(*) FROM (${text})`).get(values)?.[0]);
      return;
    }
    progress.total += COUNTED;
    after = { lastUpdated: Number(last[0]), number: Number(last[1]) };
    yield;
  }
}
