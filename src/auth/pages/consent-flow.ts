/**
 * From somebody who is signed in to what the application is given: emergency access where it is asked for, the patient, the visit, and at
 * last the scopes. What is still to be chosen decides which page comes next. Source: SMART App Launch 2.2 app-launch.html
 */
import { message } from '../../model/message.js';
import { type Account, findAccountById } from '../accounts.js';
import type { Asked } from '../interactions.js';
import type { Emergency } from '../launch-context.js';
import { seeOther } from './answer.js';
import { type Choice, endChoice, findChoice, keepChoice } from './choice.js';
import { emergencyPage, encounterPage, patientPage, purposes } from './choice-pages.js';
import { type ConsentPage, consentPage, isOffered, isOfTheChoice } from './consent-page.js';
import { errorPage } from './error-page.js';
import { givenScopes } from './given-scopes.js';
import { ownPatients } from './own-patients.js';
import type { Chooser, Found, PagesRooms, PatientCandidate } from './rooms.js';
import type { Problem } from './view.js';
import { show, type Visit } from './visit.js';

export interface ConsentPlace {
  readonly asked: Asked;
  /** Path of the page; the forms lead below it. */
  readonly base: string;
}

interface Stand extends ConsentPlace {
  readonly account: Account;
  readonly choice: Choice;
}

/** Whether the step is one of consenting: answered then. `''` is the page itself. */
export async function serveConsent(rooms: PagesRooms, visit: Visit, place: ConsentPlace, step: string): Promise<boolean> {
  const { asked } = place;
  const account = asked.account === undefined ? undefined : await findAccountById(rooms.states, asked.account);
  if (account === undefined || account.locked) {
    show(visit, errorPage(visit.view, noAccountText), 403);
    return true;
  }
  const stand = { ...place, account, choice: await findChoice(rooms, asked.uid, account.id) };
  if (step === '' && visit.form === undefined) await showNext(rooms, visit, stand);
  else if (visit.form === undefined || !steps.has(step)) return false;
  else await steps.get(step)?.(rooms, visit, stand);
  return true;
}

type Step = (rooms: PagesRooms, visit: Visit, stand: Stand) => Promise<void>;

const steps: ReadonlyMap<string, Step> = new Map<string, Step>([
  ['emergency', takeEmergency],
  ['patient', takePatient],
  ['other-patient', otherPatient],
  ['encounter', takeEncounter],
  ['consent', takeConsent],
  ['other-account', otherAccount],
]);

/** Whether somebody else is to sign in before anything is agreed to. */
export async function isOtherAccountWanted(rooms: PagesRooms, { uid, account }: Asked): Promise<boolean> {
  return account !== undefined && (await findChoice(rooms, uid, account)).again === true;
}

async function otherAccount(rooms: PagesRooms, visit: Visit, { asked, base, account }: Stand): Promise<void> {
  if (asked.demandedAccount === undefined) await keepChoice(rooms, asked.uid, { account: account.id, again: true });
  seeOther(visit.res, base);
}

async function showNext(rooms: PagesRooms, visit: Visit, stand: Stand, problem?: Problem): Promise<void> {
  const { asked, choice } = stand;
  const page = { ...choicePage(stand), problem };
  if (asksEmergency(rooms, stand) && choice.emergency === undefined) return show(visit, emergencyPage(visit.view, page));
  if (patientOf(stand) === undefined && asked.choosePatient) return choosePatient(rooms, visit, stand, problem);
  const patient = await patientShown(rooms, stand);
  if (patient === 'unseen') return show(visit, errorPage(visit.view, unseenText), 403);
  if (asked.chooseEncounter && choice.encounter === undefined && patientOf(stand) !== undefined) {
    const found = await rooms.records.searchEncounters(chooserOf(stand), patientOf(stand) ?? '');
    return show(visit, encounterPage(visit.view, { ...page, ...(patient && { patient }), found }));
  }
  await showConsent(rooms, visit, stand, patient, problem);
}

async function showConsent(rooms: PagesRooms, visit: Visit, stand: Stand, patient?: PatientCandidate, problem?: Problem): Promise<void> {
  const { asked, account, choice, base } = stand;
  const visits = choice.encounter && patient ? (await rooms.records.searchEncounters(chooserOf(stand), patient.id)).candidates : [];
  const encounter = visits.find(({ id }) => id === choice.encounter);
  const consent: ConsentPage = {
    base,
    asked,
    account,
    problem,
    choosable: asked.choosePatient && (ownPatients(account)?.length ?? 2) > 1,
    ...(patient && { patient }),
    ...(encounter && { encounter }),
    ...(choice.emergency && { emergency: choice.emergency }),
  };
  show(visit, consentPage(visit.view, consent));
}

function choicePage({ base, asked: { client, demandedAccount } }: Stand) {
  return { base, client, switchable: demandedAccount === undefined };
}

function asksEmergency({ policy }: PagesRooms, { asked, account }: Stand): boolean {
  return asked.emergency && policy.mayBreakGlass(account.role);
}

function chooserOf({ account, asked, choice }: Stand): Chooser {
  return { account, client: asked.client.id, ...(choice.emergency && { emergency: choice.emergency }) };
}

/** One's only own patient is not asked for. */
function patientOf({ asked, account, choice }: Stand): string | undefined {
  const own = ownPatients(account);
  const chosen = asked.choosePatient ? choice.patient : asked.launch?.patient;
  return chosen ?? (asked.choosePatient && own?.length === 1 ? own[0] : undefined);
}

/** Whom a launch brings may be none, or none that the account may see. */
async function patientShown(rooms: PagesRooms, stand: Stand): Promise<PatientCandidate | 'unseen' | undefined> {
  const id = patientOf(stand);
  if (id === undefined) return undefined;
  const found = await rooms.records.findPatient(chooserOf(stand), id);
  return found ?? (stand.asked.launch?.patient === id ? 'unseen' : { id });
}

async function choosePatient(rooms: PagesRooms, visit: Visit, stand: Stand, problem?: Problem): Promise<void> {
  const { account } = stand;
  const own = ownPatients(account);
  if (own?.length === 0) return show(visit, errorPage(visit.view, noPatientText), 403);
  const page = { ...choicePage(stand), problem };
  if (own !== undefined) {
    const shown = await Promise.all(own.map(async (id) => (await rooms.records.findPatient(chooserOf(stand), id)) ?? { id }));
    return show(visit, patientPage(visit.view, { ...page, found: { candidates: shown, more: false } }));
  }
  const text = (new URLSearchParams(visit.req.url?.split('?')[1]).get('q') ?? '').trim().slice(0, 100);
  const nobody: Found<PatientCandidate> = { candidates: [], more: false };
  const found = text === '' ? nobody : await rooms.records.searchPatients(chooserOf(stand), text);
  show(visit, patientPage(visit.view, { ...page, searched: text, found }));
}

async function takeEmergency(rooms: PagesRooms, visit: Visit, stand: Stand): Promise<void> {
  const { asked, base, choice } = stand;
  if (!asksEmergency(rooms, stand)) return seeOther(visit.res, base);
  const [reason, purpose] = [(visit.form?.one('reason') ?? '').trim(), visit.form?.one('purpose') ?? ''];
  const known = purposes.find((code) => code === purpose);
  const none = visit.form?.one('none') === 'yes';
  const problem = none ? undefined : emergencyProblem(reason, known);
  if (problem !== undefined) {
    const page = { ...choicePage(stand), reason: reason.slice(0, 500), problem, ...(known && { purpose: known }) };
    return show(visit, emergencyPage(visit.view, page));
  }
  const emergency = none || known === undefined ? null : { reason, purpose: known };
  // Whoever was chosen before was found by other rights.
  await keepChoice(rooms, asked.uid, { account: choice.account, emergency });
  seeOther(visit.res, base);
}

/** Five characters of Chinese say as much as ten letters. */
function emergencyProblem(reason: string, purpose: string | undefined): Problem | undefined {
  if (purpose === undefined) return { field: 'purpose', text: message('no-purpose', 'Choose what it is for.', '请选择用途。') };
  const { length } = [...reason].filter((character) => !/\s/u.test(character));
  const least = /\p{Script=Han}/u.test(reason) ? 5 : 10;
  if (length >= least && [...reason].length <= 500) return undefined;
  const text = message('bad-reason', 'Say why in a few words: 10 to 500 characters.', '请简要说明原因：至少5个字，不超过500字。');
  return { field: 'reason', text };
}

async function takePatient(rooms: PagesRooms, visit: Visit, stand: Stand): Promise<void> {
  const { asked, account, base, choice } = stand;
  const id = visit.form?.one('patient') ?? '';
  const own = ownPatients(account);
  const allowed = own === undefined ? await mayChoose(rooms, stand, id) : own.includes(id);
  if (!asked.choosePatient) return seeOther(visit.res, base);
  if (!allowed) {
    const text = message('no-such-patient', 'Choose one of the patients shown.', '请在列出的患者中选择。');
    return choosePatient(rooms, visit, stand, { text });
  }
  const { encounter: _, ...rest } = choice;
  await keepChoice(rooms, asked.uid, { ...rest, patient: id });
  seeOther(visit.res, base);
}

async function mayChoose(rooms: PagesRooms, stand: Stand, id: string): Promise<boolean> {
  return /^[A-Za-z0-9.-]{1,64}$/.test(id) && (await rooms.records.findPatient(chooserOf(stand), id)) !== undefined;
}

async function otherPatient(rooms: PagesRooms, visit: Visit, { asked, base, choice }: Stand): Promise<void> {
  const { patient: _, encounter: __, ...rest } = choice;
  await keepChoice(rooms, asked.uid, rest);
  seeOther(visit.res, base);
}

async function takeEncounter(rooms: PagesRooms, visit: Visit, stand: Stand): Promise<void> {
  const { asked, base, choice } = stand;
  const [id, patient] = [visit.form?.one('encounter') ?? '', patientOf(stand)];
  if (!asked.chooseEncounter || patient === undefined) return seeOther(visit.res, base);
  if (visit.form?.one('none') === 'yes') {
    await keepChoice(rooms, asked.uid, { ...choice, encounter: null });
    return seeOther(visit.res, base);
  }
  const { candidates } = await rooms.records.searchEncounters(chooserOf(stand), patient);
  if (!candidates.some((one) => one.id === id)) {
    const text = message('no-such-encounter', 'Choose one of the visits shown.', '请在列出的就诊中选择。');
    return showNext(rooms, visit, stand, { text });
  }
  await keepChoice(rooms, asked.uid, { ...choice, encounter: id });
  seeOther(visit.res, base);
}

async function takeConsent(rooms: PagesRooms, visit: Visit, stand: Stand): Promise<void> {
  const { asked, base, choice } = stand;
  if (visit.form?.one('agree') !== 'yes') {
    await endChoice(rooms, asked.uid);
    return rooms.interactions.refuse(visit.req, visit.res);
  }
  if (isUnfinished(rooms, stand)) return seeOther(visit.res, base);
  const emergency = choice.emergency ?? undefined;
  const offered = asked.scopes.filter((scope) => isOffered(scope, emergency));
  const ticked = { scope: visit.form.all('scope'), finer: visit.form.all('finer') };
  const given = givenScopes(offered, ticked, rooms.types);
  if (given.length === 0 && offered.length > 0) {
    const text = message('nothing-given', 'Tick at least one thing to allow, or refuse.', '请至少勾选一项权限，或选择拒绝。');
    return showNext(rooms, visit, stand, { field: 'scopes', text });
  }
  const patient = patientOf(stand);
  await endChoice(rooms, asked.uid);
  await rooms.interactions.finishConsent(visit.req, visit.res, {
    scopes: [...given, ...scopesOfChoice(asked, choice.encounter ?? undefined, emergency)],
    ...(asked.choosePatient && patient !== undefined && { patient }),
    ...(asked.chooseEncounter && choice.encounter && { encounter: choice.encounter }),
    ...(emergency && { emergency }),
  });
}

/** A form that is posted before everything is chosen leads back to what is missing. */
function isUnfinished(rooms: PagesRooms, stand: Stand): boolean {
  const { asked, choice } = stand;
  const patient = patientOf(stand);
  return (
    (asksEmergency(rooms, stand) && choice.emergency === undefined) ||
    (asked.choosePatient && patient === undefined) ||
    (asked.chooseEncounter && choice.encounter === undefined && patient !== undefined)
  );
}

function scopesOfChoice(asked: Asked, encounter: string | undefined, emergency: Emergency | undefined): readonly string[] {
  const dropped = [
    ...(asked.chooseEncounter && encounter === undefined ? ['launch/encounter'] : []),
    ...(emergency === undefined ? ['__btg'] : []),
  ];
  return asked.scopes
    .filter(isOfTheChoice)
    .map(({ text }) => text)
    .filter((text) => !dropped.includes(text));
}

const noAccountText = message(
  'session-over',
  'You are not signed in any more, or the account is locked. Go back to the app and begin again.',
  '您已退出登录或账户已被锁定，请返回应用重新开始。',
);
const unseenText = message(
  'launch-patient-unseen',
  'The app was started for a patient whom this server does not have, or whose record you may not see.',
  '应用启动时指定的患者不存在，或您无权查看其记录。',
);
const noPatientText = message(
  'no-own-patient',
  'No patient is linked to your account yet. Ask those who administer the server.',
  '您的账户尚未关联患者，请联系系统管理员。',
);
