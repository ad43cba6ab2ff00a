/** The order of a search and where its next page begins: by the sort values, then by the creation number. */
import type { Position, Sort } from '../port.js';
import { and, type DocumentFilter, or } from './compile.js';
import type { Slots } from './documents.js';

type Condition = Readonly<Record<string, unknown>>;
export type SortedRow = { readonly _id: string; readonly o: number } & Readonly<Record<string, unknown>>;

/** One Sort as a field; without a field the type has no such slot, and its value is absent in every resource. */
export interface SortField {
  readonly field?: string;
  readonly descending: boolean;
}

export function sortFields(type: string, sort: readonly Sort[], slots: Slots): readonly SortField[] {
  return sort.map(({ slot, descending }) => {
    const field = slot === '_id' ? '_id' : slot === '_lastUpdated' ? 'u' : slots.get(type)?.get(slot);
    return { field, descending };
  });
}

export function positionOf(row: SortedRow, fields: readonly SortField[]): Position {
  return { values: fields.map(({ field }) => valueIn(row, field)), number: row.o };
}

function valueIn(row: SortedRow, field: string | undefined): string | number | null {
  if (field === '_id') return row._id.slice(row._id.indexOf('/') + 1);
  return field === undefined ? null : ((row[field] as string | number | undefined) ?? null);
}

/** What lies behind a position, as alternatives of which an index serves each. */
export function behindPosition(base: DocumentFilter, type: string, fields: readonly SortField[], after: Position): DocumentFilter {
  const equal: Condition[] = [base as Condition];
  const ways: Condition[] = [];
  for (const [index, { field, descending }] of fields.entries()) {
    const value = after.values[index] ?? null;
    if (field !== undefined) {
      const stored = field === '_id' ? `${type}/${value}` : value;
      for (const beyond of descending ? lower(stored) : higher(stored)) ways.push(and([...equal, { [field]: beyond }]));
      equal.push({ [field]: stored });
    } else if (value !== null) {
      // Absent everywhere in this type: all of it lies before the value, rising, or behind it, falling.
      return or(descending ? [...ways, and(equal)] : ways) as DocumentFilter;
    }
  }
  return or([and([...equal, { o: { $gt: after.number } }]), ...ways]) as DocumentFilter;
}

/** MongoDB compares within one type of value only: absent, numbers and strings are three ranges, in this order. */
function higher(value: string | number | null): readonly unknown[] {
  if (value === null) return [{ $ne: null }];
  return typeof value === 'number' ? [{ $gt: value }, { $gte: '' }] : [{ $gt: value }];
}

function lower(value: string | number | null): readonly unknown[] {
  if (value === null) return [];
  return typeof value === 'number' ? [{ $lt: value }, null] : [{ $lt: value }, { $lte: Number.POSITIVE_INFINITY }, null];
}

/** As MongoDB and SQLite order: absent, then numbers, then strings by code point. */
export function comparePositions(fields: readonly { readonly descending: boolean }[], a: Position, b: Position): number {
  for (const [index, { descending }] of fields.entries()) {
    const order = compareValues(a.values[index] ?? null, b.values[index] ?? null);
    if (order !== 0) return descending ? -order : order;
  }
  return a.number - b.number;
}

function compareValues(a: string | number | null, b: string | number | null): number {
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return rank(a) - rank(b);
}

function rank(value: string | number | null): number {
  return value === null ? 0 : typeof value === 'number' ? 1 : 2;
}
