/** Sort slots: a type's first slot is column s1, its second s2, …; each column in use has an index. */
import type { Layout, SortValue } from '../port.js';
import { type Connection, fromText, toText } from './binding.js';
import type { Names } from './names.js';
import type { Steps } from './steps.js';

export interface TypeSlots {
  readonly count: number;
  readonly numbers: ReadonlyMap<string, number>;
}

const none: TypeSlots = { count: 0, numbers: new Map() };

/** What stands in the columns s1, s2, … of a resource. */
export function slotValues({ count, numbers }: TypeSlots, sort: readonly SortValue[]): readonly (string | number | null)[] {
  const values: (string | number | null)[] = Array.from({ length: count }, () => null);
  for (const { slot, value } of sort) {
    const number = numbers.get(slot);
    if (number !== undefined) values[number - 1] = typeof value === 'string' ? toText(value) : value;
  }
  return values;
}

export interface Slots {
  of(type: number): TypeSlots;
  load(connection: Connection): void;
  /** Loads what another process has given a column since. */
  refresh(connection: Connection): void;
  /** Whether every slot of the layout has a column. */
  hold(connection: Connection, names: Names, layout: Layout): boolean;
  /** Inside a transaction: gives every slot of the layout a column. Slots once given stay. */
  arrange(connection: Connection, names: Names, layout: Layout): Steps<void>;
}

export function createSlots(): Slots {
  let known = new Map<number, TypeSlots>();
  let total = 0;
  const slots: Slots = {
    of: (type) => known.get(type) ?? none,
    load(connection) {
      const read = new Map<number, Map<string, number>>();
      for (const [type, name, number] of connection.statement('SELECT type, name, number FROM slot').all([])) {
        const numbers = read.get(Number(type)) ?? new Map<string, number>();
        read.set(Number(type), numbers.set(fromText(String(name)), Number(number)));
      }
      total = [...read.values()].reduce((sum, numbers) => sum + numbers.size, 0);
      known = new Map([...read].map(([type, numbers]) => [type, { count: numbers.size, numbers }]));
    },
    refresh(connection) {
      if (Number(connection.statement('SELECT count(*) FROM slot').get([])?.[0]) !== total) slots.load(connection);
    },
    hold(connection, names, layout) {
      return Object.entries(layout.types).every(([name, { sorts }]) => {
        const type = names.type(connection, name);
        return type !== undefined && sorts.every((sort) => slots.of(type).numbers.has(sort));
      });
    },
    *arrange(connection, names, layout) {
      // Another process may have arranged since.
      slots.load(connection);
      for (const [name, { sorts }] of Object.entries(layout.types)) {
        const type = names.makeType(connection, name);
        const before = slots.of(type);
        const added = sorts.filter((sort) => !before.numbers.has(sort));
        if (added.length === 0) continue;
        for (const [i, sort] of added.entries()) {
          connection.statement('INSERT INTO slot (type, name, number) VALUES (?, ?, ?)').run([type, toText(sort), before.count + i + 1]);
        }
        const count = before.count + added.length;
        ensureColumns(connection, count);
        yield;
      }
      slots.load(connection);
    },
  };
  return slots;
}

function ensureColumns(connection: Connection, count: number): void {
  for (const table of ['resource', 'contained']) {
    const present = connection
      .statement("SELECT name FROM pragma_table_info(?) WHERE name GLOB 's[0-9]*'")
      .all([table])
      .map(([name]) => String(name));
    for (let number = 1; number <= count; number++) {
      if (!present.includes(`s${number}`)) connection.exec(`ALTER TABLE ${table} ADD COLUMN s${number}`);
      connection.exec(`CREATE INDEX IF NOT EXISTS ${table}_s${number} ON ${table} (live, s${number})`);
    }
  }
}
