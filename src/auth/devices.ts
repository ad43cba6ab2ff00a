/** Browsers in which an account was signed in with: tries from there are not made to wait by the failures of strangers. */
import { randomBytes } from 'node:crypto';
import type { StateStore } from '../store/state.js';
import { accountKey } from './account-names.js';
import { digestOf } from './secrets.js';

const kind = 'device';
const kept = 90 * 24 * 60 * 60_000;

/** What the browser keeps; here only its digest is. */
export async function rememberDevice(
  states: StateStore,
  account: { readonly id: string; readonly name: string },
  now: number,
): Promise<string> {
  const secret = randomBytes(24).toString('base64url');
  const value = JSON.stringify({ key: accountKey(account.name) });
  await states.put({ kind, id: digestOf(secret), value, refs: [devicesOf(account)], expires: now + kept });
  return secret;
}

/** Names the device where it is known for the account; `key` is as `accountKey` makes it. */
export async function knownDevice(states: StateStore, secret: string, key: string, now: number): Promise<string | undefined> {
  const item = await states.get(kind, digestOf(secret));
  return item !== undefined && (item.expires ?? 0) > now && JSON.parse(item.value).key === key ? item.id : undefined;
}

export function devicesOf(account: { readonly id: string }): string {
  return `account-devices:${account.id}`;
}
