/** Whether an answer is as expected; else sentences that say what was found instead. */
import type { Expectation, HeaderWish } from './case.js';
import type { Answer } from './client.js';
import { fillText, type Known } from './fill.js';
import { foundFindings } from './judge-found.js';

export function judge(answer: Answer, expected: Expectation, known: Known): readonly string[] {
  const findings = [
    ...statusFindings(answer, expected.status),
    ...Object.entries(expected.headers ?? {}).flatMap(([name, wish]) => headerFindings(answer, name, wish, known)),
    ...bodyFindings(answer, expected, known),
    ...outcomeFindings(answer, expected.outcome, known),
    ...(expected.found === undefined ? [] : foundFindings(answer, expected.found, known.look)),
    ...(expected.fhirpath ?? []).flatMap((expression) => fhirpathFindings(answer, fillText(expression, known), known)),
  ];
  return findings.length === 0 ? [] : [...findings, `body: ${shortened(answer.body.toString())}`];
}

/** Of requests that were sent at the same moment. */
export function judgeTogether(answers: readonly Answer[], statuses: Readonly<Record<string, number>>): readonly string[] {
  const found: Record<string, number> = {};
  for (const { status } of answers) found[status] = (found[status] ?? 0) + 1;
  const [seen, wanted] = [JSON.stringify(found), JSON.stringify(statuses)];
  return seen === wanted ? [] : [`statuses ${seen} instead of ${wanted}`];
}

function statusFindings({ status }: Answer, expected: Expectation['status']): string[] {
  if (expected === undefined) return [];
  const wanted = (Array.isArray(expected) ? expected : [expected]) as readonly (number | string)[];
  const fits = wanted.some((one) => String(one) === String(status) || one === `${Math.floor(status / 100)}xx`);
  return fits ? [] : [`status ${status} instead of ${wanted.join(' or ')}`];
}

function headerFindings({ headers }: Answer, name: string, wish: HeaderWish, known: Known): string[] {
  const found = headers[name.toLowerCase()];
  if (typeof wish === 'string') {
    const wanted = fillText(wish, known);
    return found === wanted ? [] : [`${name} is ${found ?? 'absent'} instead of ${wanted}`];
  }
  if ('absent' in wish) return found === undefined ? [] : [`${name} is ${found} though it should be absent`];
  const pattern = fillPattern(wish.matches, known);
  return found !== undefined && pattern.test(found) ? [] : [`${name} is ${found ?? 'absent'}, which does not match ${wish.matches}`];
}

function bodyFindings({ body }: Answer, { text, empty, bytes }: Expectation, known: Known): string[] {
  const found = body.toString();
  const fill = (one: string) => fillText(one, known);
  return [
    ...(empty !== undefined && body.length > 0 ? [`a body of ${body.length} bytes instead of none`] : []),
    ...(bytes !== undefined && body.toString('base64') !== bytes ? ['other bytes than expected'] : []),
    ...(text?.equals !== undefined && found !== fill(text.equals) ? [`another text than ${shortened(fill(text.equals))}`] : []),
    ...(text?.contains ?? []).filter((one) => !found.includes(fill(one))).map((one) => `the text lacks ${one}`),
    ...(text?.lacks ?? []).filter((one) => found.includes(fill(one))).map((one) => `the text has ${one}`),
    ...(text?.matches !== undefined && !fillPattern(text.matches, known).test(found) ? [`the text does not match ${text.matches}`] : []),
  ];
}

function outcomeFindings(answer: Answer, expected: Expectation['outcome'], known: Known): string[] {
  if (expected === undefined) return [];
  const codes = (expected === true ? [] : Array.isArray(expected) ? expected : [expected]) as readonly string[];
  const wrong = "OperationOutcome.issue.where(severity = 'error' or severity = 'fatal')";
  if (codes.length === 0) return fhirpathFindings(answer, `${wrong}.exists()`, known);
  const list = codes.map((code) => `code = '${code}'`).join(' or ');
  return fhirpathFindings(answer, `${wrong}.where(${list}).exists()`, known);
}

function fhirpathFindings(answer: Answer, expression: string, { look }: Known): string[] {
  try {
    return look.holds(answer, expression) ? [] : [`not so: ${expression}`];
  } catch (error) {
    return [`${expression}: ${error instanceof Error ? error.message : String(error)}`];
  }
}

/** What is put in stands for itself. */
function fillPattern(pattern: string, known: Known): RegExp {
  const filled = pattern.replace(/\{\{[^}]+\}\}/g, (one) => fillText(one, known).replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'));
  return new RegExp(filled, 'su');
}

function shortened(text: string): string {
  return text.length > 400 ? `${text.slice(0, 400)}…` : text;
}
