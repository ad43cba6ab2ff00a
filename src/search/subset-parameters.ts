/** `_summary` and `_elements`, the same for searches and reads. Source: R4 search.html#summary, search.html#elements */
import type { TypeModel } from '../definitions/definitions.js';
import { message } from '../model/message.js';
import { nearest, slips } from '../model/nearest.js';
import { fault } from '../model/outcome.js';
import { parseName } from './parse.js';
import { malformed } from './refusals.js';
import type { Parameters, SubsetAsked } from './search.js';

type Model = Pick<TypeModel, 'properties' | 'element'>;

const summaries: Readonly<Record<string, SubsetAsked>> = {
  true: { subset: { kind: 'summary' }, countOnly: false },
  text: { subset: { kind: 'text' }, countOnly: false },
  data: { subset: { kind: 'data' }, countOnly: false },
  count: { countOnly: true },
  false: { countOnly: false },
};

/** `types`: what may be among the answers. Throws FhirError 400 for values that cannot be read, and for both at once. */
export function parseSubset(model: Model, types: readonly string[], parameters: Parameters): SubsetAsked {
  const valuesOf = (code: string) =>
    parameters.filter(([name, value]) => parseName(name).code === code && value !== '').map(([, value]) => value);
  const summary = summaryOf([...new Set(valuesOf('_summary'))]);
  const names = valuesOf('_elements')
    .flatMap((value) => value.split(','))
    .filter((name) => name !== '');
  if (names.length === 0) return summary;
  if (summary.subset !== undefined) throw eitherOr();
  for (const name of names) if (!types.some((type) => isElement(model, type, name))) throw unknownElement(model, types, name);
  return { ...summary, subset: { kind: 'elements', names: new Set(names.map(withoutChoice)) } };
}

function summaryOf(values: readonly string[]): SubsetAsked {
  const [value = 'false'] = values;
  const asked = Object.hasOwn(summaries, value) ? summaries[value] : undefined;
  if (asked !== undefined && values.length < 2) return asked;
  throw malformed('_summary', values.join(', '), 'one of true, text, data, count, false', 'true、text、data、count、false 之一');
}

function withoutChoice(name: string): string {
  return name.replace(/\[x\]$/, '');
}

/** `name`, `Patient.name`, `value`, `value[x]`, `valueQuantity` */
function isElement(model: Model, type: string, name: string): boolean {
  const element = withoutChoice(name.startsWith(`${type}.`) ? name.slice(type.length + 1) : name);
  return model.properties(type).has(element) || model.element(type, element).length > 0;
}

function unknownElement(model: Model, types: readonly string[], name: string) {
  const [near] = nearest(name, new Set(types.flatMap((type) => [...model.properties(type).keys()])), 1, slips(name));
  const [hint, hintZh] = near === undefined ? ['', ''] : [`; perhaps "${near}" is meant`, `；或应为“${near}”`];
  const [type = ''] = types;
  const where = types.length === 1 ? type : 'The types asked for';
  const whereZh = types.length === 1 ? type : '所检索的类型';
  return fault(
    'value',
    message(
      'elements-unknown',
      `${where} has no element "${name}" at its top; _elements takes top-level elements such as "identifier"${hint}`,
      `${whereZh} 没有顶层元素“${name}”；_elements 只接受顶层元素，例如“identifier”${hintZh}`,
    ),
    { expression: '_elements' },
  );
}

function eitherOr() {
  return fault(
    'invalid',
    message(
      'summary-and-elements',
      'Either _summary or _elements says which part of a resource is wanted, not both',
      '只能用 _summary 或 _elements 之一来指定所需的部分',
    ),
    { expression: '_elements' },
  );
}
