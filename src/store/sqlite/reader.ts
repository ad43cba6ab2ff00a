/** What every reading needs: the connection it goes by, and what is known of the file. */
import type { Connection } from './binding.js';
import { type Bodies, createBodies } from './bodies.js';
import { createNames, type Lookup } from './names.js';
import { createSlots, type Slots, type TypeSlots } from './slots.js';
import type { During } from './steps.js';
import { plainType } from './table.js';

export interface Reader extends Lookup {
  readonly slots: Slots;
  readonly bodies: Bodies;
}

export function createReader(connection: Connection): Reader {
  const slots = createSlots();
  slots.load(connection);
  return { connection, names: createNames(), slots, bodies: createBodies() };
}

/** A resource inside another is sorted by what its type is sorted by. */
export function slotsOf({ connection, names, slots }: Pick<Reader, 'connection' | 'names' | 'slots'>, type: number): TypeSlots {
  const name = names.typeName(connection, type);
  const plain = plainType(name);
  return slots.of((plain === name ? type : names.type(connection, plain)) ?? type);
}

/** Runs each turn of a work in one read transaction: its statements see the same, and take the locks once. */
export function inOneRead({ connection }: Pick<Reader, 'connection'>): During {
  return (work, until) => {
    connection.statement('BEGIN').run([]);
    connection.interruptAt(until);
    try {
      return work();
    } finally {
      connection.interruptAt(Number.POSITIVE_INFINITY);
      connection.statement('COMMIT').run([]);
    }
  };
}
