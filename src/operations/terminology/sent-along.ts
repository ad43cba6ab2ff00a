/**
 * Code systems and value sets that a question brings with it, because they are known to whoever asks and not here.
 * Source: HL7 FHIR Terminology Ecosystem, requirements.html (tx-resource)
 */
import type { Rooms } from '../../interactions/intent.js';
import { message } from '../../model/message.js';
import { fault } from '../../model/outcome.js';
import type { Resource } from '../../model/resource.js';
import type { SentAlong } from '../../terminology/sent-along.js';
import { validAsSent } from '../valid-as-sent.js';
import type { OperationParameters, Shape } from './parameters.js';

export const sentAlongShape: Shape = { name: 'tx-resource', type: 'Resource', max: '*' };

/** Throws FhirError 400 for what is neither, 422 for what cannot be read as a definition. */
export async function sentAlong(rooms: Pick<Rooms, 'validator'>, asked: OperationParameters): Promise<readonly SentAlong[]> {
  const sent: SentAlong[] = [];
  for (const one of asked.resources(sentAlongShape.name)) {
    if (!isDefinition(one)) throw ofOtherType(one, asked);
    sent.push((await validAsSent(rooms, one, ({ expression = '' }) => counts.test(expression))) as unknown as SentAlong);
  }
  return sent;
}

/** What codes are taken from. The rest may lack, for nobody publishes it. */
const counts =
  /^(?:CodeSystem|ValueSet)\.(?:url|version|content|caseSensitive|hierarchyMeaning|supplements|property|concept|compose|expansion)\b/;

function isDefinition({ resourceType, url }: Resource): boolean {
  return (resourceType === 'CodeSystem' || resourceType === 'ValueSet') && typeof url === 'string';
}

function ofOtherType({ resourceType }: Resource, asked: OperationParameters) {
  const text = message(
    'sent-along-not-supported',
    `A CodeSystem or a ValueSet with a url was expected as tx-resource, found was ${resourceType}`,
    `tx-resource 应为带 url 的 CodeSystem 或 ValueSet，实为 ${resourceType}`,
  );
  return fault('not-supported', text, { expression: asked.at(sentAlongShape.name) });
}
