/** A patch of any format as a function from a resource to the resource it makes of it. Source: R4 http.html#patch */
import type { Json } from '../../model/json.js';
import { message } from '../../model/message.js';
import { fault } from '../../model/outcome.js';
import type { Resource } from '../../model/resource.js';
import type { PatchFormat } from '../request.js';
import { sameIdentity } from './identity.js';
import { applyJsonPatch } from './json-patch.js';
import { parseJsonPatch } from './json-patch-operations.js';
import { applyMergePatch } from './merge-patch.js';
import { withTrueNarrative } from './narrative.js';

/** Throws FhirError 422 for what cannot be done to this resource. */
export type Patch = (resource: Resource) => Promise<Resource>;

/** Throws FhirError 400 for what is no patch of its format. */
export function readPatch(format: PatchFormat | undefined, body: Json | undefined): Patch {
  const change = changeOf(format, body);
  return async (before) => {
    const after = sameIdentity(before, await change(before));
    return withTrueNarrative(before, after);
  };
}

function changeOf(format: PatchFormat | undefined, body: Json | undefined): (resource: Resource) => Promise<Json | undefined> {
  switch (format) {
    case 'json-patch': {
      const operations = parseJsonPatch(body);
      return (resource) => applyJsonPatch(operations, resource);
    }
    case 'merge-patch':
      return async (resource) => applyMergePatch(body, resource);
    default:
      throw fault('not-supported', message('patch-format', 'FHIRPath Patch is not supported yet', '暂不支持 FHIRPath Patch'));
  }
}
