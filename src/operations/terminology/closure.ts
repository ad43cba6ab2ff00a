/**
 * $closure: which of the codes somebody uses subsumes which, sent as it becomes known. Source: R4 conceptmap-operation-closure.html,
 * terminology-service.html#closure
 */
import type { ConceptMap } from 'fhir/r4.js';
import type { Rooms } from '../../interactions/intent.js';
import { restrictionOf } from '../../interactions/visibility.js';
import { inSteps } from '../../model/in-steps.js';
import { message } from '../../model/message.js';
import { fault } from '../../model/outcome.js';
import type { Resource } from '../../model/resource.js';
import { type ClosureCode, type ClosureTable, closureMark, extendedClosure } from '../../terminology/closure.js';
import type { CodeContent } from '../../terminology/code-system.js';
import type { Operation } from '../operation.js';
import { resourceAnswer } from './answer.js';
import { changeClosure, initializeClosure, type KeptClosure } from './closure-tables.js';
import { type OperationParameters, parameterReader } from './parameters.js';

const definition = 'http://hl7.org/fhir/OperationDefinition/ConceptMap-closure';
const read = parameterReader(definition);

export const closure: Operation = {
  name: 'closure',
  definition,
  capability: { closure: { translation: false } },
  writesAtOnce: true,
  async prepare(rooms, request) {
    const asked = read(rooms.definitions, request);
    restrictionOf(request.access, 'read', 'ConceptMap');
    // It changes what the server keeps: nothing that a link or a look-ahead should do.
    if (request.body === undefined) throw bodyWanted();
    const owner = { subject: request.access.subject ?? '', name: nameAsked(asked) };
    const [codes, since] = [codesAsked(asked), asked.text('version')];
    if (codes.length > 0 && since !== undefined) throw oneWanted(asked);
    if (codes.length === 0 && since === undefined) {
      await initializeClosure(rooms, owner);
      return resourceAnswer(closureMap(rooms, owner.name, `Closure Table ${owner.name} Creation`, '0', []));
    }
    let before = 0;
    const kept = await changeClosure(rooms, owner, (table) => {
      before = table.grown;
      return changed(rooms, owner.name, table, codes);
    });
    const from = since === undefined ? before : grownAt(since, kept);
    const group = groupsOf(kept.table, from);
    return resourceAnswer(closureMap(rooms, owner.name, `Updates for Closure Table ${owner.name}`, versionOf(kept), group));
  },
};

/** Concepts of one request, and of a table; relations between them. */
const MAX_ADDED = 1000;
const MAX_CONCEPTS = 10_000;
const MAX_ROWS = 100_000;

async function changed(rooms: Rooms, name: string, table: ClosureTable, codes: readonly ClosureCode[]): Promise<ClosureTable> {
  const { codeSystem } = rooms.uploads.terminology.at({});
  for (const { uri, mark } of table.systems) {
    const content = codeSystem(uri);
    if (content === undefined || closureMark(content) !== mark) throw outOfDate(name, uri);
  }
  const contentOf = (system: string): CodeContent => {
    const content = codeSystem(system);
    if (content === undefined) throw systemUnknown(system);
    return content;
  };
  const after = await inSteps(extendedClosure(table, codes, contentOf, MAX_ROWS));
  if (after.concepts.length > MAX_CONCEPTS || after.rows.length > MAX_ROWS) throw tooLarge(name);
  return after;
}

function versionOf({ table: { grown }, epoch }: KeptClosure): string {
  return grown === 0 ? '0' : `${grown}.${epoch}`;
}

/** The growth behind which all is new. Throws FhirError 422 for a version this table cannot have given. */
function grownAt(since: string, { table: { grown }, epoch }: KeptClosure): number {
  if (since === '0') return 0;
  const [, number = '', of] = /^(\d{1,9})\.(.+)$/.exec(since) ?? [];
  if (of === epoch && Number(number) <= grown) return Number(number);
  throw fault(
    'processing',
    message(
      'closure-version',
      `"${since}" is no version that this closure table was given; 0 asks for all of it`,
      `“${since}”不是此闭包表的版本；0 表示请求全部`,
    ),
    { status: 422, expression: 'version' },
  );
}

function groupsOf({ systems, concepts, rows }: ClosureTable, from: number): NonNullable<ConceptMap['group']> {
  const groups = new Map<number, Map<string, { code: string; equivalence: 'subsumes' | 'equal' }[]>>();
  for (const [source, target, equivalence, at] of rows) {
    const [system, code] = concepts[source] ?? [];
    const [, targetCode] = concepts[target] ?? [];
    if (at <= from || system === undefined || code === undefined || targetCode === undefined) continue;
    const elements = groups.get(system) ?? new Map();
    groups.set(system, elements);
    elements.set(code, [...(elements.get(code) ?? []), { code: targetCode, equivalence }]);
  }
  return [...groups].map(([place, elements]) => {
    const system = systems[place]?.uri;
    return { source: system, target: system, element: [...elements].map(([code, target]) => ({ code, target })) };
  });
}

function closureMap({ now }: Rooms, id: string, name: string, version: string, group: NonNullable<ConceptMap['group']>): Resource {
  const map: ConceptMap = {
    resourceType: 'ConceptMap',
    id,
    version,
    name,
    status: 'active',
    experimental: true,
    date: new Date(now()).toISOString(),
    ...(group.length === 0 ? {} : { group }),
  };
  return map as unknown as Resource;
}

/** It becomes the id of a resource. Throws FhirError 400. */
function nameAsked(asked: OperationParameters): string {
  const name = asked.text('name');
  if (name !== undefined && /^[A-Za-z0-9.-]{1,64}$/.test(name)) return name;
  const text =
    name === undefined
      ? message('closure-name-wanted', 'The closure table needs a name (parameter name)', '闭包表需要名称（参数 name）')
      : message(
          'closure-name',
          `"${name}" is no name for a closure table; 1 to 64 letters, digits, - and . were expected`,
          `“${name}”不能作为闭包表名称；应为 1 至 64 个字母、数字、- 或 .`,
        );
  throw fault(name === undefined ? 'required' : 'value', text, { status: 400, expression: asked.at('name') });
}

function codesAsked(asked: OperationParameters): readonly ClosureCode[] {
  const codings = asked.codings('concept');
  if (codings.length > MAX_ADDED) throw tooManyAdded(codings.length);
  return codings.map(({ system, code }) => {
    if (system !== undefined && code !== undefined) return { system, code };
    const missing = system === undefined ? 'system' : 'code';
    const text = message('closure-concept', `A concept of a closure table needs its ${missing}`, `闭包表的概念需要 ${missing}`);
    throw fault('required', text, { status: 400, expression: asked.at('concept') });
  });
}

function bodyWanted() {
  return fault('invalid', message('closure-post', 'A POST with Parameters was expected', '应以 POST 提交 Parameters'), { status: 400 });
}

function oneWanted(asked: OperationParameters) {
  return fault(
    'invalid',
    message('closure-one', 'Either concepts or a version were expected, not both', '应给出 concept 或 version 之一，而非二者'),
    { expression: asked.at('version') },
  );
}

function systemUnknown(system: string) {
  return fault('not-found', message('code-system-unknown', `There is no code system ${system} here`, `此处没有代码系统 ${system}`), {
    expression: 'concept',
  });
}

function outOfDate(name: string, system: string) {
  return fault(
    'processing',
    message(
      'closure-out-of-date',
      `The code system ${system} has changed: the closure table "${name}" must be initialized anew, and its concepts be sent again`,
      `代码系统 ${system} 已变更：闭包表“${name}”须重新初始化并重新提交其概念`,
    ),
    { status: 422, expression: 'name' },
  );
}

function tooLarge(name: string) {
  return fault(
    'too-costly',
    message(
      'closure-too-large',
      `The closure table "${name}" would have more than ${MAX_CONCEPTS} concepts or ${MAX_ROWS} relations`,
      `闭包表“${name}”的概念将超过 ${MAX_CONCEPTS} 个或关系超过 ${MAX_ROWS} 条`,
    ),
    { status: 422, expression: 'concept' },
  );
}

function tooManyAdded(count: number) {
  return fault(
    'too-costly',
    message(
      'closure-too-many',
      `${count} concepts were sent at once; at most ${MAX_ADDED} were expected`,
      `一次提交了 ${count} 个概念；上限为 ${MAX_ADDED}`,
    ),
    { status: 422, expression: 'concept' },
  );
}
