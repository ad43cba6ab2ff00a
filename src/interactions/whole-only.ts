/**
 * What was shown in part is not taken for the whole: it would wipe out what was not shown.
 * Source: R4 search.html#summary, resource.html#simple-tags
 */
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';
import type { Resource } from '../model/resource.js';
import { isSubsetted } from '../model/subsetted.js';

/** Throws FhirError 422. */
export function refusePart(resource: Resource): void {
  if (!isSubsetted(resource)) return;
  throw fault(
    'business-rule',
    message(
      'subsetted',
      `The ${resource.resourceType} is tagged SUBSETTED: it is a part of a resource (of _summary, _elements or what is shown covered), and the whole was expected`,
      `该 ${resource.resourceType} 带有 SUBSETTED 标签：它只是资源的一部分（来自 _summary、_elements 或脱敏结果），应提交完整资源`,
    ),
    { expression: `${resource.resourceType}.meta.tag` },
  );
}
