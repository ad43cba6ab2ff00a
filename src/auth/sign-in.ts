/** Whether somebody is who they say, by name and password: the same answer in the same time for a wrong password and for no such name. */
import ipaddr from 'ipaddr.js';
import { FhirError } from '../model/outcome.js';
import type { StateStore } from '../store/state.js';
import { accountKey } from './account-names.js';
import { type Account, changeAccount, findAccount } from './accounts.js';
import { knownDevice } from './devices.js';
import { type Counter, countTry, forgive, nameCounter } from './lock-out.js';
import { hashPassword, isNoPassword, isOutdated, isPassword, type PasswordCost } from './passwords.js';

export interface SignIn {
  readonly name: string;
  readonly password: string;
  /** The peer's, as the connection tells. */
  readonly address: string;
  /** What `rememberDevice` gave when the account was signed in with there. */
  readonly device?: string;
}

export interface SignInRooms {
  readonly states: StateStore;
  /** Milliseconds UTC. */
  readonly now: () => number;
  readonly cost?: PasswordCost;
}

export type SignInResult =
  | { readonly kind: 'right'; readonly account: Account }
  | { readonly kind: 'wrong' }
  /** The password is right, and the account is locked by administration. */
  | { readonly kind: 'locked'; readonly account: Account }
  | { readonly kind: 'wait'; readonly seconds: number };

const longestPassword = 1024;

export async function checkSignIn(rooms: SignInRooms, signIn: SignIn): Promise<SignInResult> {
  const { states, now } = rooms;
  const key = accountKey(signIn.name).slice(0, 200);
  const counters = await countersOf(states, key, signIn, now());
  const until = await countTry(states, counters, now());
  if (until !== undefined) return { kind: 'wait', seconds: Math.ceil((until - now()) / 1000) };
  const account = await findAccount(states, key);
  const password = signIn.password.slice(0, longestPassword);
  const right = await judge(rooms, account, password).catch(async (error: unknown) => {
    // What was not judged, for too many came at once, is no failure.
    await forgive(states, counters, []);
    throw error;
  });
  if (!right || account === undefined) return { kind: 'wrong' };
  await forgive(states, counters, counters.slice(0, 1));
  return account.locked ? { kind: 'locked', account } : { kind: 'right', account: await hashedAnew(rooms, account, password) };
}

function judge({ cost }: SignInRooms, account: Account | undefined, password: string): Promise<boolean> {
  return account === undefined ? isNoPassword(password, cost) : isPassword(password, account.password);
}

/** Where it was hashed at another cost. It may wait for another time where too many come at once. */
async function hashedAnew({ states, cost }: SignInRooms, account: Account, password: string): Promise<Account> {
  if (!isOutdated(account.password, cost)) return account;
  const hashed = await hashPassword(password, cost).catch((error: unknown) => {
    if (error instanceof FhirError && error.status === 503) return undefined;
    throw error;
  });
  if (hashed === undefined) return account;
  const same = account.password;
  return changeAccount(states, account.name, (found) => (found.password === same ? { ...found, password: hashed } : found));
}

/** The first of them begins anew when a try is right. */
async function countersOf(states: StateStore, key: string, { address, device }: SignIn, now: number): Promise<readonly Counter[]> {
  const known = device === undefined ? undefined : await knownDevice(states, device, key, now);
  if (known !== undefined) return [{ id: `device:${known}`, free: 10 }];
  return [
    { id: nameCounter(key), free: 5 },
    { id: `address:${network(address)}`, free: 50 },
  ];
}

/** One household has a whole /64 of IPv6. */
function network(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return parsed
    .toByteArray()
    .slice(0, 8)
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}
