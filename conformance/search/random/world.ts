/** The random resources as the oracle keeps them: in memory, in the order in which they were put on the server. */
import { type Parameter, parameters } from './parameters.js';
import type { Amount, Link, Plain, Value } from './values.js';

export interface World {
  readonly resources: readonly Plain[];
  ofType(type: string): readonly Plain[];
  /** What a reference leads to: something here, or something contained; undefined for all else. */
  follow(link: Link): Plain | undefined;
}

export function createWorld(resources: readonly Plain[]): World {
  const byKey = new Map<string, Plain>(resources.map((resource) => [`${resource.resourceType}/${resource.id}`, resource]));
  return {
    resources,
    ofType: (type) => resources.filter(({ resourceType }) => resourceType === type),
    follow: ({ target, inside }) => inside ?? byKey.get(target ?? ''),
  };
}

export function linksOf(resource: Plain, parameter: Parameter): readonly Link[] {
  return parameter.of(resource).filter((value): value is Link => value.kind === 'reference');
}

/** What a type refers by. */
export function referenceParameters(type: string): readonly Parameter[] {
  return (parameters[type] ?? []).filter(({ kind }) => kind === 'reference');
}

export interface SortRule {
  readonly code: string;
  readonly descending: boolean;
}

type SortValue = string | number | bigint | undefined;

/** Absent values are the smallest; what is equal stays in the order of creation. Source: R4 search.html#sort */
export function inOrder(found: readonly Plain[], rules: readonly (SortRule & { readonly parameter?: Parameter })[]): readonly Plain[] {
  const keyed = found.map((resource) => ({ resource, keys: rules.map((rule) => sortValue(resource, rule)) }));
  keyed.sort((a, b) => {
    for (const [at, { descending }] of rules.entries()) {
      const difference = compare(a.keys[at], b.keys[at]);
      if (difference !== 0) return descending ? -difference : difference;
    }
    return 0;
  });
  return keyed.map(({ resource }) => resource);
}

function compare(a: SortValue, b: SortValue): number {
  if (a === b) return 0;
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  return typeof a === 'string' || typeof b === 'string' ? byCodePoint(String(a), String(b)) : a < b ? -1 : 1;
}

function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Of several values the one that comes first in the order asked for. */
function sortValue(resource: Plain, { descending, parameter }: SortRule & { readonly parameter?: Parameter }): SortValue {
  if (parameter === undefined) return resource.id;
  const last = descending && parameter.lowest !== true;
  const known = parameter
    .of(resource)
    .map((value) => keyOf(value, last))
    .filter((value) => value !== undefined);
  return known.sort((a, b) => (last ? compare(b, a) : compare(a, b)))[0];
}

function keyOf(value: Value, last: boolean): SortValue {
  switch (value.kind) {
    case 'string':
      return value.sortedBy;
    case 'token':
      return value.code;
    case 'date':
      return last ? value.high : value.low;
    case 'uri':
      return value.value;
    case 'number':
    case 'quantity':
      return lowestOf(value);
    case 'reference':
      return undefined;
  }
}

const BELOW_ALL = -(10n ** 60n);

/** <5 begins below all else, >5 just above 5. */
function lowestOf({ value, comparator = '' }: Amount): bigint {
  if (comparator.startsWith('<')) return BELOW_ALL;
  return 2n * value + (comparator === '>' ? 1n : 0n);
}
