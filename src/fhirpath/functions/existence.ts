/** Functions on whether something is there. Source: FHIRPath N1 #existence */
import { message } from '../../model/message.js';
import { argument, type Call, type Evaluate, enter, type FunctionTable, innerScope, ofItems } from '../evaluation.js';
import { FhirPathError, type Item } from '../expression.js';
import { distinct, ItemSet } from '../item-set.js';
import { booleanItems, type Items, integerItem, toBoolean } from '../items.js';

export const existence: FunctionTable = {
  empty: ofItems((items) => booleanItems(items.length === 0)),
  exists: { arity: [0, 1], compile: exists },
  all: { arity: [1, 1], compile: all },
  allTrue: ofItems((items) => booleanItems(truths(items).every((truth) => truth))),
  anyTrue: ofItems((items) => booleanItems(truths(items).some((truth) => truth))),
  allFalse: ofItems((items) => booleanItems(truths(items).every((truth) => !truth))),
  anyFalse: ofItems((items) => booleanItems(truths(items).some((truth) => !truth))),
  subsetOf: { arity: [1, 1], compile: (call) => subset(call, false) },
  supersetOf: { arity: [1, 1], compile: (call) => subset(call, true) },
  count: ofItems((items) => [integerItem(items.length)]),
  distinct: ofItems(distinct),
  isDistinct: ofItems((items, run) => booleanItems(distinct(items, run).length === items.length)),
  not: ofItems((items) => {
    const value = toBoolean(items);
    return booleanItems(value === undefined ? undefined : !value);
  }),
};

function exists(call: Call): Evaluate {
  const { input } = call;
  if (call.args.length === 0) return (scope) => booleanItems(input(scope).length > 0);
  const criterion = argument(call, 0);
  return (scope) => {
    const items = input(scope);
    const inner = innerScope(scope);
    return booleanItems(
      items.some((item, i) => {
        enter(inner, scope, items, item, i);
        return toBoolean(criterion(inner)) === true;
      }),
    );
  };
}

function all(call: Call): Evaluate {
  const { input } = call;
  const criterion = argument(call, 0);
  return (scope) => {
    const items = input(scope);
    const inner = innerScope(scope);
    return booleanItems(
      items.every((item, i) => {
        enter(inner, scope, items, item, i);
        return toBoolean(criterion(inner)) === true;
      }),
    );
  };
}

function truths(items: Items): readonly boolean[] {
  return items.map((item: Item) => {
    if (typeof item.value !== 'boolean')
      throw new FhirPathError(message('fhirpath-input', `A Boolean was expected, found a ${item.type}`, `应为布尔值，实际为 ${item.type}`));
    return item.value;
  });
}

function subset(call: Call, reversed: boolean): Evaluate {
  const { input } = call;
  const other = argument(call, 0);
  return (scope) => {
    const [small, large] = reversed ? [other(scope), input(scope)] : [input(scope), other(scope)];
    const set = new ItemSet(scope.run);
    for (const item of large) set.add(item);
    return booleanItems(small.every((item) => set.has(item)));
  };
}
