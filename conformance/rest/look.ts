/** Looks into the resource of an answer's body by FHIRPath. */
import type { Definitions } from '../../src/definitions/definitions.js';
import { compileExpression } from '../../src/fhirpath/compile.js';
import { toStringItem } from '../../src/fhirpath/conversions.js';
import { resourceItem, toBoolean } from '../../src/fhirpath/items.js';
import { isObject } from '../../src/model/json.js';
import { parseJson } from '../../src/model/parse-json.js';
import type { Resource } from '../../src/model/resource.js';
import type { Answer } from './client.js';

export interface Look {
  /** Throws where the body is no resource. */
  resource(answer: Answer): Resource;
  /** The first item found, as text. */
  value(answer: Answer, expression: string): string | undefined;
  holds(answer: Answer, expression: string): boolean;
}

export function createLook(definitions: Definitions): Look {
  const read = new WeakMap<Answer, Resource>();
  const resource = (answer: Answer): Resource => {
    const before = read.get(answer) ?? resourceIn(answer);
    read.set(answer, before);
    return before;
  };
  const evaluate = (answer: Answer, expression: string) =>
    compileExpression(expression, definitions).evaluate([resourceItem(resource(answer))], {});
  return {
    resource,
    value(answer, expression) {
      const [first] = evaluate(answer, expression);
      const text = first === undefined ? undefined : toStringItem(first)?.value;
      return text === undefined ? undefined : String(text);
    },
    holds: (answer, expression) => toBoolean(evaluate(answer, expression)) === true,
  };
}

function resourceIn({ headers, body }: Answer): Resource {
  const type = headers['content-type'] ?? 'none';
  if (!type.includes('json')) throw new Error(`The body is no JSON: Content-Type is ${type}`);
  const value = parseJson(body.toString());
  if (!isObject(value) || typeof value.resourceType !== 'string') throw new Error('The body is no resource');
  return value as Resource;
}
