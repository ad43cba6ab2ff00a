/**
 * Whether an uploaded SearchParameter can take effect: nothing else is asked for by its code, and what its expression leads to can be
 * indexed as its type. Source: R4 searchparameter.html, search.html#ptypes
 */
import type { SearchParameter } from 'fhir/r4.js';
import type { LiveDefinitions } from '../definitions/live.js';
import { checkExpression } from '../fhirpath/check.js';
import { type Message, message } from '../model/message.js';
import type { Issue } from '../model/outcome.js';
import { concerns, resolveElements, unionParts } from '../search/elements.js';
import { indexable } from '../search/indexable.js';
import { paramsOfAccess } from '../search/registry.js';

/** `definitions` know the parameter already. What is wrong with the expression in itself is found by the validator. */
export function examineParameter(sent: SearchParameter, definitions: LiveDefinitions): readonly Issue[] {
  if (sent.status !== 'active') return [withoutEffect(sent)];
  const unusable = faultyCode(sent);
  const refused = [...(unusable.length > 0 ? unusable : codeTaken(sent, definitions)), ...faultyType(sent)];
  if (refused.length > 0) return refused;
  return [...unfitValues(sent, definitions), ...unfitComponents(sent, definitions)];
}

function error(code: Issue['code'], text: Message, expression: string): Issue {
  return { severity: 'error', code, message: text, expression: `SearchParameter.${expression}` };
}

function withoutEffect({ status, code }: SearchParameter): Issue {
  const text = message(
    'search-parameter-without-effect',
    `Nothing can be searched by "${code}" as this says it: its status is ${status}, and only an active one takes effect`,
    `该参数“${code}”的状态为 ${status}，不起作用；只有状态为 active 的检索参数才可用于检索`,
  );
  return { severity: 'warning', code: 'business-rule', message: text, expression: 'SearchParameter.status' };
}

/** `_` begins what every server understands; `:` and `.` part names in a query. */
const name = /^[\p{L}\p{N}][\p{L}\p{N}_-]{0,63}$/u;

function faultyCode({ code }: SearchParameter): readonly Issue[] {
  if (name.test(code)) return [];
  const text = message(
    'search-parameter-code',
    `The code "${code}" cannot be asked for; at most 64 letters, digits, - and _ were expected, a letter or a digit first`,
    `代码“${code}”无法用于检索；应由至多 64 个字母、数字、- 或 _ 组成，首字符为字母或数字`,
  );
  return [error('business-rule', text, 'code')];
}

function codeTaken({ code, url, base }: SearchParameter, definitions: LiveDefinitions): readonly Issue[] {
  if (paramsOfAccess.has(code)) return [ofAccess(code)];
  const types = definitions.resourceTypes.filter((type) => base.some((one) => isOn(type, one, definitions)));
  for (const type of types) {
    const other = definitions.searchParameters(type).find((one) => one.code === code && one.url !== url);
    if (other === undefined) continue;
    const text = message(
      'search-parameter-taken',
      `${type} is searched by "${code}" already, as ${other.url} says; a code means one thing for a type`,
      `${type} 已有检索参数“${code}”，由 ${other.url} 定义；同一类型的同一代码只能有一种含义`,
    );
    return [error('business-rule', text, 'code')];
  }
  return [];
}

function ofAccess(code: string): Issue {
  const text = message(
    'search-parameter-of-access',
    `Access is judged by what this server keeps under "${code}"; another code was expected`,
    `本服务器以“${code}”下的内容判定访问权限，请另取代码`,
  );
  return error('business-rule', text, 'code');
}

function isOn(type: string, base: string, { baseOf }: LiveDefinitions): boolean {
  for (let one: string | undefined = type; one !== undefined; one = baseOf(one)) if (one === base) return true;
  return false;
}

function faultyType({ type, expression }: SearchParameter): readonly Issue[] {
  if (type === 'special') {
    const text = message(
      'search-parameter-special',
      'A special parameter means what a text says; no server can learn one from its definition',
      'special 参数的含义由文字说明；服务器无法仅凭定义支持此类参数',
    );
    return [error('not-supported', text, 'type')];
  }
  if (expression !== undefined && expression.trim() !== '') {
    const parts = expression.replace(texts, '').split('|').length;
    return parts > MAX_PARTS ? [tooManyParts(parts)] : [];
  }
  const text = message(
    'search-parameter-expression-missing',
    'Without an expression nothing can be indexed; a FHIRPath expression was expected',
    '缺少 expression，无法建立索引；应为 FHIRPath 表达式',
  );
  return [error('business-rule', text, 'expression')];
}

/** R4's longest unites 32. Those in brackets are counted too. */
const MAX_PARTS = 50;
const texts = /'(?:\\.|[^'\\])*'/g;

function tooManyParts(parts: number): Issue {
  const text = message(
    'search-parameter-parts',
    `The expression unites ${parts} parts; at most ${MAX_PARTS} were expected`,
    `表达式由 ${parts} 个部分合并而成；最多应为 ${MAX_PARTS} 个`,
  );
  return error('too-costly', text, 'expression');
}

function unfitValues({ type, expression = '', base }: SearchParameter, definitions: LiveDefinitions): readonly Issue[] {
  if (type === 'composite') return [];
  for (const one of base) {
    const parts = unionParts(expression).filter((part) => concerns(definitions, one, part));
    const elements = resolveElements(definitions, one, parts);
    const types = [...new Set(elements?.map((element) => element.type))];
    if (types.length === 0 || types.some((found) => indexable(definitions, type, found))) continue;
    const text = message(
      'search-parameter-values',
      `The expression leads to ${types.slice(0, 5).join(', ')} in ${one}, which cannot be searched as ${type}`,
      `表达式在 ${one} 中得到 ${types.slice(0, 5).join('、')}，无法按 ${type} 检索`,
    );
    return [error('business-rule', text, 'expression')];
  }
  return [];
}

function unfitComponents({ type, component = [] }: SearchParameter, definitions: LiveDefinitions): readonly Issue[] {
  if (type !== 'composite') return [];
  return component.flatMap(({ definition, expression }, at) => {
    const found = definitions.searchParameter(definition);
    if (found === undefined || found.type === 'composite' || found.type === 'special') return [unknownPart(definition, found, at)];
    const [fault] = checkExpression(expression, definitions);
    return fault === undefined ? [] : [error('invalid', fault.message, `component[${at}].expression`)];
  });
}

function unknownPart(definition: string, found: SearchParameter | undefined, at: number): Issue {
  const what = found === undefined ? ['is not known here', '此处未知'] : [`is a ${found.type} parameter`, `是 ${found.type} 参数`];
  const text = message(
    'search-parameter-component',
    `${definition} ${what[0]}; a component is a parameter of another type that is known here`,
    `${definition} ${what[1]}；component 应为此处已知的其他类型的检索参数`,
  );
  return error('business-rule', text, `component[${at}].definition`);
}
