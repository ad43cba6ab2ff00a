/** The operations a JSON Patch document asks for, before any of them is done. Source: RFC 6902 §3, §4 */
import { isObject, type Json, type JsonObject } from '../../model/json.js';
import { message } from '../../model/message.js';
import { fault } from '../../model/outcome.js';
import { malformed, type OperationName, refuseTooMany } from './faults.js';
import { type Pointer, parsePointer } from './json-pointer.js';

interface About {
  readonly name: OperationName;
  readonly path: Pointer;
}

export type JsonPatchOperation = About &
  (
    | { readonly op: 'add' | 'replace' | 'test'; readonly value: Json }
    | { readonly op: 'remove' }
    | { readonly op: 'move' | 'copy'; readonly from: Pointer }
  );

/** Throws FhirError 400. Members that JSON Patch does not know are passed over, as RFC 6902 §4 wants it. */
export function parseJsonPatch(body: Json | undefined): JsonPatchOperation[] {
  if (!Array.isArray(body)) {
    const text = message(
      'json-patch-array-wanted',
      'A JSON Patch is an array of operations; the body was none',
      'JSON Patch 应为操作的数组；正文不是数组',
    );
    throw fault('structure', text);
  }
  refuseTooMany(body.length);
  return body.map(parseOperation);
}

const ops = ['add', 'remove', 'replace', 'move', 'copy', 'test'] as const;

function parseOperation(json: Json, index: number): JsonPatchOperation {
  const place = { en: `Operation ${index}`, zh: `操作 ${index}` };
  if (!isObject(json)) throw malformed(place, 'patch-operation-object', 'an object was expected', '应为对象');
  const op = ops.find((one) => one === json.op);
  if (op === undefined) throw unknownOperation(place, json.op);
  const path = pointerAt(place, json, 'path');
  const shown = path.text === '' ? '""' : path.text;
  const name = { en: `${place.en} (${op} ${shown})`, zh: `${place.zh}（${op} ${shown}）` };
  switch (op) {
    case 'remove':
      return { name, path, op };
    case 'move':
    case 'copy':
      return { name, path, op, from: pointerAt(name, json, 'from') };
    default:
      return { name, path, op, value: givenValue(name, json) };
  }
}

function pointerAt(name: OperationName, json: JsonObject, member: 'path' | 'from'): Pointer {
  const text = Object.hasOwn(json, member) ? json[member] : undefined;
  if (text === undefined) throw missing(name, member);
  const pointer = typeof text === 'string' ? parsePointer(text) : undefined;
  if (pointer !== undefined) return pointer;
  const found = JSON.stringify(text);
  throw malformed(
    name,
    'patch-pointer',
    `"${member}" was ${found}; a JSON Pointer such as "/name/0/family" was expected`,
    `“${member}”为 ${found}；应为 JSON Pointer，例如“/name/0/family”`,
    'value',
  );
}

function givenValue(name: OperationName, json: JsonObject): Json {
  const value = Object.hasOwn(json, 'value') ? json.value : undefined;
  if (value === undefined) throw missing(name, 'value');
  return value;
}

function missing(name: OperationName, member: string) {
  return malformed(name, 'patch-member-missing', `"${member}" is missing`, `缺少“${member}”`, 'required');
}

function unknownOperation(place: OperationName, op: Json | undefined) {
  const found = op === undefined ? 'missing' : JSON.stringify(op);
  const foundZh = op === undefined ? '缺失' : JSON.stringify(op);
  return malformed(
    place,
    'patch-op',
    `"op" was ${found}; one of ${ops.join(', ')} was expected`,
    `“op”为 ${foundZh}；应为 ${ops.join('、')} 之一`,
    'value',
  );
}
