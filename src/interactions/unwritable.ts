/**
 * Instances that may not be written: where one may be read, it is said that it may not be written; otherwise the same as of one that is not
 * there. Source: R4 security.html#AccessDenied
 */
import { type Act, isUnrestricted } from '../access/access.js';
import type { Version } from '../store/port.js';
import type { Rooms, View } from './intent.js';
import { notFound } from './read.js';
import type { Asked } from './request.js';
import { isVisible, outsideOfAccess, restrictionOf } from './visibility.js';

/** Throws FhirError 403 and 404. */
export async function refuseUnwritable(
  rooms: Pick<Rooms, 'search' | 'store'>,
  { access }: Pick<Asked, 'access'>,
  view: View,
  { act, current }: { readonly act: Act; readonly current: Version },
): Promise<void> {
  const { type, id } = current;
  const restriction = restrictionOf(access, act, type);
  if (isUnrestricted(restriction) || (await isVisible(rooms, view, current, restriction))) return;
  const readable = access.restriction('read', type);
  const seen = readable !== undefined && (await isVisible(rooms, view, current, readable));
  throw seen ? outsideOfAccess(act, type) : notFound({ type, id });
}
