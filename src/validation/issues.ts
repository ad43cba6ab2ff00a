/**
 * Findings become issues: with their FHIRPath, in the order of their place in the resource, each fault once, and no more than a
 * reader can use. Source: R4 operationoutcome.html
 */
import { isObject, type Json } from '../model/json.js';
import { type Message, message } from '../model/message.js';
import type { Issue } from '../model/outcome.js';
import type { Resource } from '../model/resource.js';
import { withoutUnjudged } from './unjudged.js';
import { beginStep, type Finding, type Held, isLate, MAX_ERRORS, MAX_HINTS, type Step, type Walk } from './walk.js';

const MAX_ISSUES = 200;

/**
 * What no excuse takes back. Excuses may be expressions of definitions that somebody sent, so in a walk of steps there are places to let
 * other work in between. `time` as for `beginStep`.
 */
export function* unexcused(walk: Walk, time?: number): Generator<undefined, readonly Finding[]> {
  const { findings, root } = walk;
  if (findings.every(({ excuse }) => excuse === undefined)) return findings;
  const left: Finding[] = [];
  for (const finding of findings) {
    if (finding.excuse !== undefined && isLate(walk)) {
      yield;
      beginStep(walk, time);
    }
    if (!isExcused(finding, root)) left.push(finding);
  }
  return left;
}

/** `left`: the findings of the walk that are not excused; `most`: how many are wanted, the count of the rest included. */
export function toIssues(left: readonly Finding[], { findings: found, root }: Walk, most = MAX_ISSUES): readonly Issue[] {
  const issues: Issue[] = [];
  if (found.length === 0) return issues;
  const findings = withoutUnjudged(left);
  const seen = new Set<string>();
  for (const finding of inOrder(findings, root)) {
    const issue = toIssue(finding, root);
    if (findings.length > 1) {
      const name = `${issue.expression}\n${issue.message.id}\n${finding.detail}`;
      if (seen.has(name)) continue;
      seen.add(name);
    }
    issues.push(issue);
  }
  const isCut = isCutShort(found);
  return issues.length > most || isCut ? capped(issues, most, isCut) : issues;
}

function isExcused(finding: Finding, root: Resource): boolean {
  return finding.excuse?.(stepsOf(finding), holderOf(finding, root)) === true;
}

function inOrder(findings: readonly Finding[], root: Resource): readonly Finding[] {
  if (findings.length < 2) return findings;
  const placed = findings.map((finding) => ({ finding, place: placeOf(finding, root) }));
  placed.sort((a, b) => comparePlaces(a.place, b.place));
  return placed.map(({ finding }) => finding);
}

function toIssue(finding: Finding, root: Resource): Issue {
  const { severity, code, message: text, profile, detail } = finding;
  const expression = expressionOf(finding, root);
  const issue: Issue =
    profile === undefined ? { severity, code, message: text, expression } : { severity, code, message: text, expression, profile };
  return detail !== '' && isName.test(detail) ? { ...issue, culprit: `${expression}.${detail}` } : issue;
}

/** What can be the name of a property. */
const isName = /^[^\s./|[\]]+$/;

/** Whether the validator itself stopped looking. */
function isCutShort(found: readonly Finding[]): boolean {
  if (found.length < MAX_ERRORS) return false;
  const errors = found.filter(({ severity }) => severity === 'error').length;
  return errors >= MAX_ERRORS || found.length - errors >= MAX_HINTS;
}

/** Errors come before the rest when not all can be shown: a refusal must name its reason. */
function capped(issues: readonly Issue[], most: number, isCut: boolean): readonly Issue[] {
  const errors = issues.filter((issue) => issue.severity === 'error');
  const shown = new Set([...errors, ...issues.filter((issue) => issue.severity !== 'error')].slice(0, most - 1));
  const left = issues.length - shown.size;
  const leftErrors = errors.filter((issue) => !shown.has(issue)).length;
  const last: Issue = { severity: 'information', code: 'informational', message: leftOut(left, leftErrors, isCut) };
  return [...issues.filter((issue) => shown.has(issue)), last];
}

/** Of what was not looked at nobody knows how much is wrong. */
function leftOut(left: number, errors: number, isCut: boolean): Message {
  const [en, zh] = isCut ? [', and others were not counted', '，其余未计'] : ['', ''];
  return message(
    'issues-left-out',
    `${left} more issues, ${errors} of them errors, are not shown${en}; correct these first`,
    `另有 ${left} 个问题（其中 ${errors} 个错误）未列出${zh}；请先更正以上问题`,
  );
}

function expressionOf(finding: Finding, root: Resource): string {
  let text = root.resourceType;
  for (let i = finding.path.length - 1; i >= 0; i--) {
    const part = finding.path[i];
    text += typeof part === 'number' ? `[${part}]` : `.${part?.text}`;
  }
  return text;
}

function stepsOf(finding: Finding): readonly Step[] {
  return finding.path.filter((part) => typeof part !== 'number').reverse();
}

/** What the last step starts from: a primitive's extensions stand in what is beside it. */
function holderOf(finding: Finding, root: Resource): Held {
  const last = finding.path.findIndex((part) => typeof part !== 'number');
  let value: Json | undefined = root;
  let sibling: Json | undefined;
  for (let i = finding.path.length - 1; i > last; i--) {
    const part = finding.path[i];
    if (typeof part === 'number') {
      value = Array.isArray(value) ? value[part] : undefined;
      sibling = Array.isArray(sibling) ? sibling[part] : undefined;
    } else if (part !== undefined) {
      const holder: Json | undefined = isObject(value) ? value : sibling;
      value = isObject(holder) ? holder[part.key] : undefined;
      sibling = isObject(holder) ? holder[`_${part.key}`] : undefined;
    }
  }
  return isObject(sibling) ? { value, sibling } : { value };
}

/** For each step the number of the property in its object, for each array the index. */
function placeOf(finding: Finding, root: Resource): readonly number[] {
  const place: number[] = [];
  let value: Json | undefined = root;
  for (let i = finding.path.length - 1; i >= 0; i--) {
    const part = finding.path[i];
    if (typeof part === 'number') {
      place.push(part);
      value = Array.isArray(value) ? value[part] : undefined;
    } else if (part !== undefined) {
      const holder: Json | undefined = value;
      const at = numberOf(part.key, holder);
      place.push(at >= 0 ? at : numberOf(`_${part.key}`, holder));
      value = isObject(holder) ? holder[part.key] : undefined;
    }
  }
  // A property that no element is named by.
  const culprit = finding.detail === '' ? -1 : numberOf(finding.detail, value);
  if (culprit >= 0) place.push(culprit);
  return place;
}

/** -1 when the object has no such property. */
function numberOf(property: string, holder: Json | undefined): number {
  if (!isObject(holder)) return -1;
  let number = 0;
  for (const key in holder) {
    if (key === property) return number;
    number++;
  }
  return -1;
}

function comparePlaces(a: readonly number[], b: readonly number[]): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
