/** `is` and `as`, as operators and as functions. Source: FHIRPath N1 #types */
import { type Evaluate, passOver, type Setting } from '../evaluation.js';
import type { Item } from '../expression.js';
import { booleanItems, type Items, nothing, single } from '../items.js';
import { isOfSystemKind, systemAlias, typeFilter, typeTest } from '../types.js';

export function compileIs(input: Evaluate, typeName: string, { model }: Setting): Evaluate {
  const test = typeTest(model, typeName);
  return (scope) => {
    const item = single(input(scope), 'is');
    return item === undefined ? nothing : booleanItems(test(item.type));
  };
}

export function compileOfType(input: Evaluate, typeName: string, { model }: Setting): Evaluate {
  const test = typeFilter(model, typeName);
  return (scope) => {
    const items = input(scope);
    passOver(scope.run, items.length);
    return filtered(items, test);
  };
}

function filtered(items: Items, test: (type: string) => boolean): Items {
  if (items.length === 1) return test((items[0] as Item).type) ? items : nothing;
  return items.filter((item) => test(item.type));
}

/**
 * FHIRPath wants a single item here. R4's search parameters say `as` of repeating elements and dom-3 says it of descendants, so that
 * it filters like ofType() unless evaluation is strict; so does `as(DateTime)` in R4's code-value-date find a dateTime.
 */
export function compileAs(input: Evaluate, typeName: string, setting: Setting): Evaluate {
  if (setting.strict) {
    const test = typeFilter(setting.model, typeName);
    return (scope) => {
      const item = single(input(scope), 'as');
      return item !== undefined && test(item.type) ? [item] : nothing;
    };
  }
  const alias = systemAlias(setting.model, typeName);
  return alias === undefined
    ? compileOfType(input, typeName, setting)
    : (scope) => input(scope).filter((item) => isOfSystemKind(item, alias));
}
