/** FHIRPath Patch: the operations in their order, each on what the one before it left. Source: R4 fhirpatch.html#concept */

import type { Property, TypeModel } from '../../definitions/definitions.js';
import { type ElementStep, placeElements } from '../../fhirpath/element-paths.js';
import { FhirPathError } from '../../fhirpath/expression.js';
import type { JsonObject } from '../../model/json.js';
import type { Resource } from '../../model/resource.js';
import { changeHolder, type Holder, levelBelow, propertyNamed } from './elements.js';
import { inapplicable, type OperationName } from './faults.js';
import type { FhirPathPatchOperation } from './fhirpath-patch-operations.js';
import type { Circumstance } from './pace.js';
import { newElement, pieceFor, propertyFor, withElement } from './part-value.js';
import { type Piece, readPieces, withPieces } from './pieces.js';
import { type Allowance, createAllowance } from './size.js';

/** Throws FhirError 422 where an operation cannot be done, or makes the resource too large. */
export async function applyFhirPathPatch(
  model: TypeModel,
  operations: readonly FhirPathPatchOperation[],
  resource: Resource,
  { bytes, pace }: Circumstance,
): Promise<JsonObject> {
  const work: Work = { model, allowance: createAllowance(bytes) };
  let result = resource;
  for (const operation of operations) {
    result = apply(work, operation, result, foundBy(operation, result)) as Resource;
    await pace();
  }
  return result;
}

interface Work {
  readonly model: TypeModel;
  readonly allowance: Allowance;
}

interface Found {
  readonly type: string;
  readonly steps: readonly ElementStep[];
}

type Of<Type extends FhirPathPatchOperation['type']> = FhirPathPatchOperation & { readonly type: Type };

function apply(work: Work, operation: FhirPathPatchOperation, resource: Resource, places: readonly Found[]): JsonObject {
  switch (operation.type) {
    case 'add':
      return add(work, operation, resource, onlyOne(operation, places));
    case 'insert':
      return insert(work, operation, resource, places);
    case 'delete':
      return places.length === 0 ? resource : remove(work, operation, resource, onlyOne(operation, places));
    case 'replace':
      return replace(work, operation, resource, onlyOne(operation, places));
    case 'move':
      return changeList(work, operation, resource, places, (pieces) => moved(operation, pieces));
  }
}

function add(work: Work, { operation, name, value }: Of<'add'>, resource: Resource, { steps }: Found): JsonObject {
  const { model } = work;
  return changeAt(work, resource, steps, (holder) => {
    const element = newElement(model, operation, holder, name, value);
    take(work, element.piece, steps);
    return withElement(model, holder, element);
  });
}

function remove(work: Work, { operation }: Of<'delete'>, resource: Resource, place: Found): JsonObject {
  const { parent, last } = parted(operation, place);
  return changeAt(work, resource, parent, (holder) => {
    const property = propertyNamed(work.model, holder.type, last.name);
    return withPieces(work.model, holder, property, readPieces(holder.object, last.name).toSpliced(last.index ?? 0, 1));
  });
}

/** Of a choice the new value may be of another type: then the property has another name. */
function replace(work: Work, { operation, value }: Of<'replace'>, resource: Resource, place: Found): JsonObject {
  const { model } = work;
  const { parent, last } = parted(operation, place);
  return changeAt(work, resource, parent, (holder) => {
    const current = propertyNamed(model, holder.type, last.name);
    const choices = current.choice ? model.element(holder.type, current.element) : [current];
    const property = propertyFor(model, operation, choices, value);
    const piece = pieceFor(model, operation, property, value);
    take(work, piece, parent);
    return withPieces(model, holder, property, readPieces(holder.object, last.name).with(last.index ?? 0, piece), last.name);
  });
}

function insert(work: Work, asked: Of<'insert'>, resource: Resource, places: readonly Found[]): JsonObject {
  const { operation, index, value } = asked;
  const { model } = work;
  return changeList(work, asked, resource, places, (pieces, property, parent) => {
    if (index > pieces.length) throw noSuchPlace(operation, 'index', index, pieces.length);
    const piece = pieceFor(model, operation, propertyFor(model, operation, [property], value), value);
    take(work, piece, parent);
    return pieces.toSpliced(index, 0, piece);
  });
}

function take({ allowance }: Work, { value = null, sibling }: Piece, steps: readonly ElementStep[]): void {
  const level = levelBelow(steps);
  allowance.take(value, level);
  if (sibling !== undefined) allowance.take(sibling, level);
}

function moved({ operation, source, destination }: Of<'move'>, pieces: readonly Piece[]): readonly Piece[] {
  const piece = pieces[source];
  if (piece === undefined) throw noSuchPlace(operation, 'source', source, pieces.length - 1);
  if (destination >= pieces.length) throw noSuchPlace(operation, 'destination', destination, pieces.length - 1);
  return pieces.toSpliced(source, 1).toSpliced(destination, 0, piece);
}

/** `change` is given all elements of one name in one object: those the path has found. */
function changeList(
  work: Work,
  { operation, pathText }: FhirPathPatchOperation,
  resource: Resource,
  places: readonly Found[],
  change: (pieces: readonly Piece[], property: Property, parent: readonly ElementStep[]) => readonly Piece[],
): JsonObject {
  const [first] = places;
  if (first === undefined) throw nothingThere(operation, pathText);
  const { parent, last } = parted(operation, first);
  const isSame = ({ steps }: Found) => sameSteps(steps.slice(0, -1), parent) && steps.at(-1)?.name === last.name;
  return changeAt(work, resource, parent, (holder) => {
    const property = propertyNamed(work.model, holder.type, last.name);
    const pieces = readPieces(holder.object, last.name);
    if (!property.many || pieces.length !== places.length || !places.every(isSame)) throw noList(operation, pathText);
    return withPieces(work.model, holder, property, change(pieces, property, parent));
  });
}

function changeAt({ model }: Work, resource: Resource, steps: readonly ElementStep[], change: (holder: Holder) => JsonObject): JsonObject {
  return changeHolder(model, { object: resource, type: resource.resourceType }, steps, change);
}

function foundBy({ path, operation }: FhirPathPatchOperation, resource: Resource): readonly Found[] {
  try {
    return path(placeElements(resource)).map(({ type, steps }) => {
      if (steps === undefined) throw computed(operation);
      return { type, steps };
    });
  } catch (error) {
    if (!(error instanceof FhirPathError)) throw error;
    throw inapplicable(
      operation,
      'patch-path-failed',
      `the path cannot be followed: ${error.message}`,
      `路径无法求值（${error.sentence.zh}）`,
    );
  }
}

function onlyOne({ operation, pathText }: FhirPathPatchOperation, places: readonly Found[]): Found {
  const [place] = places;
  if (place === undefined) throw nothingThere(operation, pathText);
  if (places.length === 1) return place;
  throw inapplicable(
    operation,
    'patch-path-many',
    `the path leads to ${places.length} elements; exactly one was expected`,
    `路径指向 ${places.length} 个元素；应恰好为一个`,
  );
}

/** The element and what it stands in. */
function parted(operation: OperationName, { steps }: Found): { readonly parent: readonly ElementStep[]; readonly last: ElementStep } {
  const last = steps.at(-1);
  if (last !== undefined) return { parent: steps.slice(0, -1), last };
  throw inapplicable(
    operation,
    'patch-whole-resource',
    'the path leads to the resource itself, not to an element of it',
    '路径指向资源本身，而不是其中的元素',
  );
}

function sameSteps(a: readonly ElementStep[], b: readonly ElementStep[]): boolean {
  return a.length === b.length && a.every(({ name, index }, at) => name === b[at]?.name && index === b[at]?.index);
}

function nothingThere(operation: OperationName, path: string) {
  return inapplicable(operation, 'patch-path-missing', `there is nothing at "${path}"`, `“${path}”处没有内容`);
}

function computed(operation: OperationName) {
  return inapplicable(
    operation,
    'patch-path-computed',
    'the path gives a value that is computed, or of another resource; an element of this resource was expected',
    '路径得到的是计算值或其他资源的内容；应为该资源中的元素',
  );
}

function noList(operation: OperationName, path: string) {
  return inapplicable(operation, 'patch-no-list', `"${path}" is not all of one repeating element`, `“${path}”不是某个可重复元素的全部`);
}

function noSuchPlace(operation: OperationName, part: string, found: number, most: number) {
  return inapplicable(
    operation,
    'patch-index',
    `the part "${part}" was ${found}; 0 to ${most} was expected`,
    `part“${part}”为 ${found}；应为 0 至 ${most}`,
  );
}
