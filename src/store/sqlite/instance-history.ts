/**
 * The history of one instance: its versions are numbered without gap and each was written later than the one before, so that moments
 * become numbers by halving. Source: port.ts history, countHistory; R4 http.html#history
 */
import type { HistoryFilter, HistoryQuery, HistorySlice, Version } from '../port.js';
import { type Connection, toText } from './binding.js';
import type { Lookup } from './names.js';
import { toVersion } from './read.js';
import type { Reader } from './reader.js';
import type { Steps } from './steps.js';

interface Instance {
  readonly type: string;
  readonly id: string;
}

interface Standing {
  readonly number: number;
  readonly version: number;
}

/** Versions read in one step, and bytes of their texts. */
const STEP = 50;
const BYTES = 1024 * 1024;

export function* historyOfInstance(reader: Reader, instance: Instance, query: HistoryQuery): Steps<HistorySlice> {
  const standing = standingOf(reader, instance);
  if (standing === undefined) return { versions: [], more: false };
  const { number } = standing;
  const [first, last] = rangeOf(reader.connection, standing, query);
  const length = Math.max(0, Math.min(query.count, last - first + 1));
  const versions: { version: Version; position: { lastUpdated: number; number: number } }[] = [];
  let bytes = 0;
  for (let i = 0; i < length; i++) {
    const version = versionAt(reader, instance, number, query.ascending ? first + i : last - i);
    if (version !== undefined) versions.push({ version, position: { lastUpdated: version.lastUpdated, number } });
    bytes += version?.json?.byteLength ?? 0;
    if (i % STEP !== STEP - 1 && bytes < BYTES) continue;
    bytes = 0;
    yield;
  }
  return { versions, more: last - first + 1 > length };
}

export function countOfInstance(lookup: Lookup, instance: Instance, filter: HistoryFilter): number {
  const standing = standingOf(lookup, instance);
  if (standing === undefined) return 0;
  const [first, last] = rangeOf(lookup.connection, standing, filter);
  return Math.max(0, last - first + 1);
}

function standingOf({ connection, names }: Lookup, { type, id }: Instance): Standing | undefined {
  const typeNumber = names.type(connection, type);
  if (typeNumber === undefined) return undefined;
  const row = connection.statement('SELECT n, version FROM resource WHERE type = ? AND id = ?').get([typeNumber, toText(id)]);
  return row === undefined ? undefined : { number: Number(row[0]), version: Number(row[1]) };
}

/** The first and the last version that is asked for. */
function rangeOf(
  connection: Connection,
  standing: Standing,
  { since, at, after, ascending }: HistoryFilter & Pick<HistoryQuery, 'after' | 'ascending'>,
): readonly [number, number] {
  /** The last version that was written before the moment, or 0. */
  const lastBefore = (moment: number) => {
    let [low, high] = [0, standing.version];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (updatedOf(connection, standing.number, middle) < moment) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  const lows = [1];
  const highs = [standing.version];
  if (since !== undefined) lows.push(lastBefore(since) + 1);
  // What was written at the beginning of the range or before is current in it only if it is the last of those.
  if (at !== undefined) {
    lows.push(lastBefore(at.from + 1));
    highs.push(lastBefore(at.before));
  }
  if (after !== undefined && ascending)
    lows.push(lastBefore(after.number < standing.number ? after.lastUpdated : after.lastUpdated + 1) + 1);
  if (after !== undefined && !ascending) highs.push(lastBefore(after.number > standing.number ? after.lastUpdated + 1 : after.lastUpdated));
  return [Math.max(...lows), Math.min(...highs)];
}

function updatedOf(connection: Connection, number: number, version: number): number {
  const current = connection.statement('SELECT updated FROM resource WHERE n = ? AND version = ?').get([number, version]);
  const row = current ?? connection.statement('SELECT updated FROM version WHERE resource = ? AND version = ?').get([number, version]);
  return Number(row?.[0]);
}

const currentSql = 'SELECT version, updated, method, json FROM resource WHERE n = ? AND version = ?';
const olderSql = 'SELECT version, updated, method, json FROM version WHERE resource = ? AND version = ?';

/** The current row first: what has left it is among the others. */
function versionAt(reader: Reader, { type, id }: Instance, number: number, version: number): Version | undefined {
  const { connection } = reader;
  const row = connection.statement(currentSql).get([number, version]) ?? connection.statement(olderSql).get([number, version]);
  return row === undefined ? undefined : toVersion(reader, type, id, row);
}
