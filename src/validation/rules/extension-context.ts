/**
 * Where an extension may stand: on the elements of its contexts, and there only where its context invariants hold. The place is known
 * only when the walk has come back to the resource, so both are asked then.
 * Source: R4 defining-extensions.html#context, structuredefinition-definitions.html#StructureDefinition.context, #contextInvariant
 */
import type { StructureDefinitionContext } from 'fhir/r4.js';
import type { TypeModel } from '../../definitions/definitions.js';
import type { Environment, Item } from '../../fhirpath/expression.js';
import { isObject, type Json } from '../../model/json.js';
import type { Compiler } from '../compiler.js';
import { environmentOf, isTrue, itemsOf, type Ready, tryCompile } from '../evaluation.js';
import type { Excuse, Held, Step, Walk } from '../walk.js';

/** Made where the extension is met, asked when its place is known. undefined: it may stand on any element. */
export function compileContexts(contexts: readonly StructureDefinitionContext[], compiler: Compiler): ((walk: Walk) => Excuse) | undefined {
  const isFree = contexts.some(({ type, expression }) => type === 'element' && (expression === 'Element' || expression === '*'));
  if (contexts.length === 0 || isFree) return undefined;
  const selections = contexts.filter(({ type }) => type === 'fhirpath').map(({ expression }) => selection(expression, compiler));
  return (walk) => {
    const selected = selections.map((select) => select(walk));
    return (place, holder) => isAllowedAt(contexts, place, holder, compiler.definitions) || selected.some((select) => select(holder));
  };
}

/** `place`: the steps from the resource to the extension, the last being `extension` itself; `holder`: what holds it. */
function isAllowedAt(contexts: readonly StructureDefinitionContext[], place: readonly Step[], { value }: Held, model: TypeModel): boolean {
  return contexts.some(({ type, expression }) => {
    if (type === 'extension') return isObject(value) && value.url === expression;
    return type === 'element' && isNamed(pathOf(expression), place, model);
  });
}

/**
 * The path of an element id: without the structure it is an id of, the names of slices and `[x]`. Which slice a value belongs to is for
 * the profile that has the slices.
 */
function pathOf(id: string): string {
  return id
    .slice(id.indexOf('#') + 1)
    .replaceAll('[x]', '')
    .replace(/:[^.]*/g, '');
}

/** Whether the holder goes by a name: its type or what that derives from, or its path from a type above it: `HumanName`, `Patient.name`. */
function isNamed(name: string, place: readonly Step[], model: TypeModel): boolean {
  const holder = place[place.length - 2]?.type;
  const owner = place[place.length - 1]?.owner;
  if (isOf(holder, name, model) || isOf(owner, name, model)) return true;
  let tail = '';
  for (let i = place.length - 2; i >= 0; i--) {
    const step = place[i];
    if (step === undefined) break;
    tail = `.${step.element}${tail}`;
    if (!name.endsWith(tail)) return false;
    if (isOf(step.owner, name.slice(0, -tail.length), model)) return true;
  }
  return false;
}

function isOf(type: string | undefined, ancestor: string, model: TypeModel): boolean {
  for (let one = type; one !== undefined; one = model.baseOf(one)) if (one === ancestor) return true;
  return false;
}

/** The elements of the resource that an expression selects; once for a resource, however many extensions it has. */
function selection(expression: string, compiler: Compiler): (walk: Walk) => (holder: Held) => boolean {
  let compiled: Ready | undefined;
  const known = new WeakMap<Environment, ReadonlySet<Json>>();
  return (walk) => {
    const environment = environmentOf(walk, 'profile', compiler);
    let selected = known.get(environment);
    if (selected === undefined) {
      compiled ??= tryCompile(expression, undefined, compiler);
      selected = new Set(environment.resource === undefined ? [] : itemsOf(compiled, environment.resource, environment).flatMap(objectsOf));
      known.set(environment, selected);
    }
    const chosen = selected;
    return ({ value, sibling }) => (isObject(value) && chosen.has(value)) || (sibling !== undefined && chosen.has(sibling));
  };
}

function objectsOf({ value, sibling }: Item): readonly Json[] {
  return [value, sibling].filter((one) => isObject(one));
}

/**
 * "The FHIRPath focus is the element that holds the extension, and %extension refers to the extension itself." Undecided is not held, as
 * with other constraints.
 */
export function compileContextInvariant(expression: string, compiler: Compiler): (extension: Json, walk: Walk) => Excuse {
  const compiled = new Map<string, Ready>();
  return (extension, walk) => {
    // What %resource is and what a reference leads to hang on where the walk is now.
    const here: Walk = { ...walk, services: undefined, environments: undefined };
    return (place, holder) => {
      const type = typeOf(place, holder);
      const ready = compiled.get(type) ?? tryCompile(expression, type, compiler);
      compiled.set(type, ready);
      const variables = { extension: [{ type: 'Extension', value: extension }] };
      return isTrue(itemsOf(ready, { type, ...holder }, { ...environmentOf(here, 'profile', compiler), variables }));
    };
  };
}

function typeOf(place: readonly Step[], { value }: Held): string {
  if (isObject(value) && typeof value.resourceType === 'string') return value.resourceType;
  return place[place.length - 2]?.type ?? place[place.length - 1]?.owner ?? 'Element';
}
