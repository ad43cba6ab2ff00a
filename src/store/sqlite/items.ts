/** Small documents beside the resources, each under a kind and an id, until it expires. Source: store/state.ts */
import type { FoundItem, StateItem } from '../state.js';
import { type Connection, fromText, type Row, toText } from './binding.js';

export type ItemChange =
  | { readonly verb: 'add'; readonly item: StateItem; readonly revision: string }
  /** `over`: the revision it must have now. */
  | { readonly verb: 'put'; readonly item: StateItem; readonly revision: string; readonly over: string | undefined }
  | { readonly verb: 'take'; readonly kind: string; readonly id: string }
  | { readonly verb: 'removeAll'; readonly ref: string };

/** Whether it was done, what was taken, how many were removed. */
export type ItemOutcome = boolean | number | FoundItem | undefined;

const columns = 'kind, id, revision, expires, refs, value';
const isLive = '(expires IS NULL OR expires > ?)';

export function itemOf(connection: Connection, kind: string, id: string): FoundItem | undefined {
  const sql = `SELECT ${columns} FROM item WHERE kind = ? AND id = ? AND ${isLive}`;
  const row = connection.statement(sql).get([toText(kind), toText(id), Date.now()]);
  return row && toItem(row);
}

export interface Listed {
  readonly ref?: string | undefined;
  readonly after?: string | undefined;
  readonly count: number;
}

const listSql = `SELECT ${columns} FROM item WHERE kind = ? AND id > ? AND ${isLive} ORDER BY id LIMIT ? + 0`;
const listOfRefSql = `SELECT i.kind, i.id, i.revision, i.expires, i.refs, i.value
 FROM item_ref AS r CROSS JOIN item AS i ON i.kind = r.kind AND i.id = r.id
 WHERE r.kind = ? AND r.id > ? AND ${isLive} AND r.ref = ? ORDER BY r.id LIMIT ? + 0`;

export function itemsOf(connection: Connection, kind: string, { ref, after, count }: Listed): readonly FoundItem[] {
  const [from, now] = [toText(after ?? ''), Date.now()];
  const rows =
    ref === undefined
      ? connection.statement(listSql).all([toText(kind), from, now, count])
      : connection.statement(listOfRefSql).all([toText(kind), from, now, toText(ref), count]);
  return rows.map(toItem);
}

export function kindsOf(connection: Connection): readonly string[] {
  const kinds: string[] = [];
  const next = connection.statement('SELECT min(kind) FROM item WHERE kind > ?');
  for (let kind = next.get([''])?.[0]; typeof kind === 'string'; kind = next.get([kind])?.[0]) kinds.push(fromText(kind));
  return kinds;
}

function toItem([kind, id, revision, expires, refs, value]: Row): FoundItem {
  return {
    kind: fromText(String(kind)),
    id: fromText(String(id)),
    revision: String(revision),
    value: fromText(String(value)),
    ...(refs !== null && { refs: JSON.parse(String(refs)) as readonly string[] }),
    ...(expires !== null && { expires: Number(expires) }),
  };
}

/** Inside a transaction. */
export function changeItem(connection: Connection, change: ItemChange): ItemOutcome {
  switch (change.verb) {
    case 'add':
      if (itemOf(connection, change.item.kind, change.item.id) !== undefined) return false;
      write(connection, change.item, change.revision);
      return true;
    case 'put':
      if (change.over !== undefined && itemOf(connection, change.item.kind, change.item.id)?.revision !== change.over) return false;
      write(connection, change.item, change.revision);
      return true;
    case 'take': {
      const found = itemOf(connection, change.kind, change.id);
      if (found !== undefined) remove(connection, toText(change.kind), toText(change.id));
      return found;
    }
    case 'removeAll':
      return removeAll(connection, change.ref);
  }
}

function write(connection: Connection, { kind, id, value, refs, expires }: StateItem, revision: string): void {
  const key = [toText(kind), toText(id)] as const;
  remove(connection, ...key);
  const put = `INSERT INTO item (${columns}) VALUES (?, ?, ?, ?, ?, ?)`;
  connection.statement(put).run([...key, revision, expires ?? null, refs === undefined ? null : JSON.stringify(refs), toText(value)]);
  const refer = 'INSERT INTO item_ref (ref, kind, id) VALUES (?, ?, ?)';
  for (const ref of new Set(refs)) connection.statement(refer).run([toText(ref), ...key]);
}

const refsSql = 'SELECT refs FROM item WHERE kind = ? AND id = ?';

function remove(connection: Connection, kind: string, id: string): void {
  const row = connection.statement(refsSql).get([kind, id]);
  if (row === undefined) return;
  const refs: readonly string[] = row[0] === null ? [] : JSON.parse(String(row[0]));
  for (const ref of refs) connection.statement('DELETE FROM item_ref WHERE ref = ? AND kind = ? AND id = ?').run([toText(ref), kind, id]);
  connection.statement('DELETE FROM item WHERE kind = ? AND id = ?').run([kind, id]);
}

/** Those that have expired go too, and are not counted. */
function removeAll(connection: Connection, ref: string): number {
  const referring = `SELECT i.kind, i.id, ${isLive} FROM item_ref AS r CROSS JOIN item AS i ON i.kind = r.kind AND i.id = r.id WHERE r.ref = ?`;
  const rows = connection.statement(referring).all([Date.now(), toText(ref)]);
  for (const [kind, id] of rows) remove(connection, String(kind), String(id));
  return rows.filter(([, , live]) => live === 1).length;
}

/** Inside a transaction: takes at most so many that have expired away; how many. */
export function sweepItems(connection: Connection, now: number, count: number): number {
  const expired = 'SELECT kind, id FROM item WHERE expires <= ? LIMIT ? + 0';
  const rows = connection.statement(expired).all([now, count]);
  for (const [kind, id] of rows) remove(connection, String(kind), String(id));
  return rows.length;
}
