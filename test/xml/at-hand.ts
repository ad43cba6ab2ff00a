/** What the tests of this room share: the type model and words for what was refused. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { isObject, type JsonObject } from '../../src/model/json.js';
import { FhirError } from '../../src/model/outcome.js';
import { parseJson } from '../../src/model/parse-json.js';
import { parseXml } from '../../src/xml/parse-xml.js';
import { definitions as types } from '../built-definitions.js';

export const examples = dirname(createRequire(import.meta.url).resolve('hl7.fhir.r4.examples/package.json'));

export function exampleNamed(name: string): JsonObject {
  return object(readFileSync(join(examples, `${name}.json`), 'utf8'));
}

export function object(json: string): JsonObject {
  const value = parseJson(json);
  if (!isObject(value)) throw new Error('an object was expected');
  return value;
}

/** `id line:column expression` of what is wrong with the text; the parsed resource where nothing is. */
export function refusal(xml: string): unknown {
  try {
    return parseXml(types, xml);
  } catch (error) {
    if (!(error instanceof FhirError) || error.status !== 400) throw error;
    const [issue] = error.issues;
    return `${issue?.message.id} ${issue?.line}:${issue?.column} ${issue?.expression ?? '-'}`;
  }
}

/** Of all that is wrong with the text, the ids. */
export function refusals(xml: string): readonly (string | undefined)[] {
  try {
    parseXml(types, xml);
    return [];
  } catch (error) {
    if (!(error instanceof FhirError) || error.status !== 400) throw error;
    return error.issues.map(({ message }) => message.id);
  }
}
