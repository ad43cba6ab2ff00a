/** What is said of parameters that an operation has no place for. Source: R4 operations.html#request */
import type { OperationDefinitionParameter } from 'fhir/r4.js';
import { isObject, type Json } from '../../model/json.js';
import { message } from '../../model/message.js';
import { nearest, slips } from '../../model/nearest.js';
import { fault } from '../../model/outcome.js';

export function notKnown(name: string, known: readonly string[], expression: string) {
  const [near] = nearest(name, known, 1, slips(name));
  const [en, zh] = near === undefined ? ['', ''] : [` (did you mean "${near}"?)`, `（是否应为“${near}”？）`];
  return fault(
    'not-supported',
    message(
      'parameter-not-supported',
      `The parameter "${name}" is not supported here${en}; supported are ${known.join(', ')}`,
      `此处不支持参数“${name}”${zh}；支持的参数：${known.join('、')}`,
    ),
    { expression },
  );
}

export function nameMissing(known: readonly string[], expression: string) {
  return fault(
    'required',
    message(
      'parameter-name-missing',
      `A parameter has no name; one of ${known.join(', ')} was expected`,
      `参数缺少名称；应为 ${known.join('、')} 之一`,
    ),
    { expression },
  );
}

export function tooMany(name: string, expression: string) {
  return fault('invalid', message('parameter-repeated', `The parameter ${name} may stand only once`, `参数 ${name} 只能出现一次`), {
    expression,
  });
}

/** What a URL says of a parameter. */
export function badText({ name, type }: Pick<OperationDefinitionParameter, 'name' | 'type'>, found: string, expression: string) {
  const [en, zh] = wantedOf(type);
  return fault(
    'value',
    message('bad-parameter-value', `The parameter "${name}" was "${found}"; ${en} was expected`, `参数“${name}”为“${found}”；应为${zh}`),
    { expression },
  );
}

function wantedOf(type = 'part'): readonly [en: string, zh: string] {
  if (type === 'boolean') return ['true or false', ' true 或 false'];
  if (type === 'integer') return ['a whole number', '整数'];
  if (/^[A-Z]|^part$/.test(type)) return [`a ${type} in Parameters sent by POST`, `以 POST 提交的 Parameters 中的 ${type}`];
  return [`a value of type ${type}`, `类型为 ${type} 的值`];
}

/** What a body holds in place of something. */
export function badElement(expression: string, wanted: string, found: Json | undefined) {
  const [en, zh] = foundOf(found);
  return fault(
    'value',
    message('bad-parameter-value', `${expression}: ${wanted} was expected, ${en}`, `${expression}：应为 ${wanted}，${zh}`),
    expression === 'body' ? {} : { expression },
  );
}

function foundOf(found: Json | undefined): readonly [en: string, zh: string] {
  if (found === undefined) return ['but there is none', '但没有'];
  if (!isObject(found)) return [`but there is ${JSON.stringify(found)}`, `实际为 ${JSON.stringify(found)}`];
  const what =
    typeof found.resourceType === 'string'
      ? found.resourceType
      : Object.keys(found)
          .filter((key) => key !== 'name')
          .join(', ');
  return [`but there is ${what}`, `实际为 ${what}`];
}
