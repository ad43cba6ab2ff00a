/**
 * What the server itself says in a resource: id, meta.versionId and meta.lastUpdated. All else stays as it was sent,
 * in its order. Source: R4 resource.html#Meta, http.html#create
 */
import { instantText } from '../model/dates.js';
import { isObject, type JsonObject, stringifyJson } from '../model/json.js';
import type { Resource } from '../model/resource.js';
import { encodeInSteps, stringifyJsonInSteps } from '../model/write-json.js';

export interface Stamp {
  readonly id: string;
  readonly version: number;
  /** Milliseconds UTC. */
  readonly lastUpdated: number;
}

/**
 * resourceType, id and meta come first. A `meta` that is no object is left for the validator to find. Spread and set again what
 * the spread brought along: V8 takes four times as long to leave properties out.
 */
export function stamp(resource: Resource, { id, version, lastUpdated }: Stamp): Resource {
  const { resourceType, meta = noMeta } = resource;
  const sent: JsonObject = resource;
  const stamped = { resourceType, id, meta, ...sent };
  stamped.id = id;
  stamped.meta = isObject(meta) ? stampMeta(meta, String(version), instantText(lastUpdated)) : meta;
  return stamped;
}

const noMeta: JsonObject = {};

function stampMeta(meta: JsonObject, versionId: string, lastUpdated: string): JsonObject {
  const stamped = { versionId, lastUpdated, ...meta };
  stamped.versionId = versionId;
  stamped.lastUpdated = lastUpdated;
  return stamped;
}

/** The exact text that reads serve. */
export function storedText(resource: Resource): Buffer {
  return Buffer.from(stringifyJson(resource));
}

/** The same, with places to let other work in between where it is long. */
export function* storedTextInSteps(resource: Resource): Generator<undefined, Buffer> {
  return yield* encodeInSteps(yield* stringifyJsonInSteps(resource));
}
