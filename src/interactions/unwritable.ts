/**
 * What is said of an instance that may not be written: where it may be read, that it may not be written; otherwise the same as of one
 * that is not there. Source: R4 security.html#AccessDenied
 */
import type { Act } from '../access/access.js';
import type { FhirError } from '../model/outcome.js';
import type { Version } from '../store/port.js';
import type { Rooms, View } from './intent.js';
import { notFound } from './read.js';
import type { Asked } from './request.js';
import { isVisible, outsideOfAccess } from './visibility.js';

export async function unwritable(
  rooms: Pick<Rooms, 'search' | 'store'>,
  { access }: Pick<Asked, 'access'>,
  view: View,
  { act, current }: { readonly act: Act; readonly current: Version },
): Promise<FhirError> {
  const { type, id } = current;
  const readable = access.restriction('read', type);
  const seen = readable !== undefined && (await isVisible(rooms, view, current, readable));
  return seen ? outsideOfAccess(act, type) : notFound({ type, id });
}
