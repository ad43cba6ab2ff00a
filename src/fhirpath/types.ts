/**
 * Types named in expressions, and what is of them. Source: FHIRPath N1 #types-and-reflection, R4 fhirpath.html#types
 */

import type { TypeModel } from '../definitions/definitions.js';
import { message } from '../model/message.js';
import { FhirPathError, type Item } from './expression.js';
import { isSystemType, systemKind } from './system-types.js';

/** Whether a type is another or built on it. */
export function isSubtype(model: TypeModel, type: string, ancestor: string): boolean {
  for (let at: string | undefined = type; at !== undefined; at = model.baseOf(at)) if (at === ancestor) return true;
  return false;
}

/** The full names that a name in an expression means: FHIR's before System's, as the context is FHIR. */
function meanings(model: TypeModel, name: string): readonly string[] {
  const [space, local] = name.startsWith('FHIR.')
    ? ['FHIR', name.slice(5)]
    : name.startsWith('System.')
      ? ['System', name.slice(7)]
      : ['', name];
  const found: string[] = [];
  if (space !== 'System' && model.kind(local) !== undefined) found.push(local);
  // Quantity is the one name both have; an item of either is one.
  if (space !== 'FHIR' && isSystemType(local)) found.push(`System.${local}`);
  if (found.length === 0 && space !== 'System')
    throw new FhirPathError(message('fhirpath-type', `There is no type "${name}"`, `没有类型“${name}”`));
  return found;
}

function remembered(decide: (type: string) => boolean): (type: string) => boolean {
  const known = new Map<string, boolean>();
  return (type) => {
    let answer = known.get(type);
    if (answer === undefined) {
      answer = decide(type);
      known.set(type, answer);
    }
    return answer;
  };
}

/** For `is`: the type or one built on it. */
export function typeTest(model: TypeModel, name: string): (type: string) => boolean {
  const types = meanings(model, name);
  return remembered((type) => types.some((ancestor) => isSubtype(model, type, ancestor)));
}

/**
 * For ofType() and `as`: like `is`, but a primitive is only what it was declared as: a code is no string. That is what HL7's test
 * suite says (testFHIRPathAsFunction11, 16) and what tells the alternatives of a choice apart.
 */
export function typeFilter(model: TypeModel, name: string): (type: string) => boolean {
  const types = meanings(model, name);
  return remembered((type) =>
    types.some((wanted) => (model.kind(type) === 'primitive' ? type === wanted : isSubtype(model, type, wanted))),
  );
}

/** The System type that a name means and FHIR's name is not; used where `DateTime` is written for `dateTime`. */
export function systemAlias(model: TypeModel, name: string): string | undefined {
  const local = name.startsWith('System.') ? name.slice(7) : name;
  return isSystemType(local) && model.kind(name) === undefined ? local : undefined;
}

export function isOfSystemKind(item: Item, kind: string): boolean {
  return systemKind(item.type) === kind;
}
