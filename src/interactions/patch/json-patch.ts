/**
 * JSON Patch: the operations in their order, each on what the one before it left. Nothing is written to: what changes is copied along
 * the way that leads to it, the rest is shared with the version before. Source: R4 http.html#patch, RFC 6902
 */
import { equalJson } from '../../fhirpath/equality.js';
import { isObject, type Json, type JsonObject } from '../../model/json.js';
import { inapplicable, type OperationName } from './faults.js';
import type { JsonPatchOperation } from './json-patch-operations.js';
import { arrayIndex, childAt, type Pointer, valueAt } from './json-pointer.js';
import type { Circumstance } from './pace.js';
import { type Emptied, pruned } from './prune.js';
import { type Allowance, createAllowance } from './size.js';

/** Throws FhirError 422 where an operation cannot be done, or makes the document too large. undefined: nothing is left. */
export async function applyJsonPatch(
  operations: readonly JsonPatchOperation[],
  document: Json,
  { bytes, pace }: Circumstance,
): Promise<Json | undefined> {
  const work: Work = { allowance: createAllowance(bytes), emptied: new Set() };
  let result = document;
  for (const operation of operations) {
    result = apply(work, operation, result);
    await pace();
  }
  return pruned(result, work.emptied);
}

interface Work {
  readonly allowance: Allowance;
  readonly emptied: Emptied;
}

function apply(work: Work, operation: JsonPatchOperation, document: Json): Json {
  const { name, path } = operation;
  switch (operation.op) {
    case 'add':
      return add(work, name, path, operation.value, document);
    case 'remove':
      return remove(work, name, path, document);
    case 'replace':
      return replace(work, name, path, operation.value, document);
    case 'copy':
      return add(work, name, path, existing(name, operation.from, document), document);
    case 'move':
      return move(work, name, operation, document);
    case 'test': {
      const found = existing(name, path, document);
      if (equalJson(found, operation.value)) return document;
      throw inapplicable(name, 'patch-test-failed', 'the value found there is not the one tested for', '该处的值与所检验的值不同');
    }
  }
}

function add({ allowance }: Work, name: OperationName, path: Pointer, value: Json, document: Json): Json {
  allowance.take(value, path.tokens.length);
  if (path.tokens.length === 0) return value;
  return changeParent(name, path, document, (parent, token) => {
    if (!Array.isArray(parent)) return { ...(parent as JsonObject), [token]: value };
    const index = token === '-' ? parent.length : arrayIndex(token);
    if (index === undefined || index > parent.length) throw noSuchIndex(name, token, parent.length);
    return parent.toSpliced(index, 0, value);
  });
}

function remove({ allowance, emptied }: Work, name: OperationName, path: Pointer, document: Json): Json {
  allowance.give(existing(name, path, document));
  if (path.tokens.length === 0) throw inapplicable(name, 'patch-removes-all', 'the whole resource cannot be removed', '不能移除整个资源');
  return changeParent(name, path, document, (parent, token) => {
    const rest = Array.isArray(parent) ? parent.toSpliced(Number(token), 1) : without(parent as JsonObject, token);
    if ((Array.isArray(rest) ? rest : Object.keys(rest)).length === 0) emptied.add(rest);
    return rest;
  });
}

function replace({ allowance }: Work, name: OperationName, path: Pointer, value: Json, document: Json): Json {
  allowance.give(existing(name, path, document));
  allowance.take(value, path.tokens.length);
  return path.tokens.length === 0 ? value : changeParent(name, path, document, (parent, token) => withChild(parent, token, value));
}

function move(work: Work, name: OperationName, { from, path }: { readonly from: Pointer; readonly path: Pointer }, document: Json): Json {
  const value = existing(name, from, document);
  if (from.text === path.text) return document;
  if (path.text.startsWith(`${from.text}/`)) {
    throw inapplicable(name, 'patch-moves-into-itself', `${from.text} cannot be moved into itself`, `${from.text} 不能移入自身`);
  }
  return add(work, name, path, value, remove(work, name, from, document));
}

function existing(name: OperationName, pointer: Pointer, document: Json): Json {
  const value = valueAt(document, pointer);
  if (value === undefined) throw notThere(name, pointer.text);
  return value;
}

type Change = (parent: Json, token: string) => Json;

/** `change` is given the array or object that the last token is about. */
function changeParent(name: OperationName, { tokens }: Pointer, document: Json, change: Change): Json {
  const step = (value: Json, at: number): Json => {
    if (!Array.isArray(value) && !isObject(value)) throw notThere(name, `/${tokens.slice(0, at + 1).join('/')}`);
    const token = tokens[at] ?? '';
    if (at === tokens.length - 1) return change(value, token);
    const child = childAt(value, token);
    if (child === undefined) throw notThere(name, `/${tokens.slice(0, at + 1).join('/')}`);
    return withChild(value, token, step(child, at + 1));
  };
  return step(document, 0);
}

/** In place of a child that is there. A computed name makes a property even of `__proto__`. */
function withChild(parent: Json, token: string, child: Json): Json {
  return Array.isArray(parent) ? parent.with(Number(token), child) : { ...(parent as JsonObject), [token]: child };
}

function without(object: JsonObject, name: string): JsonObject {
  const { [name]: _, ...rest } = object;
  return rest;
}

function notThere(name: OperationName, place: string) {
  return inapplicable(name, 'patch-path-missing', `there is nothing at "${place}"`, `“${place}”处没有内容`);
}

function noSuchIndex(name: OperationName, token: string, length: number) {
  return inapplicable(
    name,
    'patch-index',
    `"${token}" is no place in an array of ${length}; 0 to ${length}, or "-" for its end, were expected`,
    `“${token}”不是长度为 ${length} 的数组中的位置；应为 0 至 ${length}，或以“-”表示末尾`,
  );
}
