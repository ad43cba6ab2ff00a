/** aggregate and its kin. Source: FHIRPath N1 #aggregates */
import { calculate } from '../../model/decimal.js';
import { argument, type Call, type Evaluate, enter, type FunctionTable, innerScope, ofItems, type Run } from '../evaluation.js';
import type { Item } from '../expression.js';
import { decimalItem, type Items, nothing } from '../items.js';
import { addItems } from '../operators/arithmetic.js';
import { compareItems } from '../operators/comparison.js';
import { numberOf } from '../system-types.js';

export const aggregates: FunctionTable = {
  aggregate: { arity: [1, 2], compile: aggregate },
  sum: ofItems(total),
  min: ofItems((items) => extreme(items, -1)),
  max: ofItems((items) => extreme(items, 1)),
  avg: ofItems(average),
};

function aggregate(call: Call): Evaluate {
  const [aggregator, start] = [argument(call, 0), call.args[1]];
  return (scope) => {
    const items = call.input(scope);
    const inner = innerScope(scope);
    inner.total = start === undefined ? nothing : start(scope);
    items.forEach((item, i) => {
      enter(inner, scope, items, item, i);
      inner.total = aggregator(inner);
    });
    return inner.total;
  };
}

function total(items: Items, run: Run): Items {
  return items.slice(1).reduce<Items>((sum, item) => (sum[0] === undefined ? nothing : addItems(sum[0], item, run)), items.slice(0, 1));
}

function extreme(items: Items, sign: number): Items {
  let best: Item | undefined;
  for (const item of items) if (best === undefined || (compareItems(item, best) ?? 0) * sign > 0) best = item;
  return best === undefined ? nothing : [best];
}

function average(items: Items, run: Run): Items {
  const [sum] = total(items, run);
  const value = sum === undefined ? undefined : numberOf(sum);
  const mean = value === undefined ? undefined : calculate('/', value, items.length);
  return mean === undefined ? nothing : [decimalItem(mean)];
}
