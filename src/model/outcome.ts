/**
 * How anything that goes wrong becomes an OperationOutcome: throw a FhirError with FHIR's own issue code; one
 * total table gives the HTTP status. Source: R4 operationoutcome.html, valueset-issue-type.html, http.html#Status-Codes
 */
import type { JsonObject } from './json.js';
import type { Language, Message } from './message.js';

/** The issue types of R4 that this server uses. Source: R4 valueset-issue-type.html */
export type IssueCode =
  | 'invalid'
  | 'structure'
  | 'required'
  | 'value'
  | 'invariant'
  | 'security'
  | 'login'
  | 'unknown'
  | 'expired'
  | 'forbidden'
  | 'suppressed'
  | 'processing'
  | 'not-supported'
  | 'duplicate'
  | 'multiple-matches'
  | 'not-found'
  | 'deleted'
  | 'too-long'
  | 'code-invalid'
  | 'extension'
  | 'too-costly'
  | 'business-rule'
  | 'conflict'
  | 'transient'
  | 'lock-error'
  | 'no-store'
  | 'exception'
  | 'timeout'
  | 'incomplete'
  | 'throttled'
  | 'informational';

export type Severity = 'fatal' | 'error' | 'warning' | 'information';

export interface Issue {
  readonly severity: Severity;
  readonly code: IssueCode;
  readonly message: Message;
  /** FHIRPath from the resource in question: `Patient.identifier[0].value`, or `http.<header>` / a parameter's name in search. */
  readonly expression?: string;
  /** What to look for in the text that was sent, where that is more exact than the expression: a property that no element is named by. */
  readonly culprit?: string;
  /** The profile that asked, as `url|version`. Source: R4 extension-operationoutcome-authority.html */
  readonly profile?: string;
  /** 1-based place in the text that was sent, where it is known. */
  readonly line?: number;
  readonly column?: number;
}

/** Keeps what it was found in from being taken. */
export function isError({ severity }: Pick<Issue, 'severity'>): boolean {
  return severity === 'error' || severity === 'fatal';
}

const gravity: Readonly<Record<Severity, number>> = { fatal: 0, error: 1, warning: 2, information: 3 };

/** What must be mended stands before what may be; otherwise in the order they came in. */
export function gravestFirst(issues: readonly Issue[]): readonly Issue[] {
  return issues.length < 2 ? issues : issues.toSorted((a, b) => gravity[a.severity] - gravity[b.severity]);
}

const statusOf: Readonly<Record<IssueCode, number>> = {
  invalid: 400,
  structure: 400,
  required: 400,
  value: 400,
  invariant: 422,
  security: 403,
  login: 401,
  unknown: 401,
  expired: 401,
  forbidden: 403,
  suppressed: 403,
  processing: 422,
  'not-supported': 400,
  duplicate: 409,
  'multiple-matches': 412,
  'not-found': 404,
  deleted: 410,
  'too-long': 413,
  'code-invalid': 422,
  extension: 422,
  'too-costly': 422,
  'business-rule': 422,
  conflict: 409,
  transient: 503,
  'lock-error': 503,
  'no-store': 503,
  exception: 500,
  timeout: 503,
  incomplete: 503,
  throttled: 429,
  informational: 200,
};

export class FhirError extends Error {
  readonly status: number;
  /** Response headers that belong to this answer, such as `Retry-After` or `Allow`. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    readonly issues: readonly Issue[],
    options: { readonly status?: number; readonly headers?: Readonly<Record<string, string>>; readonly cause?: unknown } = {},
  ) {
    super(issues[0]?.message.en ?? 'unknown fault', { cause: options.cause });
    this.name = 'FhirError';
    const first = issues.find(isError) ?? issues[0];
    this.status = options.status ?? (first ? statusOf[first.code] : 500);
    this.headers = options.headers ?? {};
  }
}

/** One fault as an error to throw: `throw fault('deleted', message('deleted', …))`. The status follows from the code unless named. */
export function fault(
  code: IssueCode,
  text: Message,
  options: {
    readonly expression?: string;
    readonly status?: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly cause?: unknown;
  } = {},
): FhirError {
  const { expression, ...rest } = options;
  return new FhirError([{ severity: 'error', code, message: text, ...(expression === undefined ? {} : { expression }) }], rest);
}

/** The OperationOutcome that shows these issues in one language, errors first. `alsoAs`: codings of an issue beside our own. */
export function operationOutcome(issues: readonly Issue[], language: Language, alsoAs: AlsoAs = () => []): JsonObject {
  return { resourceType: 'OperationOutcome', issue: gravestFirst(issues).map((issue) => toJson(issue, language, alsoAs)) };
}

type AlsoAs = (issue: Issue) => readonly JsonObject[];

const structureDefinition = 'http://hl7.org/fhir/StructureDefinition/operationoutcome';

/** Line and column as HL7's validator gives them; the authority is the profile whose rule it is. */
function toJson(issue: Issue, language: Language, alsoAs: AlsoAs): JsonObject {
  const { line, column, profile } = issue;
  const extension: JsonObject[] = [];
  if (line !== undefined) extension.push({ url: `${structureDefinition}-issue-line`, valueInteger: line });
  if (column !== undefined) extension.push({ url: `${structureDefinition}-issue-col`, valueInteger: column });
  if (profile !== undefined) extension.push({ url: `${structureDefinition}-authority`, valueUri: profile });
  const place = line === undefined ? [] : [placeOf(line, column)[language]];
  const diagnostics = [...place, ...(profile === undefined ? [] : [profile])].join(language === 'zh' ? '；' : '; ');
  return {
    ...(extension.length === 0 ? {} : { extension }),
    severity: issue.severity,
    code: issue.code,
    details: {
      coding: [{ system: 'https://lianyi.cn/fhir/CodeSystem/message', code: issue.message.id }, ...alsoAs(issue)],
      text: issue.message[language],
    },
    ...(diagnostics === '' ? {} : { diagnostics }),
    ...(issue.expression === undefined ? {} : { expression: [issue.expression] }),
  };
}

function placeOf(line: number, column: number | undefined): Readonly<Record<Language, string>> {
  if (column === undefined) return { en: `line ${line}`, zh: `第 ${line} 行` };
  return { en: `line ${line}, column ${column}`, zh: `第 ${line} 行第 ${column} 列` };
}
