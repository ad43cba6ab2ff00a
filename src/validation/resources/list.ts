/** The rules of single resource types, which no snapshot can say. */
import type { ResourceRule } from './ground.js';
import { questionnaireResponse } from './questionnaire-response.js';

export const resourceRules: ReadonlyMap<string, ResourceRule> = new Map([['QuestionnaireResponse', questionnaireResponse]]);
