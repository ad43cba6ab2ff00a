/**
 * The patch that an entry of a Bundle brings: Parameters are a FHIRPath Patch, a Binary holds one of another format.
 * Source: R4 http.html#patch; R5 http.html#jsonpatch-transaction, which says how what R4 leaves open is done
 */
import { isUtf8 } from 'node:buffer';
import { isObject, type Json, type JsonObject } from '../../model/json.js';
import { message } from '../../model/message.js';
import { fault, type IssueCode } from '../../model/outcome.js';
import { parseJson } from '../../model/parse-json.js';
import type { Asked } from '../request.js';
import { jsonPatchMediaTypes, patchFormatOf } from './format.js';

/** Throws FhirError 400 for what is no patch, 415 for a format that is not known. */
export function patchInEntry(resource: Json | undefined): Pick<Asked, 'body' | 'patchFormat'> {
  if (isObject(resource) && resource.resourceType === 'Parameters') return { body: resource, patchFormat: 'fhirpath-patch' };
  if (isObject(resource) && resource.resourceType === 'Binary') return patchInBinary(resource);
  const code = resource === undefined ? 'required' : 'structure';
  throw wrong(
    code,
    'resource',
    'entry-patch',
    'An entry with PATCH needs Parameters (FHIRPath Patch), or a Binary with the patch, as its resource',
    'PATCH 条目的 resource 应为 Parameters（FHIRPath Patch），或含有补丁的 Binary',
  );
}

function patchInBinary({ contentType, data }: JsonObject): Pick<Asked, 'body' | 'patchFormat'> {
  const [mediaType = ''] = typeof contentType === 'string' ? contentType.split(';') : [];
  const name = mediaType.trim().toLowerCase();
  const patchFormat = jsonPatchMediaTypes.includes(name) ? patchFormatOf(name) : undefined;
  if (patchFormat === undefined) {
    throw wrong(
      'not-supported',
      'resource.contentType',
      'media-type',
      `The Binary has the contentType ${JSON.stringify(contentType ?? null)}; one of ${jsonPatchMediaTypes.join(', ')} was expected`,
      `Binary 的 contentType 为 ${JSON.stringify(contentType ?? null)}；应为 ${jsonPatchMediaTypes.join('、')} 之一`,
      415,
    );
  }
  return { patchFormat, body: parseJson(textOf(data)) };
}

const base64 = /^[A-Za-z0-9+/\s]*={0,2}\s*$/;

function textOf(data: Json | undefined): string {
  const bytes = typeof data === 'string' && base64.test(data) ? Buffer.from(data, 'base64') : undefined;
  if (bytes !== undefined && isUtf8(bytes)) return bytes.toString();
  throw wrong(
    data === undefined ? 'required' : 'value',
    'resource.data',
    'entry-patch-data',
    'The Binary was expected to hold the patch as base64 of UTF-8 text',
    'Binary 的 data 应为补丁文本（UTF-8）的 base64 编码',
  );
}

function wrong(code: IssueCode, expression: string, id: string, en: string, zh: string, status?: number) {
  return fault(code, message(id, en, zh), { expression, status });
}
