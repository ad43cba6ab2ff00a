/**
 * R4's official examples: the resources of `hl7.fhir.r4.examples` that are no definitions, and what is known of them beforehand.
 * `../validation/example-faults.json` lists those that R4's own rules refuse, `beside-others.json` those that do not fit another example,
 * `too-long.json` those that no body limit lets through.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isObject, type JsonObject } from '../../src/model/json.js';
import { parseJson } from '../../src/model/parse-json.js';

export interface Example {
  /** The name of its file without `.json`. */
  readonly name: string;
  readonly expected: Expected;
}

export type Expected =
  | { readonly kind: 'kept' }
  /** This server has it already, as a definition that nobody changes: read as it is, and 405. */
  | { readonly kind: 'served' }
  /** How many errors of which kind: 422. */
  | { readonly kind: 'invalid'; readonly reason: string; readonly errors: Readonly<Record<string, number>> }
  /** 413 */
  | { readonly kind: 'too-long'; readonly reason: string };

interface Listed {
  readonly example: string;
  readonly reason: string;
  readonly errors?: Readonly<Record<string, number>>;
}

/** Source: R4 conformance-module.html */
const definition = /^(?:StructureDefinition|SearchParameter|ValueSet|CodeSystem|OperationDefinition|CompartmentDefinition)-/;

/** What `$translate` maps by; the second example has the address of a map that is there. */
const map = /^ConceptMap-(?!example2$)/;

const folder = dirname(createRequire(import.meta.url).resolve('hl7.fhir.r4.examples/package.json'));
/** Runs in dist/conformance/examples. */
const here = fileURLToPath(new URL('../../../conformance/', import.meta.url));

function list(file: string): ReadonlyMap<string, Listed> {
  const listed = JSON.parse(readFileSync(join(here, file), 'utf8')) as readonly Listed[];
  return new Map(listed.map((one) => [one.example, one]));
}

/** All 820, by name; last those that are refused because of another. */
export function loadExamples(): readonly Example[] {
  const beside = list('examples/beside-others.json');
  const faulty = new Map([...list('validation/example-faults.json'), ...beside]);
  const tooLong = list('examples/too-long.json');
  const names = readdirSync(folder)
    .filter((file) => file.endsWith('.json') && file !== 'package.json' && !file.startsWith('.'))
    .map((file) => file.slice(0, -'.json'.length))
    .filter((name) => !definition.test(name));
  const isLast = (name: string) => beside.has(name);
  const inOrder = [...names.filter((name) => !isLast(name)), ...names.filter(isLast)];
  return inOrder.map((name) => ({ name, expected: expectedOf(name, tooLong.get(name), faulty.get(name)) }));
}

function expectedOf(name: string, tooLong: Listed | undefined, faulty: Listed | undefined): Expected {
  if (tooLong !== undefined) return { kind: 'too-long', reason: tooLong.reason };
  if (faulty?.errors !== undefined) return { kind: 'invalid', reason: faulty.reason, errors: faulty.errors };
  return { kind: map.test(name) ? 'served' : 'kept' };
}

/** Of its text, in bytes. */
export function sizeOf(name: string): number {
  return statSync(join(folder, `${name}.json`)).size;
}

/** The text as it stands in the package, and what it says. */
export function readExample(name: string): { readonly text: Buffer; readonly resource: JsonObject } {
  const text = readFileSync(join(folder, `${name}.json`));
  const resource = parseJson(text.toString());
  if (!isObject(resource)) throw new Error(`${name}.json is no object`);
  return { text, resource };
}
