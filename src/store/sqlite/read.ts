/** Reads by key: the current row, a superseded one, a history. Source: R4 http.html#read, #vread, #history */
import { type Key, keyText } from '../../model/resource.js';
import type { Method, Version } from '../port.js';
import { type Connection, fromText, type Row, toBuffer, toText } from './binding.js';
import type { Names } from './names.js';

const methods: readonly Method[] = ['POST', 'PUT', 'PATCH', 'DELETE'];

export function methodNumber(method: Method): number {
  return methods.indexOf(method);
}

/** A version from a row that begins with version, updated, method, json. */
export function toVersion(type: string, id: string, row: Row): Version {
  return {
    type,
    id,
    version: Number(row[0]),
    lastUpdated: Number(row[1]),
    method: methods[Number(row[2])] ?? 'PUT',
    json: toBuffer(row[3]),
  };
}

const currentSql = 'SELECT version, updated, method, json FROM resource WHERE type = ? AND id = ?';
const olderSql = `SELECT v.version, v.updated, v.method, v.json FROM resource AS r JOIN version AS v ON v.resource = r.n
 WHERE r.type = ? AND r.id = ? AND v.version = ?`;
const historySql = `SELECT v.version, v.updated, v.method, v.json FROM resource AS r JOIN version AS v ON v.resource = r.n
 WHERE r.type = ? AND r.id = ? AND v.version < ? ORDER BY v.version DESC LIMIT ?`;

export function readOne(connection: Connection, names: Names, key: Key): Version | undefined {
  const type = names.type(connection, key.type);
  if (type === undefined) return undefined;
  const id = toText(key.id);
  const current = connection.statement(currentSql).get([type, id]);
  if (current === undefined) return undefined;
  if (key.version === undefined || key.version === current[0]) return toVersion(key.type, key.id, current);
  const older = connection.statement(olderSql).get([type, id, key.version]);
  return older === undefined ? undefined : toVersion(key.type, key.id, older);
}

const manySql = `SELECT version, updated, method, json, id FROM resource WHERE type = ? AND id IN (SELECT value FROM json_each(?))`;

/** Few keys are read one by one; many current ones of a type by one statement. */
export function readAll(connection: Connection, names: Names, keys: readonly Key[]): readonly (Version | undefined)[] {
  if (keys.length < 4) return keys.map((key) => readOne(connection, names, key));
  const current = new Map<string, Version>();
  const idsByType = new Map<string, string[]>();
  for (const { type, id, version } of keys) {
    if (version !== undefined) continue;
    const ids = idsByType.get(type);
    if (ids === undefined) idsByType.set(type, [toText(id)]);
    else ids.push(toText(id));
  }
  for (const [name, ids] of idsByType) {
    const type = names.type(connection, name);
    if (type === undefined) continue;
    for (const row of connection.statement(manySql).all([type, JSON.stringify(ids)])) {
      const version = toVersion(name, fromText(String(row[4])), row);
      current.set(keyText(version), version);
    }
  }
  return keys.map((key) => (key.version === undefined ? current.get(keyText(key)) : readOne(connection, names, key)));
}

export function readHistory(
  connection: Connection,
  names: Names,
  key: Key,
  page: { readonly count: number; readonly before?: number },
): readonly Version[] {
  const type = names.type(connection, key.type);
  if (type === undefined || page.count <= 0) return [];
  const before = page.before ?? Number.MAX_SAFE_INTEGER;
  const id = toText(key.id);
  const current = connection.statement(currentSql).get([type, id]);
  if (current === undefined) return [];
  const head = Number(current[0]) < before ? [current] : [];
  const older = connection.statement(historySql).all([type, id, before, page.count - head.length]);
  return [...head, ...older].map((row) => toVersion(key.type, key.id, row));
}
