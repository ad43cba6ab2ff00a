/**
 * Small integers for parameters. One stands for all the parameters of a type under which one resource has the same value (`code` and
 * `combo-code`; `patient`, `subject` and the compartment), so that the value is one entry and not three; a search by one of them
 * looks under each integer that stands for it. What is known is kept in memory; integers are only ever added, by this process or another.
 */
import type { Connection } from './binding.js';
import { type EntryTable, PIECED } from './entry-tables.js';

const kindNumbers: Readonly<Record<EntryTable, number>> = {
  token: 1,
  reference: 2,
  string: 3,
  uri: 4,
  range: 5,
  keyed: 6,
  point: 7,
  piece: 8,
};

/** Under this name, which no search parameter has, references stand by which a resource belongs to a compartment. */
export const COMPARTMENT = '';

/** So many combinations with others one name may be in: a search looks under each of them. */
const COMBINATIONS = 4;

export interface Param {
  readonly id: number;
  /** The class of width of a range; of strings, whether `contains` finds them by their pieces; otherwise 0. */
  readonly width: number;
}

export interface Params {
  /** All that stand for the name; none: nothing of that name was ever written. */
  find(connection: Connection, type: number, kind: EntryTable, name: string): readonly Param[];
  /** The names of strings that `contains` finds by their pieces and that the integer stands for; of others none. */
  piecedNames(connection: Connection, type: number, id: number): readonly string[];
  /** The highest integer in use as far as is known. */
  highest(): number;
  /** Looks for what has been added to the file; the highest integer in use. */
  refresh(connection: Connection): number;
  /** Inside a transaction: the one integer for the names, made if it is new; undefined: one of them is in too many combinations. */
  make(connection: Connection, type: number, kind: EntryTable, names: readonly string[], width?: number): number | undefined;
  /** Inside a transaction: the integer for one name. */
  makeOne(connection: Connection, type: number, kind: EntryTable, name: string, width?: number): number;
  forget(): void;
}

interface Known {
  /** The highest integer in use when it was read. */
  until: number;
  readonly byName: Map<string, Param[]>;
  /** By kind and width, then by the names together. */
  readonly ids: Map<number, Map<string, number>>;
  readonly pieced: Map<number, readonly string[]>;
  /** In how many combinations a name of a kind is. */
  readonly combinations: Map<string, number>;
}

const addedSql = 'SELECT id, kind, names, width FROM param WHERE type = ? AND id > ? ORDER BY id';
const insertSql = 'INSERT INTO param (type, kind, names, width) VALUES (?, ?, ?, ?)';
const none: readonly Param[] = [];
const nameless: readonly string[] = [];

const nameKey = (kind: number, name: string) => `${kind}${name}`;
/** Widths are small integers, above and below zero. */
const classKey = (kind: number, width: number) => kind * 1024 + width;
const namesKey = (names: readonly string[]) => (names.length === 1 ? (names[0] ?? '') : names.join('\u0000'));
/** Strings found by their pieces and others are counted apart: that one becomes the other must not use up what there is. */
const combinationKey = (kind: number, width: number, name: string) =>
  nameKey(kind, kind === kindNumbers.string ? `${width} ${name}` : name);

function idOf({ ids }: Known, kind: number, width: number, names: readonly string[]): number | undefined {
  return ids.get(classKey(kind, width))?.get(namesKey(names));
}

export function createParams(): Params {
  const types = new Map<number, Known>();
  let highest = 0;

  function knownOf(connection: Connection, type: number): Known {
    const known = types.get(type) ?? { until: -1, byName: new Map(), ids: new Map(), pieced: new Map(), combinations: new Map() };
    if (known.until >= highest && known.until >= 0) return known;
    const until = params.refresh(connection);
    for (const [id, kind, names, width] of connection.statement(addedSql).all([type, known.until])) {
      add(known, Number(id), Number(kind), JSON.parse(String(names)), Number(width));
    }
    known.until = until;
    types.set(type, known);
    return known;
  }

  function add({ byName, ids, pieced, combinations }: Known, id: number, kind: number, names: readonly string[], width: number): void {
    const ofClass = ids.get(classKey(kind, width)) ?? new Map<string, number>();
    ids.set(classKey(kind, width), ofClass);
    if (ofClass.has(namesKey(names))) return;
    ofClass.set(namesKey(names), id);
    if (kind === kindNumbers.string && width === PIECED) pieced.set(id, names);
    for (const name of names) {
      const found = byName.get(nameKey(kind, name));
      if (found === undefined) byName.set(nameKey(kind, name), [{ id, width }]);
      else found.push({ id, width });
      const counted = combinationKey(kind, width, name);
      if (names.length > 1) combinations.set(counted, (combinations.get(counted) ?? 0) + 1);
    }
  }

  const params: Params = {
    find: (connection, type, kind, name) => knownOf(connection, type).byName.get(nameKey(kindNumbers[kind], name)) ?? none,
    piecedNames: (connection, type, id) => knownOf(connection, type).pieced.get(id) ?? nameless,
    highest: () => highest,
    refresh(connection) {
      highest = Number(connection.statement('SELECT max(id) FROM param').get([])?.[0] ?? 0);
      return highest;
    },
    make(connection, type, kind, names, width = 0) {
      const number = kindNumbers[kind];
      const known = idOf(knownOf(connection, type), number, width, names);
      if (known !== undefined) return known;
      // Another process may have added it.
      params.refresh(connection);
      const state = knownOf(connection, type);
      const added = idOf(state, number, width, names);
      if (added !== undefined) return added;
      const isFull = (name: string) => (state.combinations.get(combinationKey(number, width, name)) ?? 0) >= COMBINATIONS;
      if (names.length > 1 && names.some(isFull)) return undefined;
      const id = connection.statement(insertSql).run([type, number, JSON.stringify(names), width]).inserted;
      add(state, id, number, names, width);
      return id;
    },
    makeOne(connection, type, kind, name, width) {
      const id = params.make(connection, type, kind, [name], width);
      if (id === undefined) throw new Error(`${name}: one name is no combination`);
      return id;
    },
    forget() {
      types.clear();
      highest = 0;
    },
  };
  return params;
}
