/**
 * Signing in, step by step: password, code, a password of one's own, an authenticator, as the account and the policy ask for. Each step is a
 * form of its own; what was reached is kept here, and the page that comes next follows from it.
 */
import type { SecurityEventKind } from '../../audit/event.js';
import { message } from '../../model/message.js';
import { FhirError } from '../../model/outcome.js';
import { type Account, findAccount, setPassword } from '../accounts.js';
import { agentOf } from '../agent.js';
import { rememberDevice } from '../devices.js';
import { isPassword } from '../passwords.js';
import { checkSecondFactor, enrol, newSecret, secretUri, stepOf } from '../second-factor.js';
import { checkSignIn } from '../sign-in.js';
import { seeOther } from './answer.js';
import { readCookie, setCookie } from './cookies.js';
import { beginProgress, endProgress, findProgress, type Kept, keepProgress } from './progress.js';
import type { PagesRooms } from './rooms.js';
import { codePage, enrolPage, newPasswordPage, recoveryCodesPage, type SignInPage, signInPage } from './sign-in-pages.js';
import type { PageContent, Problem } from './view.js';
import { problemOf, show, type Visit, waitFor } from './visit.js';

export interface SignInFlow {
  /** Names what is signed in for; a step that was begun for one is none for another. */
  readonly id: string;
  /** Path of the page; the forms lead below it. */
  readonly base: string;
  /** Name and id of the application that waits. */
  readonly client?: { readonly id: string; readonly name: string };
  readonly name?: string;
  readonly refusable: boolean;
  /** Id of the one account that will do. */
  readonly demanded?: string;
  finish(account: Account, methods: readonly string[]): Promise<void>;
}

/** Names the cookie of a browser in which somebody has signed in. */
export const knownDevice = 'lianyi_device';
const deviceSeconds = 90 * 24 * 60 * 60;

/** Whether the step is one of signing in: answered then. `''` is the page itself. */
export async function serveSignIn(rooms: PagesRooms, visit: Visit, flow: SignInFlow, step: string): Promise<boolean> {
  const progress = await findProgress(rooms, visit.req, flow.id);
  const account = progress && (await findAccount(rooms.states, progress.name));
  const reached = progress && account && !account.locked ? { progress, account } : undefined;
  if (step === '' && visit.form === undefined) {
    await showNext(rooms, visit, flow, reached);
    return true;
  }
  if (visit.form === undefined) return false;
  if (step === 'sign-in') await takePassword(rooms, visit, flow);
  else if (step === 'again') await startAgain(rooms, visit, flow, progress);
  else if (!steps.has(step)) return false;
  else if (reached === undefined) seeOther(visit.res, flow.base);
  else await steps.get(step)?.(rooms, visit, flow, reached);
  return true;
}

interface Reached {
  readonly progress: Kept;
  readonly account: Account;
}

type Step = (rooms: PagesRooms, visit: Visit, flow: SignInFlow, reached: Reached) => Promise<void>;

const steps: ReadonlyMap<string, Step> = new Map<string, Step>([
  ['code', takeCode],
  ['password', takeNewPassword],
  ['enrol', takeEnrolment],
  ['go-on', goOn],
]);

/** What is missing still, in this order. */
function missing({ policy }: PagesRooms, { account, progress }: Reached): 'code' | 'password' | 'enrol' | undefined {
  const proved = progress.methods.includes('otp');
  if (account.totp !== undefined && !proved) return 'code';
  if (account.mustChangePassword) return 'password';
  return account.totp === undefined && policy.needsSecondFactor(account.role) ? 'enrol' : undefined;
}

async function showNext(
  rooms: PagesRooms,
  visit: Visit,
  flow: SignInFlow,
  reached: Reached | undefined,
  problem?: Problem,
  status?: number,
) {
  show(visit, await nextPage(rooms, visit, flow, reached, problem), status);
}

async function nextPage(rooms: PagesRooms, visit: Visit, flow: SignInFlow, reached?: Reached, problem?: Problem): Promise<PageContent> {
  const { view, form } = visit;
  const page = pageOf(flow, reached?.account.name ?? (form?.one('name') || flow.name), problem);
  const step = reached && missing(rooms, reached);
  if (reached === undefined || step === undefined) return signInPage(view, page);
  if (step === 'code') return codePage(view, page);
  if (step === 'password') return newPasswordPage(view, page);
  const secret = reached.progress.secret ?? newSecret();
  if (reached.progress.secret === undefined) await keepProgress(rooms, { ...reached.progress, secret });
  return enrolPage(view, { ...page, secret, uri: secretUri(secret, reached.account.name, rooms.software) });
}

function pageOf({ base, client, refusable }: SignInFlow, name: string | undefined, problem: Problem | undefined): SignInPage {
  return { base, refusable, problem, ...(client && { client: client.name }), ...(name !== undefined && { name: name.slice(0, 200) }) };
}

async function takePassword(rooms: PagesRooms, visit: Visit, flow: SignInFlow): Promise<void> {
  const [name, password] = [visit.form?.one('name') ?? '', visit.form?.one('password') ?? ''];
  const known = readCookie(visit.req, knownDevice);
  const signIn = { name, password, address: rooms.addressOf(visit.req), ...(known && { device: known }) };
  const result = await checkSignIn(rooms, signIn).catch((error: unknown) => tooMany(visit, error));
  if ('problem' in result) return showNext(rooms, visit, flow, undefined, result.problem, 503);
  if (result.kind === 'right' && (flow.demanded ?? result.account.id) !== result.account.id) {
    tell(rooms, visit, flow, 'sign-in', 'refused', result.account, 'the launch is of another account');
    return showNext(rooms, visit, flow, undefined, { field: 'name', text: notDemandedText });
  }
  if (result.kind === 'right') {
    const begun = await beginProgress(rooms, visit.res, { flow: flow.id, name: result.account.name, methods: ['pwd'] });
    await proceed(rooms, visit, flow, { progress: begun, account: result.account });
    return;
  }
  const account = result.kind === 'locked' ? result.account : undefined;
  const waiting = result.kind === 'wait';
  tell(rooms, visit, flow, waiting ? 'lock-out' : 'sign-in', 'refused', account ?? { name: name.slice(0, 100) }, reasons[result.kind]);
  if (waiting) visit.res.setHeader('Retry-After', result.seconds);
  const problem = waiting
    ? waitFor(result.seconds, 'password')
    : { field: 'password', text: result.kind === 'locked' ? lockedText : wrongText };
  await showNext(rooms, visit, flow, undefined, problem, waiting ? 429 : 400);
}

/** The page comes again with the name filled in, to be sent in a moment. */
function tooMany({ res }: Visit, error: unknown): { readonly problem: Problem } {
  const text = error instanceof FhirError && error.status === 503 ? error.issues[0]?.message : undefined;
  if (text === undefined) throw error;
  res.setHeader('Retry-After', 5);
  return { problem: { text } };
}

async function takeCode(rooms: PagesRooms, visit: Visit, flow: SignInFlow, { progress, account }: Reached): Promise<void> {
  const recovery = visit.form?.one('recovery') ?? '';
  const [field, typed] = recovery === '' ? ['code', visit.form?.one('code') ?? ''] : ['recovery', recovery];
  const result = await checkSecondFactor(rooms.states, account, typed, rooms.now());
  if (result.kind === 'right') {
    tell(rooms, visit, flow, 'second-factor', 'success', account, result.method === 'otp' ? 'authenticator' : 'recovery code');
    const further = { ...progress, methods: [...progress.methods, 'otp'] };
    await keepProgress(rooms, further);
    await proceed(rooms, visit, flow, { progress: further, account });
    return;
  }
  const waiting = result.kind === 'wait';
  tell(rooms, visit, flow, 'second-factor', 'refused', account, waiting ? 'too many tries' : 'wrong code');
  if (waiting) visit.res.setHeader('Retry-After', result.seconds);
  const problem = waiting ? waitFor(result.seconds, field) : { field, text: wrongCodeText };
  await showNext(rooms, visit, flow, { progress, account }, problem, waiting ? 429 : 400);
}

async function takeNewPassword(rooms: PagesRooms, visit: Visit, flow: SignInFlow, reached: Reached): Promise<void> {
  if (missing(rooms, reached) !== 'password') return seeOther(visit.res, flow.base);
  const { account, progress } = reached;
  const problem = await changePassword(rooms, visit, account);
  if (problem !== undefined) return showNext(rooms, visit, flow, reached, problem);
  tell(rooms, visit, flow, 'account-changed', 'success', account, 'password');
  const changed = await findAccount(rooms.states, account.name);
  if (changed === undefined) return seeOther(visit.res, flow.base);
  await proceed(rooms, visit, flow, { progress, account: changed });
}

/** The problem with what was typed; undefined: it is changed. */
export async function changePassword(rooms: PagesRooms, { form }: Visit, account: Account): Promise<Problem | undefined> {
  const [typed, repeated] = [form?.one('new-password') ?? '', form?.one('repeated') ?? ''];
  if (typed !== repeated) return { field: 'repeated', text: notRepeatedText };
  if (await isPassword(typed, account.password)) return { field: 'new-password', text: sameText };
  try {
    await setPassword(rooms.states, account.name, typed, { now: rooms.now(), ...(rooms.cost && { cost: rooms.cost }) });
    return undefined;
  } catch (error) {
    return problemOf(error, 'new-password');
  }
}

async function takeEnrolment(rooms: PagesRooms, visit: Visit, flow: SignInFlow, reached: Reached): Promise<void> {
  const { progress, account } = reached;
  if (missing(rooms, reached) !== 'enrol' || progress.secret === undefined) return seeOther(visit.res, flow.base);
  const step = stepOf(progress.secret, typedCode(visit), rooms.now());
  if (step === undefined) return showNext(rooms, visit, flow, reached, { field: 'code', text: wrongCodeText });
  const codes = await enrol(rooms.states, account, progress.secret, step);
  tell(rooms, visit, flow, 'account-changed', 'success', account, 'second factor set up');
  const { secret: _, ...rest } = progress;
  await keepProgress(rooms, { ...rest, methods: [...rest.methods, 'otp'] });
  show(visit, recoveryCodesPage(visit.view, { base: flow.base, codes }));
}

export function typedCode({ form }: Visit): string {
  return (form?.one('code') ?? '').normalize('NFKC').replace(/\s/g, '');
}

async function goOn(rooms: PagesRooms, visit: Visit, flow: SignInFlow, reached: Reached): Promise<void> {
  await proceed(rooms, visit, flow, reached);
}

/** Done, or on to the next page. */
async function proceed(rooms: PagesRooms, visit: Visit, flow: SignInFlow, reached: Reached): Promise<void> {
  if (missing(rooms, reached) !== undefined) return seeOther(visit.res, flow.base);
  const { account, progress } = reached;
  await endProgress(rooms, visit.res, progress.id);
  setCookie(visit.res, rooms, knownDevice, await rememberDevice(rooms.states, account, rooms.now()), deviceSeconds);
  tell(rooms, visit, flow, 'sign-in', 'success', account, progress.methods.join(' '));
  await flow.finish(account, progress.methods);
}

async function startAgain(rooms: PagesRooms, visit: Visit, flow: SignInFlow, progress: Kept | undefined): Promise<void> {
  if (progress !== undefined) await endProgress(rooms, visit.res, progress.id);
  seeOther(visit.res, flow.base);
}

function tell(
  { record, addressOf }: PagesRooms,
  { req }: Visit,
  { client }: SignInFlow,
  kind: SecurityEventKind,
  outcome: 'success' | 'refused',
  who: Account | { readonly name: string },
  reason: string,
): void {
  record({ kind, outcome, by: { ...agentOf(who), ...(client && { client: client.id }) }, address: addressOf(req), reason });
}

const reasons = { wrong: 'wrong name or password', locked: 'account is locked', wait: 'too many tries' } as const;
const wrongText = message('wrong-password', 'The name or the password is not right.', '账户名或密码不正确。');
const lockedText = message(
  'account-locked',
  'This account is locked. Ask those who administer the server.',
  '该账户已被锁定，请联系系统管理员。',
);
const notDemandedText = message(
  'other-account-demanded',
  'The app was started by somebody else who is signed in to another system here. Sign in with that account.',
  '该应用由另一用户从其他系统启动，请使用该用户的账户登录。',
);
export const wrongCodeText = message(
  'wrong-code',
  'The code is not right, or it was used already. Wait for the next one.',
  '验证码不正确或已被使用，请等待新的验证码。',
);
const notRepeatedText = message('password-not-repeated', 'The two passwords are not the same.', '两次输入的密码不一致。');
const sameText = message('password-same', 'This is the password there is already.', '新密码与当前密码相同。');
