/** OperationOutcomes as the text that answers carry. Source: R4 operationoutcome.html, operationoutcome.html#4.8.3 (all OK) */
import { stringifyJson } from '../model/json.js';
import { type Language, message } from '../model/message.js';
import { type Issue, operationOutcome } from '../model/outcome.js';

const allOk: Issue = {
  severity: 'information',
  code: 'informational',
  message: message('all-ok', 'All OK: no issues found', '校验通过，没有发现问题'),
};

/** No issues: one that says that all is well, because an OperationOutcome must have one. */
export function outcomeText(issues: readonly Issue[], language: Language): Buffer {
  return Buffer.from(stringifyJson(operationOutcome(issues.length === 0 ? [allOk] : issues, language)));
}
