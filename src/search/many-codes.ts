/**
 * Code systems and value sets that list more codes than an index should hold for one resource (a national classification of diagnoses has
 * 40,000, and a write would take a second for them alone). All that are stored are in memory for terminology anyway: which of them have a
 * code is asked there, and the index only says of whom. Source: R4 codesystem.html#search, valueset.html#search
 */
import type { Definitions } from '../definitions/definitions.js';
import type { Item } from '../fhirpath/expression.js';
import type { Resource } from '../model/resource.js';
import type { IndexEntry, Predicate } from '../store/port.js';
import { compilePaths } from './paths.js';
import type { Parameter } from './registry.js';
import type { TokenValue } from './types/token-values.js';

/** What packages bring has fewer: it is not among the uploads. */
const MAX_INDEXED = 5000;

/** The name of the entry that stands for all. */
const manyOf = (code: string) => `${code}:many`;

function listsCodes({ base, kind, elements = [] }: Parameter): boolean {
  return kind === 'token' && isListed(base) && elements.length > 0 && elements.every(({ type }) => type === 'code');
}

type Listed = Parameters<Definitions['uploadsOf']>[0];

function isListed(type: string): type is Listed {
  return type === 'CodeSystem' || type === 'ValueSet';
}

/** The entries of a parameter of which there would be too many; undefined where all are to be made. Only what has a url is in memory. */
export function entriesForMany(parameter: Parameter, items: readonly Item[], resource: Resource): readonly IndexEntry[] | undefined {
  if (items.length <= MAX_INDEXED || typeof resource.url !== 'string' || !listsCodes(parameter)) return undefined;
  return [parameter.code, manyOf(parameter.code)].map((param) => ({ kind: 'token', param, code: '' }));
}

/** What is asked of the entries, or of those that have too many: then of what is in memory now. */
export function withMany(parameter: Parameter, values: readonly TokenValue[], definitions: Definitions, live: Definitions): Predicate {
  const own: Predicate = { kind: 'match', param: parameter.code, match: { kind: 'token', values } };
  if (!listsCodes(parameter)) return own;
  const ids = idsWith(parameter, values, definitions, live);
  if (ids.length === 0) return own;
  const marked: Predicate = { kind: 'match', param: manyOf(parameter.code), match: { kind: 'token', values: [{ code: '' }] } };
  return { kind: 'any', of: [own, { kind: 'all', of: [marked, { kind: 'id', ids }] }] };
}

function idsWith(parameter: Parameter, values: readonly TokenValue[], definitions: Definitions, live: Definitions): readonly string[] {
  if (!isListed(parameter.base)) return [];
  const wanted = values.flatMap(({ system, code }) => (typeof system === 'string' || code === undefined ? [] : [code]));
  return live.uploadsOf(parameter.base).flatMap(({ id, read }) => {
    const codes = codesOf(parameter, read() as Resource, definitions);
    return codes.size > 0 && wanted.some((code) => codes.has(code)) ? [id] : [];
  });
}

const none: ReadonlySet<string> = new Set();
/** Of each resource as it is kept in memory: its codes where they are too many for the index, else none. */
const codesIn = new WeakMap<Resource, Map<string, ReadonlySet<string>>>();

function codesOf({ base, code, expression = '' }: Parameter, resource: Resource, definitions: Definitions): ReadonlySet<string> {
  const byParameter = codesIn.get(resource) ?? new Map<string, ReadonlySet<string>>();
  codesIn.set(resource, byParameter);
  const known = byParameter.get(code);
  if (known !== undefined) return known;
  const items = compilePaths(definitions, base, expression)?.(resource) ?? [];
  const codes = items.length <= MAX_INDEXED ? none : new Set(items.flatMap(({ value }) => (typeof value === 'string' ? [value] : [])));
  byParameter.set(code, codes);
  return codes;
}
