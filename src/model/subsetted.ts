/**
 * The tag of a resource of which only a part is shown: nobody is to take it for the whole and write it back.
 * Source: R4 search.html#summary, resource.html#simple-tags, v3 ObservationValue (SUBSETTED)
 */
import { isObject, type Json, type JsonObject } from './json.js';
import type { Resource } from './resource.js';

const SUBSETTED: JsonObject = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' };

export function isSubsetted({ meta }: JsonObject): boolean {
  return tagsOf(meta).some((tag) => isObject(tag) && tag.code === SUBSETTED.code && tag.system === SUBSETTED.system);
}

export function withSubsetted(resource: Resource): Resource {
  if (isSubsetted(resource)) return resource;
  const { meta, id } = resource;
  const marked: JsonObject = { ...(isObject(meta) ? meta : {}), tag: [...tagsOf(meta), SUBSETTED] };
  const { resourceType, ...rest } = resource;
  const result = { resourceType, id, meta: marked, ...rest };
  result.meta = marked;
  return result;
}

function tagsOf(meta: Json | undefined): readonly Json[] {
  return isObject(meta) && Array.isArray(meta.tag) ? (meta.tag as readonly Json[]) : [];
}
