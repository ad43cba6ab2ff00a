/** The operations that Parameters ask for, before any of them is done. Source: R4 fhirpatch.html#format */
import type { TypeModel } from '../../definitions/definitions.js';
import { compileElementPath, type ElementPath } from '../../fhirpath/element-paths.js';
import { FhirPathError } from '../../fhirpath/expression.js';
import { isObject, type Json, type JsonObject } from '../../model/json.js';
import { resourceOf } from '../body.js';
import { malformed, type OperationName, refuseTooMany } from './faults.js';
import type { Pace } from './pace.js';
import { type Part, type PartValue, parsePart } from './part-value.js';

interface About {
  readonly operation: OperationName;
  /** As it was written. */
  readonly pathText: string;
  readonly path: ElementPath;
}

export type FhirPathPatchOperation = About &
  (
    | { readonly type: 'add'; readonly name: string; readonly value: PartValue }
    | { readonly type: 'insert'; readonly index: number; readonly value: PartValue }
    | { readonly type: 'delete' }
    | { readonly type: 'replace'; readonly value: PartValue }
    | { readonly type: 'move'; readonly source: number; readonly destination: number }
  );

/** Throws FhirError 400. */
export async function parseFhirPathPatch(model: TypeModel, body: Json | undefined, pace: Pace): Promise<FhirPathPatchOperation[]> {
  const { parameter = [] } = resourceOf(body, 'Parameters') as JsonObject;
  const parameters: readonly Json[] = Array.isArray(parameter) ? parameter : [parameter];
  refuseTooMany(parameters.length);
  const operations: FhirPathPatchOperation[] = [];
  const paths = new Map<string, ElementPath>();
  for (const [index, json] of parameters.entries()) {
    operations.push(parseOperation({ model, paths }, json, index));
    await pace();
  }
  return operations;
}

/** What each type of operation needs, in the order of the specification's table. */
const needs = {
  add: ['path', 'name', 'value'],
  insert: ['path', 'value', 'index'],
  delete: ['path'],
  replace: ['path', 'value'],
  move: ['path', 'source', 'destination'],
} as const;
type OperationType = keyof typeof needs;
const types = Object.keys(needs) as OperationType[];

interface Setting {
  readonly model: TypeModel;
  /** Those compiled already: patches of many operations often have few paths. */
  readonly paths: Map<string, ElementPath>;
}

function parseOperation(setting: Setting, json: Json, index: number): FhirPathPatchOperation {
  const expression = `Parameters.parameter[${index}]`;
  const place: OperationName = { en: `Operation ${index}`, zh: `操作 ${index}`, expression };
  if (!isObject(json) || json.name !== 'operation' || !Array.isArray(json.part)) {
    throw malformed(place, 'patch-parameter', 'a parameter "operation" with parts was expected', '应为名为“operation”且含 part 的参数');
  }
  const parts = json.part.map((part: Json) => parsePart(setting.model, place, part));
  const type = typeOf(place, parts);
  refuseOthers(place, type, parts);
  const pathText = textOf(place, parts, 'path');
  const operation: OperationName = { en: `${place.en} (${type} ${pathText})`, zh: `${place.zh}（${type} ${pathText}）`, expression };
  const about = { operation, pathText, path: compiled(setting, operation, pathText) };
  switch (type) {
    case 'add':
      return { ...about, type, name: textOf(operation, parts, 'name'), value: partNamed(operation, parts, 'value') };
    case 'insert':
      return { ...about, type, index: numberOf(operation, parts, 'index'), value: partNamed(operation, parts, 'value') };
    case 'delete':
      return { ...about, type };
    case 'replace':
      return { ...about, type, value: partNamed(operation, parts, 'value') };
    case 'move':
      return { ...about, type, source: numberOf(operation, parts, 'source'), destination: numberOf(operation, parts, 'destination') };
  }
}

function compiled({ model, paths }: Setting, operation: OperationName, text: string): ElementPath {
  try {
    const path = paths.get(text) ?? compileElementPath(text, model);
    paths.set(text, path);
    return path;
  } catch (error) {
    if (!(error instanceof FhirPathError)) throw error;
    throw malformed(
      operation,
      'patch-path',
      `the path is no FHIRPath: ${error.message}`,
      `路径不是 FHIRPath（${error.sentence.zh}）`,
      'value',
    );
  }
}

function typeOf(place: OperationName, parts: readonly Part[]): OperationType {
  const text = textOf(place, parts, 'type');
  const type = types.find((one) => one === text);
  if (type !== undefined) return type;
  throw malformed(
    place,
    'patch-type',
    `the type was "${text}"; one of ${types.join(', ')} was expected`,
    `type 为“${text}”；应为 ${types.join('、')} 之一`,
    'value',
  );
}

/** What stands twice, or belongs to another type of operation, was meant otherwise. */
function refuseOthers(place: OperationName, type: OperationType, parts: readonly Part[]): void {
  const known: readonly string[] = ['type', ...needs[type]];
  for (const [index, { name }] of parts.entries()) {
    const twice = parts.findIndex((part) => part.name === name) < index;
    if (known.includes(name) && !twice) continue;
    throw malformed(
      place,
      'patch-part-unexpected',
      `the part "${name}" ${twice ? 'stands twice' : `has no meaning for ${type}`}; expected were ${known.join(', ')}, each once`,
      `part“${name}”${twice ? '出现两次' : `对 ${type} 没有意义`}；应为 ${known.join('、')}，各一次`,
    );
  }
}

function partNamed(place: OperationName, parts: readonly Part[], name: string): PartValue {
  const part = parts.find((one) => one.name === name);
  if (part !== undefined) return part.value;
  throw malformed(place, 'patch-part-missing', `the part "${name}" is missing`, `缺少 part“${name}”`, 'required');
}

function textOf(place: OperationName, parts: readonly Part[], name: string): string {
  const value = partNamed(place, parts, name);
  if (value.kind === 'data' && typeof value.piece.value === 'string') return value.piece.value;
  throw malformed(place, 'patch-part-text', `the part "${name}" was expected to hold text`, `part“${name}”应为文本`, 'value');
}

function numberOf(place: OperationName, parts: readonly Part[], name: string): number {
  const value = partNamed(place, parts, name);
  const number = value.kind === 'data' ? value.piece.value : undefined;
  if (typeof number === 'number' && Number.isSafeInteger(number) && number >= 0) return number;
  throw malformed(
    place,
    'patch-part-number',
    `the part "${name}" was expected to hold a whole number from 0`,
    `part“${name}”应为不小于 0 的整数`,
    'value',
  );
}
