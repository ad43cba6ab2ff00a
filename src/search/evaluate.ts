/**
 * A predicate judged on a resource's entries in memory, with the meaning the stores give it: for resources that are not in the
 * store yet, and for what is read by key under a restriction.
 */
import { keyText } from '../model/resource.js';
import type { IndexEntry, Match, PointTest, Predicate, RangeTest, Where } from '../store/port.js';
import { type Chained, type Followed, following } from './followed.js';
import type { Candidate } from './search.js';

/** A verdict is given at once where nothing has to be waited for: only what chains and reverses lead to lies elsewhere. */
export type Verdict = boolean | Promise<boolean>;

/** Throws when a chain or reverse is met and nobody answers for it: a mistake of the caller. */
export function matchesWhere(where: Where, candidate: Candidate, chained?: Chained): Verdict {
  return anyHolds(where, candidate, following(chained));
}

/** Of those predicates that look at nothing but entries. */
const ofNone = new WeakMap<Predicate, boolean | null>();

/** What holds of a resource that has no entries, whichever it is; undefined where it is a matter of more than entries. */
export function holdsOfNone(predicate: Predicate): boolean | undefined {
  const known = ofNone.get(predicate);
  if (known !== undefined) return known ?? undefined;
  const found = looksAtEntries(predicate) ? holds(predicate, nothing, following(undefined)) : null;
  if (found instanceof Promise) return undefined;
  ofNone.set(predicate, found);
  return found ?? undefined;
}

const nothing: Candidate = { type: '', id: '', lastUpdated: 0, entries: [], compartments: [], contained: [] };

function looksAtEntries(predicate: Predicate): boolean {
  switch (predicate.kind) {
    case 'all':
    case 'any':
      return predicate.of.every(looksAtEntries);
    case 'not':
      return looksAtEntries(predicate.of);
    case 'present':
    case 'match':
    // It begins with an entry, and leads nowhere without.
    case 'chain':
      return true;
    case 'id':
    case 'updated':
    case 'compartment':
    case 'reverse':
      return false;
  }
}

function anyHolds(where: Where, candidate: Candidate, followed: Followed): Verdict {
  return firstOf(where, true, ({ type, predicate }) => type === candidate.type && holds(predicate, candidate, followed));
}

function holds(predicate: Predicate, candidate: Candidate, followed: Followed): Verdict {
  switch (predicate.kind) {
    case 'all':
      return firstOf(predicate.of, false, (one) => holds(one, candidate, followed));
    case 'any':
      return firstOf(predicate.of, true, (one) => holds(one, candidate, followed));
    case 'not': {
      const found = holds(predicate.of, candidate, followed);
      return found instanceof Promise ? found.then((holding) => !holding) : !found;
    }
    case 'chain':
      return leadsAnywhere(predicate.param, candidate) && leadsThere(predicate, candidate, followed);
    case 'reverse':
      return isReferredTo(predicate, candidate, followed);
    default:
      return holdsAlone(predicate, candidate);
  }
}

/** `sought` as soon as one of them gives it, in their order; else the contrary. */
function firstOf<T>(all: readonly T[], sought: boolean, judge: (one: T) => Verdict): Verdict {
  for (const [at, one] of all.entries()) {
    const found = judge(one);
    if (found instanceof Promise) return firstOfRest(found, all.slice(at + 1), sought, judge);
    if (found === sought) return sought;
  }
  return !sought;
}

async function firstOfRest<T>(first: Promise<boolean>, rest: readonly T[], sought: boolean, judge: (one: T) => Verdict): Promise<boolean> {
  if ((await first) === sought) return sought;
  for (const one of rest) if ((await judge(one)) === sought) return sought;
  return !sought;
}

type Link<Kind> = Extract<Predicate, { readonly kind: Kind }>;

async function leadsThere({ param, where }: Link<'chain'>, candidate: Candidate, followed: Followed): Promise<boolean> {
  if (await leadsInside(param, where, candidate, followed)) return true;
  return followed.any(await chainTargets(param, where, candidate, followed));
}

async function isReferredTo(predicate: Link<'reverse'>, candidate: Candidate, followed: Followed): Promise<boolean> {
  if (!(await followed.mayHold(predicate, keyText(candidate)))) return false;
  return followed.any(referringHere(predicate.param, predicate.where, candidate));
}

function leadsAnywhere(param: string, { entries }: Candidate): boolean {
  return entries.some((entry) => entry.kind === 'reference' && entry.param === param);
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
