/** where, select, repeat, ofType. Source: FHIRPath N1 #filtering-and-projection */
import { message } from '../../model/message.js';
import { argument, type Call, type Evaluate, enter, type FunctionTable, innerScope, spend } from '../evaluation.js';
import { FhirPathError, type Item } from '../expression.js';
import { ItemSet } from '../item-set.js';
import { nothing, toBoolean } from '../items.js';
import { compileAs, compileIs, compileOfType } from '../operators/types.js';
import { typeNameOf } from '../syntax.js';

export const filtering: FunctionTable = {
  where: { arity: [1, 1], compile: where },
  select: { arity: [1, 1], compile: select },
  repeat: { arity: [1, 1], compile: repeat },
  ofType: { arity: [1, 1], compile: (call) => compileOfType(call.input, typeArgument(call), call) },
  is: { arity: [1, 1], compile: (call) => compileIs(call.input, typeArgument(call), call) },
  as: { arity: [1, 1], compile: (call) => compileAs(call.input, typeArgument(call), call) },
};

function typeArgument({ name, syntax: [first] }: Call): string {
  const typeName = first && typeNameOf(first);
  if (typeName === undefined)
    throw new FhirPathError(
      message('fhirpath-arguments', `${name}() takes the name of a type`, `${name}() 的参数必须是类型名称`),
      first?.position,
    );
  return typeName;
}

function where(call: Call): Evaluate {
  const { input } = call;
  const criterion = argument(call, 0);
  return (scope) => {
    const items = input(scope);
    if (items.length === 0) return nothing;
    const inner = innerScope(scope);
    const kept: Item[] = [];
    for (let i = 0; i < items.length; i++) {
      const item = items[i] as Item;
      enter(inner, scope, items, item, i);
      if (toBoolean(criterion(inner)) === true) kept.push(item);
    }
    return kept.length === items.length ? items : kept;
  };
}

function select(call: Call): Evaluate {
  const { input } = call;
  const projection = argument(call, 0);
  return (scope) => {
    const items = input(scope);
    if (items.length === 0) return nothing;
    const inner = innerScope(scope);
    const out: Item[] = [];
    let before = 0;
    for (let i = 0; i < items.length; i++) {
      enter(inner, scope, items, items[i] as Item, i);
      for (const found of projection(inner)) out.push(found);
      spend(scope.run, out.length - before);
      before = out.length;
    }
    return out;
  };
}

const FOLLOWED = 8;

/** Until nothing new is found: an item equal to one that was found before is not followed again. */
function repeat(call: Call): Evaluate {
  const { input } = call;
  const projection = argument(call, 0);
  return (scope) => {
    const inner = innerScope(scope);
    const seen = new ItemSet(scope.run);
    const out: Item[] = [];
    let level: readonly Item[] = input(scope);
    while (level.length > 0) {
      const next: Item[] = [];
      for (let i = 0; i < level.length; i++) {
        enter(inner, scope, level, level[i] as Item, i);
        for (const found of projection(inner)) if (seen.add(found)) next.push(found);
      }
      // Each item found is followed again: it costs more than one that is only passed on.
      spend(scope.run, next.length * FOLLOWED);
      for (const found of next) out.push(found);
      level = next;
    }
    return out;
  };
}
