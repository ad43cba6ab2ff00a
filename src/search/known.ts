/** The search parameters a name can mean, and how others are refused. Source: R4 search.html#errors */
import type { Access } from '../access/access.js';
import { isYear } from '../access/masking/unsearchable.js';
import { message } from '../model/message.js';
import { nearest, slips } from '../model/nearest.js';
import { type FhirError, fault } from '../model/outcome.js';
import { resultParameters, specialParameters, unsupportedParameters } from './parse.js';
import { beingIndexed, notIndexed, unsupported, unsupportedParameter } from './refusals.js';
import type { Parameter, Registry } from './registry.js';

export interface KnowingScope {
  readonly registry: Registry;
  readonly access: Pick<Access, 'hides'>;
}

/** Throws FhirError 400 for what is unknown (with the nearest names) or not supported, 403 for what looks at what is not shown. */
export function known({ registry, access }: KnowingScope, type: string, code: string, name: string): Parameter {
  const parameter = registry.parameter(type, code);
  if (parameter === undefined) {
    if (unsupportedParameters.has(code) || specialParameters.has(code))
      throw unsupportedParameter(name, `the parameter "${code}"`, `参数“${code}”`);
    throw unknownParameter(registry, type, code, name);
  }
  const reason = registry.obstacle(parameter);
  if (reason?.indexed !== undefined) throw beingIndexed(name, parameter, reason.indexed);
  if (reason?.tooMany) throw notIndexed(name, parameter);
  if (reason !== undefined) throw unsupportedParameter(name, reason.en, reason.zh);
  if (access.hides?.parameter(parameter) === 'always') throw hiddenParameter(name);
  return parameter;
}

/** What is found, and how many, would tell what is covered where it is shown. */
export function hiddenParameter(name: string): FhirError {
  const shown = name.slice(0, 100);
  return fault(
    'forbidden',
    message(
      'search-parameter-hidden',
      `Access does not allow to search by "${shown}": what it looks at is shown covered or in part`,
      `访问权限不允许按“${shown}”检索：其所查内容已脱敏`,
    ),
    { expression: shown },
  );
}

/** Dates that are shown to the year can be asked for by the year. */
export function refuseFinerThanYears({ access }: KnowingScope, parameter: Parameter, name: string, values: readonly string[]): void {
  if (access.hides?.parameter(parameter) !== 'years' || (values.length > 0 && values.every(isYear))) return;
  const shown = name.slice(0, 100);
  throw fault(
    'forbidden',
    message(
      'search-years-only',
      `Access allows "${shown}" with whole years alone, such as 2024 or ge2024, because its dates are shown to the year`,
      `“${shown}”只能按整年检索（如 2024、ge2024），因其日期仅显示到年`,
    ),
    { expression: shown },
  );
}

/** What people type for a parameter whose name is another. */
const meanings: ReadonlyMap<string, readonly string[]> = new Map([
  ['sex', ['gender']],
  ['mobile', ['phone', 'telecom']],
  ['tel', ['phone', 'telecom']],
  ['id', ['_id']],
  ['value', ['value-quantity', 'value-concept', 'value-string']],
  ['dob', ['birthdate']],
  ['idcard', ['identifier']],
  ['姓名', ['name']],
  ['姓', ['family']],
  ['名', ['given']],
  ['性别', ['gender']],
  ['出生日期', ['birthdate']],
  ['电话', ['phone', 'telecom']],
  ['手机', ['phone', 'telecom']],
  ['身份证号', ['identifier']],
]);

/** Of other servers, which turn pages by number. */
const paging: ReadonlySet<string> = new Set(['_offset', '_page', '_skip', '_getpagesoffset', 'page', 'offset']);

export function unknownParameter(registry: Registry, type: string, code: string, name: string): FhirError {
  const shown = code.slice(0, 100);
  const [hint, hintZh] = paging.has(code)
    ? [
        'pages are turned by the next link of the Bundle, _count says how long they are',
        '翻页请使用 Bundle 中的 next 链接，每页条数由 _count 指定',
      ]
    : nearHint(registry, type, code);
  return fault(
    'not-supported',
    message(
      'search-parameter-unknown',
      `${type} has no search parameter "${shown}"${hint === '' ? '' : `; ${hint}`}`,
      `${type} 没有检索参数“${shown}”${hintZh === '' ? '' : `；${hintZh}`}`,
    ),
    { expression: name.slice(0, 100) },
  );
}

function nearHint(registry: Registry, type: string, code: string): readonly [string, string] {
  const searchable = [...registry.parameters(type).values()].filter((one) => registry.obstacle(one) === undefined).map((one) => one.code);
  const meant = (meanings.get(code.toLowerCase()) ?? []).filter((one) => searchable.includes(one));
  const among = code.startsWith('_') ? [...searchable, ...specialParameters, ...resultParameters] : searchable;
  const near = meant.length > 0 ? meant : nearest(code, among, 3, slips(code));
  return near.length === 0 ? ['', ''] : [`the nearest known ones: ${near.join(', ')}`, `最相近的已知参数：${near.join('、')}`];
}

export function unknownModifier(name: string, modifier: string, allowed: readonly string[]): FhirError {
  const [near] = nearest(modifier, allowed, 1, slips(modifier));
  const [hint, hintZh] = near === undefined ? ['', ''] : [` (perhaps ":${near}" was meant)`, `（或应为“:${near}”）`];
  return unsupported(
    name,
    `the modifier ":${modifier}" in "${name}"${hint}`,
    `“${name}”中的修饰符“:${modifier}”${hintZh}`,
    allowed.map((one) => `:${one}`),
  );
}

/** `subject:Pateint`, `_has:Observaton:…`: what stands there is to be a resource type, one of these. */
export function unknownTargetType(name: string, type: string, among: readonly string[]): FhirError {
  const [near] = nearest(type, among, 1, slips(type));
  const [hint, hintZh] = near === undefined ? ['', ''] : [`; perhaps ${near} is meant`, `；或应为 ${near}`];
  const shown = name.slice(0, 100);
  return fault(
    'not-supported',
    message(
      'search-type-unknown',
      `There is no resource type "${type.slice(0, 100)}", which stands in "${shown}"${hint}`,
      `“${shown}”中的“${type.slice(0, 100)}”不是资源类型${hintZh}`,
    ),
    { expression: shown },
  );
}
