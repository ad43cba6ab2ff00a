/** `_include` and `_revinclude` values as rules: which references to follow, in which direction. Source: R4 search.html#include */
import type { CriterionScope } from './criterion.js';
import { known } from './known.js';
import type { IncludeAsked } from './parse.js';
import { beingIndexed, malformed, notIndexed, unsupported } from './refusals.js';
import type { Parameter } from './registry.js';
import type { IncludeRule } from './search.js';

/** `Observation:subject`, `Observation:subject:Patient`, `Observation:*`, `*`; under `:iterate` `*` means whatever is included too. */
export function parseInclude(scope: CriterionScope, types: readonly string[], { value, iterate }: IncludeAsked): readonly IncludeRule[] {
  if (value !== '*') return [{ direction: 'forward', ...parseRule(scope, '_include', value), ...again(iterate) }];
  const sources = iterate ? scope.context.definitions.resourceTypes : types;
  return sources.flatMap((source) => {
    const params = codesOf(scope, '_include', references(scope, source));
    return params.length === 0 ? [] : [{ direction: 'forward', source, params, ...again(iterate) }];
  });
}

function again(iterate: boolean): { readonly iterate?: true } {
  return iterate ? { iterate } : {};
}

/** `Observation:subject`, `Observation:subject:Patient`, `Observation:*`, `*`. */
export function parseRevinclude(scope: CriterionScope, types: readonly string[], { value, iterate }: IncludeAsked): readonly IncludeRule[] {
  const { resourceTypes } = scope.context.definitions;
  const targets = iterate ? resourceTypes : types;
  if (value === '*') return resourceTypes.flatMap((source) => everyReference(scope, source, targets, iterate));
  const [source = '', code] = value.split(':');
  const rule = parseRule(scope, '_revinclude', value);
  if (code !== '*') return [{ direction: 'reverse', ...rule, ...again(iterate) }];
  return everyReference(scope, source, targets, iterate).map((every) => ({ ...rule, ...every }));
}

function everyReference(scope: CriterionScope, source: string, targets: readonly string[], iterate: boolean): readonly IncludeRule[] {
  const params = codesOf(scope, '_revinclude', leadingTo(references(scope, source), targets));
  return params.length === 0 ? [] : [{ direction: 'reverse', source, params, ...again(iterate) }];
}

function leadingTo(parameters: readonly Parameter[], types: readonly string[]): readonly Parameter[] {
  return parameters.filter(({ targets }) => targets.some((target) => types.includes(target)));
}

function references({ registry }: CriterionScope, type: string): readonly Parameter[] {
  return registry.indexed(type).filter(({ kind }) => kind === 'reference');
}

/** Throws FhirError 400 where one of them is not indexed, or not yet: less would be included than there is. */
function codesOf({ registry }: CriterionScope, name: string, parameters: readonly Parameter[]): readonly string[] {
  for (const parameter of parameters) {
    const { indexed, tooMany } = registry.obstacle(parameter) ?? {};
    if (tooMany) throw notIndexed(name, parameter);
    if (indexed !== undefined) throw beingIndexed(name, parameter, indexed);
  }
  return parameters.map(({ code }) => code);
}

function parseRule(scope: CriterionScope, name: string, value: string): Omit<IncludeRule, 'direction'> {
  const [source = '', code = '', target, ...more] = value.split(':');
  const { definitions } = scope.context;
  if (
    !definitions.isResourceType(source) ||
    code === '' ||
    more.length > 0 ||
    (target !== undefined && !definitions.isResourceType(target))
  ) {
    throw malformed(name, value, 'Type:parameter, Type:parameter:TargetType or Type:*', '类型:参数、类型:参数:目标类型 或 类型:*');
  }
  if (code === '*') {
    const params = codesOf(scope, name, references(scope, source));
    return { source, params, ...(target === undefined ? {} : { target }) };
  }
  const parameter = known(scope, source, code, name);
  if (parameter.kind !== 'reference') {
    throw malformed(
      name,
      value,
      `a reference parameter of ${source}; "${code}" is a ${parameter.kind}`,
      `${source} 的引用参数；“${code}”的类型为 ${parameter.kind}`,
    );
  }
  if (target !== undefined && !parameter.targets.includes(target)) {
    throw unsupported(name, `${target} as target of "${code}"`, `“${code}”以 ${target} 为目标`, parameter.targets);
  }
  return { source, params: [code], ...(target === undefined ? {} : { target }) };
}
