/**
 * `_explain=true`: instead of the matches a Parameters resource that tells how a search was understood and carried out. It tells of the
 * store, so it is for those alone who may search everything, and only where a setting allows it. Source: R4 parameters.html, search.html
 */
import { type Access, isUnrestricted, unrestricted } from '../access/access.js';
import type { Json, JsonObject } from '../model/json.js';
import { stringifyJson } from '../model/json.js';
import { type Language, message } from '../model/message.js';
import { type FhirError, fault } from '../model/outcome.js';
import { malformed } from '../search/refusals.js';
import type { IncludeRule, Parameters, SearchExplanation } from '../search/search.js';
import type { ExplainedStep, Sort } from '../store/port.js';
import type { ParsedTarget } from './parse-target.js';
import type { Perform } from './perform.js';

const name = '_explain';

/** Whether the explanation is wanted. Throws FhirError 400 for other values than true and false. */
export function asksToExplain(parameters: Parameters): boolean {
  const values = parameters.filter(([one, value]) => one === name && value !== '').map(([, value]) => value);
  const wrong = values.find((value) => value !== 'true' && value !== 'false');
  if (wrong !== undefined) throw malformed(name, wrong, 'true or false', 'true 或 false');
  return values.includes('true');
}

/** What the search itself is made of. */
export function withoutExplain(parameters: Parameters): Parameters {
  return parameters.some(([one]) => one === name) ? parameters.filter(([one]) => one !== name) : parameters;
}

/** Throws FhirError 403. */
export function checkMayExplain(isOn: boolean, access: Access, types: readonly string[]): void {
  if (!isOn) throw refused('is switched off; EXPLAIN_SEARCHES=true allows it', '已关闭；可用 EXPLAIN_SEARCHES=true 开启');
  const all = types.every((type) => {
    const predicate = access.restriction('search', type);
    return predicate !== undefined && isUnrestricted(predicate);
  });
  if (!all) {
    throw refused(
      'tells of the whole store, so it is only for those who may search every resource of every type, which no role does that access limits; on the machine of the server, lianyi explain tells the same',
      '会透露整个存储的情况，因此只供可检索所有类型全部资源者使用，受访问控制限制的角色均不在此列；可在服务器所在的机器上用 lianyi explain 查看',
    );
  }
}

function refused(en: string, zh: string): FhirError {
  return fault('forbidden', message('explain-forbidden', `${name} ${en}`, `${name} ${zh}`), { expression: name });
}

/**
 * What follows the base in a whole URL, in one from the root, or in what is that already. Clients reach a server by other names than its
 * own: of a URL that begins with another base what follows the path of ours counts, or the last `/fhir/`. Throws FhirError where neither
 * stands in it.
 */
export function afterBase(baseUrl: string, url: string): string {
  const pathname = new URL(baseUrl).pathname.replace(/\/$/, '');
  const path = url.replace(/^https?:\/\/[^/?#]*/i, '');
  if (path.startsWith(`${pathname}/`) || path.startsWith(`${pathname}?`)) return path.slice(pathname.length);
  if (path === url) return path;
  const at = path.split('?', 1).join('').lastIndexOf(FHIR);
  if (at < 0) throw otherBase(baseUrl, url);
  return path.slice(at + FHIR.length - 1);
}

const FHIR = '/fhir/';

function otherBase(baseUrl: string, url: string): FhirError {
  const shown = url.slice(0, 200);
  const text = message(
    'explain-other-base',
    `"${shown}" begins with another base than this server's, ${baseUrl} (BASE_URL)`,
    `“${shown}”的基地址与本服务器的基地址 ${baseUrl}（BASE_URL）不同`,
  );
  return fault('not-supported', text);
}

/** Asked by who may see everything. Throws FhirError. */
export async function explanationOf(perform: Perform, { target, parameters }: ParsedTarget, language: Language): Promise<string> {
  if (!target.interaction.startsWith('search')) throw noSearch(target.interaction);
  const asked = { access: unrestricted, language, preconditions: {}, parameters: [...withoutExplain(parameters), [name, 'true']] } as const;
  return String((await perform({ ...asked, ...target })).resource);
}

function noSearch(interaction: string): FhirError {
  const text = message(
    'explain-no-search',
    `Only a search can be explained; this URL asks for ${interaction}`,
    `只能解释检索；此 URL 请求的是 ${interaction}`,
  );
  return fault('not-supported', text);
}

/** The JSON text of the Parameters. */
export function explanationText(explanation: SearchExplanation): Buffer {
  const parameter = [
    ...explanation.parameters.map((one) =>
      group('parameter', [
        text('name', one.name),
        text('value', one.value),
        ...one.of.map(({ type, kind, modifier, predicate }) =>
          group('criterion', [code('type', type), code('kind', kind), text('modifier', modifier), text('predicate', predicate)]),
        ),
      ]),
    ),
    queryOf(explanation),
    ...explanation.steps.map(stepOf),
    answerOf(explanation),
  ];
  return Buffer.from(stringifyJson({ resourceType: 'Parameters', parameter }));
}

function queryOf({ where, plan }: SearchExplanation): JsonObject {
  return group('query', [
    ...where.map(({ type, predicate }) => group('where', [code('type', type), text('predicate', predicate)])),
    ...plan.sort.map((sort) => text('sort', sortText(sort))),
    { name: 'count', valueInteger: plan.count },
    code('total', plan.total),
    ...plan.includes.map((rule) => text('include', includeText(rule))),
    { name: 'continues', valueBoolean: plan.turn !== undefined },
  ]);
}

function sortText(sort: Sort): string {
  const by = 'slot' in sort ? sort.slot : `${sort.param} (${sort.end})`;
  return `${sort.descending ? '-' : ''}${by}`;
}

function includeText({ direction, source, params, target, iterate }: IncludeRule): string {
  const name = `${direction === 'forward' ? '_include' : '_revinclude'}${iterate ? ':iterate' : ''}`;
  return `${name}=${source}:${params.join(',')}${target === undefined ? '' : `:${target}`}`;
}

function stepOf(step: ExplainedStep): JsonObject {
  return group('step', [
    text('purpose', step.purpose),
    text('statement', step.statement),
    ...step.values.map((value) => text('value', JSON.stringify(value))),
    ...step.plan.map((line) => text('plan', line)),
    ...step.indexes.map((index) => text('index', index)),
    { name: 'scans', valueBoolean: step.scans },
    { name: 'milliseconds', valueDecimal: rounded(step.milliseconds) },
    ...(step.keysExamined === undefined ? [] : [{ name: 'keysExamined', valueInteger: step.keysExamined }]),
    ...(step.documentsExamined === undefined ? [] : [{ name: 'documentsExamined', valueInteger: step.documentsExamined }]),
    { name: 'rows', valueInteger: step.rows },
  ]);
}

function answerOf({ answer: { result, milliseconds } }: SearchExplanation): JsonObject {
  const { matches, included, total, pages } = result;
  return group('answer', [
    { name: 'matches', valueInteger: matches.length },
    { name: 'included', valueInteger: included.length },
    ...(total === undefined ? [] : [{ name: 'total', valueInteger: total.total }]),
    { name: 'next', valueBoolean: pages.some(({ relation }) => relation === 'next') },
    { name: 'milliseconds', valueDecimal: rounded(milliseconds) },
  ]);
}

const rounded = (value: number) => Math.round(value * 1000) / 1000;

/** What says nothing is left out: R4 has no empty strings. */
function group(name: string, parts: readonly (JsonObject | undefined)[]): JsonObject {
  return { name, part: parts.filter((part): part is JsonObject => part !== undefined) as readonly Json[] };
}

function text(name: string, value: string | undefined): JsonObject | undefined {
  return value === undefined || value.trim() === '' ? undefined : { name, valueString: value };
}

function code(name: string, value: string | undefined): JsonObject | undefined {
  return value === undefined ? undefined : { name, valueCode: value };
}
