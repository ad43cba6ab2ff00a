/** The place of a fault inside an entry, as seen from the Bundle. Source: R4 operationoutcome-definitions.html#OperationOutcome.issue.expression */
import { FhirError, type Issue } from '../model/outcome.js';

/** `Patient.name` → `Bundle.entry[3].resource.name`, `request.url` → `Bundle.entry[3].request.url`. Status and headers stay. */
export function inEntry(index: number, error: FhirError): FhirError {
  const { status, headers, cause } = error;
  return new FhirError(
    error.issues.map((issue) => issueInEntry(index, issue)),
    { status, headers, cause },
  );
}

export function issueInEntry(index: number, issue: Issue): Issue {
  const { expression, culprit } = issue;
  return {
    ...issue,
    expression: placeInEntry(index, expression),
    ...(culprit === undefined ? {} : { culprit: placeInEntry(index, culprit) }),
  };
}

const fields: ReadonlyMap<string, string> = new Map([
  ['http.If-Match', '.request.ifMatch'],
  ['http.If-None-Match', '.request.ifNoneMatch'],
  ['http.If-None-Exist', '.request.ifNoneExist'],
]);

function placeInEntry(index: number, expression = ''): string {
  const entry = `Bundle.entry[${index}]`;
  const field = fields.get(expression);
  if (field !== undefined) return entry + field;
  if (/^(?:request|resource|fullUrl|search|response)\b/.test(expression)) return `${entry}.${expression}`;
  const [, path] = /^[A-Z][A-Za-z]+((?:[.[].*)?)$/s.exec(expression) ?? [];
  return path === undefined ? entry : `${entry}.resource${path}`;
}
