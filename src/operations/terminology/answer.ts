/** What an operation answers: Parameters, or a resource by itself. Source: R4 operations.html#response, parameters.html */
import { type Intent, reading } from '../../interactions/intent.js';
import { storedTextInSteps } from '../../interactions/stamp.js';
import { inSteps } from '../../model/in-steps.js';
import { type Json, type JsonObject, stringifyJson } from '../../model/json.js';
import type { Resource } from '../../model/resource.js';

type ValueType = 'Boolean' | 'Canonical' | 'Code' | 'Coding' | 'CodeableConcept' | 'DateTime' | 'Decimal' | 'Integer' | 'String' | 'Uri';

/** A parameter with a value; nothing where there is no value. */
export function out(name: string, type: ValueType, value: Json | undefined): readonly JsonObject[] {
  return value === undefined ? [] : [{ name, [`value${type}`]: value }];
}

/** A parameter that is made of parts; nothing where there are none. */
export function outParts(name: string, part: readonly JsonObject[]): readonly JsonObject[] {
  return part.length === 0 ? [] : [{ name, part }];
}

export function outResource(name: string, resource: JsonObject | undefined): readonly JsonObject[] {
  return resource === undefined ? [] : [{ name, resource }];
}

export function parametersAnswer(parameter: readonly JsonObject[]): Intent {
  const text = Buffer.from(stringifyJson({ resourceType: 'Parameters', parameter }));
  return reading(() => ({ status: 200, resource: text }));
}

/** The operation has `return` as its only answer, and that is a resource. */
export async function resourceAnswer(resource: Resource): Promise<Intent> {
  const text = await inSteps(storedTextInSteps(resource));
  return reading(() => ({ status: 200, resource: text }));
}
