/**
 * The literal references of a resource, wherever they stand: in extensions and in what it contains too. What stands inside of a Bundle or
 * Parameters is a message, and has its links among its own. Source: R4 references.html#literal, http.html#brules
 */
import type { TypeModel } from '../definitions/definitions.js';
import { isObject, type Json, type JsonObject } from '../model/json.js';
import { parseReference } from '../model/reference.js';
import type { Key } from '../model/resource.js';
import { localize } from './local.js';

type Model = Pick<TypeModel, 'properties'>;

/** `path`: that of the Reference, `Observation.subject`. */
export type Visit = (reference: string, path: string) => void;

const messages: ReadonlySet<string> = new Set(['Bundle', 'Parameters']);

export function eachReference(model: Model, resource: JsonObject, visit: Visit): void {
  const { resourceType } = resource;
  if (typeof resourceType === 'string') walk({ model, visit }, resource, 'Resource', resourceType);
}

interface Walk {
  readonly model: Model;
  readonly visit: Visit;
}

/** `type`: what the definitions call what stands at `path`. */
function walk(walking: Walk, json: JsonObject, type: string, path: string): void {
  if (type === 'Reference' && typeof json.reference === 'string') walking.visit(json.reference, path);
  const own = type === 'Resource' ? String(json.resourceType) : type;
  if (type === 'Resource' && messages.has(own)) return;
  const properties = walking.model.properties(own);
  for (const name in json) {
    const value = json[name];
    if (typeof value !== 'object' || value === null) continue;
    // What stands beside a primitive: its id and extensions.
    const next = name.charCodeAt(0) === 0x5f ? 'Element' : properties.get(name)?.type;
    if (next === undefined) continue;
    if (isObject(value)) walk(walking, value, next, `${path}.${name}`);
    else if (Array.isArray(value)) inEach(walking, value, next, `${path}.${name}`);
  }
}

function inEach(walking: Walk, items: readonly Json[], type: string, path: string): void {
  for (let at = 0; at < items.length; at++) {
    const item = items[at];
    if (isObject(item)) walk(walking, item, type, `${path}[${at}]`);
  }
}

/** What a reference names of what lives here. */
export interface LocalTarget {
  readonly key: Key;
  /** `Patient/1` */
  readonly name: string;
  /** Where it names a version of it. */
  readonly version?: string;
}

/** undefined: it leads elsewhere, or inside of its own resource, or is none. */
export function localTarget(reference: string, { baseUrl, isType }: Locality): LocalTarget | undefined {
  const text = localize(reference, baseUrl);
  const hash = text.indexOf('#');
  const parsed = parseReference(hash > 0 ? text.slice(0, hash) : text);
  if (parsed.kind !== 'instance' || parsed.base !== undefined || !isType(parsed.type)) return undefined;
  const { type, id, version } = parsed;
  const found = { key: { type, id }, name: `${type}/${id}` };
  return version === undefined ? found : { ...found, version };
}

/** `Patient/1/_history/2`, or `Patient/1` where it names no version. */
export function targetText({ name, version }: LocalTarget): string {
  return version === undefined ? name : `${name}/_history/${version}`;
}

export interface Locality {
  /** Without a slash at the end. */
  readonly baseUrl: string;
  readonly isType: (name: string) => boolean;
}
