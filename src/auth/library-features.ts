/** Which of the library's features are on, and how long what it makes lasts. */
import type { Configuration } from 'oidc-provider';
import type { Pages } from './interactions.js';
import { registrationPolicy } from './registration.js';
import { isBase, resourceServerOf } from './resource-scopes.js';
import { type AuthRooms, interactionSeconds } from './rooms.js';
import { newClientId, newSecret } from './secrets.js';
import { show } from './show.js';

export function features(rooms: AuthRooms, pages: Pages): Configuration['features'] {
  return {
    devInteractions: { enabled: false },
    dPoP: { enabled: false },
    pushedAuthorizationRequests: { enabled: false },
    userinfo: { enabled: false },
    claimsParameter: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: {
      enabled: true,
      // Who has a token in hand may ask about it if it can prove who it is; others about their own alone.
      allowedPolicy: (_ctx, client, token) => client.clientAuthMethod !== 'none' || client.clientId === token.clientId,
    },
    revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => client.clientId === token.clientId },
    registration: {
      enabled: true,
      initialAccessToken: true,
      idFactory: newClientId,
      secretFactory: newSecret,
      policies: { registration: registrationPolicy(rooms) },
    },
    registrationManagement: { enabled: true, rotateRegistrationAccessToken: true },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource(ctx) {
        const { secret } = (ctx.oidc.session?.state ?? {}) as { readonly secret?: string };
        const form = { action: ctx.oidc.urlFor('end_session_confirm'), xsrf: secret ?? '' };
        show(ctx, pages.signOut(ctx.req, { ...form, ...nameOf(ctx.oidc.client?.clientName) }));
      },
      postLogoutSuccessSource: (ctx) => show(ctx, pages.signedOut(ctx.req, nameOf(ctx.oidc.client?.clientName))),
    },
    resourceIndicators: {
      enabled: true,
      defaultResource: (_ctx, _client, oneOf) => oneOf?.find((uri) => isBase(rooms, uri)) ?? rooms.base,
      getResourceServerInfo: resourceServerOf(rooms),
      useGrantedResource: () => true,
    },
  };
}

function nameOf(client: string | undefined): { readonly client?: string } {
  return client === undefined ? {} : { client };
}

/** In seconds. */
export function lifetimes({ lifetimes: { accessToken, systemToken, refreshToken, session } }: AuthRooms): Configuration['ttl'] {
  return {
    AccessToken: (_ctx, token) => token.resourceServer?.accessTokenTTL ?? accessToken,
    AuthorizationCode: 60,
    ClientCredentials: systemToken,
    // Each is made with its own.
    Grant: refreshToken,
    IdToken: 3600,
    Interaction: interactionSeconds,
    RefreshToken: refreshToken,
    Session: session,
  };
}
