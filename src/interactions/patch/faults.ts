/**
 * What can be wrong with one operation of a patch: it is not written as its format has it (400), or it cannot be done to this resource
 * (422, nothing is stored). Source: R4 http.html#patch, RFC 5789 §2.2
 */
import { message } from '../../model/message.js';
import { type FhirError, fault, type IssueCode } from '../../model/outcome.js';

/** One operation as it is named to the client. */
export interface OperationName {
  readonly en: string;
  readonly zh: string;
  /** Where it stands in the Parameters. */
  readonly expression?: string;
}

export function malformed(name: OperationName, id: string, en: string, zh: string, code: IssueCode = 'structure'): FhirError {
  return about(name, code, id, en, zh);
}

export function inapplicable(name: OperationName, id: string, en: string, zh: string): FhirError {
  return about(name, 'processing', id, en, zh);
}

function about({ en: name, zh: nameZh, expression }: OperationName, code: IssueCode, id: string, en: string, zh: string): FhirError {
  return fault(code, message(id, `${name}: ${en}`, `${nameZh}：${zh}`), expression === undefined ? {} : { expression });
}

/** The most operations of one patch: as many as entries of a Bundle. */
const MAX_OPERATIONS = 5000;

export function refuseTooMany(found: number): void {
  if (found <= MAX_OPERATIONS) return;
  throw fault(
    'too-long',
    message(
      'too-many-operations',
      `The patch has ${found} operations; at most ${MAX_OPERATIONS} are allowed`,
      `该补丁有 ${found} 个操作；最多允许 ${MAX_OPERATIONS} 个`,
    ),
  );
}
