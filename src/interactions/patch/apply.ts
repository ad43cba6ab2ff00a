/** A patch of any format as a function from a resource to the resource it makes of it. Source: R4 http.html#patch */
import type { TypeModel } from '../../definitions/definitions.js';
import type { Json } from '../../model/json.js';
import { message } from '../../model/message.js';
import { fault } from '../../model/outcome.js';
import type { Resource } from '../../model/resource.js';
import type { PatchFormat } from '../request.js';
import { applyFhirPathPatch } from './fhirpath-patch.js';
import { parseFhirPathPatch } from './fhirpath-patch-operations.js';
import { sameIdentity } from './identity.js';
import { applyJsonPatch } from './json-patch.js';
import { parseJsonPatch } from './json-patch-operations.js';
import { applyMergePatch } from './merge-patch.js';
import { withTrueNarrative } from './narrative.js';

/** Throws FhirError 422 for what cannot be done to this resource. */
export type Patch = (resource: Resource) => Promise<Resource>;

/** Throws FhirError 400 for what is no patch of its format. */
export function readPatch(model: TypeModel, format: PatchFormat | undefined, body: Json | undefined): Patch {
  const change = changeOf(model, format, body);
  return async (before) => {
    const after = sameIdentity(before, await change(before));
    return withTrueNarrative(before, after);
  };
}

function changeOf(
  model: TypeModel,
  format: PatchFormat | undefined,
  body: Json | undefined,
): (resource: Resource) => Promise<Json | undefined> {
  switch (format) {
    case 'json-patch': {
      const operations = parseJsonPatch(body);
      return (resource) => applyJsonPatch(operations, resource);
    }
    case 'merge-patch':
      return async (resource) => applyMergePatch(body, resource);
    case 'fhirpath-patch': {
      const operations = parseFhirPathPatch(model, body);
      return (resource) => applyFhirPathPatch(model, operations, resource);
    }
    case undefined:
      throw fault('not-supported', message('patch-format', 'The patch is of no format known here', '补丁的格式未知'), { status: 415 });
  }
}
