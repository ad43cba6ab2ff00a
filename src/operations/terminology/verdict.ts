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
  const sent = chosen?.coding.code;
  const unknown =
    right !== undefined ? [] : judged.flatMap(({ verdict: { unknownSystem } }) => (unknownSystem === undefined ? [] : [unknownSystem]));
  const told = issues.filter(({ severity }) => severity !== 'information').map(({ message }) => message[language]);
  return parametersAnswer([
    ...out('result', 'Boolean', right !== undefined),
    ...out('message', 'String', told.length === 0 ? undefined : [...new Set(told)].join('; ')),
    ...out('display', 'String', display),
    ...out('code', 'Code', code),
    ...out('system', 'Uri', system),
    ...out('version', 'String', version),
    ...out('inactive', 'Boolean', isInactive),
    ...out('normalized-code', 'Code', right !== undefined && sent !== code ? code : undefined),
    ...[...new Set(unknown)].flatMap((one) => out('x-caused-by-unknown-system', 'Canonical', one)),
    ...outResource('issues', issues.length === 0 ? undefined : outcomeOf(issues, language)),
  ]);
}

/** Each issue also as the tools of HL7 tell them apart. Source: HL7 FHIR Terminology Ecosystem, requirements.html ($validate-code) */
function outcomeOf(issues: readonly Issue[], language: Language): JsonObject {
  return operationOutcome(issues, language, ({ message: { id }, expression = '' }) => {
    const kind = expression.startsWith('CodeableConcept.') && id === 'code-not-in-value-set' ? 'this-code-not-in-vs' : kinds.get(id);
    return kind === undefined ? [] : [{ system: 'http://hl7.org/fhir/tools/CodeSystem/tx-issue-type', code: kind }];
  });
}

const kinds: ReadonlyMap<string, string> = new Map([
  ['code-missing', 'invalid-data'],
  ['code-of-other-system', 'invalid-data'],
  ['code-abstract', 'code-rule'],
  ['code-case', 'code-rule'],
  ['code-inactive', 'code-comment'],
  ['code-not-in-value-set', 'not-in-vs'],
  ['code-unknown-in-system', 'invalid-code'],
  ['code-undecided', 'not-found'],
  ['code-system-unknown', 'not-found'],
  ['code-system-version-unknown', 'not-found'],
  ['code-system-ambiguous', 'cannot-infer'],
  ['code-system-missing', 'invalid-data'],
  ['display-wrong', 'invalid-display'],
  ['version-not-in-value-set', 'vs-invalid'],
]);

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
