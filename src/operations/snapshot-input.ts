/** What $snapshot is asked: in the URL, and in a body that is Parameters or the StructureDefinition itself. */
import { onlyOnce, refuseParameters } from '../interactions/parameters.js';
import type { RequestFor } from '../interactions/request.js';
import { isObject, type Json, type JsonObject } from '../model/json.js';
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';
import { partsOf } from './parts.js';

export interface SnapshotInput {
  readonly definition: Json | undefined;
  readonly url: string | undefined;
}

/** Throws FhirError 400 for what cannot be understood. */
export function snapshotInput({ parameters, body }: RequestFor<'operation'>): SnapshotInput {
  refuseParameters(parameters, ['url']);
  const url = onlyOnce(parameters, 'url');
  if (!isObject(body) || body.resourceType !== 'Parameters') return { definition: body, url };
  const found: { definition?: Json | undefined; url?: string } = {};
  for (const [index, parameter] of partsOf(body).entries()) {
    if (parameter.name === 'definition' && found.definition === undefined) found.definition = parameter.resource;
    else if (parameter.name === 'url' && found.url === undefined) found.url = textOf(parameter, index);
    else throw notExpected(parameter, index);
  }
  return { definition: found.definition, url: found.url ?? url };
}

/** A string in R4, a canonical to many clients. */
function textOf({ valueString, valueUri, valueCanonical, valueUrl }: JsonObject, index: number): string {
  const value = valueString ?? valueUri ?? valueCanonical ?? valueUrl;
  if (typeof value === 'string') return value;
  throw fault('value', message('bad-parameter-value', 'The parameter "url" needs a text value', '参数“url”需要文本值'), {
    expression: `Parameters.parameter[${index}]`,
  });
}

function notExpected({ name }: JsonObject, index: number) {
  const shown = JSON.stringify(name ?? null);
  return fault(
    'not-supported',
    message(
      'parameter-not-supported',
      `The parameter ${shown} is not supported here or stands twice; supported are definition, url`,
      `此处不支持参数 ${shown}，或其出现两次；支持的参数：definition、url`,
    ),
    { expression: `Parameters.parameter[${index}].name` },
  );
}
