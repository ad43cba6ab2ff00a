/**
 * Changes to one element of a resource, given by the steps that lead to it. What changes is copied, the rest is shared; what has
 * nothing left in it is left out, as no element is empty. Source: R4 element.html (ele-1), fhirpatch.html
 */
import type { Property, TypeModel } from '../../definitions/definitions.js';
import type { ElementStep } from '../../fhirpath/element-paths.js';
import { isObject, type JsonObject } from '../../model/json.js';
import { type Piece, readPieces, withPieces } from './pieces.js';

export type Model = Pick<TypeModel, 'kind' | 'baseOf' | 'properties' | 'element'>;

/** The object that holds elements, and its type: of a primitive the one beside it. */
export interface Holder {
  readonly object: JsonObject;
  readonly type: string;
}

/** Gives the object that `change` makes of the one at `steps`. An empty one at the end means that nothing is left. */
export function changeHolder(
  model: Model,
  holder: Holder,
  steps: readonly ElementStep[],
  change: (holder: Holder) => JsonObject,
): JsonObject {
  const [step, ...rest] = steps;
  if (step === undefined) return change(holder);
  const property = propertyNamed(model, holder.type, step.name);
  const pieces = readPieces(holder.object, step.name);
  const at = step.index ?? 0;
  const piece = pieces[at] ?? {};
  const changed = changeHolder(model, holderIn(model, property, piece), rest, change);
  const filled = Object.keys(changed).length === 0 ? undefined : changed;
  const next = model.kind(property.type) === 'primitive' ? { ...piece, sibling: filled } : { value: filled };
  return withPieces(model, holder, property, isNothing(next) ? pieces.toSpliced(at, 1) : pieces.with(at, next));
}

/** Of a place that a path led to: the engine found it by the same definitions. */
export function propertyNamed(model: Pick<Model, 'properties'>, type: string, name: string): Property {
  const property = model.properties(type).get(name);
  if (property === undefined) throw new Error(`${type} has no property ${name}, though a path led to it`);
  return property;
}

function holderIn(model: Model, property: Property, { value, sibling }: Piece): Holder {
  if (model.kind(property.type) === 'primitive') return { object: sibling ?? {}, type: property.type };
  const object = isObject(value) ? value : {};
  return { object, type: typeOf(property, object) };
}

/** Where any resource may stand, its own word for its type counts. */
function typeOf({ type }: Property, object: JsonObject): string {
  const { resourceType } = object;
  return type === 'Resource' && typeof resourceType === 'string' ? resourceType : type;
}

function isNothing({ value, sibling }: Piece): boolean {
  return value === undefined && sibling === undefined;
}

/** How deep in JSON what is put below `steps` stands at most. */
export function levelBelow(steps: readonly ElementStep[]): number {
  return steps.reduce((level, { index }) => level + (index === undefined ? 1 : 2), 2);
}
