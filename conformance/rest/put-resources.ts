/** How the resources that the cases of a suite go over get onto a server. */
import { isObject, type Json, type JsonObject, stringifyJson } from '../../src/model/json.js';
import { parseJson } from '../../src/model/parse-json.js';
import { send } from './client.js';
import type { Target } from './run.js';

/** Each under its own id, which no other is likely to have: a second run puts the same there again. Throws an Error where one was refused. */
export async function putResources(resources: readonly JsonObject[], { base, headers }: Target): Promise<void> {
  const entry: readonly JsonObject[] = resources.map((resource) => ({
    fullUrl: `{{base}}/${resource.resourceType}/${resource.id}`,
    resource,
    request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
  }));
  const bundle = { resourceType: 'Bundle', type: 'transaction', entry };
  const body = Buffer.from(stringifyJson(bundle).replaceAll('{{base}}', base));
  const sent = { Accept: 'application/fhir+json', 'Content-Type': 'application/fhir+json', ...headers };
  const answer = await send({ method: 'POST', url: base, headers: sent, body });
  if (answer.status !== 200) throw new Error(`The given resources were refused: ${answer.status} ${answer.body.toString().slice(0, 2000)}`);
  const { entry: answered = [] } = parseJson(answer.body.toString()) as { readonly entry?: readonly Json[] };
  const refused = answered.filter((one) => !(isObject(one) && isObject(one.response) && /^20[01]/.test(String(one.response.status))));
  if (refused.length > 0) throw new Error(`Of the given resources were refused: ${stringifyJson(refused).slice(0, 2000)}`);
}
