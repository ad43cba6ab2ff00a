/** A verdict on codes as $validate-code answers it. Source: R4 valueset-operation-validate-code.html, codesystem-operation-validate-code.html */
import type { Intent } from '../../interactions/intent.js';
import type { JsonObject } from '../../model/json.js';
import type { Language } from '../../model/message.js';
import { type Issue, operationOutcome } from '../../model/outcome.js';
import type { Finding, Verdict } from '../../terminology/judge-code.js';
import { out, outResource, parametersAnswer } from './answer.js';
import type { CodeAsked } from './codes-asked.js';

export interface Judged extends CodeAsked {
  readonly verdict: Verdict;
}

/** One right code among several is enough; what is wrong with the others is told as a warning. */
export function verdictAnswer(judged: readonly Judged[], language: Language): Intent {
  const right = judged.find(({ verdict }) => verdict.result);
  const chosen = right ?? judged[0];
  const issues = judged.flatMap((one) => one.verdict.findings.map((finding) => issueOf(finding, one, right)));
  const { display, code, system, version, isInactive } = chosen?.verdict ?? {};
  const told = issues.filter(({ severity }) => severity !== 'information').map(({ message }) => message[language]);
  return parametersAnswer([
    ...out('result', 'Boolean', right !== undefined),
    ...out('message', 'String', told.length === 0 ? undefined : [...new Set(told)].join('; ')),
    ...out('display', 'String', display),
    ...out('code', 'Code', code),
    ...out('system', 'Uri', system),
    ...out('version', 'String', version),
    ...out('inactive', 'Boolean', isInactive),
    ...outResource('issues', issues.length === 0 ? undefined : outcomeOf(issues, language)),
  ]);
}

function outcomeOf(issues: readonly Issue[], language: Language): JsonObject {
  return operationOutcome(issues, language);
}

function issueOf({ severity, code, message, part }: Finding, { path, verdict }: Judged, right: Judged | undefined): Issue {
  const isElsewhere = right !== undefined && right.verdict !== verdict;
  const whole = path.endsWith('.') ? path.slice(0, -1) : path;
  const expression = part === undefined ? whole : `${path}${part}`;
  return {
    severity: isElsewhere && severity === 'error' ? 'warning' : severity,
    code,
    message,
    ...(expression === '' ? {} : { expression }),
  };
}
