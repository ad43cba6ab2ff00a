/** A store in memory, for tests of what stands in front of a store: just enough to write, read and walk. */
import { matchesWhere } from '../../src/search/evaluate.js';
import type { Position, Query, ResourceStore, Where, Write } from '../../src/store/port.js';
import { comparePositions } from '../../src/store/sort-order.js';

export function memoryStore(): ResourceStore {
  const rows: { number: number; write: Write }[] = [];
  const positionOf = ({ number, write }: (typeof rows)[number], sort: Query['sort']): Position => ({
    number,
    values: sort.map(({ slot }) => (slot === '_id' ? write.version.id : (write.sort.find((one) => one.slot === slot)?.value ?? null))),
  });
  const matching = async (where: Where) => {
    const found: typeof rows = [];
    for (const row of rows) {
      const { version, entries, compartments } = row.write;
      const candidate = { type: version.type, id: version.id, lastUpdated: version.lastUpdated, entries, compartments };
      if (await matchesWhere(where, candidate)) found.push(row);
    }
    return found;
  };
  return {
    arrange: async () => undefined,
    read: async (keys) =>
      keys.map((key) => rows.find(({ write: { version } }) => version.type === key.type && version.id === key.id)?.write.version),
    history: async (key) => rows.filter(({ write: { version } }) => version.id === key.id).map(({ write }) => write.version),
    async search({ where, sort, after, count }) {
      const order = (a: Position, b: Position) => comparePositions(a, b, sort) || a.number - b.number;
      const all = (await matching(where)).map((row) => ({ version: row.write.version, position: positionOf(row, sort) }));
      const rest = all.filter(({ position }) => after === undefined || order(position, after) > 0);
      rest.sort((a, b) => order(a.position, b.position));
      return { matches: rest.slice(0, count), more: rest.length > count };
    },
    find: async (wheres, atMost) =>
      Promise.all(
        wheres.map(async (where) =>
          (await matching(where)).slice(0, atMost).map(
            ({
              write: {
                version: { type, id },
              },
            }) => ({ type, id }),
          ),
        ),
      ),
    count: async (where) => ({ total: (await matching(where)).length, exact: true }),
    async commit({ writes }) {
      for (const write of writes) rows.push({ number: rows.length + 1, write });
    },
    describe: async () => ({ kind: 'memory', location: '', version: '', resources: rows.length, ready: true, details: {} }),
    close: async () => undefined,
  };
}
