/** The operations this server has, and the interaction that finds them. A new operation is a file and a line here. */
import type { Definitions } from '../definitions/definitions.js';
import { concerns } from '../interactions/concerns.js';
import type { Interaction, Rooms, View } from '../interactions/intent.js';
import type { RequestFor } from '../interactions/request.js';
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';
import { refuseFaults } from '../model/sent.js';
import type { Operation } from './operation.js';
import { snapshot } from './snapshot.js';
import { closure } from './terminology/closure.js';
import { codeSystemValidateCode } from './terminology/code-system-validate-code.js';
import { expand } from './terminology/expand.js';
import { findMatches } from './terminology/find-matches.js';
import { lookup } from './terminology/lookup.js';
import { subsumes } from './terminology/subsumes.js';
import { translate } from './terminology/translate.js';
import { valueSetValidateCode } from './terminology/value-set-validate-code.js';
import { validate } from './validate.js';

const ofTerminology: readonly Operation[] = [
  lookup,
  codeSystemValidateCode,
  valueSetValidateCode,
  expand,
  subsumes,
  findMatches,
  translate,
  closure,
];
export const operations: readonly Operation[] = [validate, snapshot, ...ofTerminology];

export function operationInteraction(rooms: Rooms): Interaction<'operation'> {
  return async (request, view) => {
    const here = operations.filter((operation) => isAt(request, operation, rooms.definitions));
    const operation = here.find(({ name }) => name === request.name);
    if (operation === undefined) throw unknownOperation(request.name, here);
    if (request.access.mayPerform?.(operation.name) === false) throw mayNotPerform(operation.name);
    if (operation.writesAtOnce === true && view.whole === true) throw notInTransaction(operation.name);
    if (operation.reportsFaults !== true) refuseFaults(request);
    return operation.prepare(roomsFor(rooms, view), request, view);
  };
}

/** The definitions that a transaction brings are in effect for what it asks. Source: R4 http.html#trules */
function roomsFor(rooms: Rooms, { judge }: View): Rooms {
  if (judge === undefined) return rooms;
  const { definitions, validator } = judge;
  return { ...rooms, definitions, validator, uploads: { ...rooms.uploads, ...judge } };
}

/** What is for any resource can do without the type in the URL: the body names it. */
function isAt({ type }: RequestFor<'operation'>, { definition }: Operation, definitions: Definitions): boolean {
  const { system, resource = [] } = definitions.operation(definition) ?? {};
  return type === undefined ? system === true || resource.includes('Resource') : concerns(definitions, type, resource);
}

function mayNotPerform(name: string) {
  return fault(
    'forbidden',
    message('operation-forbidden', `Access does not allow the operation "$${name}"`, `访问权限不允许操作“$${name}”`),
  );
}

function notInTransaction(name: string) {
  const text = message(
    'operation-in-transaction',
    `The operation "$${name}" changes what the server keeps, and could not be undone with the transaction; send it by itself or in a batch`,
    `操作“$${name}”会改变服务器保存的内容，无法随事务一起撤销；请单独提交，或放在批处理（batch）中`,
  );
  return fault('not-supported', text, { expression: 'request.url' });
}

function unknownOperation(name: string, here: readonly Operation[]) {
  const known = here.map((operation) => `$${operation.name}`);
  return fault(
    'not-found',
    message(
      'unknown-operation',
      `There is no operation "$${name}" here; there are ${known.join(', ')}`,
      `此处没有操作“$${name}”；现有：${known.join('、')}`,
    ),
  );
}
