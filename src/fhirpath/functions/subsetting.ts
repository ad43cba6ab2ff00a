/** Parts of a collection by place or by another collection. Source: FHIRPath N1 #subsetting */
import { message } from '../../model/message.js';
import { argument, type Call, type Evaluate, type FunctionTable, ofItems, passOver } from '../evaluation.js';
import { FhirPathError, type Item } from '../expression.js';
import { ItemSet } from '../item-set.js';
import { type Items, nothing, single } from '../items.js';

export const subsetting: FunctionTable = {
  single: ofItems((items) => {
    single(items, 'single()');
    return items;
  }),
  first: ofItems((items) => slice(items, 0, 1)),
  last: ofItems((items) => items.slice(-1)),
  tail: ofItems((items) => slice(items, 1)),
  skip: { arity: [1, 1], compile: (call) => counted(call, (items, count) => slice(items, Math.max(0, count))) },
  take: { arity: [1, 1], compile: (call) => counted(call, (items, count) => slice(items, 0, Math.max(0, count))) },
  intersect: { arity: [1, 1], compile: intersect },
  exclude: { arity: [1, 1], compile: exclude },
};

function slice(items: Items, start: number, end?: number): Items {
  return start === 0 && items.length <= (end ?? items.length) ? items : items.slice(start, end);
}

function counted(call: Call, cut: (items: Items, count: number) => Items): Evaluate {
  const count = argument(call, 0);
  return (scope) => {
    const item = single(count(scope), `${call.name}()`);
    if (item === undefined) return nothing;
    if (typeof item.value !== 'number')
      throw new FhirPathError(message('fhirpath-arguments', `${call.name}() takes an Integer`, `${call.name}() 的参数必须是整数`));
    const items = call.input(scope);
    passOver(scope.run, items.length);
    return cut(items, item.value);
  };
}

/** In both, without doubles. */
function intersect(call: Call): Evaluate {
  const other = argument(call, 0);
  return (scope) => {
    const set = new ItemSet(scope.run);
    for (const item of other(scope)) set.add(item);
    const out = new ItemSet(scope.run);
    return call.input(scope).filter((item: Item) => set.has(item) && out.add(item));
  };
}

/** Those not in the other; doubles and order stay. */
function exclude(call: Call): Evaluate {
  const other = argument(call, 0);
  return (scope) => {
    const set = new ItemSet(scope.run);
    for (const item of other(scope)) set.add(item);
    return call.input(scope).filter((item: Item) => !set.has(item));
  };
}
