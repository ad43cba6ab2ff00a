/**
 * What the server itself says in a resource: id, meta.versionId and meta.lastUpdated. All else stays as it was sent,
 * in its order. Source: R4 resource.html#Meta, http.html#create
 */
import { isObject, type JsonObject, stringifyJson } from '../model/json.js';
import type { Resource } from '../model/resource.js';

export interface Stamp {
  readonly id: string;
  readonly version: number;
  /** Milliseconds UTC. */
  readonly lastUpdated: number;
}

/** resourceType, id and meta come first. A `meta` that is no object is left for the validator to find. */
export function stamp(resource: Resource, { id, version, lastUpdated }: Stamp): Resource {
  const { resourceType, id: _sentId, meta = {}, ...rest } = resource;
  return { resourceType, id, meta: isObject(meta) ? stampMeta(meta, version, lastUpdated) : meta, ...rest };
}

function stampMeta(meta: JsonObject, version: number, lastUpdated: number): JsonObject {
  const { versionId: _sentVersion, lastUpdated: _sentDate, ...rest } = meta;
  return { versionId: String(version), lastUpdated: new Date(lastUpdated).toISOString(), ...rest };
}

/** The exact text that reads serve. */
export function storedText(resource: Resource): Buffer {
  return Buffer.from(stringifyJson(resource));
}
