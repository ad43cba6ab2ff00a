/**
 * How far somebody has come in signing in: whose password was right, and what is still missing. It hangs on a cookie that is made when the
 * password was right, so that nobody goes on where another began.
 */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { digestOf } from '../secrets.js';
import { type CookiePlace, readCookie, setCookie } from './cookies.js';
import type { PagesRooms } from './rooms.js';

export interface Progress {
  /** What is signed in for: the uid of an interaction, or a place of its own. */
  readonly flow: string;
  /** Name of the account whose password was right. */
  readonly name: string;
  readonly methods: readonly string[];
  /** Shown to be put into an authenticator, not proved yet. */
  readonly secret?: string;
}

export interface Kept extends Progress {
  readonly id: string;
}

const cookie = 'lianyi_step';
const kind = 'signing-in';
const kept = 15 * 60_000;

export async function beginProgress(rooms: PagesRooms, res: ServerResponse, progress: Progress): Promise<Kept> {
  const secret = randomBytes(24).toString('base64url');
  setCookie(res, rooms, cookie, secret);
  const begun = { ...progress, id: digestOf(secret) };
  await keepProgress(rooms, begun);
  return begun;
}

export async function keepProgress({ states, now }: PagesRooms, { id, ...progress }: Kept): Promise<void> {
  await states.put({ kind, id, value: JSON.stringify(progress), expires: now() + kept });
}

export async function findProgress({ states, now }: PagesRooms, req: IncomingMessage, flow: string): Promise<Kept | undefined> {
  const secret = readCookie(req, cookie);
  const item = secret === undefined ? undefined : await states.get(kind, digestOf(secret));
  if (item === undefined || (item.expires ?? 0) <= now()) return undefined;
  const progress: Progress = JSON.parse(item.value);
  return progress.flow === flow ? { ...progress, id: item.id } : undefined;
}

export async function endProgress({ states, issuer }: PagesRooms & CookiePlace, res: ServerResponse, id: string): Promise<void> {
  await states.take(kind, id);
  setCookie(res, { issuer }, cookie, '', 0);
}
