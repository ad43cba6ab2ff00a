/**
 * What becomes of the narrative when a patch changes what it tells of. Source: R4 http.html#patch, narrative.html
 *
 * 2026-11-26: R4 demands that the narrative is not clinically unsafe afterwards and offers ways. Narrative that was made from the data
 * (`generated`, `extensions`) is left out when the data changes and the patch does not bring another: none is better than one that tells
 * of the dose before. Narrative with more than the data (`additional`) can neither be kept nor left out without harm: such a patch is
 * refused unless it says itself what becomes of `text`. What is only about the record (`meta`) changes no narrative.
 */
import { equalJson } from '../../fhirpath/equality.js';
import { isObject } from '../../model/json.js';
import { message } from '../../model/message.js';
import { fault } from '../../model/outcome.js';
import type { Resource } from '../../model/resource.js';

/** Throws FhirError 422 where only the client can know what the narrative should say. */
export function withTrueNarrative(before: Resource, after: Resource): Resource {
  const { text, meta: _, ...data } = after;
  if (!isObject(text) || !equalJson(text, before.text)) return after;
  const { text: _text, meta: _meta, ...dataBefore } = before;
  if (text.status === 'empty' || equalJson(data, dataBefore)) return after;
  if (text.status === 'additional') throw onlyClientKnows(after.resourceType);
  const { text: _left, ...rest } = after;
  return rest as Resource;
}

function onlyClientKnows(type: string) {
  return fault(
    'business-rule',
    message(
      'patch-narrative',
      'The narrative holds more than the data (text.status "additional") and would no longer be true; expected a patch that also replaces or removes text',
      '叙述文本含有数据之外的内容（text.status 为“additional”），打补丁后将不再属实；补丁应同时替换或移除 text',
    ),
    { expression: `${type}.text` },
  );
}
