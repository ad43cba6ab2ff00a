/**
 * Proof that a form was made here for this very browser and place: a digest of a cookie that only this browser has. Together with cookies
 * that no other site's form is sent with, nobody can have a signed-in user post what they did not see.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { StateStore } from '../../store/state.js';
import { type CookiePlace, readCookie, setCookie } from './cookies.js';

const cookie = 'lianyi_form';
const kind = 'secret';
const id = 'forms';

/** For a form in `place`; sets the cookie where the browser has none. */
export async function formToken(
  states: StateStore,
  where: CookiePlace,
  req: IncomingMessage,
  res: ServerResponse,
  place: string,
): Promise<string> {
  const known = readCookie(req, cookie);
  const value = known ?? randomBytes(24).toString('base64url');
  if (known === undefined) setCookie(res, where, cookie, value);
  return digest(await keyOf(states), value, place);
}

/** Whether a posted form was made by `formToken`, and does not come from another site. */
export async function isOwnForm(
  states: StateStore,
  { issuer }: CookiePlace,
  req: IncomingMessage,
  token: string,
  place: string,
): Promise<boolean> {
  const { origin, 'sec-fetch-site': site } = req.headers;
  if (origin !== undefined && origin !== new URL(issuer).origin) return false;
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  const value = readCookie(req, cookie);
  if (value === undefined) return false;
  const expected = Buffer.from(digest(await keyOf(states), value, place));
  const found = Buffer.from(token);
  return found.length === expected.length && timingSafeEqual(found, expected);
}

/** Shared by all processes, made by the first. */
async function keyOf(states: StateStore): Promise<string> {
  const found = await states.get(kind, id);
  if (found !== undefined) return found.value;
  await states.add({ kind, id, value: JSON.stringify(randomBytes(32).toString('base64url')) });
  return keyOf(states);
}

function digest(key: string, value: string, place: string): string {
  return createHmac('sha256', key).update(`${value}\n${place}`).digest('base64url');
}
