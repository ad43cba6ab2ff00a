/**
 * A predicate judged on a resource's entries in memory, with the meaning the stores give it: for resources that are not in the
 * store yet, and for what is read by key under a restriction.
 */
import { keyText } from '../model/resource.js';
import type { IndexEntry, Match, PointTest, Predicate, RangeTest, Where } from '../store/port.js';
import { type Chained, type Followed, following } from './followed.js';
import type { Candidate } from './search.js';

/** Throws when a chain or reverse is met and nobody answers for it: a mistake of the caller. */
export function matchesWhere(where: Where, candidate: Candidate, chained?: Chained): Promise<boolean> {
  return anyHolds(where, candidate, following(chained));
}

async function anyHolds(where: Where, candidate: Candidate, followed: Followed): Promise<boolean> {
  for (const { type, predicate } of where) {
    if (type === candidate.type && (await holds(predicate, candidate, followed))) return true;
  }
  return false;
}

async function holds(predicate: Predicate, candidate: Candidate, followed: Followed): Promise<boolean> {
  switch (predicate.kind) {
    case 'all':
      for (const one of predicate.of) if (!(await holds(one, candidate, followed))) return false;
      return true;
    case 'any':
      for (const one of predicate.of) if (await holds(one, candidate, followed)) return true;
      return false;
    case 'not':
      return !(await holds(predicate.of, candidate, followed));
    case 'chain':
      if (await leadsInside(predicate.param, predicate.where, candidate, followed)) return true;
      return followed.any(await chainTargets(predicate.param, predicate.where, candidate, followed));
    case 'reverse':
      if (!(await followed.mayHold(predicate, keyText(candidate)))) return false;
      return followed.any(referringHere(predicate.param, predicate.where, candidate));
    default:
      return holdsAlone(predicate, candidate);
  }
}

type Simple = Exclude<Predicate, { readonly kind: 'all' | 'any' | 'not' | 'chain' | 'reverse' }>;

function holdsAlone(predicate: Simple, candidate: Candidate): boolean {
  switch (predicate.kind) {
    case 'id':
      return predicate.ids.includes(candidate.id);
    case 'present':
      return candidate.entries.some(
        (entry) =>
          entry.param === predicate.param && entry.kind === predicate.entry && !(entry.kind === 'range' && entry.key !== undefined),
      );
    case 'match':
      return candidate.entries.some((entry) => entry.param === predicate.param && entryMatches(entry, predicate.match));
    case 'updated':
      return predicate.values.some((test) => inRange(test, candidate.lastUpdated, candidate.lastUpdated + 1));
    case 'compartment':
      return candidate.compartments.includes(predicate.name);
  }
}

/** To what is contained, whose own predicate is judged here: no store need be asked. */
async function leadsInside(param: string, where: Where, candidate: Candidate, followed: Followed): Promise<boolean> {
  const { contained = [], lastUpdated, compartments } = candidate;
  for (const { type, id, entries } of contained) {
    const isMeant = candidate.entries.some((entry) => entry.kind === 'reference' && entry.param === param && entry.target === `#${id}`);
    if (!isMeant) continue;
    const inner = { type: `#${type}`, id, lastUpdated, entries, compartments, contained };
    if (await anyHolds(where, inner, followed)) return true;
  }
  return false;
}

async function chainTargets(param: string, where: Where, candidate: Candidate, followed: Followed): Promise<Where> {
  const targets = candidate.entries.flatMap((entry) => (entry.kind === 'reference' && entry.param === param ? [entry.target] : []));
  const found: Where[number][] = [];
  for (const { type, predicate } of where) {
    const ids: string[] = [];
    for (const target of targets.filter((one) => one.startsWith(`${type}/`))) {
      const id = target.slice(type.length + 1);
      if (!id.includes('/') && (await followed.mayHold(predicate, target))) ids.push(id);
    }
    if (ids.length > 0) found.push({ type, predicate: { kind: 'all', of: [{ kind: 'id', ids }, predicate] } });
  }
  return found;
}

function referringHere(param: string, where: Where, candidate: Candidate): Where {
  const here: Predicate = { kind: 'match', param, match: { kind: 'reference', targets: [keyText(candidate)] } };
  return where.map(({ type, predicate }) => ({ type, predicate: { kind: 'all', of: [here, predicate] } }));
}

function entryMatches(entry: IndexEntry, match: Match): boolean {
  switch (match.kind) {
    case 'token':
      return entry.kind === 'token' && match.values.some((value) => tokenMatches(entry, value));
    case 'reference':
      return entry.kind === 'reference' && match.targets.includes(entry.target);
    case 'string':
      return entry.kind === 'string' && match.values.some((value) => stringMatches(entry, match.how, value));
    case 'uri':
      return (
        entry.kind === 'uri' &&
        match.values.some((value) => (match.how === 'equal' ? entry.value === value : entry.value.startsWith(value)))
      );
    case 'range':
      return entry.kind === 'range' && entry.key === match.key && match.values.some((test) => inRange(test, entry.low, entry.high));
    case 'point':
      return entry.kind === 'point' && match.values.some((test) => isNear(entry, test));
  }
}

type StringMatch = Extract<Match, { kind: 'string' }>;

function stringMatches({ value, raw }: Extract<IndexEntry, { kind: 'string' }>, how: StringMatch['how'], wanted: string): boolean {
  if (how === 'exact') return raw === wanted;
  if (how === 'equal') return raw !== '' && value === wanted;
  return how === 'prefix' ? value.startsWith(wanted) : raw !== '' && value.includes(wanted);
}

function isNear({ x, y, z }: Extract<IndexEntry, { kind: 'point' }>, test: PointTest): boolean {
  return (x - test.x) ** 2 + (y - test.y) ** 2 + (z - test.z) ** 2 <= test.chord ** 2;
}

function tokenMatches(
  entry: Extract<IndexEntry, { kind: 'token' }>,
  { system, code }: { readonly system?: string | null; readonly code?: string },
): boolean {
  if (code !== undefined && entry.code !== code) return false;
  return system === undefined || (system === null ? entry.system === undefined : entry.system === system);
}

function inRange({ lowFrom, lowBefore, highAfter, highTo }: RangeTest, low: number, high: number): boolean {
  return (
    (lowFrom === undefined || low >= lowFrom) &&
    (lowBefore === undefined || low < lowBefore) &&
    (highAfter === undefined || high > highAfter) &&
    (highTo === undefined || high <= highTo)
  );
}
