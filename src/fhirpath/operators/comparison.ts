/** `=`, `~`, `<` and their kin. Source: FHIRPath N1 #equality, #equivalence, #comparison */

import { compareNumeric } from '../../model/decimal.js';
import { message } from '../../model/message.js';
import { compareTemporal } from '../dates.js';
import { comparableQuantity, equalCollections, equivalentCollections, familyOf, temporalOf } from '../equality.js';
import type { Evaluate } from '../evaluation.js';
import { FhirPathError, type Item } from '../expression.js';
import { booleanItems, type Items, nothing, single } from '../items.js';
import { numberOf, quantityOf, textOf } from '../system-types.js';

type EqualityOperator = '=' | '!=' | '~' | '!~';
type OrderOperator = '<' | '>' | '<=' | '>=';

export function compileEquality(operator: EqualityOperator, left: Evaluate, right: Evaluate): Evaluate {
  switch (operator) {
    case '=':
      return (scope) => booleanItems(equalCollections(left(scope), right(scope), scope.run));
    case '!=':
      return (scope) => {
        const equal = equalCollections(left(scope), right(scope), scope.run);
        return booleanItems(equal === undefined ? undefined : !equal);
      };
    case '~':
      return (scope) => booleanItems(equivalentCollections(left(scope), right(scope), scope.run));
    case '!~':
      return (scope) => booleanItems(!equivalentCollections(left(scope), right(scope), scope.run));
  }
}

const holds: Readonly<Record<OrderOperator, (order: number) => boolean>> = {
  '<': (order) => order < 0,
  '>': (order) => order > 0,
  '<=': (order) => order <= 0,
  '>=': (order) => order >= 0,
};

export function compileOrder(operator: OrderOperator, left: Evaluate, right: Evaluate): Evaluate {
  const test = holds[operator];
  return (scope) => order(test, operator, left(scope), right(scope));
}

function order(test: (order: number) => boolean, operator: string, left: Items, right: Items): Items {
  const a = single(left, operator);
  const b = single(right, operator);
  if (a === undefined || b === undefined || a.value === undefined || b.value === undefined) return nothing;
  const found = compareItems(a, b);
  return booleanItems(found === undefined ? undefined : test(found));
}

/** Negative, zero, positive; undefined where it cannot be told. Throws where the kinds have no order between them. */
export function compareItems(a: Item, b: Item): number | undefined {
  const family = familyOf(a);
  if (family === familyOf(b)) {
    if (family === 'number') return compareNumbers(a, b);
    if (family === 'text') return compareTexts(textOf(a), textOf(b));
    if (family === 'date' || family === 'time') return compareTimes(a, b);
    if (family === 'quantity') return compareQuantities(a, b);
  }
  throw new FhirPathError(message('fhirpath-operands', `A ${a.type} and a ${b.type} have no order`, `${a.type} 与 ${b.type} 不能比较大小`));
}

function compareNumbers(a: Item, b: Item): number | undefined {
  const left = numberOf(a);
  const right = numberOf(b);
  return left === undefined || right === undefined ? undefined : compareNumeric(left, right);
}

function compareTexts(a: string | undefined, b: string | undefined): number | undefined {
  if (a === undefined || b === undefined) return undefined;
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareTimes(a: Item, b: Item): number | undefined {
  const left = temporalOf(a);
  const right = temporalOf(b);
  return left === undefined || right === undefined ? undefined : compareTemporal(left, right);
}

function compareQuantities(a: Item, b: Item): number | undefined {
  const left = quantityOf(a);
  const right = quantityOf(b);
  const compared = left && right && comparableQuantity(left, right);
  return compared && compareNumeric(...compared.values);
}
