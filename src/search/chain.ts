/**
 * From one resource to another inside a search: chains, `_has` and what else follows references. Each type that is led to is asked under
 * its own restriction; what a chain finds inside of its own container is seen with that, and asked without.
 * Source: R4 search.html#chaining, #has, #contained
 */
import type { Access } from '../access/access.js';
import type { Definitions } from '../definitions/definitions.js';
import { message } from '../model/message.js';
import { FhirError, fault } from '../model/outcome.js';
import type { Predicate, Where } from '../store/port.js';
import { MAX_LINKED_TYPES, notCounted, tooManyLinkedTypes } from './budget.js';
import { unknownParameter, unknownTargetType } from './known.js';
import { parseHas, parseName, specialParameters } from './parse.js';
import { refusedType, unsupported } from './refusals.js';
import type { Parameter, Registry } from './registry.js';

/** How many chains and `_has` may stand inside each other. */
const MAX_DEPTH = 5;

export interface LinkScope {
  readonly registry: Registry;
  readonly access: Access;
  readonly context: { readonly definitions: Pick<Definitions, 'isResourceType' | 'resourceTypes'> };
}

/** References by which the targets of a chain over ids are found, at most. */
const MAX_TARGETS = 500;

/** A parameter as the client wrote it, for the messages of all that stands inside it. */
export interface Whole {
  readonly name: string;
  readonly value: string;
  /** How many chains and `_has` stand around the part in question. */
  readonly depth: number;
  /** Types led to until now by the whole parameter: chains without a type multiply them. */
  readonly led: { types: number };
}

const never: Predicate = { kind: 'any', of: [] };

/** `Patient`, which a reference parameter of `named` is said to lead to. Throws FhirError 400 for a type it cannot lead to. */
export function checkTarget(parameter: Parameter, name: string, type: string): void {
  if (!parameter.targets.includes(type))
    throw unsupported(name, `${type} as target of "${parameter.code}"`, `“${parameter.code}”以 ${type} 为目标`, parameter.targets);
}

/** What is asked of a type that is led to, and of one that refers here. */
type Ask = (type: string, within: Whole) => Predicate;

/**
 * `chain`: what stands behind the point. Without a type every target type that has the parameter is meant, as far as the rest of the chain
 * leads on from it; those that access refuses are left out.
 */
export function chainCriterion(
  scope: LinkScope,
  { parameter, modifier, chain }: { readonly parameter: Parameter; readonly modifier: string | undefined; readonly chain: string },
  whole: Whole,
  ask: Ask,
): Predicate {
  const { code } = parseName(chain);
  const has = parseHas(chain);
  const mayHave = (type: string) =>
    has === undefined
      ? specialParameters.has(code) || scope.registry.parameter(type, code) !== undefined
      : (scope.registry.parameter(has.type, has.param)?.targets.includes(type) ?? false);
  const types = targetTypes(scope, parameter, modifier, whole);
  const able = modifier === undefined ? types.filter(mayHave) : types;
  if (able.length === 0) throw unknownParameter(scope.registry, types[0] ?? parameter.base, code, whole.name);
  return linked(scope, parameter, able, whole, ask);
}

/** The types that a reference parameter leads to. Throws FhirError 400 where it is no reference, or cannot lead there. */
export function targetTypes(scope: LinkScope, parameter: Parameter, modifier: string | undefined, { name }: Whole): readonly string[] {
  if (parameter.kind !== 'reference') {
    throw noChain(parameter, name);
  }
  refuseCanonical(parameter, name);
  if (modifier === undefined) return parameter.targets;
  if (!scope.context.definitions.isResourceType(modifier)) throw unknownTargetType(name, modifier, parameter.targets);
  checkTarget(parameter, name, modifier);
  return [modifier];
}

/** Canonicals lead to a url and a version, which chains do not follow: said so, because nothing would be found. */
function refuseCanonical({ code, elements = [] }: Parameter, name: string): void {
  if (elements.length === 0 || elements.some(({ type }) => type !== 'canonical')) return;
  throw unsupported(name, `a chain over "${code}", which holds canonical URLs,`, `经“${code}”（值为规范 URL）的链式检索`, [
    `${code}=url`,
    `${code}=url|version`,
  ]);
}

function noChain({ code, kind }: Parameter, name: string): FhirError {
  return fault(
    'invalid',
    message(
      'search-no-chain',
      `"${code}" is no reference parameter (it is a ${kind}), so nothing can follow it behind a point`,
      `“${code}”不是引用类参数（${kind}），不能用“.”继续`,
    ),
    { expression: name.slice(0, 100) },
  );
}

function notHas(name: string): FhirError {
  const shown = name.slice(0, 100);
  return fault(
    'invalid',
    message(
      'search-has-malformed',
      `"${shown}" is not complete; expected _has:Type:reference:parameter, for example _has:Observation:patient:code`,
      `“${shown}”不完整；应为 _has:类型:引用参数:参数，例如 _has:Observation:patient:code`,
    ),
    { expression: shown },
  );
}

function notReferring(name: string, { type: source, param }: { readonly type: string; readonly param: string }, type: string): FhirError {
  return fault(
    'invalid',
    message(
      'search-has-not-referring',
      `"${param}" of ${source} is no reference parameter that leads to ${type}`,
      `${source} 的“${param}”不是指向 ${type} 的引用参数`,
    ),
    { expression: name.slice(0, 100) },
  );
}

/** Of several types those are left out that do not know what is asked; of one, or where none is left, that is an error. */
export function linked(scope: LinkScope, parameter: Parameter, types: readonly string[], whole: Whole, ask: Ask): Predicate {
  const allowed = types.filter((type) => scope.access.restriction('search', type) !== undefined);
  if (allowed.length === 0) throw refusedType(scope.access, types[0] ?? parameter.base);
  let unknown: FhirError | undefined;
  const where = allowed.flatMap((type) => {
    try {
      const asked = askedOf(type, whole, ask);
      return [
        { type, predicate: restricted(scope, type, asked) },
        { type: `#${type}`, predicate: asked },
      ];
    } catch (error) {
      if (!(error instanceof FhirError) || !error.issues.every(({ message }) => message.id === 'search-parameter-unknown')) throw error;
      unknown ??= error;
      return [];
    }
  });
  if (where.length === 0 && unknown !== undefined) throw unknown;
  return namedByIds(parameter.code, where) ?? { kind: 'chain', param: parameter.code, where };
}

/** `subject._id=1` names its targets: the references themselves are quickly found, whatever they must satisfy besides. */
function namedByIds(param: string, where: Where): Predicate | undefined {
  const isContained = ({ type }: Where[number]) => type.startsWith('#');
  const own = where.filter((one) => !isContained(one));
  const targets = own.flatMap(({ type, predicate }) => idsIn(predicate)?.map((id) => `${type}/${id}`) ?? [undefined]);
  if (targets.length > MAX_TARGETS || !targets.every((target) => target !== undefined)) return undefined;
  const named = {
    kind: 'all',
    of: [
      { kind: 'match', param, match: { kind: 'reference', targets } },
      { kind: 'chain', param, where: own },
    ],
  } as const;
  return { kind: 'any', of: [named, { kind: 'chain', param, where: where.filter(isContained) }] };
}

/** Ids of which whatever satisfies the predicate has one. */
function idsIn(predicate: Predicate): readonly string[] | undefined {
  if (predicate.kind === 'id') return predicate.ids;
  if (predicate.kind !== 'all') return undefined;
  for (const part of predicate.of) if (part.kind === 'id') return part.ids;
  return undefined;
}

/** `part`: `_has:Observation:patient:code`; `reference` gives the parameter behind the type, or throws that there is none. */
export function hasCriterion(
  scope: LinkScope,
  type: string,
  part: string,
  whole: Whole,
  reference: (type: string, code: string) => Parameter,
  ask: (type: string, part: string, within: Whole) => Predicate,
): Predicate {
  const { name } = whole;
  const has = parseHas(part);
  if (has === undefined) throw notHas(name);
  if (!scope.context.definitions.isResourceType(has.type)) {
    throw unknownTargetType(name, has.type, scope.context.definitions.resourceTypes);
  }
  const parameter = reference(has.type, has.param);
  if (parameter.kind !== 'reference' || !parameter.targets.includes(type)) throw notReferring(name, has, type);
  refuseCanonical(parameter, name);
  return referring(scope, parameter, whole, (_, within) => ask(has.type, has.rest, within));
}

/** Those of the parameter's own type that refer here by it. */
export function referring(scope: LinkScope, parameter: Parameter, whole: Whole, ask: Ask): Predicate {
  const type = parameter.base;
  if (scope.access.restriction('search', type) === undefined) throw refusedType(scope.access, type);
  const where: Where = [{ type, predicate: restricted(scope, type, askedOf(type, whole, ask)) }];
  return { kind: 'reverse', param: parameter.code, where };
}

function restricted({ access }: LinkScope, type: string, asked: Predicate): Predicate {
  return allOf([asked, notCounted(access.restriction('search', type) ?? never)]);
}

function askedOf(type: string, whole: Whole, ask: Ask): Predicate {
  const { name, depth, led } = whole;
  if (depth >= MAX_DEPTH) {
    throw unsupported(
      name,
      `more than ${MAX_DEPTH} chains and _has inside each other in "${name}"`,
      `“${name}”中超过 ${MAX_DEPTH} 级的链式检索或 _has `,
    );
  }
  led.types++;
  if (led.types > MAX_LINKED_TYPES) throw tooManyLinkedTypes(name, led.types);
  return ask(type, { ...whole, depth: depth + 1 });
}

/** All of them, without needless nesting. */
export function allOf(predicates: readonly Predicate[]): Predicate {
  const flat = predicates.flatMap((one) => (one.kind === 'all' ? one.of : [one]));
  const [only] = flat;
  return flat.length === 1 && only !== undefined ? only : { kind: 'all', of: flat };
}
