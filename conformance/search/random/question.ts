/**
 * Random searches over the random resources. Each criterion is made together with the test that says who satisfies it, so that the oracle
 * never has to understand the text that is sent. Source: R4 search.html
 */
import type { Random } from '../../oracle/random.js';
import { valueQuestion } from './criteria.js';
import { type Parameter, parameterOf, parameters } from './parameters.js';
import type { Plain } from './values.js';
import { inOrder, linksOf, referenceParameters, type SortRule, type World } from './world.js';

export interface Criterion {
  readonly name: string;
  readonly value: string;
  readonly holds: (resource: Plain) => boolean;
}

export interface Include {
  readonly name: '_include' | '_revinclude';
  readonly value: string;
  /** Keys of what comes along with a page. */
  readonly of: (page: readonly Plain[]) => readonly Plain[];
}

export interface Question {
  readonly type: string;
  readonly criteria: readonly Criterion[];
  readonly sort: readonly SortRule[];
  readonly includes: readonly Include[];
  readonly count: number;
  readonly total: boolean;
  /** Ids in order. */
  readonly expected: readonly Plain[];
}

export function makeQuestion(random: Random, world: World): Question {
  const type = random.choose(['Patient', 'Patient', 'Observation', 'Observation', 'Observation', ...Object.keys(parameters)]) ?? 'Patient';
  const criteria = Array.from({ length: 1 + random.number(3) }, () => criterion(random, world, type, 2));
  const sort = sortOf(random, type);
  const found = world.ofType(type).filter((resource) => criteria.every(({ holds }) => holds(resource)));
  const ruled = sort.map((rule) => ({ ...rule, ...(rule.code === '_id' ? {} : { parameter: parameterOf(type, rule.code) }) }));
  return {
    type,
    criteria,
    sort,
    includes: random.number(4) === 0 ? [includeOf(random, world, type)].filter((one) => one !== undefined) : [],
    count: 2 + random.number(30),
    total: random.number(3) === 0,
    expected: inOrder(found, ruled),
  };
}

/** What stands behind the type in the URL. */
export function queryOf({ criteria, sort, includes, count, total }: Question): string {
  const parts: (readonly [string, string])[] = [
    ...criteria.map(({ name, value }) => [name, value] as const),
    ...includes.map(({ name, value }) => [name, value] as const),
    ...(sort.length === 0 ? [] : [['_sort', sort.map(({ code, descending }) => (descending ? `-${code}` : code)).join(',')] as const]),
    ['_count', String(count)],
    ...(total ? [['_total', 'accurate'] as const] : []),
  ];
  return parts.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
}

/** `depth`: how many references may still be followed. */
function criterion(random: Random, world: World, type: string, depth: number): Criterion {
  const way = random.number(10);
  if (depth > 0 && way === 0) return chain(random, world, type, depth);
  if (depth > 0 && way === 1) return has(random, world, type, depth);
  if (way === 2) return byId(random, world, type);
  const parameter = random.choose(parameters[type] ?? []);
  if (parameter === undefined) return byId(random, world, type);
  return valueQuestion(random, world, type, parameter);
}

function byId(random: Random, world: World, type: string): Criterion {
  const ids = Array.from({ length: 1 + random.number(12) }, () => String(random.choose(world.ofType(type))?.id));
  return { name: '_id', value: [...ids, 'r-nobody'].join(','), holds: ({ id }) => ids.includes(id) };
}

/** Judged in contained resources too. Source: R4 search.html#chaining, search.html#contained */
function chain(random: Random, world: World, type: string, depth: number): Criterion {
  const parameter = random.choose(referenceParameters(type));
  const target = random.choose((parameter?.targets ?? []).filter((one) => parameters[one] !== undefined));
  if (parameter === undefined || target === undefined) return byId(random, world, type);
  const inner = criterion(random, world, target, depth - 1);
  const typed = parameter.targets?.length !== 1 || random.number(2) === 0;
  return {
    name: `${parameter.code}${typed ? `:${target}` : ''}.${inner.name}`,
    value: inner.value,
    holds: (resource) =>
      linksOf(resource, parameter).some((link) => {
        const found = world.follow(link);
        return found?.resourceType === target && inner.holds(found);
      }),
  };
}

/** Source: R4 search.html#has */
function has(random: Random, world: World, type: string, depth: number): Criterion {
  const ways = Object.keys(parameters).flatMap((from) =>
    referenceParameters(from).flatMap((parameter) => (parameter.targets?.includes(type) === true ? [{ from, parameter }] : [])),
  );
  const way = random.choose(ways);
  if (way === undefined) return byId(random, world, type);
  const { from, parameter } = way;
  const inner = criterion(random, world, from, depth - 1);
  // Nothing is asked of what refers to something contained.
  const refers = (other: Plain, resource: Plain) =>
    linksOf(other, parameter).some((link) => link.inside === undefined && world.follow(link) === resource);
  const holds = (resource: Plain) => world.ofType(from).some((other) => refers(other, resource) && inner.holds(other));
  return { name: `_has:${from}:${parameter.code}:${inner.name}`, value: inner.value, holds };
}

function sortOf(random: Random, type: string): readonly SortRule[] {
  if (random.number(3) === 0) return [];
  const codes = ['_id', ...(parameters[type] ?? []).filter(({ sortable }) => sortable === true).map(({ code }) => code)];
  const chosen = new Set(Array.from({ length: 1 + random.number(2) }, () => random.choose(codes) ?? '_id'));
  return [...chosen].map((code) => ({ code, descending: random.number(2) === 0 }));
}

/** Source: R4 search.html#include, #revinclude */
function includeOf(random: Random, world: World, type: string): Include | undefined {
  if (random.number(2) === 0) {
    const parameter = random.choose(referenceParameters(type));
    if (parameter === undefined) return undefined;
    const target = random.number(2) === 0 ? random.choose(parameter.targets ?? []) : undefined;
    const value = `${type}:${parameter.code}${target === undefined ? '' : `:${target}`}`;
    return { name: '_include', value, of: (page) => referred(world, page, parameter, target) };
  }
  const ways = Object.keys(parameters).flatMap((from) =>
    referenceParameters(from).flatMap((parameter) => (parameter.targets?.includes(type) === true ? [{ from, parameter }] : [])),
  );
  const way = random.choose(ways);
  if (way === undefined) return undefined;
  const { from, parameter } = way;
  const of = (page: readonly Plain[]) =>
    world.ofType(from).filter((other) => linksOf(other, parameter).some((link) => page.includes(world.follow(link))));
  return { name: '_revinclude', value: `${from}:${parameter.code}`, of };
}

/** What is contained comes with its container, not beside it. */
function referred(world: World, page: readonly Plain[], parameter: Parameter, target: string | undefined): readonly Plain[] {
  const links = page.flatMap((resource) => linksOf(resource, parameter)).filter(({ inside }) => inside === undefined);
  const found = links.map((link) => world.follow(link)).filter((one) => one !== undefined);
  return [...new Set(found)].filter(({ resourceType }) => target === undefined || resourceType === target);
}
