/** A patch of any format as a function from a resource to the resource it makes of it. Source: R4 http.html#patch */
import type { TypeModel } from '../../definitions/definitions.js';
import { inSteps } from '../../model/in-steps.js';
import type { Json } from '../../model/json.js';
import { message } from '../../model/message.js';
import { fault } from '../../model/outcome.js';
import { parseStored } from '../../model/parse-stored.js';
import type { Resource } from '../../model/resource.js';
import type { PatchFormat } from '../request.js';
import { applyFhirPathPatch } from './fhirpath-patch.js';
import { parseFhirPathPatch } from './fhirpath-patch-operations.js';
import { sameIdentity } from './identity.js';
import { applyJsonPatch } from './json-patch.js';
import { parseJsonPatch } from './json-patch-operations.js';
import { applyMergePatch } from './merge-patch.js';
import { withTrueNarrative } from './narrative.js';
import type { Circumstance, Pace } from './pace.js';

export interface PatchRequest {
  readonly patchFormat?: PatchFormat;
  readonly body?: Json;
}

/**
 * What the patch makes of a resource as it is stored. Throws FhirError: 400 for what is no patch of its format, 422 for what cannot be
 * done to this resource.
 */
export async function applyPatch(model: TypeModel, request: PatchRequest, stored: Buffer, pace: Pace): Promise<Resource> {
  const change = await readPatch(model, request, pace);
  const before = (await inSteps(parseStored(stored))) as Resource;
  const after = sameIdentity(before, await change(before, { bytes: stored.length, pace }));
  return withTrueNarrative(before, after);
}

type Change = (resource: Resource, circumstance: Circumstance) => Promise<Json | undefined>;

async function readPatch(model: TypeModel, { patchFormat, body }: PatchRequest, pace: Pace): Promise<Change> {
  switch (patchFormat) {
    case 'json-patch': {
      const operations = parseJsonPatch(body);
      return (resource, circumstance) => applyJsonPatch(operations, resource, circumstance);
    }
    case 'merge-patch':
      return async (resource, { bytes }) => applyMergePatch(body, resource, bytes);
    case 'fhirpath-patch': {
      const operations = await parseFhirPathPatch(model, body, pace);
      return (resource, circumstance) => applyFhirPathPatch(model, operations, resource, circumstance);
    }
    case undefined:
      throw fault('not-supported', message('patch-format', 'The patch is of no format known here', '补丁的格式未知'), { status: 415 });
  }
}
