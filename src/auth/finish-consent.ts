/**
 * What becomes of an agreement: a grant of its own for each launch, with the scopes that were agreed to and the context that goes with them.
 * The form only narrows: everything is judged again here. Source: SMART App Launch 2.2 app-launch.html#ehr-authorizes-app
 */
import type Provider from 'oidc-provider';
import { coveredBy, parseScopes, type SmartScope } from '../access/scopes.js';
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';
import { findAccountById } from './accounts.js';
import { has, needsPatient, type UnderWay } from './asked.js';
import { gone } from './gone.js';
import type { Given } from './interactions.js';
import { keepContext, type LaunchContext } from './launch-context.js';
import { takeLaunch } from './launch-handles.js';
import { type AuthRooms, emergencySeconds, interactionSeconds } from './rooms.js';

/** Id of the grant. */
export async function makeGrant(rooms: AuthRooms, provider: Provider, asking: UnderWay, given: Given): Promise<string> {
  const { details, client } = asking;
  const account = await findAccountById(rooms.states, details.session?.accountId ?? '');
  if (details.prompt.name !== 'consent' || account === undefined || account.locked) throw notSignedIn();
  const scopes = agreed(rooms, asking, given);
  if (has(scopes, '__btg')) checkEmergency(given, rooms.mayBreakGlass(account.role));
  const launch = contextFor(asking, given, scopes);
  if (needsPatient(scopes) && launch.patient === undefined) throw noPatient();
  const now = rooms.now();
  // From here on nobody else gets anything for this launch, nor by the same form.
  const once = { kind: 'agreement', id: details.uid, value: '{}', expires: details.exp * 1000 };
  if (!(await rooms.states.add(once))) throw gone();
  const { launch: handle } = details.params as { readonly launch?: string };
  if (handle !== undefined && (await takeLaunch(rooms.states, handle)) === undefined) throw launchUsed();
  const life = lifeOf(rooms, scopes);
  const texts = scopes.map(({ text }) => text);
  const grant = new provider.Grant({ accountId: account.id, clientId: client.clientId, expiresIn: life } as {
    accountId: string;
    clientId: string;
  });
  grant.addOIDCScope(texts.join(' '));
  for (const resource of [details.params.resource].flat()) grant.addResourceScope(String(resource), texts.join(' '));
  const id = await grant.save();
  await keepContext(rooms.states, {
    grant: id,
    client: client.clientId,
    account: account.id,
    scopes: texts,
    launch,
    madeAt: now,
    expires: now + life * 1000,
    ...(has(scopes, '__btg') && given.emergency !== undefined ? { emergency: given.emergency } : {}),
    ...(has(scopes, 'offline_access') || details.session === undefined ? {} : { session: details.session.uid }),
  });
  // The finer scopes take the place of those asked for: code and tokens are made of these.
  details.params.scope = texts.join(' ');
  await details.save(Math.max(1, details.exp - Math.floor(now / 1000)));
  return id;
}

/** What was agreed to and may be given; the scopes that have nothing to stand on fall away. */
function agreed({ types }: AuthRooms, { scopes: asked, launch }: UnderWay, given: Given): readonly SmartScope[] {
  const scopes = parseScopes(given.scopes.join(' '), types);
  const beyond = scopes.find((scope) => !coveredBy(asked, scope));
  if (beyond !== undefined || scopes.length === 0) {
    const found = beyond?.text ?? '';
    throw fault('forbidden', message('not-asked-for', `The app did not ask for ${found}`, `应用未请求${found}`));
  }
  const encounter = launch?.context.encounter ?? given.encounter;
  // Emergency access is short, and never refreshed.
  const passing = has(scopes, '__btg') ? ['offline_access', 'online_access'] : [];
  return scopes.filter(({ text }) => (text !== 'launch/encounter' || encounter !== undefined) && !passing.includes(text));
}

/** What the launch brings stands; a choice fills what it leaves open. */
function contextFor({ launch }: UnderWay, given: Given, scopes: readonly SmartScope[]): LaunchContext {
  const brought = launch !== undefined && has(scopes, 'launch') ? launch.context : {};
  const chosen = needsPatient(scopes) && given.patient !== undefined && brought.patient === undefined ? { patient: given.patient } : {};
  const visit =
    has(scopes, 'launch/encounter') && given.encounter !== undefined && brought.encounter === undefined
      ? { encounter: given.encounter }
      : {};
  const context: LaunchContext = { ...brought, ...chosen, ...visit };
  return context.patient === undefined || context.need_patient_banner !== undefined ? context : { ...context, need_patient_banner: true };
}

/** Seconds: as long as something of it can be used. */
function lifeOf({ lifetimes: { accessToken, refreshToken, session } }: AuthRooms, scopes: readonly SmartScope[]): number {
  if (has(scopes, '__btg')) return emergencySeconds + interactionSeconds;
  if (has(scopes, 'offline_access')) return refreshToken + accessToken;
  return (has(scopes, 'online_access') ? session : 0) + accessToken + interactionSeconds;
}

function checkEmergency({ emergency }: Given, allowed: boolean): void {
  if (!allowed) throw fault('forbidden', message('no-emergency-access', 'Your role has no emergency access', '您的角色不能使用紧急访问'));
  if (emergency !== undefined && emergency.reason.trim() !== '' && emergency.purpose !== '') return;
  throw fault('required', message('emergency-reason', 'Emergency access needs a reason and a purpose', '紧急访问须填写原因和目的'));
}

function notSignedIn() {
  return fault('login', message('not-signed-in', 'Nobody is signed in here who could agree', '当前没有可授权的登录用户'));
}

function noPatient() {
  return fault(
    'required',
    message('no-patient-chosen', 'Choose a patient: the app asks for the records of one', '请选择患者：应用请求访问一位患者的记录'),
  );
}

function launchUsed() {
  return fault('conflict', message('launch-used', 'This launch was used already: start the app anew', '该启动已被使用，请重新启动应用'));
}
