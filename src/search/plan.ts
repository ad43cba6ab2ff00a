/**
 * A search as the store will be asked: every parameter a predicate, every type under its restriction, sort, page, includes.
 * Source: R4 search.html, http.html#search
 */
import type { Access } from '../access/access.js';
import { message } from '../model/message.js';
import { FhirError, fault, type Issue } from '../model/outcome.js';
import type { Predicate, Sort } from '../store/port.js';
import { createBudget, MAX_PARAMETERS, tooManyParameters } from './budget.js';
import { allOf } from './chain.js';
import { checkContained, whereContained } from './contained.js';
import { type CriterionScope, criterion } from './criterion.js';
import type { Cursors } from './cursors.js';
import { walkerOf } from './cursors.js';
import { parseInclude, parseRevinclude } from './include-rules.js';
import { known, refuseFinerThanYears } from './known.js';
import { searchWalk } from './links.js';
import { type IncludeAsked, isEmpty, isResultParameter, parseResultParameters, type ResultOptions, type SortRule } from './parse.js';
import { malformed, refusedType, unsupported } from './refusals.js';
import type { IncludeRule, Parameters, PlanOptions, SearchPlan } from './search.js';
import { parseSubset } from './subset-parameters.js';
import { searchType } from './types/list.js';
import { alternatives } from './values.js';

export interface Planning {
  readonly defaultCount: number;
  readonly maxCount: number;
  readonly cursors: Cursors;
}

export function planSearch(
  given: CriterionScope,
  planning: Planning,
  types: readonly string[],
  parameters: Parameters,
  options: PlanOptions,
): SearchPlan {
  checkSize(parameters);
  const result = parseResultParameters(parameters);
  const allowed = allowedTypes(given.access, askedTypes(types, result, given));
  const { subset, countOnly } = parseSubset(given.context.definitions, allowed, parameters);
  if (subset?.kind === 'text') refuseIncludes(result);
  const warnings: Issue[] = [];
  const scope = noting(given, warnings);
  const predicates = new Map<string, Predicate[]>(allowed.map((type) => [type, []]));
  const ignored = new Set<number>();
  const budget = createBudget();
  const unknown: Issue[] = [];
  for (const [at, [name, value]] of parameters.entries()) {
    if (isResultParameter(name)) continue;
    const made = lenient(options, warnings, name, () => noted(unknown, options, () => criterionPerType(scope, allowed, name, value)));
    if (made === undefined) {
      if (isBlank(name, value)) warnings.push(ignoredAsBlank(name));
      ignored.add(at);
      continue;
    }
    for (const [type, predicate] of made) {
      budget.spend(type, name, predicate);
      predicates.get(type)?.push(predicate);
    }
  }
  if (unknown.length > 0) throw new FhirError(unknown);
  const own = [...predicates].map(([type, of]) => ({ type, predicate: finish(scope.access, type, of, options.compartment) }));
  checkContained(scope, result);
  const where = whereContained(own, result);
  const count = countOnly ? 0 : Math.min(result.count ?? planning.defaultCount, planning.maxCount);
  const self = selfOf(parameters, ignored, countOnly ? undefined : count);
  const walker = walkerOf(scope.access);
  return {
    where,
    count,
    self,
    walker,
    sort: result.sort.map((rule) => sortOf(scope, allowed, rule)),
    total: count === 0 && result.total !== 'estimate' ? 'accurate' : result.total,
    includes: includesOf(scope, allowed, result),
    containedType: result.containedType,
    warnings,
    ...(subset === undefined ? {} : { subset }),
    ...(options.compartment === undefined ? {} : { compartment: options.compartment }),
    ...(result.cursor === undefined
      ? {}
      : {
          turn: planning.cursors.decode(
            result.cursor,
            searchWalk({ where, self, walker, compartment: options.compartment }),
            result.sort.length,
          ),
        }),
  };
}

/** Each is told once, however many types are searched. */
function noting(scope: CriterionScope, warnings: Issue[]): CriterionScope {
  const approximately = (issue: Issue) => {
    if (!warnings.some(({ message: { en } }) => en === issue.message.en)) warnings.push(issue);
  };
  return { ...scope, context: { ...scope.context, approximately } };
}

export function checkSize({ length }: Parameters): void {
  if (length > MAX_PARAMETERS) throw tooManyParameters();
}

/** `_type` narrows a search over all types. */
function askedTypes(types: readonly string[], { types: named }: ResultOptions, { context }: CriterionScope): readonly string[] {
  if (named === undefined) return types;
  for (const type of named) {
    if (!context.definitions.isResourceType(type)) throw malformed('_type', type, 'names of resource types', '资源类型名');
  }
  const asked = types.filter((type) => named.includes(type));
  if (asked.length === 0) throw malformed('_type', named.join(','), types.join(', '), types.join('、'));
  return asked;
}

/** Types that access refuses are left out of a search over several; where nothing is left the search is refused. */
function allowedTypes(access: Access, types: readonly string[]): readonly string[] {
  const allowed = types.filter((type) => access.restriction('search', type) !== undefined);
  if (allowed.length === 0) throw refusedType(access, types[0] ?? 'Resource');
  return allowed;
}

export function finish(access: Access, type: string, of: readonly Predicate[], compartment: string | undefined): Predicate {
  const restriction = access.restriction('search', type) ?? { kind: 'any', of: [] };
  return allOf([...of, ...(compartment === undefined ? [] : [{ kind: 'compartment', name: compartment } as const]), restriction]);
}

function criterionPerType(
  scope: CriterionScope,
  types: readonly string[],
  name: string,
  value: string,
): readonly (readonly [string, Predicate])[] | undefined {
  const made = types.map((type) => [type, shared(types, type, name, () => criterion(scope, type, name, value))] as const);
  const complete = made.flatMap(([type, predicate]) => (predicate === undefined ? [] : [[type, predicate] as const]));
  return complete.length === 0 ? undefined : complete;
}

/** Of several types all must have what is asked. Source: R4 search.html#_type */
function shared<T>(types: readonly string[], type: string, name: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    const unknown = error instanceof FhirError && error.issues.every(({ message: { id } }) => id === 'search-parameter-unknown');
    if (types.length === 1 || !unknown) throw error;
    throw fault(
      'not-supported',
      message(
        'search-parameter-unknown',
        `A search over ${types.length} types takes parameters that all of them have; ${type} has no "${name.slice(0, 100)}"`,
        `跨 ${types.length} 种类型的检索只接受所有类型共有的参数；${type} 没有“${name.slice(0, 100)}”`,
      ),
      { expression: name.slice(0, 100) },
    );
  }
}

/** Under `Prefer: handling=lenient` unknown and unsupported parameters are ignored with a warning; wrong modifiers never are. */
function lenient<T>(options: PlanOptions, warnings: Issue[], name: string, make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    const ignorable = error instanceof FhirError && error.issues.every(({ message: { id } }) => ignorableFaults.has(id));
    // Without its filter a search would find far more than was meant.
    if (!options.lenient || !ignorable || name === '_filter') throw error;
    warnings.push(...error.issues.map((issue): Issue => ({ ...issue, severity: 'warning' })));
    return undefined;
  }
}

const ignorableFaults: ReadonlySet<string> = new Set([
  'search-parameter-unknown',
  'search-parameter-not-supported',
  'search-parameter-indexing',
]);

/** What is unknown is told together when all has been read. */
function noted<T>(unknown: Issue[], { lenient: ignored }: PlanOptions, make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (ignored || !(error instanceof FhirError) || !error.issues.every(({ message: { id } }) => id === 'search-parameter-unknown'))
      throw error;
    unknown.push(...error.issues);
    return undefined;
  }
}

/** Asks for nothing. */
function isBlank(name: string, value: string): boolean {
  return name === '_filter' ? value.trim() === '' : alternatives(value).length === 0;
}

/** Source: R4 search.html#errors: a parameter without a value is ignored; who sent it is told, because more is found than was meant. */
function ignoredAsBlank(name: string): Issue {
  const shown = name.slice(0, 100);
  const text = message(
    'search-parameter-empty',
    `The search parameter "${shown}" was ignored because it has no value`,
    `检索参数“${shown}”没有值，已忽略`,
  );
  return { severity: 'warning', code: 'invalid', message: text, expression: shown };
}

/**
 * What was processed, in its order, with the page size that holds; `ignored`: places of what was not.
 * Source: R4 search.html#conformance, #count
 */
function selfOf(parameters: Parameters, ignored: ReadonlySet<number>, count: number | undefined): Parameters {
  const self: (readonly [string, string])[] = [];
  let counted = count === undefined;
  for (const [at, [name, value]] of parameters.entries()) {
    if (ignored.has(at) || isEmpty(value)) continue;
    if (name !== '_count') self.push([name, value]);
    else if (!counted) self.push([name, String(count)]);
    counted ||= name === '_count';
  }
  return counted ? self : [...self, ['_count', String(count)]];
}

/** By the slot that all types have, or by the entries themselves. */
function sortOf(scope: CriterionScope, types: readonly string[], { code, descending }: SortRule): Sort {
  if (!/^[\w-]+$/.test(code))
    throw malformed('_sort', code, 'names of search parameters, with - before one for descending', '检索参数名，降序时前面加 -');
  if (code === '_id' || code === '_lastUpdated') return { slot: code, descending };
  // What is being indexed stands in no order yet, slot or not.
  const parameters = types.map((type) => known(scope, type, code, '_sort'));
  for (const parameter of parameters) refuseFinerThanYears(scope, parameter, '_sort', []);
  const [kind, ...more] = new Set(parameters.map((one) => (one.words ? 'special' : one.kind)));
  const [slot, ...others] = new Set(types.map((type) => slotFor(scope, type, code, descending)));
  if (slot !== undefined && others.length === 0) return { slot, descending };
  const entry = kind === undefined || more.length > 0 || kind === 'composite' || kind === 'special' ? 'point' : searchType(kind).entry;
  if (entry === 'point') throw unsupported('_sort', `sorting by "${code}"`, `按“${code}”排序`, ['_id', '_lastUpdated']);
  // Texts are sorted by their first reading either way, as in a slot.
  return { param: code, entry, end: descending && entry !== 'string' ? 'high' : 'low', descending };
}

function slotFor(scope: CriterionScope, type: string, code: string, descending: boolean): string | undefined {
  const slots = scope.slots(type).filter(({ parameter }) => parameter.code === code);
  return (slots.find(({ end }) => end === (descending ? 'high' : 'low')) ?? slots[0])?.slot;
}

function includesOf(scope: CriterionScope, types: readonly string[], result: ResultOptions): readonly IncludeRule[] {
  return together([
    ...once(result.includes).flatMap((asked) => parseInclude(scope, types, asked)),
    ...once(result.revincludes).flatMap((asked) => parseRevinclude(scope, types, asked)),
  ]);
}

/** Source: R4 search.html#summary */
function refuseIncludes({ includes, revincludes }: ResultOptions): void {
  const name = includes.length > 0 ? '_include' : '_revinclude';
  if (includes.length + revincludes.length === 0) return;
  throw unsupported(name, '_summary=text together with included resources', ' _summary=text 与包含的资源并用', [
    '_summary=text without _include and _revinclude',
  ]);
}

function once(asked: readonly IncludeAsked[]): readonly IncludeAsked[] {
  return [...new Map(asked.map((one) => [`${one.iterate} ${one.value}`, one])).values()];
}

/** One rule for each direction, source and target; its parameters once each. */
function together(rules: readonly IncludeRule[]): readonly IncludeRule[] {
  const merged = new Map<string, IncludeRule>();
  for (const rule of rules) {
    const key = `${rule.direction} ${rule.source} ${rule.target ?? ''} ${rule.iterate ?? ''}`;
    const params = [...new Set([...(merged.get(key)?.params ?? []), ...rule.params])];
    merged.set(key, { ...rule, params });
  }
  return [...merged.values()];
}
