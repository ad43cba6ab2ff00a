/** Reads by key: the current row, or a superseded one. Source: R4 http.html#read, #vread */
import { type Key, keyText } from '../../model/resource.js';
import type { Method, Position, Slice, Version } from '../port.js';
import { fromText, type Row, toBuffer, toText } from './binding.js';
import type { Reader } from './reader.js';
import type { Steps } from './steps.js';
import { FIRST_CONTAINED } from './table.js';

const methods: readonly Method[] = ['POST', 'PUT', 'PATCH', 'DELETE'];

export function methodNumber(method: Method): number {
  return methods.indexOf(method);
}

export function methodOf(number: number): Method {
  return methods[number] ?? 'PUT';
}

/** A version from a row that begins with version, updated, method, json. */
export function toVersion({ connection, bodies }: Reader, type: string, id: string, row: Row): Version {
  return {
    type,
    id,
    version: Number(row[0]),
    lastUpdated: Number(row[1]),
    method: methodOf(Number(row[2])),
    json: bodies.read(connection, row[3]),
  };
}

const currentSql = 'SELECT version, updated, method, json FROM resource WHERE type = ? AND id = ?';
const olderSql = `SELECT v.version, v.updated, v.method, v.json FROM resource AS r JOIN version AS v ON v.resource = r.n
 WHERE r.type = ? AND r.id = ? AND v.version = ?`;

function readOne(reader: Reader, key: Key): Version | undefined {
  const { connection, names } = reader;
  const type = names.type(connection, key.type);
  if (type === undefined) return undefined;
  const id = toText(key.id);
  const current = connection.statement(currentSql).get([type, id]);
  if (current === undefined) return undefined;
  if (key.version === undefined || key.version === current[0]) return toVersion(reader, key.type, key.id, current);
  const older = connection.statement(olderSql).get([type, id, key.version]);
  return older === undefined ? undefined : toVersion(reader, key.type, key.id, older);
}

/** Bytes of a stored text that is read by itself: together such texts would take long. */
export const LARGE = 64 * 1024;

/**
 * Many rows as one: their columns as JSON and their texts, but for large ones, as one BLOB, of which each gets its part. A BLOB of its
 * own for each row costs half as much again.
 */
const packed = (condition: string) => `SELECT
 json_group_array(json_array(n, type, id, version, updated, method, octet_length(json))),
 CAST(group_concat(CASE WHEN octet_length(json) <= ${LARGE} THEN json END, '') AS BLOB)
 FROM resource WHERE ${condition}`;
const byIdSql = packed('type = ? AND id IN (SELECT value FROM json_each(?))');
const byNumberSql = packed('n IN (SELECT value FROM json_each(?)) AND live IS NOT NULL');

export const PACK = 25;
/** So few are read one by one. */
export const FEW = 3;

type Packed = readonly (readonly [
  n: number,
  type: number,
  id: string,
  version: number,
  updated: number,
  method: number,
  bytes: number | null,
])[];

/** A row of a pack; without its version where the text is large. */
interface Unpacked {
  readonly number: number;
  readonly version: Version | undefined;
}

function unpack({ connection, names, bodies }: Reader, row: Row | undefined): readonly Unpacked[] {
  const texts = toBuffer(row?.[1]);
  let from = 0;
  return (JSON.parse(String(row?.[0])) as Packed).map(([number, type, id, version, lastUpdated, method, bytes]) => {
    if (bytes !== null && bytes > LARGE) return { number, version: undefined };
    const json = bytes === null || texts === null ? null : bodies.readPart(connection, texts, from, from + bytes);
    from += bytes ?? 0;
    const typeName = names.typeName(connection, type);
    return { number, version: { type: typeName, id: fromText(id), version, lastUpdated, method: methodOf(method), json } };
  });
}

const largeSql = 'SELECT version, updated, method, json, type, id FROM resource WHERE n = ?';

/** By creation number, as it is now. */
export function versionAt(reader: Reader, number: number): Version | undefined {
  const { connection, names } = reader;
  const row = connection.statement(largeSql).get([number]);
  return row && toVersion(reader, names.typeName(connection, Number(row[4])), fromText(String(row[5])), row);
}

/** A step for each that is large: what it has become by then is what is read. */
function* withLarge(reader: Reader, unpacked: readonly Unpacked[], each: (version: Version, number: number) => void): Steps<void> {
  for (const { number, version } of unpacked) {
    if (version === undefined) yield;
    const found = version ?? versionAt(reader, number);
    if (found !== undefined) each(found, number);
  }
  yield;
}

/** By creation number; what has been deleted since it was found is left out, and what is large: `versionAt` reads it. */
export function shortVersionsAt(reader: Reader, numbers: readonly number[]): ReadonlyMap<number, Version | undefined> {
  const found = new Map<number, Version | undefined>();
  for (let from = 0; from < numbers.length; from += PACK) {
    const row = reader.connection.statement(byNumberSql).get([JSON.stringify(numbers.slice(from, from + PACK))]);
    for (const { number, version } of unpack(reader, row)) found.set(number, version);
  }
  return found;
}

/** By creation number; what has been deleted since it was found is left out. */
export function* versionsInSteps(reader: Reader, numbers: readonly number[]): Steps<ReadonlyMap<number, Version>> {
  const found = new Map<number, Version>();
  if (numbers.length <= FEW) {
    for (const number of numbers) {
      const version = versionAt(reader, number);
      if (version !== undefined && version.json !== null) found.set(number, version);
    }
    return found;
  }
  for (let from = 0; from < numbers.length; from += PACK) {
    const row = reader.connection.statement(byNumberSql).get([JSON.stringify(numbers.slice(from, from + PACK))]);
    yield* withLarge(reader, unpack(reader, row), (version, number) => {
      if (version.json !== null) found.set(number, version);
    });
  }
  return found;
}

const containersSql = 'SELECT n, container, id FROM contained WHERE n IN (SELECT value FROM json_each(?))';

/** What stands at each position; a resource inside another with the version it is in. */
export function* matchesAt(reader: Reader, positions: readonly Position[]): Steps<Slice['matches']> {
  const inside = positions.flatMap(({ number }) => (number >= FIRST_CONTAINED ? [number] : []));
  const containers = new Map<number, { readonly container: number; readonly id: string }>();
  if (inside.length > 0) {
    for (const [n, container, id] of reader.connection.statement(containersSql).all([JSON.stringify(inside)])) {
      containers.set(Number(n), { container: Number(container), id: fromText(String(id)) });
    }
  }
  const numbers = new Set(positions.map(({ number }) => containers.get(number)?.container ?? number));
  const versions = yield* versionsInSteps(reader, [...numbers]);
  return positions.flatMap((position) => {
    const within = containers.get(position.number);
    const version = versions.get(within?.container ?? position.number);
    if (version === undefined) return [];
    return [within === undefined ? { version, position } : { version, position, contained: within.id }];
  });
}

/** Few keys, one by one. */
export function readFew(reader: Reader, keys: readonly Key[]): readonly (Version | undefined)[] {
  return keys.map((key) => readOne(reader, key));
}

/** Many keys: the current ones of a type together. */
export function* readMany(reader: Reader, keys: readonly Key[]): Steps<readonly (Version | undefined)[]> {
  const { connection, names } = reader;
  const idsByType = new Map<string, string[]>();
  for (const { type, id, version } of keys) {
    if (version !== undefined) continue;
    const ids = idsByType.get(type) ?? [];
    idsByType.set(type, ids);
    ids.push(toText(id));
  }
  const current = new Map<string, Version>();
  for (const [name, ids] of idsByType) {
    const type = names.type(connection, name);
    for (let from = 0; type !== undefined && from < ids.length; from += PACK) {
      const row = connection.statement(byIdSql).get([type, JSON.stringify(ids.slice(from, from + PACK))]);
      yield* withLarge(reader, unpack(reader, row), (version) => void current.set(keyText(version), version));
    }
  }
  const found: (Version | undefined)[] = [];
  for (const key of keys) {
    found.push(key.version === undefined ? current.get(keyText(key)) : readOne(reader, key));
    if (key.version !== undefined) yield;
  }
  return found;
}
