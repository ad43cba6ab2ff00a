/** Runs cases against a server of which nothing is known but its base: each keeps its data apart by a token of its own. */
import { randomBytes } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';
import { gzipSync } from 'node:zlib';
import { stringifyJson } from '../../src/model/json.js';
import type { Case, Step } from './case.js';
import { type Answer, send } from './client.js';
import { fillJson, fillText, type Known } from './fill.js';
import { judge, judgeTogether } from './judge.js';
import type { Look } from './look.js';

export interface Target {
  /** Without a slash at the end. */
  readonly base: string;
  /** Sent with every request. */
  readonly headers: Readonly<Record<string, string>>;
  readonly look: Look;
}

export type Verdict =
  | { readonly kind: 'passed' }
  /** The server does not claim what the case is about. */
  | { readonly kind: 'unclaimed' }
  | { readonly kind: 'failed'; readonly step: string; readonly findings: readonly string[] };

export interface Judged {
  readonly one: Case;
  readonly verdict: Verdict;
}

/** `atOnce`: how many cases run beside each other; none sees the data of another. */
export async function judgeAll(
  cases: readonly Case[],
  target: Target,
  { atOnce, onJudged }: { readonly atOnce: number; readonly onJudged?: (judged: Judged) => void },
): Promise<readonly Judged[]> {
  const capabilities = await readCapabilities(target);
  const judged: Judged[] = [];
  const left = cases.entries();
  const work = async () => {
    for (const [index, one] of left) {
      const result = { one, verdict: await runCase(one, target, capabilities) };
      judged[index] = result;
      onJudged?.(result);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return judged;
}

/** `capabilities`: the answer to GET /metadata, where it came. */
async function runCase(one: Case, target: Target, capabilities: Answer | undefined): Promise<Verdict> {
  if (one.claimed !== undefined && !(capabilities !== undefined && target.look.holds(capabilities, one.claimed))) {
    return { kind: 'unclaimed' };
  }
  const answers = new Map<string, Answer>();
  const known: Known = { base: target.base, run: `c${randomBytes(6).toString('hex')}`, answers, look: target.look };
  for (const [index, step] of one.steps.entries()) {
    const findings = await runStep(step, target, known, answers).catch((error: unknown) => [
      error instanceof Error ? error.message : String(error),
    ]);
    if (findings.length > 0) return { kind: 'failed', step: `${index + 1}. ${step.request}`, findings };
  }
  return { kind: 'passed' };
}

async function runStep(step: Step, target: Target, known: Known, answers: Map<string, Answer>): Promise<readonly string[]> {
  const sent = requestOf(step, target, known);
  const got = await Promise.all(Array.from({ length: step.together ?? 1 }, () => send(sent)));
  const [first] = got;
  if (first !== undefined && step.as !== undefined) answers.set(step.as, first);
  const { expect = {} } = step;
  if (expect.statuses !== undefined) return judgeTogether(got, expect.statuses);
  return got.flatMap((answer) => judge(answer, expect, known));
}

/** The capabilities of a server; undefined where it tells none. Throws an Error where it does not answer. */
async function readCapabilities({ base, headers, look }: Target): Promise<Answer | undefined> {
  const answer = await send({ method: 'GET', url: `${base}/metadata`, headers: { Accept: JSON_TYPE, ...headers } }).catch(
    (error: unknown) => {
      throw new Error(`There is no answer from ${base}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    },
  );
  try {
    return answer.status === 200 && look.holds(answer, 'CapabilityStatement.exists()') ? answer : undefined;
  } catch {
    return undefined;
  }
}

const JSON_TYPE = 'application/fhir+json';

function requestOf(step: Step, target: Target, known: Known) {
  const space = step.request.indexOf(' ');
  const method = space === -1 ? step.request : step.request.slice(0, space);
  const path = space === -1 ? '' : fillText(step.request.slice(space + 1), known);
  const body = bodyOf(step, known);
  const typed = body === undefined ? {} : { 'Content-Type': JSON_TYPE };
  const coded = step.gzip === true ? { 'Content-Encoding': 'gzip' } : {};
  const headers: OutgoingHttpHeaders = { Accept: JSON_TYPE, ...typed, ...coded, ...target.headers };
  for (const [name, value] of Object.entries(step.headers ?? {})) {
    for (const same of Object.keys(headers)) if (same.toLowerCase() === name.toLowerCase()) delete headers[same];
    if (value !== null) headers[name] = fillText(value, known);
  }
  return { method, url: urlOf(path, target.base), headers, body: step.gzip === true && body !== undefined ? gzipSync(body) : body };
}

/** What follows the base, or a whole URL as a server's link has it. */
function urlOf(path: string, base: string): string {
  if (/^https?:/.test(path)) return new URL(path).href;
  return new URL(path === '' || path.startsWith('?') || path.startsWith('/') ? base + path : `${base}/${path}`).href;
}

function bodyOf({ body, bytes }: Step, known: Known): Buffer | undefined {
  if (bytes !== undefined) return Buffer.from(bytes, 'base64');
  if (body === undefined) return undefined;
  return Buffer.from(typeof body === 'string' ? fillText(body, known) : stringifyJson(fillJson(body, known)));
}
