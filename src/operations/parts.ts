/** The parts of a body that is Parameters. Source: R4 parameters.html */
import { isObject, type JsonObject } from '../model/json.js';
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';

/** Throws FhirError 400 where they are no list of objects. */
export function partsOf({ parameter = [] }: JsonObject): readonly JsonObject[] {
  if (Array.isArray(parameter) && parameter.every(isObject)) return parameter;
  throw fault(
    'structure',
    message('bad-parameters', 'Parameters.parameter was expected to be an array of objects', 'Parameters.parameter 应为对象数组'),
    { expression: 'Parameters.parameter' },
  );
}
