/**
 * What a search kept from somebody who may break the glass, told as R4 has it: that there is something, not what. Told only to those whom
 * the policy lets be told, because it tells that somebody keeps something to themselves.
 * Source: R4 security.html (access denied), operationoutcome.html, v3 ActReason (ETREAT)
 */
import type { BundleEntry } from '../model/bundle.js';
import { stringifyJson } from '../model/json.js';
import { type Language, message } from '../model/message.js';
import type { SearchPlan } from '../search/search.js';
import type { Rooms } from './intent.js';

const text = message(
  'withheld',
  "Something that was searched for is withheld by a patient's consent; it can be seen in an emergency by breaking the glass",
  '部分检索结果因患者的知情同意设置而未显示；紧急情况下可通过紧急访问（break the glass）查看',
);

/** `hidden`: what the same search finds of what only Consents keep away. */
export async function withheldEntries(
  { store }: Pick<Rooms, 'store'>,
  hidden: SearchPlan | undefined,
  language: Language,
): Promise<readonly BundleEntry[]> {
  if (hidden === undefined) return [];
  const [found = []] = await store.find([hidden.where], 1);
  if (found.length === 0) return [];
  const coding = [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: 'ETREAT', display: 'Emergency Treatment' }];
  const issue = [{ severity: 'information', code: 'suppressed', details: { coding, text: text[language] } }];
  return [{ resource: Buffer.from(stringifyJson({ resourceType: 'OperationOutcome', issue })), search: 'outcome' }];
}
