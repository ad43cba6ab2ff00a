/** Reads by key: the current row, a superseded one, a history. Source: R4 http.html#read, #vread, #history */
import type { Key } from '../../model/resource.js';
import type { Method, Version } from '../port.js';
import { type Connection, type Row, toBuffer, toText } from './binding.js';
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
