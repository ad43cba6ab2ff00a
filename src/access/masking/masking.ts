/** What a role that is shown only a part has to do with it: what it is shown, what it may not search by, what it may not do. */
import type { TypeModel } from '../../definitions/definitions.js';
import type { Access, Act } from '../access.js';
import { type CoverRooms, createCover } from './cover.js';
import type { Masks } from './kinds.js';
import { createTouches } from './touches.js';
import { hiddenBy, isHiddenModifier } from './unsearchable.js';

export interface Masking extends Required<Pick<Access, 'cover' | 'hides'>> {
  /** Whether an act on a type would write a part over the whole. */
  forbids(act: Act, type: string): boolean;
  readonly hidesContent: boolean;
}

export function createMasking(rooms: CoverRooms & { readonly definitions: Pick<TypeModel, 'properties'> }, masks: Masks): Masking {
  const touches = createTouches(rooms.definitions, masks);
  return {
    cover: createCover(rooms, masks),
    hides: {
      parameter: (parameter) => hiddenBy(masks, rooms.isOfRecord, parameter),
      modifier: (modifier) => isHiddenModifier(masks, modifier),
    },
    forbids: (act, type) => act === 'update' && touches(type),
    hidesContent: masks.has('attachment'),
  };
}
