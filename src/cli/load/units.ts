/**
 * How a file becomes requests: transactions and batches are posted as they are, or each resource put under its own id; single
 * resources, lines of NDJSON and the entries of collections are put under their own id (or posted where they have none), up to 100 in one
 * transaction, in an order in which what is referred to comes before what refers to it.
 */
import { hash } from 'node:crypto';
import { isObject, type Json, type JsonObject, stringifyJson } from '../../model/json.js';
import { parseJson } from '../../model/parse-json.js';
import { broughtBy, namedIn, neededBy } from './keys.js';
import { ranksOf, typesReferredTo } from './order.js';

/** One request of the loader. */
export interface Unit {
  /** For reports: the file, and the part of it where it is many. */
  readonly name: string;
  /** Its place among those of its file. */
  readonly index: number;
  /** The part alone; '' where the file is one unit. */
  readonly part: string;
  readonly kind: 'batch' | 'transaction';
  /** A Bundle of that kind as JSON text. */
  readonly body: string;
  /** Of the body. */
  readonly hash: string;
  /** How many resources it carries. */
  readonly resources: number;
  /** Units of the same file with a lower rank hold what this one may refer to. */
  readonly rank: number;
  /** Keys of what is there once it is loaded. */
  readonly brings: readonly number[];
  /** Keys of what it refers to and does not bring. */
  readonly needs: readonly number[];
  /** The type of the one resource in a transaction that was made here: places of faults are shown as seen from it. */
  readonly single?: string;
  /** Whether it can be split. */
  readonly divisible: boolean;
  /** The same, one resource each, where the transaction was made here; empty for a Bundle that came as one. */
  split(): readonly Unit[];
  /** The body of a batch with only these of its entries. */
  only(entries: readonly number[]): string;
}

export interface Cut {
  readonly units: readonly Unit[];
  /** Parts that cannot be sent at all. */
  readonly faults: readonly { readonly name: string; readonly reason: string }[];
}

export interface Cutting {
  /** Every resource of a Bundle that has an id is put under it. */
  readonly keepIds: boolean;
  /** The server takes no reference to nothing. */
  readonly enforced: boolean;
}

interface Found {
  /** `line 7: Patient/1` */
  readonly label: string;
  readonly resource: JsonObject;
}

const atOnce = 100;

/** The same text is cut in the same way whenever it is loaded: what was loaded of it before is known again. */
export function unitsOf(name: string, text: string, cutting: Cutting): Cut {
  const lines = /\.ndjson(\.|$)/i.test(name) || looksLikeLines(text);
  const documents = lines ? text.split('\n').map((line, index) => ({ text: line, place: `line ${index + 1}` })) : [{ text, place: '' }];
  const faults: { name: string; reason: string }[] = [];
  const found: Found[] = [];
  for (const { text: part, place } of documents) {
    if (lines && part.trim() === '') continue;
    try {
      const document = parseJson(part);
      if (!lines && isObject(document) && isExecutable(document)) return { units: [asSent(name, document, text, cutting)], faults };
      found.push(...resourcesIn(document).map((resource) => ({ label: labelOf(place, resource), resource })));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      faults.push({ name: place === '' ? name : `${name}: ${place}`, reason: lines ? reason.replace('line 1, ', '') : reason });
    }
  }
  return { units: transactions(name, found), faults };
}

type Executable = JsonObject & { readonly type: 'batch' | 'transaction' };

function asSent(name: string, document: Executable, text: string, { keepIds, enforced }: Cutting): Unit {
  const bundle = keepIds ? { ...document, entry: entriesOf(document).map(underOwnId) } : document;
  const body = keepIds ? stringifyJson(bundle) : text;
  const entries = entriesOf(bundle);
  const brings = entries.flatMap((entry) =>
    isObject(entry) && isObject(entry.resource) && isObject(entry.request) ? broughtBy(entry.resource, entry.request) : [],
  );
  return {
    name,
    index: 0,
    part: '',
    kind: document.type,
    body,
    hash: hashOf(body),
    resources: entries.length,
    rank: 0,
    brings,
    needs: neededBy(body, [...brings, ...namedIn(entries)], enforced),
    split: () => [],
    divisible: false,
    // Read again where that is asked for: a Bundle as values takes several times the room of its text.
    only: (wanted) => withEntries(body, wanted),
  };
}

function withEntries(body: string, wanted: readonly number[]): string {
  const bundle = parseJson(body) as JsonObject;
  const entries = entriesOf(bundle);
  return stringifyJson({ ...bundle, entry: wanted.flatMap((index) => entries[index] ?? []) });
}

/**
 * The full URL stays, so that the links of the Bundle still lead to it. What has no id, and what is no creation and no update, stays as it is.
 * Source: R4 http.html#upsert
 */
function underOwnId(entry: Json): Json {
  if (!isObject(entry) || !isObject(entry.resource) || !isObject(entry.request)) return entry;
  const { resourceType, id } = entry.resource;
  const { method, url, ifNoneExist: _, ...request } = entry.request;
  const isCreate = method === 'POST' && url === resourceType;
  const isConditionalUpdate = method === 'PUT' && String(url).startsWith(`${resourceType}?`);
  if (typeof id !== 'string' || !(isCreate || isConditionalUpdate)) return entry;
  return { ...entry, request: { ...request, method: 'PUT', url: `${resourceType}/${id}` } };
}

function labelOf(place: string, { resourceType, id }: JsonObject): string {
  const what = typeof id === 'string' ? `${resourceType}/${id}` : String(resourceType);
  return place === '' ? what : `${place}: ${what}`;
}

/** NDJSON that came without its name (standard input): more than one line, each an object of its own. */
function looksLikeLines(text: string): boolean {
  const end = text.indexOf('\n');
  if (end < 0 || text.slice(end).trim() === '') return false;
  const first = text.slice(0, end).trim();
  return first.startsWith('{') && first.endsWith('}');
}

function isExecutable(document: JsonObject): document is Executable {
  return document.resourceType === 'Bundle' && (document.type === 'batch' || document.type === 'transaction');
}

function entriesOf(bundle: JsonObject): readonly Json[] {
  return Array.isArray(bundle.entry) ? bundle.entry : [];
}

function resourcesIn(document: Json): readonly JsonObject[] {
  if (!isObject(document) || typeof document.resourceType !== 'string') {
    throw new Error('a FHIR resource was expected: a JSON object with a resourceType');
  }
  if (document.resourceType === 'Bundle' && (document.type === 'collection' || document.type === 'searchset')) {
    return entriesOf(document).flatMap((entry) => (isObject(entry) && isObject(entry.resource) ? [entry.resource] : []));
  }
  return [document];
}

/** What is more than one transaction is in the order of its types, and no transaction holds resources of two ranks. */
function transactions(name: string, found: readonly Found[]): readonly Unit[] {
  if (found.length <= atOnce) return found.length === 0 ? [] : [transaction(name, 0, '', found, 0)];
  const units: Unit[] = [];
  let start = 0;
  for (const [rank, group] of inRanks(found).entries()) {
    for (let at = 0; at < group.length; at += atOnce) {
      const part = group.slice(at, at + atOnce);
      units.push(transaction(name, units.length, `${start + 1}–${start + part.length}`, part, rank));
      start += part.length;
    }
  }
  return units;
}

function inRanks(found: readonly Found[]): readonly (readonly Found[])[] {
  const typeOf = ({ resource }: Found) => String(resource.resourceType);
  if (new Set(found.map(typeOf)).size === 1) return [found];
  const ranks = ranksOf(found.map((one) => ({ type: typeOf(one), refers: typesReferredTo(stringifyJson(one.resource)) })));
  const groups: Found[][] = [];
  for (const one of found) {
    const rank = ranks.get(typeOf(one)) ?? 0;
    const group = groups[rank] ?? [];
    group.push(one);
    groups[rank] = group;
  }
  return groups.filter((group) => group !== undefined);
}

/** `part`: which of the file's resources these are, counted in the order in which they are sent. */
function transaction(
  file: string,
  index: number,
  part: string,
  found: readonly Found[],
  rank: number,
  label = part === '' ? '' : ` (${part})`,
): Unit {
  const [only] = found;
  const entries = found.map(({ resource }) => ({ resource, request: requestFor(resource) }));
  const body = stringifyJson({ resourceType: 'Bundle', type: 'transaction', entry: entries });
  const brings = entries.flatMap(({ resource, request }) => broughtBy(resource, request));
  return {
    name: file + label,
    index,
    part,
    kind: 'transaction',
    body,
    hash: hashOf(body),
    resources: found.length,
    rank,
    brings,
    // What goes by type and id is in order by the ranks of types: single keys of very long files would take too much room.
    needs: neededBy(body, brings, false),
    ...(found.length === 1 && only !== undefined ? { single: String(only.resource.resourceType) } : {}),
    divisible: found.length > 1,
    split: () => (found.length > 1 ? found.map((one) => transaction(file, index, one.label, [one], rank, `: ${one.label}`)) : []),
    only: () => body,
  };
}

function requestFor({ resourceType, id }: JsonObject): JsonObject {
  if (typeof id === 'string') return { method: 'PUT', url: `${resourceType}/${id}` };
  return { method: 'POST', url: String(resourceType) };
}

export function hashOf(body: string): string {
  return hash('sha256', body, 'base64url');
}
