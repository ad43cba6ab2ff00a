/**
 * What no patch may change: the type, the id, and what the server itself says of a version. Leaving versionId and lastUpdated out
 * (`replace /meta`) changes nothing: the server says them anew. Source: R4 resource.html#id, resource.html#Meta, http.html#patch
 */
import { isObject, type Json, type JsonObject } from '../../model/json.js';
import { message } from '../../model/message.js';
import { fault } from '../../model/outcome.js';
import type { Resource } from '../../model/resource.js';

/** Throws FhirError 422 when the result is another resource than the one that was to be patched. */
export function sameIdentity(before: Resource, after: Json | undefined): Resource {
  const type = before.resourceType;
  if (!isObject(after)) throw changed(type, after);
  for (const name of ['resourceType', 'id'] as const) {
    if (after[name] !== before[name]) throw changed(`${type}.${name}`, after[name]);
  }
  for (const name of ['versionId', 'lastUpdated'] as const) {
    const wanted = ofMeta(after, name);
    if (wanted !== undefined && wanted !== ofMeta(before, name)) throw changed(`${type}.meta.${name}`, wanted);
  }
  return after as Resource;
}

function ofMeta(resource: JsonObject, name: string): Json | undefined {
  return isObject(resource.meta) ? resource.meta[name] : undefined;
}

function changed(expression: string, wanted: Json | undefined) {
  const text = wanted === undefined ? ['removes it', '移除了它'] : [`makes it ${shown(wanted)}`, `将其改为 ${shown(wanted)}`];
  return fault(
    'business-rule',
    message('patch-identity', `A patch cannot change ${expression}; this one ${text[0]}`, `补丁不能更改 ${expression}；该补丁${text[1]}`),
    { expression },
  );
}

const SHOWN = 80;

function shown(value: Json): string {
  return JSON.stringify(value).slice(0, SHOWN);
}
