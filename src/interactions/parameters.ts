/** Parameters outside of search: none is ignored. Source: R4 http.html#parameters */
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';
import type { Parameters } from '../search/search.js';
import type { Asked } from './request.js';

/** Throws FhirError 400 for any parameter but those allowed. */
export function refuseParameters(parameters: Parameters, allowed: readonly string[] = []): void {
  const refused = parameters.find(([name]) => !allowed.includes(name));
  if (refused === undefined) return;
  const [name] = refused;
  const known = ['_format', '_pretty', ...allowed];
  throw fault(
    'not-supported',
    message(
      'parameter-not-supported',
      `The parameter "${name}" is not supported here; supported are ${known.join(', ')}`,
      `此处不支持参数“${name}”；支持的参数：${known.join('、')}`,
    ),
    { expression: name },
  );
}

/** The parameters that are allowed. Others are refused with FhirError 400, or ignored under `Prefer: handling=lenient`. */
export function honoured({ parameters, lenient }: Pick<Asked, 'parameters' | 'lenient'>, allowed: readonly string[]): Parameters {
  if (!lenient) refuseParameters(parameters, allowed);
  return parameters.filter(([name]) => allowed.includes(name));
}

/** The value of a parameter that may stand once. Throws FhirError 400 for two of them. */
export function onlyOnce(parameters: Parameters, name: string): string | undefined {
  const [first, ...others] = parameters.filter(([found]) => found === name);
  if (others.length === 0) return first?.[1];
  throw fault('invalid', message('parameter-repeated', `The parameter ${name} may stand only once`, `参数 ${name} 只能出现一次`), {
    expression: name,
  });
}

/** A whole number ≥ `least` by its parameter, or the default. Throws FhirError 400 for anything else, also for two of them. */
export function numberParameter(parameters: Parameters, name: string, least: number): number | undefined {
  const values = parameters.filter(([found]) => found === name).map(([, value]) => value);
  const [value] = values;
  if (value === undefined) return undefined;
  const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
  if (values.length === 1 && number >= least) return number;
  throw fault(
    'value',
    message(
      'bad-number-parameter',
      `${name} was "${values.join('", "')}"; one whole number from ${least} was expected`,
      `${name} 为“${values.join('”、“')}”；应为一个不小于 ${least} 的整数`,
    ),
    { expression: name },
  );
}
