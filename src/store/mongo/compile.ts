/**
 * Turns a predicate into a MongoDB filter. Values only ever stand where MongoDB expects values; there is no regular
 * expression and no code. Chains are resolved before (resolve.ts), so the filter concerns one document alone.
 */
import type { Filter } from 'mongodb';
import type { Match, PointTest, Predicate, RangeTest } from '../port.js';
import type { ResourceDocument } from './collections.js';
import {
  behind,
  codeKey,
  compartmentKey,
  foldedKey,
  gramKey,
  gramLength,
  gramsOf,
  insideKey,
  noSystemKey,
  ownIdKey,
  parameterKey,
  presenceKey,
  rangeName,
  rawKey,
  referenceKey,
  spanClasses,
  systemKey,
  uriKey,
} from './keys.js';

export type DocumentFilter = Filter<ResourceDocument>;
type Condition = Readonly<Record<string, unknown>>;

/** A predicate without chain and reverse. */
export type LocalPredicate =
  | { readonly kind: 'all' | 'any'; readonly of: readonly LocalPredicate[] }
  | { readonly kind: 'not'; readonly of: LocalPredicate }
  /** Just these documents. */
  | { readonly kind: 'documents'; readonly ids: readonly string[] }
  /** What refers to one of these documents. */
  | { readonly kind: 'refers'; readonly param: string; readonly ids: readonly string[] }
  | Extract<Predicate, { kind: 'id' | 'present' | 'match' | 'updated' | 'compartment' }>;

/** Without chains, one per type. */
export type LocalWhere = readonly { readonly type: string; readonly predicate: LocalPredicate }[];

const nothing: Condition = { _id: { $in: [] } };

/**
 * Which index shall give the order: `keys`, those of an equality key if there is one, else of the type; `type`, one that begins
 * with the type; `none` is needed. Where the type is not needed it is left out: each further index is one more plan to try.
 */
export type Order = 'keys' | 'type' | 'none';

/** The filter for the current resources of one type. */
export function compileType(type: string, predicate: LocalPredicate, order: Order): DocumentFilter {
  const condition = compile(type, predicate);
  const without = order === 'none' ? everyWay(predicate, isKeyed) : order === 'keys' && everyWay(predicate, isEquality);
  return (without ? condition : and([{ t: type }, condition])) as DocumentFilter;
}

export function compileWhere(where: LocalWhere, order: Order): DocumentFilter {
  return or(keysTogether(where.map(({ type, predicate }) => compileType(type, predicate, order) as Condition))) as DocumentFilter;
}

/** One scan for all types of which nothing but an equal key is asked, where each alternative would be planned for itself. */
function keysTogether(conditions: readonly Condition[]): readonly Condition[] {
  const keys: string[] = [];
  const others: Condition[] = [];
  for (const condition of conditions) {
    const { k, ...more } = condition as { readonly k?: string | { readonly $in?: readonly string[] } };
    const these = typeof k === 'string' ? [k] : k?.$in;
    if (these === undefined || Object.keys(more).length > 0) others.push(condition);
    else keys.push(...these);
  }
  return keys.length === 0 ? others : [oneOf('k', keys), ...others];
}

type Leaf = Exclude<LocalPredicate, { kind: 'all' | 'any' | 'not' }>;

/** Whether whatever satisfies the predicate satisfies a leaf of this sort. */
function everyWay(predicate: LocalPredicate, holds: (leaf: Leaf) => boolean): boolean {
  switch (predicate.kind) {
    case 'all':
      return predicate.of.some((part) => everyWay(part, holds));
    case 'any':
      return predicate.of.every((part) => everyWay(part, holds));
    case 'not':
      return false;
    default:
      return holds(predicate);
  }
}

/** Every key names its type, and a deleted resource has none. */
function isKeyed(leaf: Leaf): boolean {
  return leaf.kind === 'match' || leaf.kind === 'refers' || leaf.kind === 'present' || leaf.kind === 'compartment';
}

/** What follows an equal key in its index is the creation number. */
function isEquality(leaf: Leaf): boolean {
  if (leaf.kind === 'compartment' || leaf.kind === 'refers') return true;
  if (leaf.kind !== 'match') return false;
  const { match } = leaf;
  if (match.kind === 'token') return match.values.every(({ code }) => code !== undefined);
  return (
    match.kind === 'reference' || (match.kind === 'uri' && match.how === 'equal') || (match.kind === 'string' && match.how === 'exact')
  );
}

function compile(type: string, predicate: LocalPredicate): Condition {
  switch (predicate.kind) {
    case 'all':
      return and(predicate.of.map((part) => compile(type, part)));
    case 'any':
      return or(predicate.of.map((part) => compile(type, part)));
    case 'not':
      return { $nor: [compile(type, predicate.of)] };
    case 'id':
      return type.startsWith('#')
        ? oneOf(
            'k',
            predicate.ids.map((id) => ownIdKey(type, id)),
          )
        : oneOf(
            '_id',
            predicate.ids.map((id) => `${type}/${id}`),
          );
    case 'documents':
      return oneOf('_id', predicate.ids);
    case 'refers':
      return refersTo(parameterKey(type, predicate.param), predicate.ids);
    case 'updated':
      return or(predicate.values.map(updatedWithin));
    case 'compartment':
      return { k: compartmentKey(type, predicate.name) };
    case 'present':
      return presence(parameterKey(type, predicate.param), predicate.entry);
    case 'match':
      return compileMatch(parameterKey(type, predicate.param), predicate.match);
  }
}

function refersTo(parameter: string, ids: readonly string[]): Condition {
  return oneOf(
    'k',
    ids.map((id) => (id.includes('#') ? insideKey(parameter, id) : referenceKey(parameter, id))),
  );
}

function presence(parameter: string, entry: Extract<Predicate, { kind: 'present' }>['entry']): Condition {
  if (entry === 'range') return { r: { $elemMatch: { p: { $in: rangeNames(parameter, undefined) } } } };
  if (entry === 'point') return { g: { $elemMatch: { p: parameter } } };
  return beginning(entry === 'string' ? 'n' : 'k', presenceKey(parameter, entry));
}

function compileMatch(parameter: string, match: Match): Condition {
  switch (match.kind) {
    case 'token':
      return equalOrBeginning(match.values.map((value) => tokenKey(parameter, value)));
    case 'reference':
      return oneOf(
        'k',
        match.targets.map((target) => referenceKey(parameter, target)),
      );
    case 'uri':
      return equalOrBeginning(match.values.map((value) => ({ key: uriKey(parameter, value), whole: match.how === 'equal' })));
    case 'string':
      if (match.how === 'contains') return or(match.values.flatMap((value) => inside(parameter, value)));
      if (match.how === 'equal') return or(match.values.map((value) => sentAs(foldedKey(parameter, value))));
      if (match.how === 'prefix') return or(match.values.map((value) => beginning('n', foldedKey(parameter, value))));
      return oneOf(
        'k',
        match.values.map((value) => rawKey(parameter, value)),
      );
    case 'range':
      return or(match.values.map((test) => rangeWithin(parameter, match.key, test)));
    case 'point':
      return or(match.values.map((test) => pointWithin(parameter, test)));
  }
}

interface KeyTest {
  readonly key: string;
  /** Otherwise whatever begins with it. */
  readonly whole: boolean;
}

function tokenKey(parameter: string, value: { readonly system?: string | null; readonly code?: string }): KeyTest {
  const whole = value.code !== undefined;
  if (value.system === undefined) return { key: codeKey(parameter, value.code ?? ''), whole };
  const begin = value.system === null ? noSystemKey(parameter) : systemKey(parameter, value.system);
  return { key: begin + (value.code ?? ''), whole };
}

function equalOrBeginning(tests: readonly KeyTest[]): Condition {
  const whole = tests.filter((test) => test.whole).map((test) => test.key);
  const begun = tests.filter((test) => !test.whole).map((test) => beginning('k', test.key));
  return or(whole.length > 0 ? [oneOf('k', whole), ...begun] : begun);
}

function oneOf(field: string, values: readonly string[]): Condition {
  const [first, ...others] = new Set(values);
  if (first === undefined) return nothing;
  return { [field]: others.length === 0 ? first : { $in: [first, ...others] } };
}

/** Documents that have a key that begins so. */
export function anyKey(prefix: string): DocumentFilter {
  return beginning('k', prefix) as DocumentFilter;
}

/** $elemMatch: otherwise one element might satisfy the one bound and another the other. */
function beginning(field: 'k' | 'n', prefix: string): Condition {
  const end = behind(prefix);
  return { [field]: { $elemMatch: end === undefined ? { $gte: prefix } : { $gte: prefix, $lt: end } } };
}

/**
 * Two ways: by the grams, which where the text is longer than one only say where it may be; and, of strings without grams, by a look at
 * each of them.
 */
function inside(parameter: string, text: string): readonly Condition[] {
  const exactly = standsInside(parameter, text);
  const withoutGrams = and([{ n: gramKey(parameter, '') }, exactly]);
  const grams = gramsOf(text);
  if (grams.length < gramLength) return [beginning('n', gramKey(parameter, text)), withoutGrams];
  const whole = [...new Set(grams.slice(0, 1 - gramLength))].map((gram) => ({ n: gramKey(parameter, gram) }));
  return [grams.length === gramLength ? and(whole) : and([...whole, exactly]), withoutGrams];
}

/** Not as a derived key. */
function sentAs(key: string): Condition {
  const sent = { $and: [{ $gt: ['$f', 0] }, { $in: [{ $literal: key }, { $slice: ['$n', { $max: ['$f', 1] }] }] }] };
  return { n: key, $expr: sent };
}

function standsInside(parameter: string, text: string): Condition {
  const begin = foldedKey(parameter, '');
  const begins = { $eq: [{ $indexOfBytes: ['$$this', { $literal: begin }] }, 0] };
  const holds = { $gte: [{ $indexOfBytes: ['$$this', { $literal: text }, Buffer.byteLength(begin)] }, 0] };
  const sent = { $cond: [{ $gt: ['$f', 0] }, { $slice: ['$n', '$f'] }, []] };
  return { $expr: { $anyElementTrue: [{ $map: { input: sent, in: { $and: [begins, holds] } } }] } };
}

/** The cube around the point by the index, then the true distance. */
function pointWithin(parameter: string, { x, y, z, chord }: PointTest): Condition {
  const near = (value: number) => ({ $gte: value - chord, $lte: value + chord });
  const square = (field: string, value: number) => ({ $pow: [{ $subtract: [`$$this.${field}`, { $literal: value }] }, 2] });
  const distance = { $add: [square('x', x), square('y', y), square('z', z)] };
  const isNear = { $and: [{ $eq: ['$$this.p', { $literal: parameter }] }, { $lte: [distance, { $literal: chord * chord }] }] };
  const exactly = { $anyElementTrue: [{ $map: { input: { $ifNull: ['$g', []] }, in: isNear } }] };
  return { g: { $elemMatch: { p: parameter, z: near(z), x: near(x), y: near(y) } }, $expr: exactly };
}

function rangeNames(parameter: string, key: string | undefined): readonly string[] {
  return spanClasses.map(({ sign }) => rangeName(parameter, key, sign));
}

function rangeWithin(parameter: string, key: string | undefined, test: RangeTest): Condition {
  const low: Record<string, number> = {
    ...(test.lowFrom !== undefined && { $gte: test.lowFrom }),
    ...(test.lowBefore !== undefined && { $lt: test.lowBefore }),
  };
  const high: Record<string, number> = {
    ...(test.highAfter !== undefined && { $gt: test.highAfter }),
    ...(test.highTo !== undefined && { $lte: test.highTo }),
  };
  const ends = (bounds: Record<string, number>) => ({
    ...(Object.keys(bounds).length > 0 && { l: bounds }),
    ...(Object.keys(high).length > 0 && { h: high }),
  });
  const { highAfter } = test;
  if (highAfter === undefined || !Number.isFinite(highAfter) || (test.lowFrom ?? Number.NEGATIVE_INFINITY) >= highAfter) {
    return { r: { $elemMatch: { p: { $in: rangeNames(parameter, key) }, ...ends(low) } } };
  }
  // What ends behind a point begins no further before it than the class is long: one scan for each class.
  const scans = spanClasses.map(({ sign, longest }) => {
    const from = Math.max(lowestLow(highAfter, longest), low.$gte ?? Number.NEGATIVE_INFINITY);
    return { r: { $elemMatch: { p: rangeName(parameter, key, sign), ...ends(Number.isFinite(from) ? { ...low, $gte: from } : low) } } };
  });
  return or(scans);
}

/** A little lower than the subtraction says, because ends are floating point numbers. */
function lowestLow(highAfter: number, longest: number): number {
  return highAfter - longest * (1 + 1e-9) - Math.abs(highAfter) * 1e-12;
}

/** The instant as the range [u, next number up): it ends behind a number just if it is at least that number. */
function updatedWithin(test: RangeTest): Condition {
  const from = Math.max(test.lowFrom ?? Number.NEGATIVE_INFINITY, test.highAfter ?? Number.NEGATIVE_INFINITY);
  const before = Math.min(test.lowBefore ?? Number.POSITIVE_INFINITY, test.highTo ?? Number.POSITIVE_INFINITY);
  return { u: { $gte: from, $lt: before } };
}

export function and(conditions: readonly Condition[]): Condition {
  const real = conditions.filter((condition) => Object.keys(condition).length > 0);
  if (real.length === 1 && real[0]) return real[0];
  return real.length === 0 ? {} : { $and: real };
}

export function or(conditions: readonly Condition[]): Condition {
  const [first, ...others] = conditions;
  if (first === undefined) return nothing;
  return others.length === 0 ? first : { $or: conditions };
}
