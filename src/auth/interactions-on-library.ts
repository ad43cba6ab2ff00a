/** The pages' side of sessions and grants, on the library. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type Provider from 'oidc-provider';
import { findAccountById } from './accounts.js';
import { agentWith } from './agent.js';
import { endSession } from './answers.js';
import { askedOf, underWay } from './asked.js';
import { makeGrant } from './finish-consent.js';
import { gone } from './gone.js';
import type { GrantShown, Interactions, SignedIn } from './interactions.js';
import { contextOf, contextsWith, type GrantContext } from './launch-context.js';
import { revokeGrant } from './revoke.js';
import type { AuthRooms } from './rooms.js';

/** `provider`: the one of this moment, for keys are rotated. */
export function interactionsOn(rooms: AuthRooms, provider: () => Provider): Interactions {
  return {
    async asked(req, res) {
      const asking = await underWay(rooms, provider(), req, res);
      return asking && askedOf(asking);
    },
    async finishSignIn(req, res, { account, methods }) {
      const asking = await underWay(rooms, provider(), req, res);
      if (asking === undefined) throw gone();
      await endOthersSession(rooms, provider(), asking.details, account);
      // Browsers are shared: the cookie ends with the browser, if not before.
      await provider().interactionFinished(req, res, { login: { accountId: account, amr: [...methods], remember: false } });
    },
    async finishConsent(req, res, given) {
      const asking = await underWay(rooms, provider(), req, res);
      if (asking === undefined) throw gone();
      const grantId = await makeGrant(rooms, provider(), asking, given);
      const context = await contextOf(rooms.states, grantId);
      if (context !== undefined) await tellOfConsent(rooms, req, context);
      await provider().interactionFinished(req, res, { consent: { grantId } });
    },
    async refuse(req, res) {
      const result = { error: 'access_denied', error_description: 'the person did not agree' };
      await provider().interactionFinished(req, res, result, { mergeWithLastSubmission: false });
    },
    async signedIn(req, res) {
      const { accountId } = await sessionOf(provider(), req, res);
      const account = accountId === undefined ? undefined : await findAccountById(rooms.states, accountId);
      return account?.locked ? undefined : account?.id;
    },
    startSession: (req, res, signedIn) => startSession(rooms, provider(), req, res, signedIn),
    async grants(account) {
      const contexts = await contextsWith(rooms.states, `account:${account}`);
      const alive = contexts.filter(({ expires }) => expires > rooms.now());
      const shown = await Promise.all(alive.map((context) => shownGrant(provider(), context)));
      return shown.sort((one, other) => other.madeAt - one.madeAt);
    },
    async revokeGrant(account, grant) {
      const context = await contextOf(rooms.states, grant);
      if (context?.account !== account) return false;
      await revokeGrant(rooms, grant);
      rooms.record({ kind: 'consent-revoked', outcome: 'success', by: await agentWith(rooms.states, account, context.client), grant });
      return true;
    },
  };
}

type Details = Awaited<ReturnType<Provider['interactionDetails']>>;

/** Somebody else was signed in in this browser: their session, and what was given for its time, ends. */
async function endOthersSession(rooms: AuthRooms, provider: Provider, details: Details, account: string): Promise<void> {
  const { session } = details;
  if (session === undefined || session.accountId === account) return;
  const other = await provider.Session.findByUid(session.uid);
  await other?.destroy();
  await endSession(rooms, session.uid);
  details.session = undefined;
  await details.save(Math.max(1, details.exp - Math.floor(rooms.now() / 1000)));
}

type Session = Awaited<ReturnType<Provider['Session']['get']>>;

function sessionOf(provider: Provider, req: IncomingMessage, res: ServerResponse): Promise<Session> {
  return provider.Session.get(provider.createContext(req, res));
}

async function startSession(
  rooms: AuthRooms,
  provider: Provider,
  req: IncomingMessage,
  res: ServerResponse,
  signedIn: SignedIn,
): Promise<void> {
  const ctx = provider.createContext(req, res);
  const before = await provider.Session.get(ctx);
  if (before.accountId !== undefined) {
    await before.destroy();
    if (before.accountId !== signedIn.account) await endSession(rooms, before.uid);
  }
  const session = new provider.Session();
  session.loginAccount({ accountId: signedIn.account, amr: [...signedIn.methods], transient: true });
  await session.save(rooms.lifetimes.session);
  const path = new URL(rooms.issuer).pathname;
  ctx.cookies.set(provider.cookieName('session'), session.jti, { httpOnly: true, sameSite: 'lax', path });
}

async function tellOfConsent({ states, record }: AuthRooms, req: IncomingMessage, context: GrantContext): Promise<void> {
  const { account, client, grant, scopes, launch, emergency } = context;
  const { patient } = launch;
  // As `steps/pin-host.ts` left it.
  const address = req.headers['x-forwarded-for'];
  const told = {
    outcome: 'success',
    by: await agentWith(states, account, client),
    grant,
    scope: scopes.join(' '),
    ...(patient === undefined ? {} : { patient }),
    ...(typeof address === 'string' ? { address } : {}),
  } as const;
  record({ kind: 'consent-given', ...told });
  if (emergency !== undefined) record({ kind: 'break-glass', ...told, ...emergency });
}

async function shownGrant(provider: Provider, context: GrantContext): Promise<GrantShown> {
  const { grant: id, scopes, launch, emergency, madeAt, expires } = context;
  const client = await provider.Client.find(context.client);
  return {
    id,
    client: { id: context.client, name: client?.clientName ?? context.client },
    scopes,
    madeAt,
    expires,
    ...(launch.patient === undefined ? {} : { patient: launch.patient }),
    ...(emergency === undefined ? {} : { emergency }),
  };
}
