/** The step from a type to one of its properties, as an expression spells it. Source: R4 fhirpath.html#polymorphism */
import type { Property } from '../definitions/definitions.js';
import type { Step } from './walk.js';

export function stepTo(owner: string, property: Property): Step {
  const { name: key, element, type, choice } = property;
  return { key, text: choice ? `${element}.ofType(${type})` : element, owner, element, type };
}
