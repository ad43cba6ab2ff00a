/** Evaluates an expression on a resource or on nothing and shows the values, for case tables. */
import { type CompileOptions, compileExpression } from '../../src/fhirpath/compile.js';
import type { Environment } from '../../src/fhirpath/expression.js';
import { resourceItem } from '../../src/fhirpath/items.js';
import type { Json } from '../../src/model/json.js';
import { parseJson } from '../../src/model/parse-json.js';
import type { Resource } from '../../src/model/resource.js';
import { definitions } from '../built-definitions.js';

export function evaluate(expression: string, resource?: Resource, environment: Environment = {}, options: CompileOptions = {}) {
  const focus = resource === undefined ? [] : [resourceItem(resource)];
  return compileExpression(expression, definitions, options).evaluate(focus, environment);
}

export function values(expression: string, resource?: Resource, environment: Environment = {}, options: CompileOptions = {}) {
  return evaluate(expression, resource, environment, options).map(({ value }): Json | undefined => value);
}

/** A resource as it comes in: decimals keep their text. */
export function resource(text: string): Resource {
  return parseJson(text) as Resource;
}
