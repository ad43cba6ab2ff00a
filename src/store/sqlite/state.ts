/** Small facts about the whole store. Source: port.ts state, putState */
import { type Connection, fromText, toText } from './binding.js';

export interface Put {
  readonly name: string;
  readonly value: string | undefined;
  /** What must stand there. */
  readonly before: string | undefined;
}

export function stateOf(connection: Connection, name: string): string | undefined {
  const row = connection.statement('SELECT value FROM state WHERE name = ?').get([toText(name)]);
  return row && fromText(String(row[0]));
}

/** Inside a transaction: whether it was put down. */
export function putState(connection: Connection, { name, value, before }: Put): boolean {
  if (stateOf(connection, name) !== before) return false;
  if (value === undefined) connection.statement('DELETE FROM state WHERE name = ?').run([toText(name)]);
  else connection.statement('INSERT OR REPLACE INTO state (name, value) VALUES (?, ?)').run([toText(name), toText(value)]);
  return true;
}
