/** The search parameters a name can mean, and how others are refused. Source: R4 search.html#errors */
import { message } from '../model/message.js';
import { nearest } from '../model/nearest.js';
import { type FhirError, fault } from '../model/outcome.js';
import { resultParameters, specialParameters, unsupportedParameters } from './parse.js';
import { beingIndexed, unsupported, unsupportedParameter } from './refusals.js';
import type { Parameter, Registry } from './registry.js';

/** Throws FhirError 400 for what is unknown (with the nearest names) or not supported. */
export function known({ registry }: { readonly registry: Registry }, type: string, code: string, name: string): Parameter {
  const parameter = registry.parameter(type, code);
  if (parameter === undefined) {
    if (unsupportedParameters.has(code) || specialParameters.has(code))
      throw unsupportedParameter(name, `the parameter "${code}"`, `参数“${code}”`);
    throw unknownParameter(registry, type, code, name);
  }
  const reason = registry.obstacle(parameter);
  if (reason?.indexed !== undefined) throw beingIndexed(name, parameter, reason.indexed);
  if (reason !== undefined) throw unsupportedParameter(name, reason.en, reason.zh);
  return parameter;
}

export function unknownParameter(registry: Registry, type: string, code: string, name: string): FhirError {
  const shown = code.slice(0, 100);
  const searchable = [...registry.parameters(type).values()].filter((one) => registry.obstacle(one) === undefined).map((one) => one.code);
  const near = nearest(code, code.startsWith('_') ? [...searchable, ...specialParameters, ...resultParameters] : searchable);
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

export function unknownModifier(name: string, modifier: string, allowed: readonly string[]): FhirError {
  return unsupported(
    name,
    `the modifier ":${modifier}" in "${name}"`,
    `“${name}”中的修饰符“:${modifier}”`,
    allowed.map((one) => `:${one}`),
  );
}
