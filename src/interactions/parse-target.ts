/**
 * Method and URL → the interaction they ask for; the same for HTTP and for Bundle.entry.request.
 * Source: R4 http.html#Summary
 */
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';
import { isId } from '../model/resource.js';
import type { Parameters } from '../search/search.js';
import { decodePercent, parseQuery } from './query.js';
import type { Target } from './request.js';

export interface TypeNames {
  isResourceType(name: string): boolean;
}

export interface ParsedTarget {
  readonly target: Target;
  readonly parameters: Parameters;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
type Targets = { readonly [M in Method]?: Target };

const noParameters: Parameters = [];

/**
 * `url` is what follows the base: `/Patient/1?_pretty=true`, or without the first slash. HEAD counts as GET.
 * Throws FhirError: 404 unknown path or type, 400 malformed, 405 with `Allow`.
 */
export function parseTarget(types: TypeNames, method: string, url: string): ParsedTarget {
  const mark = url.indexOf('?');
  const path = mark === -1 ? url : url.slice(0, mark);
  const targets = targetsOf(types, segmentsOf(path));
  if (targets === undefined) throw unknownPath(path);
  const target = targets[(method === 'HEAD' ? 'GET' : method) as Method];
  if (target === undefined) throw notAllowed(method, path, targets);
  return { target, parameters: mark === -1 ? noParameters : withoutFormat(parseQuery(url.slice(mark + 1))) };
}

/** `_format` and `_pretty` belong to the door. */
export function withoutFormat(parameters: Parameters): Parameters {
  return parameters.filter(([name]) => name !== '_format' && name !== '_pretty');
}

/** One slash at the end changes nothing. Source: R4 http.html#root */
function segmentsOf(path: string): string[] {
  const start = path.startsWith('/') ? 1 : 0;
  const end = path.endsWith('/') && path.length > start ? path.length - 1 : path.length;
  return start >= end ? [] : path.slice(start, end).split('/').map(decodePercent);
}

function targetsOf(types: TypeNames, segments: readonly string[]): Targets | undefined {
  const [first, second, third, fourth] = segments;
  if (first === undefined) return { GET: { interaction: 'search-system' }, POST: { interaction: 'bundle' } };
  if (segments.length === 1 && first === 'metadata') return { GET: { interaction: 'capabilities' } };
  if (segments.length === 1 && first === '_search') return { POST: { interaction: 'search-system' } };
  if (segments.length === 1 && first === '_history') throw unsupported('history of the whole system', '全系统历史');
  if (first.startsWith('$')) return segments.length === 1 ? operation(first) : undefined;
  const type = first;
  if (!types.isResourceType(type)) throw unknownType(type);
  if (segments.length === 1) return typeTargets(type);
  if (second === undefined || segments.length > 4) return undefined;
  if (segments.length === 2 && second === '_search') return { POST: { interaction: 'search-type', type } };
  if (segments.length === 2 && second === '_history') throw unsupported(`history of the type ${type}`, `类型 ${type} 的历史`);
  if (second.startsWith('$')) return segments.length === 2 ? operation(second, type) : undefined;
  if (!isId(second)) throw badId(second);
  return instanceTargets(types, type, second, third, fourth);
}

function typeTargets(type: string): Targets {
  return {
    GET: { interaction: 'search-type', type },
    POST: { interaction: 'create', type },
    PUT: { interaction: 'conditional-update', type },
    DELETE: { interaction: 'conditional-delete', type },
  };
}

function instanceTargets(types: TypeNames, type: string, id: string, third?: string, fourth?: string): Targets | undefined {
  if (third === undefined) {
    return {
      GET: { interaction: 'read', type, id },
      PUT: { interaction: 'update', type, id },
      DELETE: { interaction: 'delete', type, id },
    };
  }
  if (third === '_history') {
    return {
      GET: fourth === undefined ? { interaction: 'history-instance', type, id } : { interaction: 'vread', type, id, version: fourth },
    };
  }
  if (fourth !== undefined) return undefined;
  if (third.startsWith('$')) return operation(third, type, id);
  if (third === '*') throw unsupported(`search for all types in the compartment ${type}/${id}`, `在区间 ${type}/${id} 内检索所有类型`);
  if (types.isResourceType(third)) return { GET: { interaction: 'search-compartment', compartment: type, id, type: third } };
  return undefined;
}

function operation(segment: string, type?: string, id?: string): Targets {
  const about = {
    interaction: 'operation',
    name: segment.slice(1),
    ...(type === undefined ? {} : { type }),
    ...(id === undefined ? {} : { id }),
  } as const;
  return { GET: { ...about, method: 'GET' }, POST: { ...about, method: 'POST' } };
}

function unknownPath(path: string) {
  return fault('not-found', message('unknown-path', `Nothing is served at "${path}"`, `“${path}”处没有可访问的内容`));
}

function unknownType(type: string) {
  return fault('not-found', message('unknown-type', `"${type}" is not a resource type of FHIR R4`, `“${type}”不是 FHIR R4 的资源类型`));
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

function unsupported(en: string, zh: string) {
  return fault('not-supported', message('interaction-not-supported', `The ${en} is not supported yet`, `暂不支持${zh}`));
}

function notAllowed(method: string, path: string, targets: Targets) {
  const names = Object.keys(targets);
  const allowed = (names.includes('GET') ? [...names, 'HEAD'] : names).join(', ');
  return fault(
    'not-supported',
    message(
      'method-not-allowed',
      `${method} is not possible on "${path}"; possible are ${allowed}`,
      `“${path}”不支持 ${method}；支持的方法：${allowed}`,
    ),
    { status: 405, headers: { allow: allowed } },
  );
}
