/** What came of a unit, by the server's answer. Source: R4 http.html#transaction-response, operationoutcome.html */
import { isObject, type Json } from '../../model/json.js';
import { parseJson } from '../../model/parse-json.js';
import type { Answer } from './target.js';

/** One thing that was not stored. */
export interface Fault {
  /** Of the entry, where only that failed and not the whole. */
  readonly entry?: number;
  readonly reason: string;
  /** What it leans on may be stored by another file of this load. */
  readonly mayComeLater: boolean;
}

interface Asked {
  /** The type of the one resource in a Bundle that was made here. */
  readonly single?: string;
  /** Which entries of the file's Bundle were sent, where not all were. */
  readonly entries?: readonly number[];
}

/** What was wrong; none where all is stored. Entries are named as they stand in the file. */
export function faultsIn({ status, body }: Pick<Answer, 'status' | 'body'>, { single, entries: sent }: Asked = {}): readonly Fault[] {
  const answer = parsed(body);
  if (status >= 400) return [faultOf(status, answer, single)];
  const entries = isObject(answer) && Array.isArray(answer.entry) ? (answer.entry as readonly Json[]) : [];
  return entries.flatMap((entry, index) => {
    const response = isObject(entry) && isObject(entry.response) ? entry.response : {};
    const own = Number.parseInt(String(response.status), 10);
    if (!(own >= 400)) return [];
    const fault = faultOf(own, response.outcome);
    const place = sent?.[index] ?? index;
    return [{ ...fault, entry: place, reason: `entry[${place}]: ${fault.reason}` }];
  });
}

function faultOf(status: number, outcome: Json | undefined, single?: string): Fault {
  const issues = issuesIn(outcome);
  const texts = issues.map((issue) => textOf(issue, single)).slice(0, 10);
  return { reason: [`HTTP ${status}`, ...texts].join(': '), mayComeLater: isNotThere(status, issues) };
}

type Issue = Readonly<Record<string, Json | undefined>>;

function issuesIn(outcome: Json | undefined): readonly Issue[] {
  const issues = isObject(outcome) && Array.isArray(outcome.issue) ? (outcome.issue as readonly Json[]) : [];
  return issues.filter(isObject).filter(({ severity }) => severity === 'error' || severity === 'fatal');
}

/** Criteria that find nothing (412), or a reference to nothing where the server takes none (422): everything that is wrong is of that kind. */
function isNotThere(status: number, issues: readonly Issue[]): boolean {
  if (status === 412) return issues.every(({ code }) => code !== 'multiple-matches' && code !== 'conflict');
  return status === 422 && issues.length > 0 && issues.every(({ code }) => code === 'not-found');
}

/** What stands at `Bundle.entry[0].resource` of a Bundle made here is shown as seen from the resource. */
function textOf(issue: Issue, single: string | undefined): string {
  const text = isObject(issue.details) ? issue.details.text : issue.diagnostics;
  const places = Array.isArray(issue.expression) ? issue.expression.join(', ') : '';
  const seen = single === undefined ? places : places.replaceAll('Bundle.entry[0].resource', single);
  return `${String(text ?? issue.code)}${seen === '' ? '' : ` (${seen})`}`;
}

function parsed(body: string): Json | undefined {
  try {
    return body === '' ? undefined : parseJson(body);
  } catch {
    return undefined;
  }
}
