/** What the tests of this room share: the validator over the built definitions, files, and resources changed at a path. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isObject, type Json } from '../../src/model/json.js';
import type { Issue } from '../../src/model/outcome.js';
import { parseJson } from '../../src/model/parse-json.js';
import type { Resource } from '../../src/model/resource.js';
import { createTerminology } from '../../src/terminology/create-terminology.js';
import { createValidator } from '../../src/validation/create-validator.js';
import { definitions } from '../built-definitions.js';

/** Tests run in dist/test/validation. */
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

export const terminology = createTerminology(definitions);
export const validator = createValidator({ definitions, terminology, bestPractice: 'ignore' });

export const examples = dirname(createRequire(import.meta.url).resolve('hl7.fhir.r4.examples/package.json'));

export function conformanceFile(name: string): string {
  return readFileSync(join(root, 'conformance', 'validation', name), 'utf8');
}

export function exampleNamed(name: string): Resource {
  return asResource(parseJson(readFileSync(join(examples, `${name}.json`), 'utf8')));
}

export function asResource(value: Json): Resource {
  if (!isObject(value) || typeof value.resourceType !== 'string') throw new Error('The test data hold something that is no resource');
  return value as Resource;
}

/** `code id expression` of each issue of some severities. */
export function told(issues: readonly Issue[], ...severities: readonly Issue['severity'][]): readonly string[] {
  return issues
    .filter((issue) => severities.includes(issue.severity))
    .map(({ code, message, expression }) => `${code} ${message.id} ${expression}`);
}

/** A copy with the value at `a.0.b` replaced, or taken out when there is none. */
export function changed(value: Json, path: string, to: Json | undefined): Json {
  const [head = '', ...rest] = path.split('.');
  const next = rest.join('.');
  if (Array.isArray(value)) {
    const copy = [...value];
    const index = Number(head);
    if (next === '' && to === undefined) copy.splice(index, 1);
    else copy[index] = next === '' ? (to ?? null) : changed(copy[index] ?? {}, next, to);
    return copy;
  }
  if (!isObject(value)) throw new Error(`There is nothing at ${path} to change`);
  const { [head]: old, ...others } = value;
  if (next !== '') return { ...value, [head]: changed(old ?? {}, next, to) };
  return to === undefined ? others : { ...value, [head]: to };
}
