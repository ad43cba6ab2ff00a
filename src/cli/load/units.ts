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
  /** The type of the one resource in a transaction that was made here: places of faults are shown as seen from it. */
  readonly single?: string;
  /** The same, one resource each, where the transaction was made here; empty for a Bundle that came as one. */
  split(): readonly Unit[];
}

export interface Cut {
  readonly units: readonly Unit[];
  /** Parts that cannot be sent at all. */
  readonly faults: readonly { readonly name: string; readonly reason: string }[];
}

interface Found {
  /** `line 7: Patient/1` */
  readonly label: string;
  readonly resource: JsonObject;
}

const atOnce = 100;

export function unitsOf(name: string, text: string): Cut {
  const lines = /\.ndjson(\.|$)/i.test(name) || looksLikeLines(text);
  const documents = lines ? text.split('\n').map((line, index) => ({ text: line, place: `line ${index + 1}` })) : [{ text, place: '' }];
  const faults: { name: string; reason: string }[] = [];
  const found: Found[] = [];
  for (const { text: part, place } of documents) {
    if (lines && part.trim() === '') continue;
    try {
      const document = parseJson(part);
      if (!lines && isObject(document) && isExecutable(document)) return { units: [asSent(name, document, text)], faults };
      found.push(...resourcesIn(document).map((resource) => ({ label: labelOf(place, resource), resource })));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      faults.push({ name: place === '' ? name : `${name}: ${place}`, reason: lines ? reason.replace('line 1, ', '') : reason });
    }
  }
  return { units: transactions(name, found), faults };
}

function asSent(name: string, bundle: JsonObject & { type: 'batch' | 'transaction' }, body: string): Unit {
  return { name, kind: bundle.type, body, resources: entriesOf(bundle).length, split: () => [] };
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

function transactions(name: string, found: readonly Found[]): readonly Unit[] {
  const units: Unit[] = [];
  for (let start = 0; start < found.length; start += atOnce) {
    const part = found.slice(start, start + atOnce);
    const place = found.length > atOnce ? ` (${start + 1}–${start + part.length})` : '';
    units.push(transaction(name + place, part, name));
  }
  return units;
}

function transaction(name: string, found: readonly Found[], file: string): Unit {
  const [only] = found;
  return {
    name,
    kind: 'transaction',
    body: bundleOf(found),
    resources: found.length,
    ...(found.length === 1 && only !== undefined ? { single: String(only.resource.resourceType) } : {}),
    split: () => (found.length > 1 ? found.map((one) => transaction(`${file}: ${one.label}`, [one], file)) : []),
  };
}

function bundleOf(found: readonly Found[]): string {
  const entry = found.map(({ resource }) => ({ resource, request: requestFor(resource) }));
  return stringifyJson({ resourceType: 'Bundle', type: 'transaction', entry });
}

function requestFor({ resourceType, id }: JsonObject): JsonObject {
  if (typeof id === 'string') return { method: 'PUT', url: `${resourceType}/${id}` };
  return { method: 'POST', url: String(resourceType) };
}
