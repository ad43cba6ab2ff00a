/** patch, plain and conditional. Source: R4 http.html#patch */
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';
import type { Interaction } from './intent.js';
import type { WritingRooms } from './write.js';

export function patchInteraction(_rooms: WritingRooms): Interaction<'patch'> {
  return () => Promise.reject(notYet());
}

export function conditionalPatchInteraction(_rooms: WritingRooms): Interaction<'conditional-patch'> {
  return () => Promise.reject(notYet());
}

function notYet() {
  return fault('not-supported', message('patch-not-supported', 'PATCH is not supported yet', '暂不支持 PATCH'));
}
