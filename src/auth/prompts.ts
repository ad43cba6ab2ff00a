/**
 * When a person has to sign in or to agree. Every launch is agreed to anew, for each has a grant and a context of its own: one that a session
 * remembered would show the patient of the launch before. Source: SMART App Launch 2.2 app-launch.html; OpenID Connect Core 1.0 3.1.2.4
 */
import { interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import { findLaunch } from './launch-handles.js';
import type { AuthRooms } from './rooms.js';

type Prompts = ReturnType<typeof interactionPolicy.base>;
const { Check } = interactionPolicy;

export function promptsOf(rooms: AuthRooms): Prompts {
  const prompts = interactionPolicy.base();
  const login = prompts.get('login');
  const consent = prompts.get('consent');
  login?.checks.add(
    new Check(
      'account_gone',
      'the account that is signed in may not act any more',
      'login_required',
      ({ oidc }) => oidc.session?.accountId !== undefined && oidc.account === undefined,
    ),
  );
  login?.checks.add(
    new Check('other_account', 'the launch was made for another account', 'login_required', (ctx) => isForAnother(rooms, ctx)),
  );
  login?.checks.add(
    // What is launched meanwhile does not make it longer.
    new Check(
      'session_over',
      'the time of the session is over',
      'login_required',
      ({ oidc }) => oidc.session?.accountId !== undefined && oidc.result?.login === undefined && oidc.session.past(rooms.lifetimes.session),
    ),
  );
  login?.checks.add(
    new Check(
      'emergency',
      'emergency access needs a new sign-in',
      'login_required',
      ({ oidc }) => oidc.requestParamScopes.has('__btg') && oidc.result?.login === undefined,
    ),
  );
  consent?.checks.add(
    new Check('every_launch', 'every launch is agreed to anew', 'consent_required', ({ oidc }) => oidc.result?.consent === undefined),
  );
  return prompts;
}

async function isForAnother({ states }: AuthRooms, { oidc }: KoaContextWithOIDC): Promise<boolean> {
  const id = oidc.params?.launch;
  if (typeof id !== 'string' || oidc.session?.accountId === undefined) return false;
  const launch = await findLaunch(states, id);
  return launch !== undefined && launch.account !== oidc.session.accountId;
}
