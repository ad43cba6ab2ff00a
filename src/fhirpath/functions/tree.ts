/** children and descendants. Source: FHIRPath N1 #tree-navigation */
import type { TypeModel } from '../../definitions/definitions.js';
import { type Call, type Evaluate, type FunctionTable, type Run, spend } from '../evaluation.js';
import type { Item } from '../expression.js';
import type { Items } from '../items.js';
import { childrenReader } from '../step.js';

export const tree: FunctionTable = {
  children: { arity: [0, 0], compile: children },
  descendants: { arity: [0, 0], compile: descendants },
};

type Children = (item: Item) => Item[];

/** One reader per model: what it found out about types serves every expression. */
const readers = new WeakMap<TypeModel, Children>();

function readerFor(model: TypeModel): Children {
  let read = readers.get(model);
  if (read === undefined) {
    read = childrenReader(model);
    readers.set(model, read);
  }
  return read;
}

function children({ input, model }: Call): Evaluate {
  const read = readerFor(model);
  return (scope) => {
    const out: Item[] = [];
    for (const item of input(scope)) for (const child of read(item)) out.push(child);
    spend(scope.run, out.length);
    return out;
  };
}

function descendants({ input, model }: Call): Evaluate {
  const read = readerFor(model);
  return (scope) => {
    const items = input(scope);
    // Invariants ask for the descendants of one resource again and again.
    const [only] = items;
    const known = items.length === 1 ? scope.run.descendants?.get(only?.value) : undefined;
    if (known !== undefined) return known;
    const out = walk(items, read, scope.run);
    if (items.length === 1 && typeof only?.value === 'object') {
      scope.run.descendants ??= new Map();
      scope.run.descendants.set(only.value, out);
    }
    return out;
  };
}

/** Level by level. */
function walk(items: Items, read: Children, run: Run): Items {
  const out: Item[] = [];
  for (const item of items) for (const child of read(item)) out.push(child);
  for (let i = 0; i < out.length; i++) {
    for (const child of read(out[i] as Item)) out.push(child);
    spend(run, 1);
  }
  return out;
}
