/** The rules of single resource types, which no snapshot can say. */
import { codeSystem } from './code-system.js';
import { conceptMap } from './concept-map.js';
import type { ResourceRule } from './ground.js';
import { questionnaire } from './questionnaire.js';
import { questionnaireResponse } from './questionnaire-response.js';
import { valueSet } from './value-set.js';

export const resourceRules: ReadonlyMap<string, ResourceRule> = new Map([
  ['CodeSystem', codeSystem],
  ['ConceptMap', conceptMap],
  ['Questionnaire', questionnaire],
  ['QuestionnaireResponse', questionnaireResponse],
  ['ValueSet', valueSet],
]);
