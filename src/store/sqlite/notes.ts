/** Notes: what is kept under a name until it expires. Source: port.ts Note */
import { Buffer } from 'node:buffer';
import { type Note, StoreConflict } from '../port.js';
import { type Connection, fromText, toText } from './binding.js';

export function noteOf(connection: Connection, name: string): Note | undefined {
  const row = connection.statement('SELECT name, value, expires FROM note WHERE name = ? AND expires > ?').get([toText(name), Date.now()]);
  if (row === undefined) return undefined;
  const [found, value, expires] = row;
  return { name: fromText(String(found)), value: bytesOf(value), expires: Number(expires) };
}

function bytesOf(value: unknown): Buffer {
  return value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : Buffer.alloc(0);
}

/** Inside a transaction, before its first write: throws StoreConflict where a name is taken. */
export function refuseTaken(connection: Connection, notes: readonly Note[]): void {
  for (const { name } of notes) {
    const taken = connection.statement('SELECT 1 FROM note WHERE name = ? AND expires > ?').get([toText(name), Date.now()]);
    if (taken !== undefined) throw new StoreConflict('A note of this name is there already');
  }
}

export function putNotes(connection: Connection, notes: readonly Note[]): void {
  const put = 'INSERT OR REPLACE INTO note (name, expires, value) VALUES (?, ?, ?)';
  for (const { name, value, expires } of notes) connection.statement(put).run([toText(name), expires, value]);
}

/** Inside a transaction: takes at most so many that have expired away; how many. */
export function sweepNotes(connection: Connection, now: number, count: number): number {
  const expired = 'DELETE FROM note WHERE rowid IN (SELECT rowid FROM note WHERE expires <= ? LIMIT ?)';
  return connection.statement(expired).run([now, count]).changes;
}
