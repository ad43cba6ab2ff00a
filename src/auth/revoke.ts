/** The end of grants and of clients: what they were given goes from the store, and the tokens that are out are denied. */
import type { StateStore } from '../store/state.js';
import { type AuthRooms, longestLife } from './rooms.js';
import { deny } from './verify/denied.js';

type Rooms = Pick<AuthRooms, 'states' | 'lifetimes' | 'now'>;

/** Its code, refresh tokens and context, and every access token of it. */
export async function revokeGrant({ states, lifetimes, now }: Rooms, grant: string): Promise<void> {
  await deny(states, { what: 'gid', id: grant }, longestLife(lifetimes), now());
  await states.removeAll(`grant:${grant}`);
}

/** One that is longer than any token may be set to live. Milliseconds. */
const longest = 31 * 86_400_000;

/** Whether there was one: it, its grants and its tokens are of no use from now on. */
export async function revokeClient(states: StateStore, id: string, now: number = Date.now()): Promise<boolean> {
  const taken = await states.take('client', id);
  // One that is added under the same name later begins anew.
  await deny(states, { what: 'client', id, before: now }, longest, now);
  await states.removeAll(`client:${id}`);
  return taken !== undefined;
}
