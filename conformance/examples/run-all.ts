/** All examples through one server, a few at a time. */
import { send } from '../rest/client.js';
import type { Example } from './example.js';
import { runExample, type Target, type Verdict } from './run.js';

export interface Judged {
  readonly example: Example;
  readonly verdict: Verdict;
}

/** `atOnce`: how many are on their way at the same moment. No two have the same type and id. */
export async function runExamples(
  examples: readonly Example[],
  target: Omit<Target, 'xml'>,
  atOnce: number,
): Promise<{ readonly judged: readonly Judged[]; readonly xml: boolean }> {
  const xml = await claimsXml(target);
  const judged: Judged[] = [];
  const left = examples.entries();
  const work = async () => {
    for (const [index, example] of left) judged[index] = { example, verdict: await runExample(example, { ...target, xml }) };
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return { judged, xml };
}

/** Source: R4 capabilitystatement-definitions.html#CapabilityStatement.format */
async function claimsXml({ base, headers }: Omit<Target, 'xml'>): Promise<boolean> {
  const { status, body } = await send({ method: 'GET', url: `${base}/metadata`, headers: { Accept: 'application/fhir+json', ...headers } });
  if (status !== 200) return false;
  const { format } = JSON.parse(body.toString()) as { readonly format?: readonly string[] };
  return format?.some((one) => one === 'xml' || one === 'application/fhir+xml') ?? false;
}
