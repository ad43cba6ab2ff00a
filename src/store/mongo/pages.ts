/** The order of a search and where its next page begins: by the sort values, then by the creation number. */
import type { Position, Sort } from '../port.js';
import { and, type DocumentFilter, or } from './compile.js';
import { isContained, type Slots } from './documents.js';
import { entryValue } from './entry-values.js';

type Condition = Readonly<Record<string, unknown>>;
export type SortedRow = { readonly _id: string; readonly o: number } & Readonly<Record<string, unknown>>;

/** One Sort as a field of the documents. */
export interface SortField {
  /** Without one the type has no such slot, and its value is absent in every resource. */
  readonly field?: string | undefined;
  /** In the direction of the walk, which for a page backward is not that of the sort. */
  readonly falling: boolean;
  /** What stands before the value in the field. */
  readonly prefix?: string;
  /** Makes the field, where it is not kept. */
  readonly computed?: Condition;
}

/** A walk by fields; ties are in order of creation, and backward against it. */
export interface Walk {
  readonly fields: readonly SortField[];
  readonly backward: boolean;
}

interface Direction {
  readonly backward: boolean;
  /** Of this type alone: an id decides, and nothing is made of entries behind it. */
  readonly alone?: boolean;
}

export function walkOf(type: string, sort: readonly Sort[], slots: Slots, { backward, alone = false }: Direction): Walk {
  const fields = sort.map((by, index): SortField => ({ ...fieldOf(type, by, slots, index), falling: by.descending !== backward }));
  const end = alone ? fields.findIndex(({ field }) => field === '_id') : -1;
  return {
    fields: end < 0 ? fields : fields.map((one, at) => (at > end && one.computed !== undefined ? { falling: one.falling } : one)),
    backward,
  };
}

function fieldOf(type: string, by: Sort, slots: Slots, index: number): Omit<SortField, 'falling'> {
  if ('param' in by) return { field: `e${index}`, ...entryValue(type, by) };
  if (by.slot === '_id') return isContained(type) ? { field: 'i' } : { field: '_id', prefix: `${type}/` };
  if (by.slot === '_lastUpdated') return { field: 'u' };
  return { field: slots.get(type.replace('#', ''))?.get(by.slot) };
}

export function positionOf(row: SortedRow, { fields }: Walk): Position {
  return { values: fields.map((field) => valueIn(row, field)), number: row.o };
}

export function valueIn(row: SortedRow, { field, prefix = '' }: SortField): string | number | null {
  const value = field === undefined ? null : ((row[field] as string | number | undefined) ?? null);
  return typeof value === 'string' ? value.slice(prefix.length) : value;
}

/** What lies behind a position in the walk, as alternatives of which an index serves each. */
export function behindPosition(base: DocumentFilter, { fields, backward }: Walk, after: Position): DocumentFilter {
  const equal: Condition[] = [base as Condition];
  const ways: Condition[] = [];
  for (const [index, { field, falling, prefix = '' }] of fields.entries()) {
    const value = after.values[index] ?? null;
    if (field !== undefined) {
      const stored = typeof value === 'string' ? prefix + value : value;
      for (const beyond of falling ? lower(stored) : higher(stored)) ways.push(and([...equal, { [field]: beyond }]));
      equal.push({ [field]: stored });
    } else if (value !== null) {
      // Absent everywhere in this type: all of it lies before the value, rising, or behind it, falling.
      return or(falling ? [...ways, and(equal)] : ways) as DocumentFilter;
    }
  }
  return or([and([...equal, { o: { [backward ? '$lt' : '$gt']: after.number } }]), ...ways]) as DocumentFilter;
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
export function comparePositions({ fields, backward }: Walk, a: Position, b: Position): number {
  for (const [index, { falling }] of fields.entries()) {
    const order = compareValues(a.values[index] ?? null, b.values[index] ?? null);
    if (order !== 0) return falling ? -order : order;
  }
  return backward ? b.number - a.number : a.number - b.number;
}

function compareValues(a: string | number | null, b: string | number | null): number {
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  if (typeof a === 'number' && typeof b === 'number') return Number(a > b) - Number(a < b);
  return rank(a) - rank(b);
}

function rank(value: string | number | null): number {
  return value === null ? 0 : typeof value === 'number' ? 1 : 2;
}
