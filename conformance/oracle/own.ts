/** This validator over the same resources, set as HL7's is: no best practice, the profiles that a resource claims. */
import type { Definitions } from '../../src/definitions/definitions.js';
import { isObject } from '../../src/model/json.js';
import { parseJson } from '../../src/model/parse-json.js';
import type { Resource } from '../../src/model/resource.js';
import { createTerminology } from '../../src/terminology/create-terminology.js';
import { createValidator } from '../../src/validation/create-validator.js';
import type { Errors } from './verdict.js';

export function createOwn(definitions: Definitions): (text: string) => Errors {
  const terminology = createTerminology(definitions);
  const validator = createValidator({ definitions, terminology, bestPractice: 'ignore' });
  return (text) => {
    const resource = parseJson(text);
    if (!isObject(resource)) throw new Error('A mutant is no object');
    return validator
      .validate(resource as Resource)
      .filter(({ severity }) => severity === 'error' || severity === 'fatal')
      .map(({ expression, message }) => ({ place: expression ?? '', id: message.id, text: message.en }));
  };
}
