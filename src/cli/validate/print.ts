/** What was found in one document, for people or for programs. */
import { stringifyJson } from '../../model/json.js';
import type { Language } from '../../model/message.js';
import { type Issue, operationOutcome } from '../../model/outcome.js';
import type { Document } from '../documents.js';
import { printable } from '../width.js';
import { excerpt } from './excerpt.js';
import type { Judgement } from './judge.js';
import { isError } from './tally.js';

/** Each fault with the line it stands in. */
export function asText({ source, text = '', line: first }: Document, { issues, resource }: Judgement, language: Language): string {
  let all = '';
  for (const issue of issues) {
    const { line = 1, column = 1, severity, message, expression, profile } = issue;
    const number = (first ?? 1) + line - 1;
    const where = [expression ?? resource, profile].filter((one) => one !== undefined).join('  ');
    all += `${source.name}:${number}:${column} ${severity} ${message.id}${where === '' ? '' : `  ${printable(where)}`}\n`;
    all += `  ${printable(message[language])}\n`;
    if (issue.line !== undefined) for (const shown of excerpt(text, line, column, number)) all += `${shown}\n`;
  }
  return all;
}

/** A line of JSON: the file, the resource, and an OperationOutcome about it. */
export function asJson({ source, line: first }: Document, { issues, resource }: Judgement, language: Language): string {
  const inFile = issues.map(
    (issue): Issue => (issue.line === undefined || first === undefined ? issue : { ...issue, line: issue.line + first - 1 }),
  );
  return `${stringifyJson({
    file: source.name,
    ...(first === undefined ? {} : { line: first }),
    ...(resource === undefined ? {} : { resource }),
    valid: !issues.some(({ severity }) => isError(severity)),
    outcome: operationOutcome(inFile, language),
  })}\n`;
}
