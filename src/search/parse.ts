/**
 * Search parameters as they stand in a URL, taken apart: which ask for resources, which shape the result.
 * Source: R4 search.html#return, #modifiers, #chaining, #has
 */
import { tooManySorts } from './budget.js';
import { malformed, unsupported } from './refusals.js';
import type { Parameters } from './search.js';

/** `subject:Patient.name:exact` → code `subject`, modifier `Patient`, chain `name:exact`. */
export interface ParsedName {
  readonly code: string;
  readonly modifier?: string;
  readonly chain?: string;
}

export function parseName(name: string): ParsedName {
  const dot = name.indexOf('.');
  const own = dot < 0 ? name : name.slice(0, dot);
  const colon = own.indexOf(':');
  return {
    code: colon < 0 ? own : own.slice(0, colon),
    ...(colon < 0 ? {} : { modifier: own.slice(colon + 1) }),
    ...(dot < 0 ? {} : { chain: name.slice(dot + 1) }),
  };
}

/** `_has:Observation:patient:code` → refering type, its reference parameter, and what is asked of it. */
export interface ParsedHas {
  readonly type: string;
  readonly param: string;
  readonly rest: string;
}

export function parseHas(name: string): ParsedHas | undefined {
  const match = /^_has:([A-Za-z]+):([A-Za-z0-9_-]+):(.+)$/.exec(name);
  return match === null ? undefined : { type: match[1] ?? '', param: match[2] ?? '', rest: match[3] ?? '' };
}

/** Shape the result; honoured. `_format` and `_pretty` are the door's. */
export const resultParameters = [
  '_sort',
  '_count',
  '_total',
  '_summary',
  '_elements',
  '_include',
  '_revinclude',
  '_contained',
  '_containedType',
  '_type',
  '_cursor',
  '_format',
  '_pretty',
] as const;
/** Asked of every type in ways of their own. Source: R4 search.html#filter, search.html#list, search.html#query */
export const specialParameters: ReadonlySet<string> = new Set(['_filter', '_list', '_query']);
/** Defined by R4 without a SearchParameter, and not honoured. */
export const unsupportedParameters: ReadonlySet<string> = new Set(['_score']);

const results: ReadonlySet<string> = new Set(resultParameters);

export function isResultParameter(name: string): boolean {
  return results.has(parseName(name).code);
}

export interface SortRule {
  readonly code: string;
  readonly descending: boolean;
}

export interface IncludeAsked {
  readonly value: string;
  /** `:iterate`: of what is included too. */
  readonly iterate: boolean;
}

export interface ResultOptions {
  readonly sort: readonly SortRule[];
  /** As asked for. */
  readonly count?: number;
  readonly total: 'none' | 'estimate' | 'accurate' | 'free';
  readonly includes: readonly IncludeAsked[];
  readonly revincludes: readonly IncludeAsked[];
  readonly contained: 'false' | 'true' | 'both';
  readonly containedType: 'container' | 'contained';
  readonly types?: readonly string[];
  readonly cursor?: string;
}

type MutableOptions = { -readonly [K in keyof ResultOptions]: ResultOptions[K] };
type Reader = (options: MutableOptions, value: string, iterate: boolean) => void;

const readers: Readonly<Record<(typeof resultParameters)[number], Reader>> = {
  _sort: (options, value) => {
    options.sort = [...options.sort, ...[...new Set(list(value))].map(parseSortRule)];
  },
  _count: (options, value) => {
    if (!/^\d{1,9}$/.test(value)) throw malformed('_count', value, 'a whole number, 0 or greater', '不小于 0 的整数');
    options.count = Number(value);
  },
  _total: (options, value) => {
    if (value !== 'none' && value !== 'estimate' && value !== 'accurate') {
      throw malformed('_total', value, 'none, estimate or accurate', 'none、estimate 或 accurate');
    }
    options.total = value;
  },
  // Read by subset-parameters.ts, which knows the elements.
  _summary: () => undefined,
  _elements: () => undefined,
  _include: (options, value, iterate) => {
    options.includes = [...options.includes, { value, iterate }];
  },
  _revinclude: (options, value, iterate) => {
    options.revincludes = [...options.revincludes, { value, iterate }];
  },
  _contained: (options, value) => {
    if (value !== 'true' && value !== 'false' && value !== 'both')
      throw malformed('_contained', value, 'true, false or both', 'true、false 或 both');
    options.contained = value;
  },
  _containedType: (options, value) => {
    if (value !== 'container' && value !== 'contained') {
      throw malformed('_containedType', value, 'container or contained', 'container 或 contained');
    }
    options.containedType = value;
  },
  _type: (options, value) => {
    options.types = [...new Set([...(options.types ?? []), ...list(value)])];
  },
  _cursor: (options, value) => {
    options.cursor = value;
  },
  _format: () => undefined,
  _pretty: () => undefined,
};

/** Nothing, or a list of nothing. */
export function isEmpty(value: string): boolean {
  return value === '' || /^,+$/.test(value);
}

const iterated: ReadonlySet<string> = new Set(['_include', '_revinclude']);

/** Empty values are ignored. Throws FhirError 400 for values that cannot be read and for modifiers there are none of. */
export function parseResultParameters(parameters: Parameters): ResultOptions {
  const options: MutableOptions = {
    sort: [],
    total: 'free',
    includes: [],
    revincludes: [],
    contained: 'false',
    containedType: 'container',
  };
  for (const [name, value] of parameters) {
    const { code, modifier, chain } = parseName(name);
    const reader = Object.hasOwn(readers, code) ? readers[code as (typeof resultParameters)[number]] : undefined;
    if (reader === undefined || isEmpty(value)) continue;
    const iterate = modifier === 'iterate' && iterated.has(code);
    if ((modifier !== undefined && !iterate) || chain !== undefined) {
      throw unsupported(name, `"${name}"`, `“${name}”`, iterated.has(code) ? [code, `${code}:iterate`] : [code]);
    }
    reader(options, value, iterate);
  }
  return { ...options, sort: sortOnce(options.sort) };
}

const MAX_SORTS = 10;

/** What stands a second time decides nothing. (`date,-date` is not the same twice: a span has two ends.) */
function sortOnce(rules: readonly SortRule[]): readonly SortRule[] {
  const once = new Map(rules.map((rule) => [`${rule.descending ? '-' : ''}${rule.code}`, rule]));
  if (once.size > MAX_SORTS) throw tooManySorts(once.size, MAX_SORTS);
  return [...once.values()];
}

function parseSortRule(text: string): SortRule {
  return text.startsWith('-') ? { code: text.slice(1), descending: true } : { code: text, descending: false };
}

function list(value: string): readonly string[] {
  return value.split(',').filter((one) => one !== '');
}
