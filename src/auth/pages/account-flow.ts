/** What the owner of an account does outside of any application: takes grants back, changes the password, sets up an authenticator. */
import { message } from '../../model/message.js';
import { type Account, changeAccount, endSessions, findAccountById } from '../accounts.js';
import { agentOf } from '../agent.js';
import type { GrantShown } from '../interactions.js';
import { enrol, newSecret, secretUri, stepOf } from '../second-factor.js';
import { checkSignIn } from '../sign-in.js';
import { accountPage } from './account-page.js';
import { seeOther } from './answer.js';
import { readCookie } from './cookies.js';
import { beginProgress, endProgress, findProgress } from './progress.js';
import type { PagesRooms } from './rooms.js';
import { changePassword, knownDevice, type SignInFlow, serveSignIn, typedCode, wrongCodeText } from './sign-in-flow.js';
import { enrolPage, recoveryCodesPage } from './sign-in-pages.js';
import { type Problem, say } from './view.js';
import { show, type Visit, waitFor } from './visit.js';

const flow = 'account';

/** Whether the step is one of them: answered then. `''` is the page itself; who is not signed in signs in first. */
export async function serveAccount(rooms: PagesRooms, visit: Visit, base: string, step: string): Promise<boolean> {
  const { interactions, states } = rooms;
  const id = await interactions.signedIn(visit.req, visit.res);
  const account = id === undefined ? undefined : await findAccountById(states, id);
  if (account === undefined || account.locked) return serveSignIn(rooms, visit, signInFlow(rooms, visit, base), step);
  if (step === '' && visit.form === undefined) await showAccount(rooms, visit, { base, account });
  else if (visit.form === undefined || !steps.has(step)) {
    // A form of signing in that comes when that is done.
    if (!['sign-in', 'code', 'password', 'again', 'go-on'].includes(step)) return false;
    seeOther(visit.res, base);
  } else await steps.get(step)?.(rooms, visit, { base, account });
  return true;
}

function signInFlow({ interactions }: PagesRooms, { req, res }: Visit, base: string): SignInFlow {
  return {
    id: 'account-sign-in',
    base,
    refusable: false,
    async finish(account, methods) {
      await interactions.startSession(req, res, { account: account.id, methods });
      seeOther(res, base);
    },
  };
}

interface Owner {
  readonly base: string;
  readonly account: Account;
}

type Step = (rooms: PagesRooms, visit: Visit, owner: Owner) => Promise<void>;

const steps: ReadonlyMap<string, Step> = new Map<string, Step>([
  ['revoke', revoke],
  ['change-password', takePassword],
  ['set-up', setUp],
  ['enrol', takeEnrolment],
  ['remove-factor', removeFactor],
]);

async function showAccount(rooms: PagesRooms, visit: Visit, { base, account }: Owner, more: { done?: string; problem?: Problem } = {}) {
  const { interactions, types, policy, issuer } = rooms;
  const grants = await interactions.grants(account.id);
  const patients = await patientsOf(rooms, account, grants);
  const signOut = `${new URL(issuer).pathname}/logout`;
  const factorNeeded = policy.needsSecondFactor(account.role);
  const status = more.problem?.text.id === 'too-many-tries' ? 429 : undefined;
  show(visit, accountPage(visit.view, { base, account, grants, patients, types, signOut, factorNeeded, ...more }), status);
}

/** Of so many the names are looked up. */
const mostPatients = 20;

async function patientsOf({ records }: PagesRooms, account: Account, grants: readonly GrantShown[]) {
  const clients = new Map(grants.flatMap(({ patient, client }) => (patient === undefined ? [] : [[patient, client.id] as const])));
  const asked = [...clients].slice(0, mostPatients);
  const found = await Promise.all(asked.map(([id, client]) => records.findPatient({ account, client }, id)));
  return new Map(found.flatMap((patient) => (patient === undefined ? [] : [[patient.id, patient] as const])));
}

async function revoke(rooms: PagesRooms, visit: Visit, owner: Owner): Promise<void> {
  await rooms.interactions.revokeGrant(owner.account.id, visit.form?.one('grant') ?? '');
  await showAccount(rooms, visit, owner, { done: say(visit.view, 'The access was taken back.', '授权已撤销。') });
}

async function takePassword(rooms: PagesRooms, visit: Visit, owner: Owner): Promise<void> {
  const problem = (await passwordProblem(rooms, visit, owner, 'password')) ?? (await changePassword(rooms, visit, owner.account));
  if (problem !== undefined) return showAccount(rooms, visit, owner, { problem });
  // Whoever else is signed in with it is so no more.
  await endSessions(rooms.states, owner.account);
  await rooms.interactions.startSession(visit.req, visit.res, { account: owner.account.id, methods: ['pwd'] });
  tell(rooms, visit, owner, 'password');
  await showAccount(rooms, visit, owner, { done: say(visit.view, 'The password was changed.', '密码已更改。') });
}

async function setUp(rooms: PagesRooms, visit: Visit, owner: Owner): Promise<void> {
  const problem = await passwordProblem(rooms, visit, owner, 'proof');
  if (problem !== undefined) return showAccount(rooms, visit, owner, { problem });
  const secret = newSecret();
  await beginProgress(rooms, visit.res, { flow, name: owner.account.name, methods: [], secret });
  showEnrolment(rooms, visit, owner, secret);
}

function showEnrolment(
  { software }: PagesRooms,
  visit: Visit,
  { base, account: { name } }: Owner,
  secret: string,
  problem?: Problem,
): void {
  show(visit, enrolPage(visit.view, { base, name, secret, uri: secretUri(secret, name, software), refusable: false, problem }));
}

async function takeEnrolment(rooms: PagesRooms, visit: Visit, owner: Owner): Promise<void> {
  const { base, account } = owner;
  const progress = await findProgress(rooms, visit.req, flow);
  if (progress?.secret === undefined || progress.name !== account.name) return seeOther(visit.res, base);
  const step = stepOf(progress.secret, typedCode(visit), rooms.now());
  if (step === undefined) return showEnrolment(rooms, visit, owner, progress.secret, { field: 'code', text: wrongCodeText });
  const codes = await enrol(rooms.states, account, progress.secret, step);
  await endProgress(rooms, visit.res, progress.id);
  tell(rooms, visit, owner, 'second factor set up');
  show(visit, recoveryCodesPage(visit.view, { base, codes }));
}

async function removeFactor(rooms: PagesRooms, visit: Visit, owner: Owner): Promise<void> {
  if (rooms.policy.needsSecondFactor(owner.account.role)) return seeOther(visit.res, owner.base);
  const problem = await passwordProblem(rooms, visit, owner, 'removal');
  if (problem !== undefined) return showAccount(rooms, visit, owner, { problem });
  const account = await changeAccount(rooms.states, owner.account.name, ({ totp: _, ...rest }) => rest);
  tell(rooms, visit, owner, 'second factor removed');
  await showAccount(rooms, visit, { ...owner, account }, { done: say(visit.view, 'The authenticator was removed.', '身份验证器已移除。') });
}

/** The session alone does not change what signs in: the password is asked for again, and counted like a sign-in. */
async function passwordProblem(rooms: PagesRooms, visit: Visit, { account }: Owner, field: string): Promise<Problem | undefined> {
  const known = readCookie(visit.req, knownDevice);
  const password = visit.form?.one(field) ?? '';
  const address = rooms.addressOf(visit.req);
  const result = await checkSignIn(rooms, { name: account.name, password, address, ...(known && { device: known }) });
  if (result.kind === 'right') return undefined;
  if (result.kind === 'wait') return waitFor(result.seconds, field);
  return { field, text: message('wrong-present-password', 'The present password is not right.', '当前密码不正确。') };
}

function tell({ record, addressOf }: PagesRooms, { req }: Visit, { account }: Owner, reason: string): void {
  record({ kind: 'account-changed', outcome: 'success', by: agentOf(account), address: addressOf(req), reason });
}
