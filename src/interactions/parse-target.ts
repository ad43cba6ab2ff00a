/**
 * Method and URL → the interaction they ask for; the same for HTTP and for Bundle.entry.request.
 * Source: R4 http.html#Summary
 */
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';
import { isId } from '../model/resource.js';
import type { Parameters } from '../search/search.js';
import { decodePercent, parseQuery } from './query.js';
import type { InteractionName, Target } from './request.js';

export interface TypeNames {
  isResourceType(name: string): boolean;
}

export interface ParsedTarget {
  readonly target: Target;
  readonly parameters: Parameters;
}

/** What may be asked for at a path: an interaction for each method, all about the same. */
interface Place {
  readonly interactions: Readonly<Record<string, InteractionName>>;
  readonly about?: object;
}

const noParameters: Parameters = [];

/**
 * `url` is what follows the base: `/Patient/1?_pretty=true`, or without the first slash. HEAD counts as GET.
 * Throws FhirError: 404 unknown path or type, 400 malformed, 405 with `Allow`.
 */
export function parseTarget(types: TypeNames, method: string, url: string): ParsedTarget {
  const mark = url.indexOf('?');
  const path = mark === -1 ? url : url.slice(0, mark);
  const place = placeAt(types, path);
  const asked = method === 'HEAD' ? 'GET' : method;
  const interaction = Object.hasOwn(place.interactions, asked) ? place.interactions[asked] : undefined;
  if (interaction === undefined) throw notAllowed(method, path, methodsOf(place));
  const parameters = mark === -1 ? noParameters : parametersFor(interaction, parseQuery(url.slice(mark + 1)));
  // The tables below give each interaction what it is about.
  return { target: { interaction, ...place.about } as Target, parameters };
}

/** What may be asked for at a URL, as the field Allow has it. Throws FhirError 404 for an unknown path or type, 400 for a malformed one. */
export function methodsAt(types: TypeNames, url: string): readonly string[] {
  return methodsOf(placeAt(types, url.split('?', 1)[0] ?? ''));
}

function methodsOf({ interactions }: Place): readonly string[] {
  const names = Object.keys(interactions);
  return names.includes('GET') ? [...names, 'HEAD', 'OPTIONS'] : [...names, 'OPTIONS'];
}

function placeAt(types: TypeNames, path: string): Place {
  const place = placeOf(types, segmentsOf(path));
  if (place === undefined) throw unknownPath(path);
  return place;
}

/** `_format` and `_pretty` belong to the door; the links of a search lead on in the same form. */
export function parametersFor(interaction: InteractionName, parameters: Parameters): Parameters {
  if (interaction.startsWith('search-')) return parameters;
  return parameters.filter(([name]) => name !== '_format' && name !== '_pretty');
}

/** One slash at the end changes nothing. Source: R4 http.html#root */
function segmentsOf(path: string): string[] {
  const start = path.startsWith('/') ? 1 : 0;
  const end = path.endsWith('/') && path.length > start ? path.length - 1 : path.length;
  const segments: string[] = [];
  // By hand: split takes V8 longer than all else that is done to a URL.
  for (let from = start, slash = 0; from < end || (from === end && from > start); from = slash + 1) {
    slash = path.indexOf('/', from);
    if (slash === -1 || slash > end) slash = end;
    segments.push(path.slice(from, slash));
  }
  return path.includes('%') ? segments.map(decodePercent) : segments;
}

const onRoot = { GET: 'search-system', POST: 'bundle' } as const;
const onMetadata = { GET: 'capabilities' } as const;
const onSystemSearch = { POST: 'search-system' } as const;
const onType = {
  GET: 'search-type',
  POST: 'create',
  PUT: 'conditional-update',
  PATCH: 'conditional-patch',
  DELETE: 'conditional-delete',
} as const;
const onTypeSearch = { POST: 'search-type' } as const;
const onInstance = { GET: 'read', PUT: 'update', PATCH: 'patch', DELETE: 'delete' } as const;
const onSystemHistory = { GET: 'history-system' } as const;
const onTypeHistory = { GET: 'history-type' } as const;
const onHistory = { GET: 'history-instance' } as const;
const onVersion = { GET: 'vread' } as const;
const onCompartment = { GET: 'search-compartment' } as const;
const onCompartmentSearch = { POST: 'search-compartment' } as const;
const onOperation = { GET: 'operation', POST: 'operation' } as const;

function placeOf(types: TypeNames, segments: readonly string[]): Place | undefined {
  const [first, second] = segments;
  if (first === undefined) return { interactions: onRoot };
  if (segments.length === 1) {
    if (first === 'metadata') return { interactions: onMetadata };
    if (first === '_search') return { interactions: onSystemSearch };
    if (first === '_history') return { interactions: onSystemHistory };
    if (first.startsWith('$')) return operation(first, {});
  }
  if (!types.isResourceType(first)) throw unknownType(types, first);
  return second === undefined ? { interactions: onType, about: { type: first } } : placeInType(types, first, second, segments.slice(2));
}

function placeInType(types: TypeNames, type: string, second: string, rest: readonly string[]): Place | undefined {
  if (rest.length === 0) {
    if (second === '_search') return { interactions: onTypeSearch, about: { type } };
    if (second === '_history') return { interactions: onTypeHistory, about: { type } };
    if (second.startsWith('$')) return operation(second, { type });
  }
  if (!isId(second)) throw badId(second);
  const about = { type, id: second };
  const [third, version] = rest;
  if (third === undefined) return { interactions: onInstance, about };
  if (rest.length === 2 && third === '_history') return { interactions: onVersion, about: { ...about, version } };
  if (third === '*' || types.isResourceType(third))
    return placeInCompartment({ compartment: type, id: second, type: third }, rest.slice(1));
  if (rest.length > 1) return undefined;
  if (third === '_history') return { interactions: onHistory, about };
  if (third.startsWith('$')) return operation(third, about);
  return undefined;
}

/** Source: R4 http.html#vsearch, search.html#Introduction */
function placeInCompartment(about: object, rest: readonly string[]): Place | undefined {
  if (rest.length === 0) return { interactions: onCompartment, about };
  return rest.length === 1 && rest[0] === '_search' ? { interactions: onCompartmentSearch, about } : undefined;
}

function operation(segment: string, about: object): Place {
  return { interactions: onOperation, about: { ...about, name: segment.slice(1) } };
}

function unknownPath(path: string) {
  return fault('not-found', message('unknown-path', `Nothing is served at "${path}"`, `“${path}”处没有可访问的内容`));
}

/** Types are written with a capital letter, which is easily forgotten. */
function unknownType(types: TypeNames, type: string) {
  const near = type.charAt(0).toUpperCase() + type.slice(1);
  const [en, zh] = types.isResourceType(near) ? [`; did you mean "${near}"?`, `；是否应为“${near}”？`] : ['', ''];
  const text = message('unknown-type', `"${type}" is not a resource type of FHIR R4${en}`, `“${type}”不是 FHIR R4 的资源类型${zh}`);
  return fault('not-found', text);
}

function badId(id: string) {
  return fault(
    'value',
    message(
      'bad-id',
      `"${id}" is not an id: 1 to 64 characters of A-Z, a-z, 0-9, "-" and "." were expected`,
      `“${id}”不是合法的 id：应为 1 至 64 个字符，仅限 A-Z、a-z、0-9、“-”和“.”`,
    ),
  );
}

function notAllowed(method: string, path: string, methods: readonly string[]) {
  const allowed = methods.join(', ');
  return fault(
    'not-supported',
    message(
      'method-not-allowed',
      `${method} is not possible on "${path}"; possible are ${allowed}`,
      `“${path}”不支持 ${method}；支持的方法：${methods.join('、')}`,
    ),
    { status: 405, headers: { allow: allowed } },
  );
}
