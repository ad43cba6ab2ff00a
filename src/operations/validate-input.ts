/** What $validate is asked: in the URL, and in a body that is the resource itself or Parameters around it. Source: R4 resource-operation-validate.html */

import { refuseParameters } from '../interactions/parameters.js';
import type { RequestFor } from '../interactions/request.js';
import { isObject, type Json, type JsonObject } from '../model/json.js';
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';
import { refuseFaults, type Sent } from '../model/sent.js';
import { partsOf } from './parts.js';

/** Source: R4 valueset-resource-validation-mode.html */
const modes = ['create', 'update', 'delete', 'profile'] as const;
export type Mode = (typeof modes)[number];

export interface Input {
  readonly resource: Json | undefined;
  /** In Parameters, or to be. */
  readonly isWrapped: boolean;
  /** The text of it. */
  readonly sent: Sent | undefined;
  readonly mode: Mode | undefined;
  readonly profiles: readonly string[];
}

const known = ['profile', 'mode'];

/** Throws FhirError 400 for what cannot be understood. */
export function validateInput({ parameters, body, type, sent }: RequestFor<'operation'>): Input {
  refuseParameters(parameters, known);
  const named = (wanted: string) => parameters.filter(([name]) => name === wanted).map(([, value]) => value);
  const wrapped = isObject(body) && body.resourceType === 'Parameters' ? partsOf(body) : undefined;
  const isWrapper = wrapped !== undefined && (type !== 'Parameters' || wrapped.some(({ name }) => name === 'resource'));
  if (!isWrapper) return { resource: body, isWrapped: false, sent, mode: modeOf(named('mode')), profiles: named('profile') };
  refuseUnknown(wrapped);
  const index = resourceIn(wrapped);
  const inside = sent?.within(`.parameter[${index}].resource`);
  const around = (sent?.faults('').length ?? 0) - (inside?.faults('').length ?? 0);
  // Those of the resource are what was asked about, where it could be read.
  if (around > 0 || wrapped[index]?.resource === undefined) refuseFaults({ sent, body });
  const values = (wanted: string) => [...named(wanted), ...wrapped.filter(({ name }) => name === wanted).map(textValue)];
  return {
    resource: wrapped[index]?.resource,
    isWrapped: true,
    sent: inside,
    mode: modeOf(values('mode')),
    profiles: values('profile'),
  };
}

/** A misspelt one would otherwise be passed over, and the resource be found right by less than was asked. */
function refuseUnknown(wrapped: readonly JsonObject[]): void {
  const index = wrapped.findIndex(({ name }) => name !== 'resource' && !known.includes(String(name)));
  if (index < 0) return;
  const name = wrapped[index]?.name;
  const [en, zh] = typeof name === 'string' ? [`"${name}"`, `“${name}”`] : ['without a name', '（没有 name）'];
  throw fault(
    'not-supported',
    message(
      'parameter-not-supported',
      `The parameter ${en} is not supported here; supported are resource, ${known.join(', ')}`,
      `此处不支持参数${zh}；支持的参数：resource、${known.join('、')}`,
    ),
    { expression: `Parameters.parameter[${index}].name` },
  );
}

/** -1: there is none. */
function resourceIn(wrapped: readonly JsonObject[]): number {
  const found = wrapped.filter(({ name }) => name === 'resource').length;
  if (found < 2) return wrapped.findIndex(({ name }) => name === 'resource');
  throw fault(
    'structure',
    message('one-resource-wanted', `The Parameters hold ${found} resources; one was expected`, `Parameters 含 ${found} 个资源；应为一个`),
    { expression: 'Parameters.parameter' },
  );
}

/** `profile` is a uri in R4 and a canonical to many clients; `mode` a code. */
function textValue({ name, valueUri, valueCanonical, valueCode, valueString, valueUrl }: JsonObject): string {
  const value = valueUri ?? valueCanonical ?? valueCode ?? valueString ?? valueUrl;
  if (typeof value === 'string') return value;
  throw fault('value', message('bad-parameter-value', `The parameter "${name}" needs a text value`, `参数“${name}”需要文本值`), {
    expression: 'Parameters.parameter',
  });
}

function modeOf(texts: readonly string[]): Mode | undefined {
  const [text, ...others] = new Set(texts);
  if (text === undefined) return undefined;
  const mode = modes.find((one) => one === text);
  if (mode !== undefined && others.length === 0) return mode;
  const given = [text, ...others];
  throw fault(
    'value',
    message(
      'bad-validation-mode',
      `The mode was ${given.map((one) => `"${one}"`).join(', ')}; one of ${modes.join(', ')} was expected`,
      `模式为${given.map((one) => `“${one}”`).join('、')}；应为 ${modes.join('、')} 之一`,
    ),
    { expression: 'mode' },
  );
}
