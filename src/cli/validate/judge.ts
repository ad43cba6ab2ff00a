/** What the validator says of one document, with the line and column in its file. Source: R4 validation.html */
import type { TypeModel } from '../../definitions/definitions.js';
import type { LoneValidator } from '../../lone-validator.js';
import { findInJson } from '../../model/find-in-json.js';
import { isObject, type Json } from '../../model/json.js';
import { message } from '../../model/message.js';
import { FhirError, gravestFirst, type Issue } from '../../model/outcome.js';
import { parseJson } from '../../model/parse-json.js';
import type { Resource } from '../../model/resource.js';
import { createSent, withFaults } from '../../model/sent.js';
import type { Validator } from '../../validation/validator.js';
import { findInXml } from '../../xml/find-in-xml.js';
import { readXml } from '../../xml/parse-xml.js';
import type { Document } from '../documents.js';
import { withoutPlace } from '../resources.js';

export interface Judgement {
  /** `Patient/1`, or as much of it as there is. */
  readonly resource: string | undefined;
  /** Lines are those of the document. */
  readonly issues: readonly Issue[];
}

export interface Court {
  readonly types: TypeModel;
  readonly validator: Validator;
  readonly profiles: readonly string[];
  readonly resolveCanonical: LoneValidator['resolveCanonical'];
}

/** undefined: it is JSON, but no resource, and nobody said that it was one. */
export async function judge(document: Document, { types, validator, profiles, resolveCanonical }: Court): Promise<Judgement | undefined> {
  const { text, syntax, source } = document;
  if (text === undefined) return { resource: undefined, issues: [notUtf8] };
  let parsed: { readonly resource: Json; readonly faults: readonly Issue[] };
  try {
    parsed = syntax === 'json' ? { resource: parseJson(text), faults: [] } : readXml(types, text);
  } catch (error) {
    if (error instanceof FhirError) return { resource: undefined, issues: error.issues.map(withoutPlace) };
    throw error;
  }
  const { resource: json, faults } = parsed;
  if (!isObject(json) || json.resourceType === undefined) {
    if (source.isFound && document.line === undefined) return undefined;
    return { resource: undefined, issues: [notResource] };
  }
  const resource = json as Resource;
  const issues = withFaults(faults, validator.validate(resource, { profiles, resolveCanonical, most: Number.POSITIVE_INFINITY }));
  const find = syntax === 'json' ? findInJson : findInXml;
  const located = issues.length === 0 ? issues : await createSent(() => whole(text), find, faults).locate(issues);
  return { resource: nameOf(resource), issues: gravestFirst(located.toSorted(byPlace)) };
}

function byPlace(a: Issue, b: Issue): number {
  return (a.line ?? 1) - (b.line ?? 1) || (a.column ?? 1) - (b.column ?? 1);
}

// biome-ignore lint/correctness/useYield: there is nothing to wait for
function* whole(text: string): Generator<undefined, string> {
  return text;
}

function nameOf({ resourceType, id }: Resource): string {
  return typeof id === 'string' ? `${resourceType}/${id}` : String(resourceType);
}

const notUtf8: Issue = {
  severity: 'error',
  code: 'structure',
  message: message('not-utf8', 'The text is not UTF-8', '文本不是 UTF-8 编码'),
};

const notResource: Issue = {
  severity: 'error',
  code: 'structure',
  message: message(
    'not-a-resource',
    'A FHIR resource was expected: a JSON object with a resourceType, or XML',
    '应为 FHIR 资源：含 resourceType 的 JSON 对象，或 XML',
  ),
  line: 1,
  column: 1,
};
