/**
 * Small integers for types, parameters and systems: a key of an index says `17` instead of
 * `Observation.code` and `http://loinc.org`. What is known is kept in memory; another process may add names, so a miss asks the file.
 */
import { type Connection, toText } from './binding.js';
import { createParams, type Params } from './params.js';

export interface Names {
  readonly params: Params;
  /** undefined: nothing of that name was ever written. */
  type(connection: Connection, name: string): number | undefined;
  system(connection: Connection, uri: string): number | undefined;
  typeName(connection: Connection, id: number): string;
  /** Inside a transaction: the number that stands for the name, made if it is new. */
  makeType(connection: Connection, name: string): number;
  makeSystem(connection: Connection, uri: string): number;
  /** After a transaction was rolled back: numbers made in it mean nothing. */
  forget(): void;
}

/** Where numbers of names are asked for. */
export interface Lookup {
  /** Ask anew after each step: during a long write transaction reads have another connection. */
  readonly connection: Connection;
  readonly names: Names;
}

/** Systems come from the data, so what is kept of them is bounded. */
const KEPT_SYSTEMS = 20_000;

export function createNames(): Names {
  const types = new Map<string, number>();
  const typeNames = new Map<number, string>();
  const params = createParams();
  const systems = new Map<string, number>();

  function look(kept: Map<string, number>, key: string, connection: Connection, sql: string): number | undefined {
    const row = connection.statement(sql).get([toText(key)]);
    if (row === undefined) return undefined;
    const id = Number(row[0]);
    if (kept === systems && kept.size >= KEPT_SYSTEMS) kept.clear();
    kept.set(key, id);
    return id;
  }

  const names: Names = {
    params,
    type: (connection, name) => types.get(name) ?? look(types, name, connection, 'SELECT id FROM type WHERE name = ?'),
    system: (connection, uri) => systems.get(uri) ?? look(systems, uri, connection, 'SELECT id FROM system WHERE uri = ?'),
    typeName(connection, id) {
      const known = typeNames.get(id);
      if (known !== undefined) return known;
      const name = String(connection.statement('SELECT name FROM type WHERE id = ?').get([id])?.[0]);
      typeNames.set(id, name);
      return name;
    },
    makeType: (connection, name) =>
      names.type(connection, name) ?? insert(connection, 'INSERT INTO type (name) VALUES (?)', [toText(name)], types, name),
    makeSystem: (connection, uri) =>
      names.system(connection, uri) ?? insert(connection, 'INSERT INTO system (uri) VALUES (?)', [toText(uri)], systems, uri),
    forget() {
      for (const kept of [types, systems]) kept.clear();
      params.forget();
      typeNames.clear();
    },
  };
  return names;
}

function insert(connection: Connection, sql: string, values: readonly (string | number)[], kept: Map<string, number>, key: string): number {
  const { inserted } = connection.statement(sql).run(values);
  kept.set(key, inserted);
  return inserted;
}
