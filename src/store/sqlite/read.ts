/** Reads by key: the current row, or a superseded one. Source: R4 http.html#read, #vread */
import { type Key, keyText } from '../../model/resource.js';
import type { Method, Version } from '../port.js';
import { fromText, type Row, toBuffer, toText } from './binding.js';
import type { Reader } from './reader.js';

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

/**
 * Many rows as one: their columns as JSON and their texts as one BLOB, of which each gets its part. A BLOB of its own for each row costs
 * half as much again.
 */
const packed = (condition: string) => `SELECT
 json_group_array(json_array(n, type, id, version, updated, method, octet_length(json))), CAST(group_concat(json, '') AS BLOB)
 FROM resource WHERE ${condition}`;
const byIdSql = packed('type = ? AND id IN (SELECT value FROM json_each(?))');
const byNumberSql = packed('n IN (SELECT value FROM json_each(?)) AND live IS NOT NULL');

/** So few that their texts together stay under SQLite's limit of 1 GB for one value. */
const PACK = 25;

type Packed = readonly (readonly [
  n: number,
  type: number,
  id: string,
  version: number,
  updated: number,
  method: number,
  bytes: number | null,
])[];

function unpack({ connection, names, bodies }: Reader, row: Row | undefined, each: (version: Version, number: number) => void): void {
  const texts = toBuffer(row?.[1]);
  let from = 0;
  for (const [n, type, id, version, lastUpdated, method, bytes] of JSON.parse(String(row?.[0])) as Packed) {
    const json = bytes === null || texts === null ? null : bodies.readPart(connection, texts, from, from + bytes);
    from += bytes ?? 0;
    const typeName = names.typeName(connection, type);
    each({ type: typeName, id: fromText(id), version, lastUpdated, method: methodOf(method), json }, n);
  }
}

/** By creation number; what has been deleted since it was found is left out. */
export function versionsAt(reader: Reader, numbers: readonly number[]): ReadonlyMap<number, Version> {
  const found = new Map<number, Version>();
  for (let from = 0; from < numbers.length; from += PACK) {
    const row = reader.connection.statement(byNumberSql).get([JSON.stringify(numbers.slice(from, from + PACK))]);
    unpack(reader, row, (version, number) => found.set(number, version));
  }
  return found;
}

/** Few keys are read one by one; many current ones of a type together. */
export function readAll(reader: Reader, keys: readonly Key[]): readonly (Version | undefined)[] {
  const { connection, names } = reader;
  if (keys.length < 4) return keys.map((key) => readOne(reader, key));
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
      unpack(reader, row, (version) => current.set(keyText(version), version));
    }
  }
  return keys.map((key) => (key.version === undefined ? current.get(keyText(key)) : readOne(reader, key)));
}
