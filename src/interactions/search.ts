/** search on a type and on the system. Source: R4 http.html#search, search.html#conformance (self), http.html#paging */

import { createBreath } from '../model/breath.js';
import { type BundleEntry, type BundleLink, bundleInSteps } from '../model/bundle.js';
import { inSteps } from '../model/in-steps.js';
import { type Language, message } from '../model/message.js';
import { fault } from '../model/outcome.js';
import { keyText } from '../model/resource.js';
import { isResultParameter } from '../search/parse.js';
import type { Match, PlanOptions, SearchPlan, SearchResult } from '../search/search.js';
import { asksToExplain, checkMayExplain, explanationText, withoutExplain } from './explain.js';
import { type Intent, type Interaction, type Rooms, reading } from './intent.js';
import { outcomeText } from './outcome-text.js';
import { formatQuery } from './query.js';
import type { Asked } from './request.js';
import { withheldEntries } from './withheld.js';

type SearchingRooms = Pick<Rooms, 'search' | 'store' | 'baseUrl' | 'definitions' | 'explainSearches'>;

export function searchTypeInteraction(rooms: SearchingRooms): Interaction<'search-type'> {
  return async (request, { judge }) => intentOf(rooms, request, { types: [request.type], path: `/${request.type}`, vocabulary: judge });
}

/** Without `_type`, and without a parameter that all types have, a search would walk through everything there is. */
export function searchSystemInteraction(rooms: SearchingRooms): Interaction<'search-system'> {
  return async (request, { judge }) =>
    intentOf(rooms, request, { types: rooms.definitions.resourceTypes, path: '', whole: true, vocabulary: judge });
}

/** Only types that the definition of the compartment names: others cannot belong to it. Source: R4 compartmentdefinition.html */
export function searchCompartmentInteraction(rooms: SearchingRooms): Interaction<'search-compartment'> {
  return async (request, { judge }) => {
    const { compartment, id, type } = request;
    const members = membersOf(rooms, compartment);
    const types = type === '*' ? members : members.filter((member) => member === type);
    if (types.length === 0) throw notInCompartment(compartment, type);
    const path = `/${compartment}/${id}/${type}`;
    return intentOf(rooms, request, { types, path, compartment: `${compartment}/${id}`, vocabulary: judge });
  };
}

/** What gives a compartment its name belongs to it. */
function membersOf({ definitions }: SearchingRooms, compartment: string): readonly string[] {
  const definition = definitions.compartment(compartment);
  const named = definition?.resource?.flatMap(({ code, param = [] }) => (param.length > 0 ? [code] : [])) ?? [];
  return definition === undefined ? [] : [...new Set([compartment, ...named])];
}

interface Asking {
  readonly types: readonly string[];
  /** Where the links of the answer lead, after the base. */
  readonly path: string;
  readonly compartment?: string;
  /** All there is: something must narrow it. */
  readonly whole?: boolean;
  /** Code systems and value sets as they will be when it is run. */
  readonly vocabulary: PlanOptions['vocabulary'];
}

/** The search is understood before anything is written, and run after it. */
async function intentOf(
  rooms: SearchingRooms,
  request: Asked,
  { types, path, whole = false, compartment, vocabulary }: Asking,
): Promise<Intent> {
  const parameters = withoutExplain(request.parameters);
  const explains = asksToExplain(request.parameters);
  if (explains) checkMayExplain(rooms.explainSearches, request.access, rooms.definitions.resourceTypes);
  const options: PlanOptions = { lenient: request.lenient, compartment, vocabulary };
  await rooms.search.ready(parameters, options);
  const plan = rooms.search.plan(types, parameters, request.access, options);
  if (whole && isOpen(plan)) throw tooWide();
  const { withheld } = request.access;
  // Of the first page: it is told once.
  const hidden = withheld && plan.turn === undefined ? rooms.search.plan(types, parameters, withheld, options) : undefined;
  if (explains) {
    const explanation = () => rooms.search.explain(rooms.store, plan, request.access, request.language);
    return reading(async () => ({ status: 200, resource: explanationText(await explanation()) }));
  }
  return reading(async () => {
    const result = await rooms.search.run(rooms.store, plan, request.access);
    const resource = await inSteps(
      bundleInSteps({
        type: 'searchset',
        total: result.total?.total,
        links: linksOf(`${rooms.baseUrl}${path}`, plan, result.pages),
        entries: [
          ...entriesOf(rooms.baseUrl, await partsOf(rooms, plan, result), request.language),
          ...(await withheldEntries(rooms, hidden, request.language)),
        ],
      }),
    );
    return { status: 200, resource, seen: [...result.matches, ...result.included] };
  });
}

/** What was to narrow the search may have been ignored. */
function isOpen({ self }: SearchPlan): boolean {
  return self.every(([name]) => isResultParameter(name) && name !== '_type');
}

/** `_elements` is about the matches alone; a summary makes all of the answer shorter. */
async function partsOf({ search }: SearchingRooms, { subset }: SearchPlan, result: SearchResult): Promise<SearchResult> {
  if (subset === undefined) return result;
  const breath = createBreath();
  const cut = async (versions: readonly Match[]): Promise<Match[]> => {
    const parts: Match[] = [];
    for (const version of versions) {
      parts.push(version.json === null ? version : { ...version, json: await inSteps(search.subset(version.json, subset)) });
      await breath();
    }
    return parts;
  };
  const matches = await cut(result.matches);
  return { ...result, matches, included: subset.kind === 'elements' ? result.included : await cut(result.included) };
}

function entriesOf(baseUrl: string, { matches, included, warnings }: SearchResult, language: Language): BundleEntry[] {
  const entry = (version: Match, search: 'match' | 'include'): BundleEntry => ({
    fullUrl: `${baseUrl}/${version.container === undefined ? keyText(version) : `${version.container}#${version.id}`}`,
    resource: version.json ?? undefined,
    search,
  });
  const outcome: BundleEntry[] = warnings.length === 0 ? [] : [{ resource: outcomeText(warnings, language), search: 'outcome' }];
  return [...matches.map((version) => entry(version, 'match')), ...included.map((version) => entry(version, 'include')), ...outcome];
}

function linksOf(url: string, { self }: SearchPlan, pages: SearchResult['pages']): BundleLink[] {
  const withQuery = (query: string) => (query === '' ? url : `${url}?${query}`);
  const selfQuery = formatQuery(self);
  const links: BundleLink[] = [{ relation: 'self', url: withQuery(selfQuery) }];
  if (pages.length === 0) return links;
  const walked = self.filter(([name]) => name !== '_cursor');
  const query = walked.length === self.length ? selfQuery : formatQuery(walked);
  for (const { relation, cursor } of pages) {
    const more = cursor === undefined ? '' : `${query === '' ? '' : '&'}${formatQuery([['_cursor', cursor]])}`;
    links.push({ relation, url: withQuery(query + more) });
  }
  return links;
}

function tooWide() {
  return fault(
    'required',
    message(
      'types-wanted',
      'A search over the whole system needs _type with the types to look in, or a parameter that all types have, such as _id, _tag or _lastUpdated',
      '全系统检索需要用 _type 指明要检索的类型，或给出所有类型共有的参数，例如 _id、_tag 或 _lastUpdated',
    ),
    { expression: '_type' },
  );
}

function notInCompartment(compartment: string, type: string) {
  return fault(
    'not-found',
    message('not-in-compartment', `${type} is not part of the compartment ${compartment}`, `${type} 不属于区间 ${compartment}`),
  );
}
