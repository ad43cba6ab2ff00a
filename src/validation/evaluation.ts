/** What FHIRPath may ask of the validator while an invariant runs. Source: R4 fhirpath.html#functions, #variables */
import { compileExpression } from '../fhirpath/compile.js';
import { type Environment, type EvaluationServices, type Expression, FhirPathError, type Item } from '../fhirpath/expression.js';
import { isObject, type Json, type JsonObject } from '../model/json.js';
import type { Message } from '../model/message.js';
import type { Coding } from '../terminology/terminology.js';
import type { Compiler } from './compiler.js';
import { resolveReference } from './resolve.js';
import { passes, type Walk } from './walk.js';

/** An expression, or why it is none. */
export type Ready = Expression | Message;

/** `type`: of what it will be evaluated on, where that is one. */
export function tryCompile(text: string, type: string | undefined, { definitions }: Compiler): Ready {
  try {
    return compileExpression(text, definitions, type === undefined ? {} : { type });
  } catch (error) {
    if (error instanceof FhirPathError) return error.sentence;
    throw error;
  }
}

/** What the expression gives; nothing where it cannot be evaluated. */
export function itemsOf(ready: Ready, focus: Item, environment: Environment): readonly Item[] {
  if ('zh' in ready) return [];
  try {
    return ready.evaluate([focus], environment);
  } catch (error) {
    if (error instanceof FhirPathError) return [];
    throw error;
  }
}

/** A single item that is no boolean counts as true: FHIRPath's singleton evaluation of collections. Nothing does not. */
export function isTrue([first, second]: readonly Item[]): boolean {
  return first !== undefined && second === undefined && first.value !== false;
}

/** Whose an expression is: R4's own are known to be cheap, a profile's may be anything, and be asked of thousands of values. */
export type Origin = 'type' | 'profile';

/** The same for all invariants of one resource; %context is what each is evaluated on. Those of profiles share what they may cost. */
export function environmentOf(walk: Walk, origin: Origin, compiler: Compiler): Environment {
  const { resource, container, environments } = walk;
  const known = environments?.[origin];
  if (known?.resource?.value === resource && known.rootResource?.value === container) return known;
  const type = { resource: resourceItem(resource), rootResource: resourceItem(container), services: servicesOf(walk, compiler) };
  const made = { type, profile: { ...type, budget: walk.budget } };
  walk.environments = made;
  return made[origin];
}

function resourceItem(value: JsonObject): Item {
  return { type: typeof value.resourceType === 'string' ? value.resourceType : 'Resource', value };
}

function servicesOf(walk: Walk, compiler: Compiler): EvaluationServices {
  walk.services ??= {
    resolve: (reference) => {
      const target = resolveReference(reference, walk);
      return target === undefined ? undefined : resourceItem(target);
    },
    memberOf: (item, valueSet) => memberOf(item, valueSet, compiler),
    conformsTo: (item, canonical) => {
      const profile = compiler.profile(canonical);
      return profile === undefined ? undefined : passes(walk, () => profile.check(item.value, item.sibling, walk));
    },
  };
  return walk.services;
}

function memberOf(item: Item, valueSet: string, { terminology }: Compiler): boolean | undefined {
  const memberships = codingsOf(item.value).map((coding) => terminology.membership(valueSet, coding));
  if (memberships.includes('in')) return true;
  return memberships.includes('undecided') ? undefined : false;
}

function codingsOf(value: Json | undefined): readonly Coding[] {
  if (typeof value === 'string') return [{ code: value }];
  if (!isObject(value)) return [];
  if (Array.isArray(value.coding)) return value.coding.flatMap(codingsOf);
  const { system, code } = value;
  if (typeof code !== 'string') return [];
  return [typeof system === 'string' ? { system, code } : { code }];
}
