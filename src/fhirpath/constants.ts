/** `%name`. Source: FHIRPath N1 #environment-variables, R4 fhirpath.html#variables */
import { message } from '../model/message.js';
import type { Evaluate, Scope } from './evaluation.js';
import { FhirPathError, type Item } from './expression.js';
import { type Items, stringItem } from './items.js';

const fixed: Readonly<Record<string, string>> = {
  sct: 'http://snomed.info/sct',
  loinc: 'http://loinc.org',
  ucum: 'http://unitsofmeasure.org',
};

/** Variables that the caller or defineVariable() gives are looked up when it runs: an unknown one is an error then. */
export function compileVariable(name: string): Evaluate {
  const text = constant(name);
  if (text !== undefined) {
    const items = [stringItem(text)];
    return () => items;
  }
  if (name === 'resource') return ({ run }) => oneOr(run.environment.resource, run.context);
  if (name === 'rootResource') return ({ run }) => oneOr(run.environment.rootResource ?? run.environment.resource, run.context);
  if (name === 'context') return ({ run }) => oneOr(run.environment.context, run.context);
  return (scope) => variable(name, scope);
}

/** Whether the engine itself gives the variable a value. */
export function isKnownVariable(name: string): boolean {
  return constant(name) !== undefined || name === 'resource' || name === 'rootResource' || name === 'context';
}

function constant(name: string): string | undefined {
  if (Object.hasOwn(fixed, name)) return fixed[name];
  if (name.startsWith('vs-')) return `http://hl7.org/fhir/ValueSet/${name.slice(3)}`;
  return name.startsWith('ext-') ? `http://hl7.org/fhir/StructureDefinition/${name.slice(4)}` : undefined;
}

function oneOr(item: Item | undefined, context: Items): Items {
  return item === undefined ? context : [item];
}

function variable(name: string, scope: Scope): Items {
  const own = scope.variables?.get(name);
  if (own !== undefined) return own;
  const { variables } = scope.run.environment;
  const given = variables !== undefined && Object.hasOwn(variables, name) ? variables[name] : undefined;
  if (given === undefined) throw new FhirPathError(message('fhirpath-variable', `There is no variable %${name}`, `没有变量 %${name}`));
  return given;
}
