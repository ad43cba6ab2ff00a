/**
 * Rows in the order of a walk. An index of a slot has ties in order of creation only when it is read so that its values fall (and
 * backward, rise), the more frequent way; otherwise, and for further sorts among ties, the last group of ties is read again in its own
 * order, while those before it are whole and put in order here.
 */
import type { Position } from '../port.js';
import { and, type DocumentFilter } from './compile.js';
import { behindPosition, comparePositions, positionOf, type SortedRow, type SortField, valueIn, type Walk } from './pages.js';
import type { CollectionName, Reader } from './reader.js';

export interface Ordered {
  readonly reader: Reader;
  readonly from: CollectionName;
  readonly base: DocumentFilter;
  readonly walk: Walk;
  /** Beside what the walk needs. */
  readonly projection: Readonly<Record<string, 1>>;
  readonly after?: Position | undefined;
  readonly limit: number;
}

export async function rowsInOrder<Row extends SortedRow>(asked: Ordered): Promise<readonly Row[]> {
  const { reader, from, walk, base, after, limit } = asked;
  const fields = kept(walk.fields);
  if (fields.some(({ computed }) => computed !== undefined)) return rowsByEntries(asked, fields);
  const filter = after === undefined ? base : behindPosition(base, walk, after);
  const read = (where: DocumentFilter, sort: Record<string, 1 | -1>, atMost: number) =>
    reader.rows<Row>(where, { from, projection: projectionOf(asked), sort, limit: atMost });
  const [first, ...others] = fields;
  const ways = first && { value: first.falling ? -1 : 1, creation: walk.backward ? -1 : 1 };
  if (first === undefined || first.field === '_id' || (others.length === 0 && ways?.value !== ways?.creation)) {
    return read(filter, sortOf(fields, walk), limit);
  }

  const rows = await read(filter, { [first.field]: first.falling ? -1 : 1, o: first.falling ? 1 : -1 }, limit);
  const byPosition = (a: Row, b: Row) => comparePositions(walk, positionOf(a, walk), positionOf(b, walk));
  const last = rows.at(-1);
  if (last === undefined || rows.length < limit) return [...rows].sort(byPosition);
  const value = last[first.field] ?? null;
  const whole = rows.filter((row) => (row[first.field] ?? null) !== value).sort(byPosition);
  const ties = and([{ ...base }, { [first.field]: value }]) as DocumentFilter;
  // The first that is kept is the first that differs: what stands before it is absent everywhere.
  const at = walk.fields.findIndex(({ field }) => field === first.field);
  const isCut = after !== undefined && (after.values[at] ?? null) === valueIn(last, first);
  const group = isCut ? behindPosition(ties, walk, after) : ties;
  return [...whole, ...(await read(group, sortOf(others, walk), limit - whole.length))];
}

type KeptField = SortField & { readonly field: string };

/**
 * Without those that are absent everywhere or stand twice; an id decides alone, and a slot behind it would only keep its index from serving.
 * What is first made of each is wanted behind an id too, where other types have the same.
 */
function kept(fields: readonly SortField[]): readonly KeptField[] {
  const byIndex = fields.every(({ computed }) => computed === undefined);
  const known = new Map<string, KeptField>();
  for (const one of fields) {
    const { field } = one;
    if (field === undefined || known.has(field)) continue;
    known.set(field, { ...one, field });
    if (field === '_id' && byIndex) break;
  }
  return [...known.values()];
}

function projectionOf({ projection, walk: { fields } }: Ordered): Record<string, 1> {
  return { ...projection, o: 1, ...Object.fromEntries(fields.flatMap(({ field }) => (field === undefined ? [] : [[field, 1]]))) };
}

function sortOf(fields: readonly KeptField[], { backward }: Walk): Record<string, 1 | -1> {
  const sort = Object.fromEntries(fields.map(({ field, falling }) => [field, falling ? -1 : 1] as const));
  return fields.at(-1)?.field === '_id' ? sort : { ...sort, o: backward ? -1 : 1 };
}

/** No order is kept: what matches is put in order as it is read. */
function rowsByEntries<Row extends SortedRow>(asked: Ordered, fields: readonly KeptField[]) {
  const { reader, from, walk, base, after, limit } = asked;
  const computed = Object.fromEntries(fields.flatMap(({ field, computed }) => (computed === undefined ? [] : [[field, computed]])));
  const beyond = after === undefined ? {} : behindPosition({}, walk, after);
  return reader.sorted<Row>(base, { from, computed, beyond, projection: projectionOf(asked), sort: sortOf(fields, walk), limit });
}
