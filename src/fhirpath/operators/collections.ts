/** `|`, `in`, `contains`, the indexer. Source: FHIRPath N1 #collections-2, #index-integer--collection */

import { message } from '../../model/message.js';
import { equalItems } from '../equality.js';
import { type Evaluate, type Run, spend } from '../evaluation.js';
import { FhirPathError, type Item } from '../expression.js';
import { distinct } from '../item-set.js';
import { booleanItems, type Items, nothing, single } from '../items.js';

/** All parts in their order, without doubles. */
export function compileUnion(parts: readonly Evaluate[]): Evaluate {
  return (scope) => {
    let all: Items = nothing;
    let mixed: Item[] | undefined;
    for (let i = 0; i < parts.length; i++) {
      const found = (parts[i] as Evaluate)(scope);
      if (found.length === 0) continue;
      if (all.length === 0) all = found;
      else {
        mixed ??= [...all];
        for (const item of found) mixed.push(item);
        all = mixed;
      }
    }
    if (mixed !== undefined) spend(scope.run, mixed.length);
    return distinct(all, scope.run);
  };
}

function isIn(item: Item, items: Items, run: Run): boolean {
  spend(run, items.length);
  for (let i = 0; i < items.length; i++) if (equalItems(items[i] as Item, item, run) === true) return true;
  return false;
}

/** `item in collection`; `contains` is the same with the sides changed. */
export function compileMembership(operator: 'in' | 'contains', left: Evaluate, right: Evaluate): Evaluate {
  const [one, many] = operator === 'in' ? [left, right] : [right, left];
  return (scope) => {
    const item = single(one(scope), operator);
    return item === undefined ? nothing : booleanItems(isIn(item, many(scope), scope.run));
  };
}

export function compileIndexer(input: Evaluate, index: Evaluate): Evaluate {
  return (scope) => {
    const at = single(index(scope), '[ ]');
    if (at === undefined) return nothing;
    if (typeof at.value !== 'number' || !Number.isInteger(at.value))
      throw new FhirPathError(message('fhirpath-index', 'An index must be an Integer', '下标必须是整数'));
    const item = input(scope)[at.value];
    return item === undefined ? nothing : [item];
  };
}
