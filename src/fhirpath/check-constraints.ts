/**
 * The constraints of a StructureDefinition, judged before anything is validated by them: a constraint that cannot be evaluated would
 * fail for every resource. Source: R4 elementdefinition.html#ElementDefinition.constraint
 */
import type { ElementDefinition, StructureDefinition } from 'fhir/r4.js';
import type { TypeModel } from '../definitions/definitions.js';
import { checkExpression, type ExpressionFault } from './check.js';

export interface ConstraintFault extends ExpressionFault {
  /** Of the element that the constraint stands at. */
  readonly elementId: string;
  readonly key: string;
  readonly expression: string;
}

/** Those that the structure itself brings; without a snapshot, or one that tells where constraints come from, all there are. */
export function checkConstraints(structure: StructureDefinition, model: TypeModel): readonly ConstraintFault[] {
  const elements = structure.differential?.element ?? structure.snapshot?.element ?? [];
  const whole = new Map(structure.snapshot?.element.map((element) => [element.id ?? element.path, element]));
  return elements.flatMap((element) => {
    const id = element.id ?? element.path;
    const type = typeOf(whole.get(id) ?? element, model);
    return (element.constraint ?? []).flatMap(({ key, expression, source }) =>
      expression === undefined || (source !== undefined && source !== structure.url)
        ? []
        : checkExpression(expression, model, type).map((fault) => ({ ...fault, elementId: id, key, expression })),
    );
  });
}

/** Of the items that constraints at the element are evaluated on, where it is one. */
function typeOf({ path, type }: ElementDefinition, model: TypeModel): string | undefined {
  if (model.kind(path) !== undefined) return path;
  const [only, ...others] = type ?? [];
  return only === undefined || others.length > 0 || model.kind(only.code) === undefined ? undefined : only.code;
}
