/** Looks into the resource of an answer's body, JSON or XML, by FHIRPath. */
import type { TypeModel } from '../../src/definitions/definitions.js';
import { compileExpression } from '../../src/fhirpath/compile.js';
import { toStringItem } from '../../src/fhirpath/conversions.js';
import { resourceItem, toBoolean } from '../../src/fhirpath/items.js';
import { isObject } from '../../src/model/json.js';
import { parseJson } from '../../src/model/parse-json.js';
import type { Resource } from '../../src/model/resource.js';
import { parseXml } from '../../src/xml/parse-xml.js';
import type { Answer } from './client.js';

export interface Look {
  /** Throws where the body is no resource. */
  resource(answer: Answer): Resource;
  /** The first item found, as text. */
  value(answer: Answer, expression: string): string | undefined;
  holds(answer: Answer, expression: string): boolean;
}

export function createLook(definitions: TypeModel): Look {
  const read = new WeakMap<Answer, Resource>();
  const resource = (answer: Answer): Resource => {
    const before = read.get(answer) ?? resourceIn(definitions, answer);
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

function resourceIn(types: TypeModel, { headers, body }: Answer): Resource {
  const type = headers['content-type'] ?? 'none';
  if (!/json|xml/.test(type)) throw new Error(`The body is neither JSON nor XML: Content-Type is ${type}`);
  const value = type.includes('xml') ? parseXml(types, body.toString()) : parseJson(body.toString());
  if (!isObject(value) || typeof value.resourceType !== 'string') throw new Error('The body is no resource');
  return value as Resource;
}
