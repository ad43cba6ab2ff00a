/**
 * What of a search the journal's own index can answer: names of whom and what it is about, and the time. It only narrows; every AuditEvent
 * is judged by the whole of what is asked.
 */
import type { Predicate, RangeTest } from '../store/port.js';
import { kindKey, refusedKey } from './keys.js';

export interface Narrowed {
  /** Has at least one of these; undefined: whatever. Empty: nothing can match. */
  readonly anyOf?: readonly string[];
  /** Half-open, milliseconds UTC. */
  readonly from?: number;
  readonly before?: number;
  /** Ids of the only ones that can match. */
  readonly ids?: readonly string[];
}

/** More names than these are not looked up one by one. */
const MOST = 50;
/** Slack for what a date that is no instant may mean, in milliseconds. */
const SLACK = 1000;

export function narrow(predicate: Predicate): Narrowed {
  switch (predicate.kind) {
    case 'all':
      return predicate.of.map(narrow).reduce(both, {});
    case 'any':
      return either(predicate.of.map(narrow));
    case 'id':
      return { ids: predicate.ids };
    case 'updated':
      return spanOf(predicate.values);
    case 'match':
      return ofMatch(predicate.param, predicate.match);
    default:
      return {};
  }
}

function ofMatch(param: string, match: Extract<Predicate, { kind: 'match' }>['match']): Narrowed {
  if (match.kind === 'range') return param === 'date' ? spanOf(match.values) : {};
  if (match.kind === 'reference') {
    const references = ['patient', 'entity', 'agent'].includes(param);
    return references && match.targets.length <= MOST && match.targets.every(isKey) ? { anyOf: match.targets } : {};
  }
  if (match.kind !== 'token' || !match.values.every(({ code }) => code !== undefined)) return {};
  const codes = match.values.map(({ code = '' }) => code);
  if (param === 'outcome' && !codes.includes('0')) return { anyOf: [refusedKey] };
  return param === 'subtype' && codes.every(isKind) ? { anyOf: codes.map(kindKey) } : {};
}

/** What each record that names it has among its keys: institutions are in too many. */
function isKey(target: string): boolean {
  return /^[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}$/.test(target) && !target.startsWith('Organization/');
}

/** Interactions have no hyphen but for those of searches and histories, whose records are too many to have a name. */
function isKind(code: string): boolean {
  return code.includes('-') && !/^(?:search|history)-/.test(code);
}

function spanOf(values: readonly RangeTest[]): Narrowed {
  const from = Math.min(...values.map(({ lowFrom, highAfter }) => Math.max(lowFrom ?? -Infinity, highAfter ?? -Infinity)));
  const before = Math.max(...values.map(({ highTo, lowBefore }) => Math.min(highTo ?? Infinity, lowBefore ?? Infinity)));
  return {
    ...(Number.isFinite(from) ? { from: Math.floor(from) - SLACK } : {}),
    ...(Number.isFinite(before) ? { before: Math.ceil(before) + SLACK } : {}),
  };
}

function both(a: Narrowed, b: Narrowed): Narrowed {
  return {
    ...a,
    ...b,
    ...ends(Math.max(a.from ?? -Infinity, b.from ?? -Infinity), Math.min(a.before ?? Infinity, b.before ?? Infinity)),
    ...shorter('anyOf', a, b),
    ...shorter('ids', a, b),
  };
}

function either(parts: readonly Narrowed[]): Narrowed {
  const from = Math.min(...parts.map((part) => part.from ?? -Infinity));
  const before = Math.max(...parts.map((part) => part.before ?? Infinity));
  return { ...(parts.length === 0 ? { anyOf: [] } : ends(from, before)), ...joined('anyOf', parts), ...joined('ids', parts) };
}

function ends(from: number, before: number): Narrowed {
  return { ...(Number.isFinite(from) ? { from } : {}), ...(Number.isFinite(before) ? { before } : {}) };
}

type Names = 'anyOf' | 'ids';

function shorter(name: Names, a: Narrowed, b: Narrowed): Narrowed {
  const [one, other] = [a[name], b[name]];
  if (one === undefined || other === undefined) return {};
  return { [name]: one.length <= other.length ? one : other };
}

function joined(name: Names, parts: readonly Narrowed[]): Narrowed {
  const all = new Set<string>();
  if (parts.length === 0) return {};
  for (const part of parts) {
    const names = part[name];
    if (names === undefined) return {};
    for (const one of names) all.add(one);
  }
  return all.size <= MOST || name === 'ids' ? { [name]: [...all] } : {};
}
