/**
 * What one search may ask of a store: so many parameters, values and links to other resources, counted over all of it. A store finds
 * many values that are compared by equality at once; every other value is a condition by itself. What a single value stands for
 * (a bare id one reference to each possible type, a chain the same question to each) is counted as the store will meet it.
 * Source: R4 search.html#errors, http.html#Status-Codes
 */
import { message } from '../model/message.js';
import { type FhirError, fault } from '../model/outcome.js';
import type { Match, Predicate } from '../store/port.js';
import { malformed } from './refusals.js';

export const MAX_PARAMETERS = 100;
const MAX_EQUAL = 2000;
const MAX_COMPARED = 200;
/** Characters of one value. */
const MAX_VALUE_LENGTH = 8000;
/** Chains and `_has`. */
const MAX_LINKS = 10;
/** Types they lead to, all together: a chain over a reference to anything may lead to each type that has the parameter. */
export const MAX_LINKED_TYPES = 150;

/** Of one search. Every type that is searched has all of it, because a store is asked for one after the other. */
export interface Budget {
  /** `of` is what the parameter `name` asks of `type`. Throws FhirError 400 where the limits are exceeded. */
  spend(type: string, name: string, of: Predicate): void;
}

interface Cost {
  equal: number;
  compared: number;
  links: number;
  linkedTypes: number;
}

export function createBudget(): Budget {
  const spent = new Map<string, Cost>();
  return {
    spend(type, name, of) {
      const cost = spent.get(type) ?? { equal: 0, compared: 0, links: 0, linkedTypes: 0 };
      spent.set(type, cost);
      add(cost, of);
      if (cost.compared > MAX_COMPARED) throw tooManyValues(name, cost.compared, MAX_COMPARED, notEqual);
      if (cost.equal > MAX_EQUAL) throw tooManyValues(name, cost.equal, MAX_EQUAL, byEquality);
      if (cost.links > MAX_LINKS) throw tooManyLinks(name, cost.links);
      if (cost.linkedTypes > MAX_LINKED_TYPES) throw tooManyLinkedTypes(name, cost.linkedTypes);
    },
  };
}

/** Before the values are looked at: no parameter may have more than the whole search, and none may be endless. */
export function checkValues(name: string, values: readonly string[]): void {
  const { length } = values;
  if (length > MAX_EQUAL) throw tooManyValues(name, length, MAX_EQUAL, byEquality);
  const long = values.find((value) => value.length > MAX_VALUE_LENGTH);
  if (long !== undefined) throw malformed(shown(name), long, `at most ${MAX_VALUE_LENGTH} characters`, `至多 ${MAX_VALUE_LENGTH} 个字符`);
}

const ofAccess = new WeakSet<Predicate>();

/** What access asks inside of chains is nobody's doing who searches: it is marked, and the same. */
export function notCounted(restriction: Predicate): Predicate {
  ofAccess.add(restriction);
  // Its parts may come to stand beside what is asked.
  if (restriction.kind === 'all') for (const part of restriction.of) ofAccess.add(part);
  return restriction;
}

function add(cost: Cost, predicate: Predicate): void {
  if (ofAccess.has(predicate)) return;
  switch (predicate.kind) {
    case 'all':
    case 'any':
      for (const one of predicate.of) add(cost, one);
      break;
    case 'not':
      add(cost, predicate.of);
      break;
    case 'chain':
    case 'reverse':
      cost.links++;
      for (const { type, predicate: asked } of predicate.where) {
        // What is contained is asked the same, and only of a few.
        if (type.startsWith('#')) continue;
        cost.linkedTypes++;
        add(cost, asked);
      }
      break;
    case 'id':
      cost.equal += predicate.ids.length;
      break;
    case 'updated':
      cost.compared += predicate.values.length;
      break;
    case 'match':
      addMatch(cost, predicate.match);
      break;
    case 'present':
    case 'compartment':
      cost.compared++;
      break;
  }
}

function addMatch(cost: Cost, match: Match): void {
  switch (match.kind) {
    case 'token': {
      // A code under all the names of its system is one.
      const codes = new Set(match.values.map(({ code }) => code));
      cost.compared += match.values.filter(({ code }) => code === undefined).length;
      cost.equal += codes.has(undefined) ? codes.size - 1 : codes.size;
      break;
    }
    case 'reference':
      cost.equal += match.targets.length;
      break;
    case 'string':
    case 'uri':
      cost[match.how === 'exact' || match.how === 'equal' ? 'equal' : 'compared'] += match.values.length;
      break;
    case 'range':
    case 'point':
      cost.compared += match.values.length;
      break;
  }
}

export function tooManyParameters(): FhirError {
  return costly(
    'search-too-many-parameters',
    `A search may have at most ${MAX_PARAMETERS} parameters; this one has more`,
    `一次检索最多可有 ${MAX_PARAMETERS} 个参数；本次检索超过此数`,
  );
}

const byEquality = ['compared by equality', '按相等比较的'] as const;
const notEqual = ['compared otherwise than by equality', '不按相等比较的'] as const;

function tooManyValues(name: string, found: number, most: number, [how, howZh]: readonly [string, string]): FhirError {
  return costly(
    'search-too-many-values',
    `With "${shown(name)}" the search has ${found} values ${how}, counting each type they may lead to; at most ${most} are allowed`,
    `至参数“${shown(name)}”，检索已有 ${found} 个${howZh}值（可能指向的每种类型分别计数）；最多允许 ${most} 个`,
    name,
  );
}

function tooManyLinks(name: string, found: number): FhirError {
  return costly(
    'search-too-many-links',
    `With "${shown(name)}" the search has ${found} chains and _has; at most ${MAX_LINKS} are allowed`,
    `至参数“${shown(name)}”，检索已有 ${found} 个链式检索与 _has；最多允许 ${MAX_LINKS} 个`,
    name,
  );
}

export function tooManyLinkedTypes(name: string, found: number): FhirError {
  return costly(
    'search-too-many-linked-types',
    `With "${shown(name)}" the chains of the search lead to ${found} types; at most ${MAX_LINKED_TYPES} are allowed: name the type meant, as in subject:Patient.name`,
    `至参数“${shown(name)}”，检索的链指向 ${found} 种类型；最多允许 ${MAX_LINKED_TYPES} 种：请指明类型，例如 subject:Patient.name`,
    name,
  );
}

export function tooManySorts(found: number, most: number): FhirError {
  return costly(
    'search-too-many-sorts',
    `The search is to be sorted by ${found} parameters; at most ${most} are allowed`,
    `检索要按 ${found} 个参数排序；最多允许 ${most} 个`,
    '_sort',
  );
}

function costly(id: string, en: string, zh: string, name?: string): FhirError {
  return fault('too-costly', message(id, en, zh), { status: 400, ...(name === undefined ? {} : { expression: shown(name) }) });
}

function shown(name: string): string {
  return name.slice(0, 100);
}
