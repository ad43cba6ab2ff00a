/**
 * The loader's work: files in the order of their names, several at once. A batch is finished before what follows it begins
 * (hospitals before their patients); what fails because something it refers to is not there yet is read and tried again after
 * the others, as long as that brings progress. No more than a few files are in memory at a time.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { isObject, type Json } from '../../model/json.js';
import { parseJson } from '../../model/parse-json.js';
import { readSource, type Source } from './sources.js';
import type { Answer, Target } from './target.js';
import { type Unit, unitsOf } from './units.js';

export interface Failure {
  /** The file, and the part of it. */
  readonly name: string;
  /** One sentence for each fault. */
  readonly reasons: readonly string[];
}

export interface Report {
  readonly files: number;
  /** Stored, or found to be there already by a conditional create. */
  readonly resources: number;
  readonly failures: readonly Failure[];
}

export interface Progress {
  stored(resources: number): void;
  /** A file has been read and sent; not told again when a part of it is tried later. */
  finished(source: Source): void;
}

/** A file, or only some units of it. */
interface Work {
  readonly source: Source;
  readonly only?: ReadonlySet<number>;
}

interface Outcome {
  readonly stored: number;
  readonly reasons: readonly string[];
  /** What it leans on may be stored by another file of this load. */
  readonly mayComeLater: boolean;
}

interface Pass {
  readonly stored: number;
  readonly failures: readonly Failure[];
  readonly late: readonly (Failure & { readonly source: Source; readonly index: number })[];
}

export async function load(sources: readonly Source[], target: Target, connections: number, progress: Progress): Promise<Report> {
  let pass = await runPass(
    sources.map((source) => ({ source })),
    target,
    connections,
    progress,
  );
  let { stored } = pass;
  const failures = [...pass.failures];
  for (let before = Number.POSITIVE_INFINITY; pass.late.length > 0 && pass.late.length < before; ) {
    before = pass.late.length;
    pass = await runPass(workFor(pass.late), target, connections, { stored: progress.stored, finished: () => undefined });
    stored += pass.stored;
    failures.push(...pass.failures);
  }
  failures.push(...pass.late.map(({ name, reasons }) => ({ name, reasons })));
  return { files: sources.length, resources: stored, failures };
}

function workFor(late: Pass['late']): readonly Work[] {
  const bySource = new Map<Source, Set<number>>();
  for (const { source, index } of late) bySource.set(source, (bySource.get(source) ?? new Set()).add(index));
  return [...bySource].map(([source, only]) => ({ source, only }));
}

async function runPass(work: readonly Work[], target: Target, connections: number, progress: Progress): Promise<Pass> {
  let stored = 0;
  const failures: Failure[] = [];
  const late: Pass['late'][number][] = [];
  const flying = new Set<Promise<void>>();
  const send = async (source: Source, unit: Unit, index: number): Promise<void> => {
    const outcome = await sendUnit(unit, target, failures);
    stored += outcome.stored;
    progress.stored(outcome.stored);
    if (outcome.reasons.length === 0) return;
    const failure = { name: unit.name, reasons: outcome.reasons };
    if (outcome.mayComeLater) late.push({ ...failure, source, index });
    else failures.push(failure);
  };
  for await (const { source, only, units } of readAhead(work, connections, failures)) {
    for (const [index, unit] of units.entries()) {
      if (only !== undefined && !only.has(index)) continue;
      while (flying.size >= connections || (unit.kind === 'batch' && flying.size > 0)) await Promise.race(flying);
      const flight = send(source, unit, index).finally(() => flying.delete(flight));
      flying.add(flight);
      if (unit.kind === 'batch') await flight;
    }
    progress.finished(source);
  }
  await Promise.all(flying);
  return { stored, failures, late };
}

/** Files in order, with the next few being read and unpacked meanwhile. */
async function* readAhead(
  work: readonly Work[],
  ahead: number,
  failures: Failure[],
): AsyncGenerator<Work & { readonly units: readonly Unit[] }> {
  const read = async (item: Work) => ({ ...item, units: await openUnits(item.source, failures) });
  const queue: Promise<Work & { readonly units: readonly Unit[] }>[] = [];
  for (const item of work) {
    queue.push(read(item));
    if (queue.length > ahead) yield* first(queue);
  }
  while (queue.length > 0) yield* first(queue);
}

async function* first<T>(queue: Promise<T>[]): AsyncGenerator<T> {
  const next = queue.shift();
  if (next !== undefined) yield await next;
}

async function openUnits(source: Source, failures: Failure[]): Promise<readonly Unit[]> {
  try {
    const { units, faults } = unitsOf(source.name, await readSource(source));
    failures.push(...faults.map(({ name, reason }) => ({ name, reasons: [reason] })));
    return units;
  } catch (error) {
    failures.push({ name: source.name, reasons: [error instanceof Error ? error.message : String(error)] });
    return [];
  }
}

/** Sends one unit; when a transaction of our own making is refused, its resources go one by one so that only the bad ones fail. */
async function sendUnit(unit: Unit, target: Target, failures: Failure[]): Promise<Outcome> {
  const outcome = judge(unit, await patiently(unit, target));
  const singles = outcome.reasons.length > 0 && !outcome.mayComeLater ? unit.split() : [];
  if (singles.length === 0) return outcome;
  let stored = 0;
  for (const single of singles) {
    const each = judge(single, await patiently(single, target));
    stored += each.stored;
    if (each.reasons.length > 0) failures.push({ name: single.name, reasons: each.reasons });
  }
  return { stored, reasons: [], mayComeLater: false };
}

const maxTries = 10;

/** Waits and tries again where the server says that it is busy, or cannot be reached for a moment. */
async function patiently(unit: Unit, target: Target): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    const answer = await target.post(unit.body).catch((error: unknown) => ({ status: 0, body: '', retryAfter: undefined, error }));
    if (tries === maxTries || (answer.status !== 503 && answer.status !== 429 && answer.status !== 0)) {
      if ('error' in answer) throw answer.error;
      return answer;
    }
    await delay((answer.retryAfter ?? Math.min(tries, 5)) * 1000);
  }
}

function judge(unit: Unit, answer: Answer): Outcome {
  const body = parsed(answer.body);
  if (answer.status >= 400) {
    const reasons = [`HTTP ${answer.status}`, ...issuesIn(body, unit.single)].slice(0, 11);
    return { stored: 0, reasons: [reasons.join(': ')], mayComeLater: answer.status === 412 };
  }
  const entries = isObject(body) && Array.isArray(body.entry) ? (body.entry as readonly Json[]) : [];
  const reasons = entries.flatMap((entry, index) => failureOf(entry, index));
  return { stored: unit.resources - reasons.length, reasons, mayComeLater: false };
}

function failureOf(entry: Json, index: number): readonly string[] {
  const response = isObject(entry) && isObject(entry.response) ? entry.response : {};
  const status = Number.parseInt(String(response.status), 10);
  if (status < 400) return [];
  return [[`entry[${index}]: HTTP ${status}`, ...issuesIn(response.outcome)].join(': ')];
}

/** `single`: what stands at `Bundle.entry[0].resource` is a resource of this type, and the Bundle was made here. */
function issuesIn(outcome: Json | undefined, single?: string): readonly string[] {
  const issues = isObject(outcome) && Array.isArray(outcome.issue) ? (outcome.issue as readonly Json[]) : [];
  return issues.flatMap((issue) => {
    if (!isObject(issue) || (issue.severity !== 'error' && issue.severity !== 'fatal')) return [];
    const text = isObject(issue.details) ? issue.details.text : issue.diagnostics;
    const places = Array.isArray(issue.expression) ? issue.expression.join(', ') : '';
    const seen = single === undefined ? places : places.replaceAll('Bundle.entry[0].resource', single);
    return [`${String(text ?? issue.code)}${seen === '' ? '' : ` (${seen})`}`];
  });
}

function parsed(body: string): Json | undefined {
  try {
    return body === '' ? undefined : parseJson(body);
  } catch {
    return undefined;
  }
}
