/**
 * The cases of the terminology suite: each asks one or a few operations over the same given code systems, value sets and concept maps.
 * They are written shorter than those of rest/ and become such ones here. The format is described in conformance/README.md.
 */
import type { Json, JsonObject } from '../../src/model/json.js';
import { readCases, readData } from '../data.js';
import type { Case, Expectation, Found, Step } from '../rest/case.js';
import { putResources } from '../rest/put-resources.js';
import type { Target } from '../rest/run.js';
import { type MatchWish, matchWishes, text } from './match-wishes.js';
import { packageMapCases } from './package-maps.js';

/** One request and what it must give. */
interface Ask extends Found {
  /** What follows the base. Characters that a URL must not have are encoded when it is sent. */
  readonly get?: string;
  readonly post?: string;
  /** The parameters that are posted. */
  readonly with?: readonly JsonObject[];
  /** What is posted instead of Parameters. */
  readonly body?: Json;
  /** The entries of a Bundle, posted to the base. */
  readonly transaction?: readonly Entry[];
  readonly batch?: readonly Entry[];
  readonly headers?: Readonly<Record<string, string | null>>;
  /** 200 unless said otherwise. */
  readonly status?: Expectation['status'];
  readonly outcome?: Expectation['outcome'];
  /** The parameter that the refusal names, or what it begins with. */
  readonly expression?: string;
  /** The parameter `result`. */
  readonly result?: boolean;
  /** What the parameter `message` must have in it; false: there is none. */
  readonly says?: string | false;
  /** Parameters of the answer and their values as text; null: it is not there. */
  readonly out?: Readonly<Record<string, string | null>>;
  /** Of `$lookup`: values of properties, by their codes. */
  readonly property?: Readonly<Record<string, string>>;
  /** Of `$translate`: all matches, in any order. */
  readonly match?: readonly MatchWish[];
  /** Of `$expand`: all codes on the uppermost level, in any order unless `inOrder`. */
  readonly codes?: readonly string[];
  /** Of `$expand`: some of the codes on any level, and some that are on none. */
  readonly has?: readonly string[];
  readonly lacks?: readonly string[];
  /** Of `$expand`: expansion.total. */
  readonly count?: number;
  readonly fhirpath?: readonly string[];
  readonly as?: string;
}

interface Entry {
  /** Method and url. */
  readonly do: string;
  readonly resource?: JsonObject;
  readonly fullUrl?: string;
}

interface TerminologyCase extends Ask, Omit<Case, 'steps' | 'given'> {
  /** Several requests instead of one. */
  readonly asks?: readonly Ask[];
}

/** `own`: also what concerns the packages this server brings. */
export function loadTerminologyCases(own = true): readonly Case[] {
  const written = readCases<TerminologyCase>('terminology/cases').map(
    ({ id, source, title, choice, claimed, ...one }): Case => ({
      id,
      source,
      title,
      ...(choice === undefined ? {} : { choice }),
      ...(claimed === undefined ? {} : { claimed }),
      steps: (one.asks ?? [one]).map(stepOf),
    }),
  );
  return own ? [...written, ...packageMapCases()] : written;
}

export function putTerminology(target: Target): Promise<void> {
  return putResources(readData('terminology/given.json') as readonly JsonObject[], target);
}

function stepOf(ask: Ask): Step {
  const { get, post = '', headers, as } = ask;
  const body = bodyOf(ask);
  return {
    request: get === undefined ? `POST ${post}` : `GET ${get}`,
    ...(headers === undefined ? {} : { headers }),
    ...(body === undefined ? {} : { body }),
    ...(as === undefined ? {} : { as }),
    expect: expectationOf(ask),
  };
}

function bodyOf({ body, transaction, batch, with: parameter }: Ask): Json | undefined {
  if (transaction !== undefined) return { resourceType: 'Bundle', type: 'transaction', entry: transaction.map(entryOf) };
  if (batch !== undefined) return { resourceType: 'Bundle', type: 'batch', entry: batch.map(entryOf) };
  return body ?? (parameter === undefined ? undefined : { resourceType: 'Parameters', parameter });
}

function entryOf({ do: asked, ...rest }: Entry): JsonObject {
  const cut = asked.indexOf(' ');
  return { ...rest, request: { method: asked.slice(0, cut), url: asked.slice(cut + 1) } };
}

function expectationOf(ask: Ask): Expectation {
  const { matches, included, total, status = 200, outcome, fhirpath = [] } = ask;
  const asksFound = matches !== undefined || included !== undefined || total !== undefined;
  return {
    status,
    ...(outcome === undefined ? {} : { outcome }),
    ...(asksFound ? { found: { matches, included, total } } : {}),
    fhirpath: [...wishes(ask), ...fhirpath],
  };
}

function wishes({
  expression,
  result,
  says,
  out = {},
  property = {},
  match,
  codes,
  inOrder = false,
  has = [],
  lacks = [],
  count,
}: Ask): readonly string[] {
  return [
    ...(expression === undefined ? [] : [`OperationOutcome.issue.expression.where($this.startsWith(${text(expression)})).exists()`]),
    ...(result === undefined ? [] : [`${valueAt('result')} = ${result}`]),
    ...(says === undefined ? [] : [says === false ? `${valueAt('message')}.empty()` : `${valueAt('message')}.contains(${text(says)})`]),
    ...Object.entries(out).map(([name, value]) =>
      value === null ? `Parameters.parameter.where(name = ${text(name)}).empty()` : `${valueAt(name)}.toString() = ${text(value)}`,
    ),
    ...Object.entries(property).map(([code, value]) => `${propertyOf(code)}.where($this.toString() = ${text(value)}).exists()`),
    ...(match === undefined ? [] : matchWishes('Parameters', match)),
    ...(codes === undefined ? [] : codeWishes(codes, inOrder)),
    ...has.map((code) => `${anywhere}.where(code = ${text(code)}).exists()`),
    ...lacks.map((code) => `${anywhere}.where(code = ${text(code)}).empty()`),
    ...(count === undefined ? [] : [`ValueSet.expansion.total = ${count}`]),
  ];
}

const top = 'ValueSet.expansion.contains';
const anywhere = 'ValueSet.expansion.repeat(contains)';

function codeWishes(codes: readonly string[], inOrder: boolean): readonly string[] {
  return [
    `${top}.count() = ${codes.length}`,
    ...codes.map((code, index) => (inOrder ? `${top}[${index}].code = ${text(code)}` : `${top}.where(code = ${text(code)}).exists()`)),
  ];
}

function valueAt(name: string): string {
  return `Parameters.parameter.where(name = ${text(name)}).value`;
}

function propertyOf(code: string): string {
  const named = `where(name = 'property' and part.where(name = 'code' and value = ${text(code)}).exists())`;
  return `Parameters.parameter.${named}.part.where(name = 'value').value`;
}
