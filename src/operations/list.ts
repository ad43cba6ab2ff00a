/** The operations this server has, and the interaction that finds them. A new operation is a file and a line here. */
import type { Interaction, Rooms } from '../interactions/intent.js';
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';
import type { Operation } from './operation.js';
import { validate } from './validate.js';

export const operations: readonly Operation[] = [validate];

export function operationInteraction(rooms: Rooms): Interaction<'operation'> {
  return async (request, view) => {
    const operation = operations.find(({ name }) => name === request.name);
    if (operation === undefined) throw unknownOperation(request.name);
    return operation.prepare(rooms, request, view);
  };
}

function unknownOperation(name: string) {
  const known = operations.map((operation) => `$${operation.name}`).join(', ');
  return fault(
    'not-found',
    message('unknown-operation', `There is no operation "$${name}" here; there are ${known}`, `此处没有操作“$${name}”；现有：${known}`),
  );
}
