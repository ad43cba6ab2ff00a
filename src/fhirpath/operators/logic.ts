/** `and`, `or`, `xor`, `implies` with three values. Source: FHIRPath N1 #boolean-logic */
import type { Evaluate } from '../evaluation.js';
import { booleanItems, toBoolean } from '../items.js';

type LogicOperator = 'and' | 'or' | 'xor' | 'implies';

export function compileLogic(operator: LogicOperator, left: Evaluate, right: Evaluate): Evaluate {
  switch (operator) {
    case 'and':
      return (scope) => {
        const a = toBoolean(left(scope));
        if (a === false) return booleanItems(false);
        const b = toBoolean(right(scope));
        return booleanItems(b === false ? false : a && b);
      };
    case 'or':
      return (scope) => {
        const a = toBoolean(left(scope));
        if (a === true) return booleanItems(true);
        const b = toBoolean(right(scope));
        return booleanItems(b === true ? true : a === undefined ? undefined : b);
      };
    case 'xor':
      return (scope) => {
        const a = toBoolean(left(scope));
        const b = toBoolean(right(scope));
        return booleanItems(a === undefined || b === undefined ? undefined : a !== b);
      };
    case 'implies':
      return (scope) => {
        const a = toBoolean(left(scope));
        if (a === false) return booleanItems(true);
        const b = toBoolean(right(scope));
        return booleanItems(b === true ? true : a === undefined ? undefined : b);
      };
  }
}
