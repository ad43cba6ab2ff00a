/** The resources that all searches of the suite go over, and how they get onto a server. */
import { isObject, type Json, type JsonObject, stringifyJson } from '../../src/model/json.js';
import { parseJson } from '../../src/model/parse-json.js';
import { readData } from '../data.js';
import { send } from '../rest/client.js';
import type { Target } from '../rest/run.js';
import { givenTag } from './case.js';

/** Each under its own id, which no other is likely to have: a second run puts the same there again. Throws an Error where one was refused. */
export async function putGiven({ base, headers }: Target): Promise<void> {
  const body = Buffer.from(stringifyJson(givenBundle()).replaceAll('{{base}}', base));
  const sent = { Accept: 'application/fhir+json', 'Content-Type': 'application/fhir+json', ...headers };
  const answer = await send({ method: 'POST', url: base, headers: sent, body });
  if (answer.status !== 200) throw new Error(`The given resources were refused: ${answer.status} ${answer.body.toString().slice(0, 2000)}`);
  const { entry = [] } = parseJson(answer.body.toString()) as { readonly entry?: readonly Json[] };
  const refused = entry.filter((one) => !(isObject(one) && isObject(one.response) && /^20[01]/.test(String(one.response.status))));
  if (refused.length > 0) throw new Error(`Of the given resources were refused: ${stringifyJson(refused).slice(0, 2000)}`);
}

function givenBundle(): JsonObject {
  const resources = readData('search/given.json') as readonly JsonObject[];
  const entry: readonly JsonObject[] = resources.map((resource) => ({
    fullUrl: `{{base}}/${resource.resourceType}/${resource.id}`,
    resource: { ...resource, meta: tagged(resource.meta) },
    request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
  }));
  return { resourceType: 'Bundle', type: 'transaction', entry };
}

function tagged(meta: Json | undefined): JsonObject {
  const { tag = [], ...rest } = (isObject(meta) ? meta : {}) as { readonly tag?: readonly Json[] };
  return { ...rest, tag: [...tag, givenTag] };
}
