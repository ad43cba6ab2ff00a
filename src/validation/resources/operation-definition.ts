/** An OperationDefinition's parameters: their cardinalities and names. Source: R4 operationdefinition-definitions.html#OperationDefinition.parameter */
import { isNumeric, type JsonObject } from '../../model/json.js';
import { inChinese, quoted, shorten } from '../rules/primitive.js';
import { eachPart, type Ground, type ResourceRule, tell, textOf, within } from './ground.js';

export const operationDefinition: ResourceRule = (resource, ground) => {
  checkParameters(ground, resource, 'OperationDefinition', 'parameter');
};

function checkParameters(ground: Ground, holder: JsonObject, owner: string, name: 'parameter' | 'part'): void {
  const met = new Set<string>();
  eachPart(ground, owner, holder, name, (parameter, type) => {
    const own = `${textOf(parameter.use) ?? ''} ${textOf(parameter.name) ?? ''}`;
    if (met.has(own)) twice(ground, type, parameter);
    met.add(own);
    cardinality(ground, type, parameter);
    checkParameters(ground, parameter, type, 'part');
  });
}

function twice(ground: Ground, owner: string, { name }: JsonObject): void {
  const shown = shorten(name);
  within(ground, owner, 'name', () =>
    tell(ground, 'warning', 'business-rule', [
      'parameter-name-repeated',
      `Two parameters of one use have the name ${shown}`,
      `同一 use 下有两个参数名为 ${inChinese(shown)}`,
    ]),
  );
}

function cardinality(ground: Ground, owner: string, { min, max }: JsonObject): void {
  if (typeof max !== 'string' || max === '*') return;
  if (!/^\d+$/.test(max)) {
    within(ground, owner, 'max', () =>
      tell(ground, 'error', 'value', [
        'parameter-max',
        `max is a number or *, found ${shorten(max)}`,
        `max 应为数字或 *，实为 ${quoted(max)}`,
      ]),
    );
  } else if (isNumeric(min) && Number(min) > Number(max)) {
    tell(ground, 'error', 'business-rule', [
      'parameter-min-max',
      `At least ${String(min)} and at most ${max} cannot both be`,
      `min ${String(min)} 大于 max ${max}`,
    ]);
  }
}
