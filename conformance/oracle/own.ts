/** This validator over the same resources, set as HL7's is: no best practice, the profiles that a resource claims. */
import type { Definitions } from '../../src/definitions/definitions.js';
import { isObject } from '../../src/model/json.js';
import { parseJson } from '../../src/model/parse-json.js';
import type { Resource } from '../../src/model/resource.js';
import { createTerminology } from '../../src/terminology/create-terminology.js';
import { createValidator } from '../../src/validation/create-validator.js';
import { chineseRule, type Verdict } from './verdict.js';

export function createOwn(definitions: Definitions): (text: string) => Verdict {
  const terminology = createTerminology(definitions);
  const validator = createValidator({ definitions, terminology, bestPractice: 'ignore' });
  return (text) => {
    const resource = parseJson(text);
    if (!isObject(resource)) throw new Error('A mutant is no object');
    const issues = validator.validate(resource as Resource);
    const warnings = issues.filter(({ severity, message }) => severity === 'warning' && chineseRule.test(message.id));
    return {
      errors: issues
        .filter(({ severity }) => severity === 'error' || severity === 'fatal')
        .map(({ expression, message }) => ({ place: expression ?? '', id: message.id, text: message.en })),
      warned: warnings.map(({ expression = '', message }) => `${message.id} ${expression}`).sort(),
    };
  };
}
