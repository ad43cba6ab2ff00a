/**
 * How the library is set up: OAuth 2 and OpenID Connect are its affair, what SMART wants beyond them is in the files named here. All that it
 * has on by default and SMART does not know is off. Source: SMART App Launch 2.2 conformance.html
 */
import type { EventEmitter } from 'node:events';
import Provider, { type Configuration, type KoaContextWithOIDC } from 'oidc-provider';
import { namedScopes } from '../access/scopes.js';
import { adapterOn } from './adapter.js';
import { checkAssertion } from './assertion.js';
import { authorizeChecks } from './authorize-checks.js';
import { ownMetadata } from './client-rules.js';
import { isKnownOrigin } from './cors.js';
import type { KeysNow } from './followed-keys.js';
import type { Pages } from './interactions.js';
import { keepClaims } from './kept-claims.js';
import { features, lifetimes } from './library-features.js';
import { promptsOf } from './prompts.js';
import { registrationRules } from './registration.js';
import { revokeGrant } from './revoke.js';
import type { AuthRooms } from './rooms.js';
import { isSecretOf } from './secrets.js';
import { show } from './show.js';
import { accountFinder, extraClaims } from './token-claims.js';

export const routes = {
  authorization: '/authorize',
  token: '/token',
  introspection: '/introspect',
  revocation: '/revoke',
  registration: '/register',
  jwks: '/jwks',
  end_session: '/logout',
} as const;

/** The methods by which clients prove who they are, and the signatures of those that sign. */
export const clientAuthMethods = ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'] as const;
export const assertionAlgorithms = ['RS384', 'ES384'] as const;

export function createLibrary(rooms: AuthRooms, keys: KeysNow, pages: Pages): Provider {
  const provider = new Provider(rooms.issuer, configuration(rooms, keys, pages));
  // The issuer's own address is put into every request before it comes here: see `steps/pin-host.ts`.
  provider.proxy = true;
  provider.Client.prototype.compareClientSecret = function (actual) {
    return isSecretOf(this, actual, this.clientSecret);
  };
  // Exactly as registered, also for apps that run on a device. Source: SMART App Launch 2.2 app-launch.html#register-app-with-ehr
  provider.Client.prototype.redirectUriAllowed = function (uri) {
    return this.redirectUris?.includes(uri) === true;
  };
  provider.on('grant.revoked', ({ oidc, ip }, grant) => {
    if (oidc.route !== 'token') return;
    const client = oidc.client?.clientId;
    rooms.record({ kind: 'token-reused', outcome: 'refused', address: ip, grant, ...(client === undefined ? {} : { by: { client } }) });
  });
  provider.on('authorization.error', ({ oidc, ip }, { error }) => {
    const client = oidc.client?.clientId;
    rooms.record({ kind: 'launch', outcome: 'refused', address: ip, reason: error, ...(client === undefined ? {} : { by: { client } }) });
  });
  // Of Koa, which would write it to the console.
  const koa: EventEmitter = provider;
  koa.on('error', (error: unknown) => rooms.logger.error({ err: error }, 'the authorization server failed'));
  provider.on('server_error', (_ctx, error) => rooms.logger.error({ err: error }, 'the authorization server failed'));
  return provider;
}

function configuration(rooms: AuthRooms, keys: KeysNow, pages: Pages): Configuration {
  const path = new URL(rooms.issuer).pathname;
  const cookie = { httpOnly: true, sameSite: 'lax' } as const;
  return {
    adapter: adapterOn(rooms.states, rooms.now, (grant) => revokeGrant(rooms, grant)),
    jwks: { keys: keys.signing.map(({ kid, jwk }) => ({ ...jwk, kid, use: 'sig', alg: 'RS256' })) },
    cookies: {
      keys: [...keys.cookies],
      names: { session: 'lianyi_session', interaction: 'lianyi_interaction', resume: 'lianyi_resume' },
      long: { ...cookie, path },
      short: cookie,
    },
    routes,
    scopes: namedScopes.filter((scope) => !scope.startsWith('__')),
    claims: { openid: ['sub'], fhirUser: ['fhirUser'], profile: ['profile', 'name'], sid: null, auth_time: null, iss: null },
    // There is no userinfo endpoint: what a scope lets be known stands in the id_token.
    conformIdTokenClaims: false,
    responseTypes: ['code'],
    subjectTypes: ['public'],
    pkce: { required: () => true },
    allowOmittingSingleRegisteredRedirectUri: false,
    clientAuthMethods: [...clientAuthMethods],
    clientDefaults: { grant_types: ['authorization_code', 'refresh_token'], id_token_signed_response_alg: 'RS256' },
    enabledJWA: { clientAuthSigningAlgValues: [...assertionAlgorithms], idTokenSigningAlgValues: ['RS256'] },
    assertJwtClientAuthClaimsAndHeader: (_ctx, claims, header, client) => checkAssertion(claims, header, client, rooms.now()),
    clockTolerance: 5,
    clientBasedCORS: (_ctx, origin, client) => isKnownOrigin(origin, client),
    extraParams: authorizeChecks(rooms),
    extraClientMetadata: { properties: [...ownMetadata], validator: registrationRules(rooms.types) },
    interactions: { policy: promptsOf(rooms), url: (_ctx, interaction) => `${path}/interaction/${interaction.uid}` },
    loadExistingGrant: grantOfThisLaunch,
    findAccount: accountFinder(rooms),
    extraTokenClaims: extraClaims(rooms),
    formats: { customizers: { jwt: (_ctx, token, jwt) => keepClaims(rooms.states, token, jwt) } },
    issueRefreshToken: (_ctx, client, { scopes }) =>
      client.grantTypeAllowed('refresh_token') && !scopes.has('__btg') && (scopes.has('offline_access') || scopes.has('online_access')),
    // Sessions are looked at by `token-claims.ts`: the library would let a second launch of an app end the first one's.
    expiresWithSession: () => false,
    rotateRefreshToken: true,
    ttl: lifetimes(rooms),
    fetch: rooms.outboundFetch,
    fetchResponseBodyLimits: { jwks_uri: 256 * 1024 },
    features: features(rooms, pages),
    renderError: (ctx, { error, error_description: description }) =>
      show(ctx, pages.error(ctx.req, { code: error, ...(description === undefined ? {} : { description }) })),
  };
}

/** Not the one that the session remembers: that has another launch's patient. */
async function grantOfThisLaunch({ oidc }: KoaContextWithOIDC) {
  const id = oidc.result?.consent?.grantId;
  return id === undefined ? undefined : oidc.provider.Grant.find(id);
}
