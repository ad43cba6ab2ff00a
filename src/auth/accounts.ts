/**
 * The accounts of people, kept in the state store: one item each, under the key of its name, so that a name is given once only.
 * Locking and resetting end what was begun with the account: its tokens, and the devices it was known on.
 */
import { newId } from '../model/id.js';
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';
import { eachItem, type FoundItem, type StateStore } from '../store/state.js';
import { accountKey, accountName } from './account-names.js';
import { devicesOf } from './devices.js';
import { codeCounter, forget, nameCounter } from './lock-out.js';
import { checkPassword } from './password-rules.js';
import { hashPassword, type PasswordCost } from './passwords.js';
import { deny } from './verify/denied.js';

export interface Account {
  readonly id: string;
  /** What is typed to sign in. */
  readonly name: string;
  readonly displayName?: string;
  /** A role of the policy. */
  readonly role: string;
  /** `Practitioner/1`, `Patient/1`, … */
  readonly fhirUser?: string;
  /** Id of an Organization. */
  readonly institution?: string;
  /** Ids of the Patients a guardian acts for. */
  readonly patients?: readonly string[];
  /** As `hashPassword` makes it. */
  readonly password: string;
  /** Milliseconds UTC. */
  readonly passwordSetAt: number;
  /** Somebody else set the password: its owner sets another at the next sign-in. */
  readonly mustChangePassword?: boolean;
  /** The second factor. */
  readonly totp?: Totp;
  /** By administration, until it is lifted. */
  readonly locked?: boolean;
  /** Milliseconds UTC. */
  readonly createdAt: number;
}

export interface Totp {
  /** Base32; a code is made of it, so it cannot be hashed. */
  readonly secret: string;
  /** Of the last code that was taken: none is taken twice. */
  readonly step: number;
  /** SHA-256 of the recovery codes that are left. */
  readonly recovery: readonly string[];
}

export interface NewAccount extends Pick<Account, 'name' | 'displayName' | 'role' | 'fhirUser' | 'institution' | 'patients'> {
  /** In clear. */
  readonly password: string;
  readonly mustChangePassword?: boolean;
}

export interface AccountOptions {
  /** Milliseconds UTC. */
  readonly now?: number;
  readonly cost?: PasswordCost;
}

const kind = 'account';
const userForm = /^(Patient|Practitioner|PractitionerRole|RelatedPerson|Person)\/[A-Za-z0-9.-]{1,64}$/;
const idForm = /^[A-Za-z0-9.-]{1,64}$/;

/** A name that is taken is a `duplicate`; a bad name, password or reference is a `value`. */
export async function addAccount(states: StateStore, account: NewAccount, options: AccountOptions = {}): Promise<Account> {
  const { now = Date.now(), cost } = options;
  const { password, ...rest } = account;
  const name = accountName(account.name);
  checkPassword(password, name);
  checkReferences(account);
  const added: Account = {
    ...rest,
    id: newId(now),
    name,
    password: await hashPassword(password, cost),
    passwordSetAt: now,
    createdAt: now,
  };
  if (await states.add(itemOf(added))) return added;
  throw fault('duplicate', message('account-exists', `There is an account "${name}" already`, `账户“${name}”已存在`));
}

/** By the name as it is typed. */
export async function findAccount(states: StateStore, name: string): Promise<Account | undefined> {
  const item = await states.get(kind, accountKey(name));
  return item && accountOf(item);
}

export async function findAccountById(states: StateStore, id: string): Promise<Account | undefined> {
  const [item] = await states.list(kind, { ref: refOf(id), count: 1 });
  return item && accountOf(item);
}

/** All, in the order of their names. */
export async function listAccounts(states: StateStore): Promise<readonly Account[]> {
  const found: Account[] = [];
  for await (const item of eachItem(states, kind)) found.push(accountOf(item));
  return found;
}

/** By administration: nobody signs in with it until it is unlocked, and all that was given in its name ends. */
export async function lockAccount(states: StateStore, name: string, locked = true, options: AccountOptions = {}): Promise<Account> {
  const account = await changeAccount(states, name, ({ locked: _, ...rest }) => (locked ? { ...rest, locked } : rest));
  if (locked) await endAll(states, account, options);
  else await forgetFailures(states, account);
  return account;
}

/** A new password that its owner must change, no second factor, no lock; all that was given in its name ends. */
export async function resetAccount(states: StateStore, name: string, password: string, options: AccountOptions = {}): Promise<Account> {
  const set = await newPassword(states, name, password, options);
  const account = await changeAccount(states, name, ({ totp: _, locked: __, ...rest }) => ({ ...rest, ...set, mustChangePassword: true }));
  await endAll(states, account, options);
  await forgetFailures(states, account);
  return account;
}

/** By its owner. */
export async function setPassword(states: StateStore, name: string, password: string, options: AccountOptions = {}): Promise<Account> {
  const set = await newPassword(states, name, password, options);
  return changeAccount(states, name, ({ mustChangePassword: _, ...account }) => ({ ...account, ...set }));
}

/** What an account has of a password that was found right for it. */
async function newPassword(
  states: StateStore,
  name: string,
  password: string,
  { now = Date.now(), cost }: AccountOptions,
): Promise<Pick<Account, 'password' | 'passwordSetAt'>> {
  const found = await demandAccount(states, name);
  checkPassword(password, found.name);
  return { password: await hashPassword(password, cost), passwordSetAt: now };
}

/** Over the account as it is when it is written: `change` may be asked several times. */
export async function changeAccount(states: StateStore, name: string, change: (account: Account) => Account): Promise<Account> {
  for (;;) {
    const item = await states.get(kind, accountKey(name));
    if (item === undefined) throw unknown(name);
    const changed = change(accountOf(item));
    if (await states.put(itemOf(changed), item)) return changed;
  }
}

/** Sessions, grants, refresh tokens and known devices are removed; access tokens that are out are denied. */
async function endAll(states: StateStore, { id }: Account, { now = Date.now() }: AccountOptions): Promise<void> {
  await deny(states, { what: 'sub', id, before: now }, longestToken, now);
  await states.removeAll(`account:${id}`);
  await states.removeAll(devicesOf({ id }));
}

async function forgetFailures(states: StateStore, { id, name }: Account): Promise<void> {
  await forget(states, [nameCounter(accountKey(name)), codeCounter(id)]);
}

/** No access token may be set to live longer. Milliseconds. */
const longestToken = 2 * 86_400_000;

/** Signed out everywhere; what applications were given stays. */
export async function endSessions(states: StateStore, { id }: Account): Promise<void> {
  for (;;) {
    const items = await states.list('session', { ref: `account:${id}`, count: 100 });
    for (const item of items) await states.take(item.kind, item.id);
    if (items.length < 100) break;
  }
  await states.removeAll(devicesOf({ id }));
}

async function demandAccount(states: StateStore, name: string): Promise<Account> {
  const account = await findAccount(states, name);
  if (account === undefined) throw unknown(name);
  return account;
}

function unknown(name: string) {
  return fault('not-found', message('unknown-account', `There is no account "${name}"`, `账户“${name}”不存在`));
}

function itemOf(account: Account) {
  return { kind, id: accountKey(account.name), value: JSON.stringify(account), refs: [refOf(account.id)] };
}

function refOf(id: string): string {
  return `account-id:${id}`;
}

function accountOf(item: FoundItem): Account {
  return JSON.parse(item.value);
}

function checkReferences({ fhirUser, institution, patients = [] }: NewAccount): void {
  const wrong = [...patients, ...(institution === undefined ? [] : [institution])].find((id) => !idForm.test(id));
  if (fhirUser !== undefined && !userForm.test(fhirUser)) throw badReference(fhirUser);
  if (wrong !== undefined) throw badReference(wrong);
}

function badReference(found: string) {
  return fault(
    'value',
    message(
      'bad-account-reference',
      `An account names its user as Practitioner/1 or Patient/1, its institution and patients by their ids: found "${found}"`,
      `账户的用户应写作 Practitioner/1 或 Patient/1，机构与患者应写 id；实际为“${found}”`,
    ),
  );
}
