/** The tables of index entries, as schema.ts makes them. Source: port.ts IndexEntry */

/** The columns of each entry table beside `resource`, in the order of its rows here. */
export const columns = {
  token: ['param', 'code', 'system'],
  reference: ['param', 'target'],
  string: ['param', 'value', 'raw'],
  uri: ['param', 'value'],
  range: ['param', 'low', 'high'],
  keyed: ['param', 'key', 'low', 'high'],
  point: ['param', 'z', 'x', 'y'],
  piece: ['param', 'text'],
} as const;

export type EntryTable = keyof typeof columns;

export const entryTables = Object.keys(columns) as readonly EntryTable[];

/** The class of strings that `contains` finds by their pieces, or never; the others have to be looked through. */
export const PIECED = 1;
