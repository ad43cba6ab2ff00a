/** What tokens say of who acts and in which context. Source: SMART App Launch 2.2 scopes-and-launch-context.html */
import type { AccessToken, ClientCredentials, KoaContextWithOIDC, Account as LibraryAccount, UnknownObject } from 'oidc-provider';
import { type Account, findAccountById } from './accounts.js';
import { contextOf, type GrantContext } from './launch-context.js';
import { ownOf } from './own-client.js';
import type { AuthRooms } from './rooms.js';

/** Beside the claims that every access token has. */
export function extraClaims({ states }: AuthRooms) {
  return async (_ctx: KoaContextWithOIDC, token: AccessToken | ClientCredentials): Promise<UnknownObject> => {
    if (token.kind === 'ClientCredentials') {
      const { role, institution } = token.client === undefined ? {} : ownOf(token.client);
      return defined({ role, institution });
    }
    const { grantId = '', accountId = '' } = token;
    const context = await contextOf(states, grantId);
    const account = await findAccountById(states, accountId);
    return defined({ ...context?.launch, gid: grantId, ...claimsOf(account), emergency: context?.emergency });
  };
}

function claimsOf(account: Account | undefined): UnknownObject {
  return {
    fhirUser: account?.fhirUser,
    role: account?.role,
    institution: account?.institution,
    // Who has some sees just these; of all others the role tells.
    patients: account?.patients,
    name: account?.displayName ?? account?.name,
  };
}

/** Nobody who is locked out, and nobody whose refresh token outlived the session it belongs to. */
export function accountFinder(rooms: AuthRooms) {
  return async (ctx: KoaContextWithOIDC, id: string, token?: object): Promise<LibraryAccount | undefined> => {
    const account = await findAccountById(rooms.states, id);
    if (account === undefined || account.locked) return undefined;
    const { kind, grantId } = (token ?? {}) as { readonly kind?: string; readonly grantId?: string };
    if (kind === 'RefreshToken' && !(await isSessionAlive(rooms, ctx, await contextOf(rooms.states, grantId ?? '')))) return undefined;
    const claims = defined({
      fhirUser: absolute(rooms, account),
      profile: absolute(rooms, account),
      name: account.displayName ?? account.name,
    });
    return { accountId: id, claims: async () => ({ sub: id, ...claims }) };
  };
}

/** Source: SMART App Launch 2.2 scopes-and-launch-context.html#scopes-for-requesting-a-refresh-token: online_access ends with the session. */
async function isSessionAlive(rooms: AuthRooms, ctx: KoaContextWithOIDC, context: GrantContext | undefined): Promise<boolean> {
  if (context === undefined) return false;
  if (context.session === undefined) return true;
  const session = await ctx.oidc.provider.Session.findByUid(context.session);
  return session?.accountId === context.account && !session.past(rooms.lifetimes.session);
}

export function absolute({ base }: Pick<AuthRooms, 'base'>, { fhirUser }: Pick<Account, 'fhirUser'>): string | undefined {
  return fhirUser === undefined ? undefined : `${base}/${fhirUser}`;
}

function defined(object: UnknownObject): UnknownObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
