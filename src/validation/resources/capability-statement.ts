/** A CapabilityStatement against the definitions it names. Source: R4 capabilitystatement-definitions.html#CapabilityStatement.rest.resource */
import type { JsonObject } from '../../model/json.js';
import { inChinese, quoted, shorten } from '../rules/primitive.js';
import { eachPart, type Ground, type ResourceRule, tell, textOf, textsIn, within } from './ground.js';

export const capabilityStatement: ResourceRule = (resource, ground) => {
  eachPart(ground, 'CapabilityStatement', resource, 'rest', (rest, owner) => {
    eachPart(ground, owner, rest, 'resource', (one, type) => checkResource(ground, one, type));
  });
};

function checkResource(ground: Ground, resource: JsonObject, owner: string): void {
  const type = textOf(resource.type);
  if (type === undefined) return;
  eachPart(ground, owner, resource, 'searchParam', (parameter, parameterType) => checkParameter(ground, parameter, parameterType, type));
  const profile = textOf(resource.profile);
  if (profile !== undefined) within(ground, owner, 'profile', () => profileFits(ground, profile, type));
  textsIn(resource.supportedProfile).forEach((canonical, index) => {
    within(ground, owner, ['supportedProfile', index], () => profileFits(ground, canonical, type));
  });
}

function profileFits(ground: Ground, canonical: string, type: string): void {
  const structure = ground.compiler.definitions.structure(canonical);
  if (structure === undefined || structure.type === type || structure.type === 'Resource' || structure.type === 'DomainResource') return;
  const shown = shorten(canonical);
  tell(ground, 'error', 'business-rule', [
    'profile-of-other-type',
    `The profile ${shown} is for ${structure.type}, not for ${type}`,
    `规范 ${inChinese(shown)} 用于 ${structure.type}，而非 ${type}`,
  ]);
}

/** "It SHALL be the same as the type in the search parameter definition." */
function checkParameter(ground: Ground, parameter: JsonObject, owner: string, resourceType: string): void {
  const canonical = textOf(parameter.definition);
  const definition = canonical === undefined ? undefined : ground.compiler.definitions.searchParameter(canonical);
  if (definition === undefined) return;
  const type = textOf(parameter.type);
  if (type !== undefined && type !== definition.type) {
    within(ground, owner, 'type', () =>
      tell(ground, 'error', 'business-rule', [
        'search-type-differs',
        `The definition of the parameter says the type ${definition.type}, found ${shorten(type)}`,
        `该参数的定义所述类型为 ${definition.type}，实为 ${quoted(type)}`,
      ]),
    );
  }
  const bases: readonly string[] = definition.base;
  if (bases.some((base) => base === resourceType || base === 'Resource' || base === 'DomainResource')) return;
  within(ground, owner, 'definition', () =>
    tell(ground, 'warning', 'business-rule', [
      'search-base-differs',
      `The parameter is defined for ${bases.join(', ')}, not for ${resourceType}`,
      `该参数定义用于 ${bases.join('、')}，而非 ${resourceType}`,
    ]),
  );
}
