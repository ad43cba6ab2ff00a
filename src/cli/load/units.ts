/**
 * How a file becomes requests: transactions and batches are posted as they are; single resources, lines of NDJSON and the
 * entries of collections are put under their own id (or posted where they have none), up to 100 in one transaction.
 */
import { isObject, type Json, type JsonObject, stringifyJson } from '../../model/json.js';
import { parseJson } from '../../model/parse-json.js';

/** One request of the loader. */
export interface Unit {
  /** For reports: the file, and the part of it where it is many. */
  readonly name: string;
  readonly kind: 'batch' | 'transaction';
  /** A Bundle of that kind as JSON text. */
  readonly body: string;
  /** How many resources it carries. */
  readonly resources: number;
  /** The same, one resource each, where the transaction was made here; empty for a Bundle that came as one. */
  split(): readonly Unit[];
}

const atOnce = 100;

/** Throws FhirError when a document is no JSON, Error when it is no resource. */
export function unitsOf(name: string, text: string): readonly Unit[] {
  const documents = /\.ndjson(\.|$)/i.test(name) || looksLikeLines(text) ? parseLines(text) : [parseJson(text)];
  const [only] = documents;
  if (documents.length === 1 && isObject(only) && isExecutable(only)) {
    return [{ name, kind: only.type, body: text, resources: entriesOf(only).length, split: () => [] }];
  }
  return transactions(name, documents.flatMap(resourcesIn));
}

/** NDJSON that came without its name (standard input): more than one line, each an object of its own. */
function looksLikeLines(text: string): boolean {
  const end = text.indexOf('\n');
  if (end < 0 || text.slice(end).trim() === '') return false;
  const first = text.slice(0, end).trim();
  return first.startsWith('{') && first.endsWith('}');
}

function parseLines(text: string): readonly Json[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => parseJson(line));
}

function isExecutable(document: JsonObject): document is JsonObject & { type: 'batch' | 'transaction' } {
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

function transactions(name: string, resources: readonly JsonObject[]): readonly Unit[] {
  const units: Unit[] = [];
  for (let start = 0; start < resources.length; start += atOnce) {
    const part = resources.slice(start, start + atOnce);
    const place = resources.length > atOnce ? ` (${start + 1}–${start + part.length})` : '';
    units.push(transaction(name + place, part));
  }
  return units;
}

function transaction(name: string, resources: readonly JsonObject[]): Unit {
  const each = (resource: JsonObject) => transaction(`${name}: ${resource.resourceType}/${resource.id ?? '(no id)'}`, [resource]);
  return {
    name,
    kind: 'transaction',
    body: bundleOf(resources),
    resources: resources.length,
    split: () => (resources.length > 1 ? resources.map(each) : []),
  };
}

function bundleOf(resources: readonly JsonObject[]): string {
  const entry = resources.map((resource) => ({ resource, request: requestFor(resource) }));
  return stringifyJson({ resourceType: 'Bundle', type: 'transaction', entry });
}

function requestFor({ resourceType, id }: JsonObject): JsonObject {
  if (typeof id === 'string') return { method: 'PUT', url: `${resourceType}/${id}` };
  return { method: 'POST', url: String(resourceType) };
}
