/**
 * One search parameter as a predicate: modifiers, chains and `_has` included, each sub-query under the restriction of its own
 * type. Source: R4 search.html#modifiers, #chaining, #has
 */
import type { Access } from '../access/access.js';
import { message } from '../model/message.js';
import { nearest } from '../model/nearest.js';
import { type FhirError, fault } from '../model/outcome.js';
import { isId } from '../model/resource.js';
import type { Predicate, Where } from '../store/port.js';
import { checkValues } from './budget.js';
import type { SearchContext } from './context.js';
import type { Slots } from './layout.js';
import { parseHas, parseName, resultParameters, unsupportedParameters } from './parse.js';
import { beingIndexed, malformed, refusedType, unsupported, unsupportedParameter } from './refusals.js';
import type { Parameter, Registry } from './registry.js';
import { dateTests } from './types/date.js';
import { modifiersOf, searchType } from './types/list.js';
import { alternatives, unescapeValue } from './values.js';

export interface CriterionScope {
  readonly registry: Registry;
  readonly slots: Slots;
  readonly context: SearchContext;
  readonly access: Access;
}

/** How many chains and `_has` may stand inside each other. */
const MAX_DEPTH = 1;
const always: Predicate = { kind: 'all', of: [] };
const never: Predicate = { kind: 'any', of: [] };

/** undefined where the value is empty, which asks for nothing. Throws FhirError 400 and 403. */
export function criterion(scope: CriterionScope, type: string, name: string, value: string): Predicate | undefined {
  const values = alternatives(value);
  checkValues(name, values);
  return values.length === 0 ? undefined : criterionOf(scope, type, name, { name, value, values, depth: 0 });
}

/** A parameter as the client wrote it, for the messages of all that stands inside it. */
interface Whole {
  readonly name: string;
  readonly value: string;
  readonly values: readonly string[];
  /** How many chains and `_has` stand around the part in question. */
  readonly depth: number;
}

/** `part`: what is asked of the type, the whole name or what stands behind a chain. */
function criterionOf(scope: CriterionScope, type: string, part: string, whole: Whole): Predicate {
  const { name, values } = whole;
  if (part.startsWith('_has:')) return hasCriterion(scope, type, part, whole);
  const { code, modifier, chain } = parseName(part);
  const parameter = known(scope, type, code, name);
  if (chain !== undefined) return chainCriterion(scope, parameter, modifier, chain, whole);
  if (modifier === 'missing') return missing(parameter, name, values);
  if (code === '_id') return idCriterion(name, modifier, values);
  if (code === '_lastUpdated') {
    if (modifier !== undefined) throw unknownModifier(name, modifier, ['missing']);
    return { kind: 'updated', values: dateTests({ name, values }, scope.context) };
  }
  checkModifier(scope, parameter, name, modifier);
  return searchType(parameter.kind).match({ parameter, name, values, ...(modifier === undefined ? {} : { modifier }) }, scope.context);
}

/** Throws FhirError 400 for what is unknown (with the nearest names) or not supported. */
export function known({ registry }: CriterionScope, type: string, code: string, name: string): Parameter {
  const parameter = registry.parameter(type, code);
  if (parameter === undefined) {
    if (unsupportedParameters.has(code)) throw unsupportedParameter(name, `the parameter "${code}"`, `参数“${code}”`);
    throw unknownParameter(registry, type, code, name);
  }
  const reason = registry.obstacle(parameter);
  if (reason?.indexed !== undefined) throw beingIndexed(name, parameter, reason.indexed);
  if (reason !== undefined) throw unsupportedParameter(name, reason.en, reason.zh);
  return parameter;
}

function unknownParameter(registry: Registry, type: string, code: string, name: string): FhirError {
  const shown = code.slice(0, 100);
  const searchable = [...registry.parameters(type).values()].filter((one) => registry.obstacle(one) === undefined).map((one) => one.code);
  const near = nearest(code, [...searchable, ...resultParameters]);
  return fault(
    'not-supported',
    message(
      'search-parameter-unknown',
      `${type} has no search parameter "${shown}"; the nearest known ones: ${near.join(', ')}`,
      `${type} 没有检索参数“${shown}”；最相近的已知参数：${near.join('、')}`,
    ),
    { expression: name.slice(0, 100) },
  );
}

function unknownModifier(name: string, modifier: string, allowed: readonly string[]): FhirError {
  return unsupported(
    name,
    `the modifier ":${modifier}" in "${name}"`,
    `“${name}”中的修饰符“:${modifier}”`,
    allowed.map((one) => `:${one}`),
  );
}

function checkModifier({ context }: CriterionScope, parameter: Parameter, name: string, modifier: string | undefined): void {
  if (modifier === undefined) return;
  const modifiers = modifiersOf(parameter, context);
  if (modifiers.includes(modifier)) return;
  if (!modifiers.includes('[type]') || !context.definitions.isResourceType(modifier)) throw unknownModifier(name, modifier, modifiers);
  checkTarget(parameter, name, modifier);
}

function checkTarget(parameter: Parameter, name: string, type: string): void {
  if (!parameter.targets.includes(type))
    throw unsupported(name, `${type} as target of "${parameter.code}"`, `“${parameter.code}”以 ${type} 为目标`, parameter.targets);
}

function missing(parameter: Parameter, name: string, values: readonly string[]): Predicate {
  const [wanted] = values;
  if (values.length !== 1 || (wanted !== 'true' && wanted !== 'false'))
    throw malformed(name, values.join(','), 'true or false', 'true 或 false');
  const native = parameter.code === '_id' || parameter.code === '_lastUpdated';
  const type = searchType(parameter.kind);
  const present: Predicate = native ? always : (type.present?.(parameter) ?? { kind: 'present', param: parameter.code, entry: type.entry });
  if (wanted === 'false') return present;
  return native ? never : { kind: 'not', of: present };
}

function idCriterion(name: string, modifier: string | undefined, values: readonly string[]): Predicate {
  if (modifier !== undefined && modifier !== 'not') throw unknownModifier(name, modifier, ['not', 'missing']);
  const ids = values.map((value) => unescapeValue(name, value)).filter(isId);
  const predicate: Predicate = { kind: 'id', ids };
  return modifier === 'not' ? { kind: 'not', of: predicate } : predicate;
}

/** Without a type, every target type that has the parameter is meant; those that access refuses are left out. */
function chainCriterion(scope: CriterionScope, parameter: Parameter, modifier: string | undefined, chain: string, whole: Whole): Predicate {
  const { name, value } = whole;
  if (whole.depth >= MAX_DEPTH) throw tooDeep(name);
  if (parameter.kind !== 'reference') {
    throw malformed(
      name,
      value,
      `a reference before the point; "${parameter.code}" is a ${parameter.kind}`,
      `点号之前为引用；“${parameter.code}”的类型为 ${parameter.kind}`,
    );
  }
  if (modifier !== undefined) {
    if (!scope.context.definitions.isResourceType(modifier)) throw unknownModifier(name, modifier, parameter.targets);
    checkTarget(parameter, name, modifier);
  }
  const { code } = parseName(chain);
  const types =
    modifier !== undefined ? [modifier] : parameter.targets.filter((type) => scope.registry.parameter(type, code) !== undefined);
  if (types.length === 0) throw unknownParameter(scope.registry, parameter.targets[0] ?? parameter.base, code, name);
  const allowed = types.filter((type) => scope.access.restriction('search', type) !== undefined);
  if (allowed.length === 0) throw refusedType(types[0] ?? parameter.base);
  const where = allowed.map((type) => ({ type, predicate: restricted(scope, type, chain, whole) }));
  return { kind: 'chain', param: parameter.code, where };
}

function hasCriterion(scope: CriterionScope, type: string, part: string, whole: Whole): Predicate {
  const { name, value } = whole;
  const has = parseHas(part);
  if (has === undefined || !scope.context.definitions.isResourceType(has.type)) {
    throw malformed(
      name,
      value,
      '_has:Type:reference:parameter, e.g. _has:Observation:patient:code',
      '_has:类型:引用参数:参数，例如 _has:Observation:patient:code',
    );
  }
  if (whole.depth >= MAX_DEPTH) throw tooDeep(name);
  const parameter = known(scope, has.type, has.param, name);
  if (parameter.kind !== 'reference' || !parameter.targets.includes(type)) {
    throw malformed(name, value, `a reference parameter of ${has.type} that leads to ${type}`, `${has.type} 中指向 ${type} 的引用参数`);
  }
  if (scope.access.restriction('search', has.type) === undefined) throw refusedType(has.type);
  const where: Where = [{ type: has.type, predicate: restricted(scope, has.type, has.rest, whole) }];
  return { kind: 'reverse', param: parameter.code, where };
}

function restricted(scope: CriterionScope, type: string, part: string, whole: Whole): Predicate {
  const restriction = scope.access.restriction('search', type) ?? never;
  return allOf([criterionOf(scope, type, part, { ...whole, depth: whole.depth + 1 }), restriction]);
}

function tooDeep(name: string): FhirError {
  return unsupported(name, `more than one chain or _has in "${name}"`, `“${name}”中多于一级的链式检索或 _has `);
}

/** All of them, without needless nesting. */
export function allOf(predicates: readonly Predicate[]): Predicate {
  const flat = predicates.flatMap((one) => (one.kind === 'all' ? one.of : [one]));
  const [only] = flat;
  return flat.length === 1 && only !== undefined ? only : { kind: 'all', of: flat };
}
