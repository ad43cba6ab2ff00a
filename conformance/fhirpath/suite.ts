/**
 * HL7's FHIRPath test suite for R4 as data, and how one of its cases is judged. Every case without a mode of its own is run
 * strictly and leniently: what the suite expects must not depend on that, unless it expects an error.
 * Source: FHIR/fhir-test-cases r4/fhirpath/tests-fhir-r4.xml (see README.md)
 */
import { readFileSync } from 'node:fs';
import type { TypeModel } from '../../src/definitions/definitions.js';
import { compileExpression } from '../../src/fhirpath/compile.js';
import { toStringItem } from '../../src/fhirpath/conversions.js';
import type { Item } from '../../src/fhirpath/expression.js';
import { resourceItem, toBoolean } from '../../src/fhirpath/items.js';
import { parseJson } from '../../src/model/parse-json.js';
import type { Resource } from '../../src/model/resource.js';

export interface Case {
  readonly name: string;
  readonly expression: string;
  readonly input?: string;
  readonly mode?: string;
  readonly predicate?: boolean;
  /** An error is expected: `syntax`, `semantic` (by a checker that knows the types) or `execution`. */
  readonly invalid?: string;
  readonly output?: readonly { readonly type?: string; readonly value: string }[];
}

export interface Group {
  readonly name: string;
  readonly cases: readonly Case[];
}

export interface Miss {
  readonly name: string;
  readonly reason: string;
}

// Compiled files stand in dist/; the data stays with its sources.
const folder = new URL(import.meta.url.includes('/dist/') ? '../../../conformance/fhirpath/' : './', import.meta.url);

export function read(name: string): unknown {
  return parseJson(readFileSync(new URL(name, folder), 'utf8'));
}

export const groups = read('cases.json') as readonly Group[];
export const misses = read('misses.json') as readonly Miss[];
const inputs = read('inputs.json') as Readonly<Record<string, Resource>>;

export function inputNamed(name: string): Resource | undefined {
  return inputs[name];
}

/** undefined: passed; else what was found instead. */
export function judge(test: Case, model: TypeModel): string | undefined {
  const modes = test.mode?.startsWith('lenient') ? [false] : test.mode === 'strict' || test.invalid !== undefined ? [true] : [true, false];
  return modes.map((strict) => judgeIn(test, model, strict)).find((found) => found !== undefined);
}

function judgeIn(test: Case, model: TypeModel, strict: boolean): string | undefined {
  let found: readonly string[];
  try {
    found = evaluate(test, model, strict);
  } catch (error) {
    return test.invalid === undefined ? String(error) : undefined;
  }
  if (test.invalid !== undefined) return `no error, but ${JSON.stringify(found)}`;
  const expected = (test.output ?? []).map(({ type, value }) => (type === undefined ? value : `${type} ${value}`));
  const seen = expected.some((text) => !/^[a-zA-Z]+ /.test(text)) ? found.map((text) => text.replace(/^\w+ /, '')) : found;
  return JSON.stringify(expected) === JSON.stringify(seen) ? undefined : `${JSON.stringify(seen)} instead of ${JSON.stringify(expected)}`;
}

function evaluate({ expression, input, predicate }: Case, model: TypeModel, strict: boolean): readonly string[] {
  const resource = input === undefined ? undefined : inputs[input];
  const compiled = compileExpression(expression, model, { strict });
  const items = compiled.evaluate(resource === undefined ? [] : [resourceItem(resource)], {});
  return predicate === true ? [`boolean ${toBoolean(items) ?? false}`] : items.map(shown);
}

/** As the suite writes it: the type by FHIR's name, dates with their sign. */
function shown(item: Item): string {
  const type = item.type.startsWith('System.') ? systemNames[item.type.slice(7)] : item.type;
  const text = toStringItem(item)?.value ?? JSON.stringify(item.value);
  const sign = type === 'date' || type === 'dateTime' ? '@' : type === 'time' ? '@T' : '';
  return `${type} ${sign}${String(text)}`;
}

const systemNames: Readonly<Record<string, string>> = {
  Boolean: 'boolean',
  String: 'string',
  Integer: 'integer',
  Decimal: 'decimal',
  Date: 'date',
  DateTime: 'dateTime',
  Time: 'time',
  Quantity: 'Quantity',
};
