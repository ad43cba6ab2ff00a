/** Criteria of conditional interactions and references, as the store will be asked: they only say which resources are meant. Source: R4 http.html#ccreate */
import { message } from '../model/message.js';
import { type FhirError, fault } from '../model/outcome.js';
import { createBudget } from './budget.js';
import { type CriterionScope, criterion } from './criterion.js';
import { guardNames } from './guard-names.js';
import { isResultParameter } from './parse.js';
import { checkSize, finish } from './plan.js';
import { refusedType } from './refusals.js';
import type { Criteria, Parameters } from './search.js';
import { alternatives } from './values.js';

/** Source: R4 http.html#cond-update, bundle.html#conditional: criteria that ask for nothing are an error. */
export function planCriteria(scope: CriterionScope, type: string, parameters: Parameters): Criteria {
  checkSize(parameters);
  const shaping = parameters.find(([name]) => isResultParameter(name));
  if (shaping !== undefined) throw notCriteria(shaping[0]);
  const asked = parameters.filter(([, value]) => alternatives(value).length > 0);
  if (scope.access.restriction('search', type) === undefined) throw refusedType(scope.access, type);
  const budget = createBudget();
  const predicates = asked.flatMap(([name, value]) => {
    const predicate = criterion(scope, type, name, value);
    if (predicate === undefined) return [];
    budget.spend(type, name, predicate);
    return [predicate];
  });
  if (predicates.length === 0) {
    throw fault(
      'invalid',
      message(
        'criteria-empty',
        `Criteria for ${type} must hold at least one search parameter with a value`,
        `${type} 的条件须至少含一个有值的检索参数`,
      ),
    );
  }
  return { where: [{ type, predicate: finish(scope.access, type, predicates, undefined) }], names: guardNames(type, predicates) };
}

function notCriteria(name: string): FhirError {
  const text = message(
    'criteria-result-parameter',
    `"${name}" shapes the result of a search; criteria only say which resources are meant`,
    `“${name}”用于控制检索结果；条件只用于说明所指的资源`,
  );
  return fault('invalid', text, { expression: name });
}
