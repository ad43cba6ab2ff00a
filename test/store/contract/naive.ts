/** The meaning of predicates, said as plainly as can be: a list of resources and nothing else. The stores are held against it. */
import type { IndexEntry, Match, Position, Predicate, RangeTest, Sort, Where, Write } from '../../../src/store/port.js';

/** A current, undeleted resource; `number` grows in order of creation. */
export interface Held {
  readonly write: Write;
  readonly number: number;
  /** `Patient/1`, where it stands inside that. */
  readonly container?: string;
}

const nameOf = ({ write: { version }, container }: Held) =>
  container === undefined ? `${version.type}/${version.id}` : `${container}#${version.id}`;

/** Those of the candidates that satisfy the predicates; `all`: what chains lead to, what is contained among it. */
export function select(candidates: readonly Held[], all: readonly Held[], where: Where): readonly Held[] {
  return candidates.filter((held) => satisfies(all, held, where));
}

/** What stands inside the resource from this version on; what stood there before keeps its number. */
export function insideOf(write: Write, before: readonly Held[], next: () => number): readonly Held[] {
  const { version, contained = [] } = write;
  return (version.json === null ? [] : contained).map(({ type, id, entries, sort }) => {
    const own = { ...version, type: `#${type}`, id };
    const number = before.find((held) => held.write.version.type === own.type && held.write.version.id === id)?.number ?? next();
    return { write: { ...write, version: own, entries, sort }, number, container: `${version.type}/${version.id}` };
  });
}

function satisfies(all: readonly Held[], held: Held, where: Where): boolean {
  return where.some(({ type, predicate }) => type === held.write.version.type && holds(all, held, predicate));
}

function holds(all: readonly Held[], held: Held, predicate: Predicate): boolean {
  const { version, entries, compartments } = held.write;
  switch (predicate.kind) {
    case 'all':
      return predicate.of.every((part) => holds(all, held, part));
    case 'any':
      return predicate.of.some((part) => holds(all, held, part));
    case 'not':
      return !holds(all, held, predicate.of);
    case 'id':
      return predicate.ids.includes(version.id);
    case 'present':
      return entries.some(
        (entry) =>
          entry.kind === predicate.entry && entry.param === predicate.param && !(entry.kind === 'range' && entry.key !== undefined),
      );
    case 'match':
      return entries.some((entry) => entry.param === predicate.param && matches(entry, predicate.match));
    case 'updated':
      return predicate.values.some((test) => inTest(version.lastUpdated, version.lastUpdated + 0.5, test));
    case 'compartment':
      return compartments.includes(predicate.name);
    case 'chain':
      return all.some((other) => refers(held, predicate.param, other) && satisfies(all, other, predicate.where));
    case 'reverse':
      return (
        held.container === undefined && all.some((other) => refers(other, predicate.param, held) && satisfies(all, other, predicate.where))
      );
  }
}

function refers(from: Held, param: string, to: Held): boolean {
  const isTogether = (from.container ?? nameOf(from)) === to.container;
  const name = to.container === undefined ? nameOf(to) : isTogether ? `#${to.write.version.id}` : undefined;
  return from.write.entries.some((entry) => entry.kind === 'reference' && entry.param === param && entry.target === name);
}

function matches(entry: IndexEntry, match: Match): boolean {
  if (entry.kind === 'token' && match.kind === 'token') {
    return match.values.some(
      ({ system, code }) =>
        (code === undefined || code === entry.code) &&
        (system === undefined || system === (entry.system === undefined ? null : entry.system)),
    );
  }
  if (entry.kind === 'reference' && match.kind === 'reference') return match.targets.includes(entry.target);
  if (entry.kind === 'uri' && match.kind === 'uri') {
    return match.values.some((value) => (match.how === 'equal' ? entry.value === value : entry.value.startsWith(value)));
  }
  if (entry.kind === 'string' && match.kind === 'string') {
    return match.values.some((value) => {
      if (match.how === 'exact') return entry.raw === value;
      if (match.how === 'equal') return entry.raw !== '' && entry.value === value;
      return match.how === 'prefix' ? entry.value.startsWith(value) : entry.raw !== '' && entry.value.includes(value);
    });
  }
  if (entry.kind === 'point' && match.kind === 'point') {
    return match.values.some(({ x, y, z, chord }) => Math.hypot(entry.x - x, entry.y - y, entry.z - z) <= chord);
  }
  if (entry.kind !== 'range' || match.kind !== 'range' || entry.key !== match.key) return false;
  return match.values.some((test) => inTest(entry.low, entry.high, test));
}

function inTest(low: number, high: number, test: RangeTest): boolean {
  return (
    low >= (test.lowFrom ?? Number.NEGATIVE_INFINITY) &&
    (test.lowBefore === undefined || low < test.lowBefore) &&
    (test.highAfter === undefined || high > test.highAfter) &&
    high <= (test.highTo ?? Number.POSITIVE_INFINITY)
  );
}

type ByEntry = Extract<Sort, { readonly param: string }>;

function entryValue(entries: readonly IndexEntry[], { param, entry: kind, end }: ByEntry): string | number | null {
  const own = entries.filter((entry) => entry.kind === kind && entry.param === param);
  const values = own.flatMap((entry) => sortValueOf(entry, end) ?? []).sort(compare);
  return (end === 'low' ? values[0] : values.at(-1)) ?? null;
}

function sortValueOf(entry: IndexEntry, end: ByEntry['end']): string | number | undefined {
  switch (entry.kind) {
    case 'token':
      return entry.code;
    case 'reference':
      return entry.target;
    case 'string':
    case 'uri':
      return entry.value;
    case 'range':
      return entry.key === undefined ? entry[end] : undefined;
    case 'point':
      return undefined;
  }
}

export function sorted(held: readonly Held[], sort: readonly Sort[]): readonly string[] {
  const position = ({ write, number }: Held): Position => ({
    number,
    values: sort.map((by) => {
      if ('param' in by) return entryValue(write.entries, by);
      if (by.slot === '_id') return write.version.id;
      if (by.slot === '_lastUpdated') return write.version.lastUpdated;
      return write.sort.find((value) => value.slot === by.slot)?.value ?? null;
    }),
  });
  const compared = (a: Position, b: Position) => {
    for (const [i, { descending }] of sort.entries()) {
      const order = compare(a.values[i] ?? null, b.values[i] ?? null);
      if (order !== 0) return descending ? -order : order;
    }
    return a.number - b.number;
  };
  return [...held].sort((a, b) => compared(position(a), position(b))).map(nameOf);
}

function compare(a: string | number | null, b: string | number | null): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
}
