/**
 * Resources inside of others as the answer to a search: the container, or the contained resource alone. Source: R4 search.html#contained
 */
import { isUnrestricted } from '../access/access.js';
import { inSteps } from '../model/in-steps.js';
import { isObject, type Json } from '../model/json.js';
import { message } from '../model/message.js';
import { type FhirError, fault } from '../model/outcome.js';
import { parseStored } from '../model/parse-stored.js';
import { keyText, type Resource } from '../model/resource.js';
import { encodeInSteps, stringifyJsonInSteps } from '../model/write-json.js';
import type { Count, Query, ResourceStore, Slice, Where } from '../store/port.js';
import type { CriterionScope } from './criterion.js';
import { beingIndexed } from './refusals.js';
import type { Match, SearchPlan } from './search.js';

export interface ContainedAsked {
  readonly contained: 'false' | 'true' | 'both';
  readonly containedType: 'container' | 'contained';
}

/** The same question to what stands inside of other resources, alone or as well. */
export function whereContained(where: Where, { contained }: ContainedAsked): Where {
  if (contained === 'false') return where;
  const inside = where.map(({ type, predicate }) => ({ type: `#${type}`, predicate }));
  return contained === 'both' ? [...where, ...inside] : inside;
}

/** The resource types of a where, each once. */
export function typesOf(where: Where): readonly string[] {
  return [...new Set(where.map(({ type }) => (type.startsWith('#') ? type.slice(1) : type)))];
}

/**
 * What contains a resource is of any type: where some are hidden, nothing tells whether it may be seen, and where some are being
 * indexed less would be found than there is. Throws FhirError 403 and 400.
 */
export function checkContained({ access, registry, context }: CriterionScope, { contained }: ContainedAsked): void {
  if (contained === 'false') return;
  const types = context.definitions.resourceTypes;
  const open = types.every((type) => {
    const restriction = access.restriction('search', type);
    return restriction !== undefined && isUnrestricted(restriction);
  });
  if (!open) throw refused();
  for (const base of types) {
    const indexed = registry.containedPart(base);
    if (indexed !== undefined) throw beingIndexed('_contained', { base, code: '_contained' }, indexed);
  }
}

/** What is shown of the matches of a page: containers once each, or what they contain. */
export async function shownMatches(matches: Slice['matches'], { containedType }: SearchPlan): Promise<readonly Match[]> {
  if (matches.every(({ contained }) => contained === undefined)) return matches.map(({ version }) => version);
  const shown = new Map<string, Match>();
  for (const { version, contained } of matches) {
    const name = keyText(version);
    if (contained === undefined || containedType === 'container') shown.set(name, version);
    else shown.set(`${name}#${contained}`, { ...version, ...(await inside(version.json, contained)), container: name });
  }
  return [...shown.values()];
}

/** How many these are, when they are shown. */
export function countShown(matches: Slice['matches'], { containedType }: SearchPlan): number {
  if (containedType === 'contained' || matches.every(({ contained }) => contained === undefined)) return matches.length;
  return new Set(matches.map(({ version }) => keyText(version))).size;
}

async function inside(container: Buffer | null, id: string): Promise<Pick<Match, 'type' | 'id' | 'json'>> {
  function* read(): Generator<undefined, Pick<Match, 'type' | 'id' | 'json'>> {
    const { contained } = (yield* parseStored(container ?? Buffer.from('{}'))) as Resource;
    const all = Array.isArray(contained) ? (contained as readonly Json[]) : [];
    const found = all.filter(isObject).find((one) => one.id === id) ?? {};
    const json = yield* encodeInSteps(yield* stringifyJsonInSteps(found));
    return { type: String(found.resourceType), id, json };
  }
  return inSteps(read());
}

/** Containers that are told apart to count them. */
const COUNTED = 1000;

/** A container may match by several of the resources in it, and counts once. */
export async function countContainers(store: ResourceStore, query: Pick<Query, 'where' | 'timeLimit'>): Promise<Count> {
  const { matches, more } = await store.search({ ...query, sort: [], count: COUNTED });
  return { total: new Set(matches.map(({ version }) => keyText(version))).size, exact: !more };
}

function refused(): FhirError {
  return fault(
    'forbidden',
    message(
      'search-contained-forbidden',
      'What contains a resource may be of any type, so _contained is answered only to those who may see every resource of every type, which no role ' +
        'does that access limits; leave it out and search the types that contain, Observation for instance',
      '被包含的资源可位于任何类型的资源中，因此仅对可查看所有类型全部资源者提供 _contained，受访问控制限制的角色均不在此列；请去掉该参数，改为检索其所在资源的类型',
    ),
    { expression: '_contained' },
  );
}
