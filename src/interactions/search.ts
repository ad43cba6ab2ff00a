/** search on a type and on the system. Source: R4 http.html#search, search.html#conformance (self), http.html#paging */
import { type BundleLink, bundleText } from '../model/bundle.js';
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';
import { keyText } from '../model/resource.js';
import type { Parameters, SearchPlan } from '../search/search.js';
import type { Version } from '../store/port.js';
import { type Intent, type Interaction, type Rooms, reading } from './intent.js';
import { formatQuery } from './query.js';
import type { Asked } from './request.js';

type SearchingRooms = Pick<Rooms, 'search' | 'store' | 'baseUrl' | 'definitions'>;

export function searchTypeInteraction(rooms: SearchingRooms): Interaction<'search-type'> {
  return async (request) => intentOf(rooms, request, [request.type], request.parameters, `/${request.type}`);
}

/** `_type` says which types; without it a search would walk through everything there is. */
export function searchSystemInteraction(rooms: SearchingRooms): Interaction<'search-system'> {
  return async (request) => {
    const asked = request.parameters.filter(([name]) => name === '_type');
    const types = [...new Set(asked.flatMap(([, value]) => value.split(',')))].filter((type) => type !== '');
    if (types.length === 0) throw typesWanted();
    for (const type of types) if (!rooms.definitions.isResourceType(type)) throw unknownTypeValue(type);
    const rest = request.parameters.filter(([name]) => name !== '_type');
    return intentOf(rooms, request, types, rest, '', [['_type', types.join(',')]]);
  };
}

/** The search is understood before anything is written, and run after it. */
function intentOf(
  rooms: SearchingRooms,
  request: Asked,
  types: readonly string[],
  parameters: Parameters,
  path: string,
  fixed: Parameters = [],
): Intent {
  const plan = rooms.search.plan(types, parameters, request.access);
  return reading(async () => {
    const result = await rooms.search.run(rooms.store, plan, request.access);
    const entry = (version: Version, search: 'match' | 'include') => ({
      fullUrl: `${rooms.baseUrl}/${keyText(version)}`,
      ...(version.json === null ? {} : { resource: version.json }),
      search,
    });
    const resource = bundleText({
      type: 'searchset',
      ...(result.total === undefined ? {} : { total: result.total.total }),
      links: linksOf(`${rooms.baseUrl}${path}`, plan, fixed, result.next),
      entries: [
        ...result.matches.map((version) => entry(version, 'match')),
        ...result.included.map((version) => entry(version, 'include')),
      ],
    });
    return { status: 200, resource };
  });
}

function linksOf(url: string, { self }: SearchPlan, fixed: Parameters, next: string | undefined): BundleLink[] {
  const link = (relation: 'self' | 'next', parameters: Parameters): BundleLink => {
    const query = formatQuery([...fixed, ...parameters]);
    return { relation, url: query === '' ? url : `${url}?${query}` };
  };
  const links = [link('self', self)];
  if (next !== undefined) links.push(link('next', [...self.filter(([name]) => name !== '_cursor'), ['_cursor', next]]));
  return links;
}

function typesWanted() {
  return fault(
    'required',
    message(
      'types-wanted',
      'A search over the whole system needs _type with the types to look in',
      '全系统检索需要用 _type 指明要检索的类型',
    ),
    { expression: '_type' },
  );
}

function unknownTypeValue(type: string) {
  return fault('value', message('unknown-type', `"${type}" is not a resource type of FHIR R4`, `“${type}”不是 FHIR R4 的资源类型`), {
    expression: '_type',
  });
}
