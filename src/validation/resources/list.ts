/** The rules of single resource types, which no snapshot can say. */
import { capabilityStatement } from './capability-statement.js';
import { codeSystem } from './code-system.js';
import { conceptMap } from './concept-map.js';
import type { ResourceRule } from './ground.js';
import { measureReport } from './measure-report.js';
import { observation } from './observation.js';
import { operationDefinition } from './operation-definition.js';
import { questionnaire } from './questionnaire.js';
import { questionnaireResponse } from './questionnaire-response.js';
import { searchParameter } from './search-parameter.js';
import { structureDefinition } from './structure-definition.js';
import { valueSet } from './value-set.js';

export const resourceRules: ReadonlyMap<string, ResourceRule> = new Map([
  ['CapabilityStatement', capabilityStatement],
  ['CodeSystem', codeSystem],
  ['ConceptMap', conceptMap],
  ['MeasureReport', measureReport],
  ['Observation', observation],
  ['OperationDefinition', operationDefinition],
  ['Questionnaire', questionnaire],
  ['QuestionnaireResponse', questionnaireResponse],
  ['SearchParameter', searchParameter],
  ['StructureDefinition', structureDefinition],
  ['ValueSet', valueSet],
]);
