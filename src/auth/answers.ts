/**
 * What SMART wants in answers that the library makes: called once it has answered, with the client it has authenticated. One line per route.
 */
import { createHash } from 'node:crypto';
import type Provider from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { agentWith } from './agent.js';
import { ownMetadata } from './client-rules.js';
import type { Pages } from './interactions.js';
import { introspected } from './introspection.js';
import { contextOf, contextsWith, keepContext } from './launch-context.js';
import type { OwnToken, OwnTokens } from './own-tokens.js';
import { revokeClient, revokeGrant } from './revoke.js';
import { type AuthRooms, longestLife } from './rooms.js';
import { always, show } from './show.js';
import { authorizationServer } from './smart-configuration.js';
import { smartStyleUrl } from './smart-style.js';
import { deny } from './verify/denied.js';

export interface AnswerRooms extends AuthRooms {
  readonly tokens: OwnTokens;
  readonly pages: Pages;
}

type Answer = (rooms: AnswerRooms, ctx: KoaContextWithOIDC) => void | Promise<void>;
type Body = Record<string, unknown>;

const answers: Readonly<Record<string, Answer>> = {
  authorization: postedAnswer,
  resume: postedAnswer,
  token: tokenAnswer,
  introspection: introspectionAnswer,
  revocation: revocationAnswer,
  registration: registrationAnswer,
  client: registrationAnswer,
  client_update: registrationAnswer,
  client_delete: deletionAnswer,
  end_session: nobodyAnswer,
  end_session_confirm: signOutAnswer,
  discovery: discoveryAnswer,
  jwks: publicAnswer,
};

export function answering(rooms: AnswerRooms) {
  return async (ctx: KoaContextWithOIDC, next: () => Promise<unknown>): Promise<void> => {
    await next();
    // Where no route was found there is none of the library's context.
    const { oidc } = ctx as Partial<KoaContextWithOIDC>;
    if (oidc !== undefined) await answers[oidc.route]?.(rooms, ctx);
    else if (ctx.status === 404) notFound(rooms, ctx);
  };
}

/** What the library keeps from whoever asks: that an audience, a key or a secret was wrong. The journal's readers may know it. */
const whyRefused = new WeakMap<object, string>();

export function noteRefusals(provider: Provider): void {
  provider.on('grant.error', (ctx, { error_detail: detail }) => void (detail !== undefined && whyRefused.set(ctx, detail)));
}

/** Source: SMART App Launch 2.2 app-launch.html#response-5 */
async function tokenAnswer(rooms: AuthRooms, ctx: KoaContextWithOIDC): Promise<void> {
  ctx.set('Pragma', 'no-cache');
  const { AccessToken: token, ClientCredentials: own, RotatedRefreshToken: rotated } = ctx.oidc.entities;
  const client = ctx.oidc.client?.clientId;
  const by = await agentWith(rooms.states, token?.accountId, client);
  const { error } = ctx.body as { readonly error?: string };
  const told = { by, address: ctx.ip, detail: { grant_type: String(ctx.oidc.params?.grant_type ?? '') } };
  if (ctx.status !== 200) {
    const reason = [error, whyRefused.get(ctx)].filter((part) => part !== undefined).join(': ');
    return rooms.record({ kind: 'token-issued', outcome: 'refused', ...told, reason });
  }
  const context = token?.grantId === undefined ? undefined : await contextOf(rooms.states, token.grantId);
  const style = context === undefined ? {} : { smart_style_url: smartStyleUrl(rooms.issuer) };
  Object.assign(ctx.body as Body, style, context?.launch);
  const { scope, jti: tokenId } = token ?? own ?? {};
  const patient = context?.launch.patient;
  rooms.record({
    kind: rotated === undefined ? 'token-issued' : 'token-refreshed',
    outcome: 'success',
    ...told,
    ...(scope === undefined ? {} : { scope }),
    ...(tokenId === undefined ? {} : { tokenId }),
    ...(context === undefined ? {} : { grant: context.grant }),
    ...(patient === undefined ? {} : { patient }),
  });
  if (rotated !== undefined) await renew(rooms, ctx);
}

/** A grant lives as long as its refresh tokens are used: it is written anew when a quarter of its time is gone. */
async function renew({ states, lifetimes, now }: AuthRooms, ctx: KoaContextWithOIDC): Promise<void> {
  const { Grant: grant } = ctx.oidc.entities;
  const context = grant === undefined ? undefined : await contextOf(states, grant.jti);
  if (grant === undefined || context === undefined || context.session !== undefined) return;
  const life = (lifetimes.refreshToken + lifetimes.accessToken) * 1000;
  if (context.expires - now() > life * 0.75) return;
  const expires = now() + life;
  grant.exp = Math.floor(expires / 1000);
  await grant.save();
  await keepContext(states, { ...context, expires });
}

async function introspectionAnswer(rooms: AnswerRooms, ctx: KoaContextWithOIDC): Promise<void> {
  if (!isOfJwt(ctx)) return;
  const token = await rooms.tokens.verify(String(ctx.oidc.params?.token));
  const { client } = ctx.oidc;
  const allowed = client?.clientAuthMethod !== 'none' || token?.principal.client === client.clientId;
  ctx.status = 200;
  ctx.body = introspected(rooms, allowed ? token : undefined);
  rooms.record({ kind: 'token-introspected', outcome: 'success', by: { client: client?.clientId ?? '' }, address: ctx.ip });
}

/** Source: RFC 7009 2.2: what is no token of ours is answered as if it were revoked. */
async function revocationAnswer(rooms: AnswerRooms, ctx: KoaContextWithOIDC): Promise<void> {
  const { RefreshToken: refreshToken } = ctx.oidc.entities;
  if (ctx.status === 200 && refreshToken?.clientId !== undefined && refreshToken.clientId === ctx.oidc.client?.clientId) {
    const { clientId: client, accountId: account, grantId: grant } = refreshToken;
    const by = await agentWith(rooms.states, account, client);
    rooms.record({ kind: 'token-revoked', outcome: 'success', by, grant });
  }
  if (!isOfJwt(ctx)) return;
  const token = await rooms.tokens.verify(String(ctx.oidc.params?.token));
  ctx.status = 200;
  ctx.type = 'text';
  ctx.body = '';
  if (token === undefined) return;
  if (token.principal.client !== ctx.oidc.client?.clientId) {
    ctx.status = 400;
    ctx.body = { error: 'invalid_request', error_description: 'the token was issued to another client' };
    return;
  }
  await revokeToken(rooms, token);
}

async function revokeToken(rooms: AuthRooms, { principal: { client, account, tokenId, grant } }: OwnToken): Promise<void> {
  if (grant !== undefined) await revokeGrant(rooms, grant);
  else await deny(rooms.states, { what: 'jti', id: tokenId }, longestLife(rooms.lifetimes), rooms.now());
  const by = await agentWith(rooms.states, account, client);
  rooms.record({ kind: 'token-revoked', outcome: 'success', by, tokenId, ...(grant === undefined ? {} : { grant }) });
}

/** The library refuses signed tokens once it has authenticated the client: by then it is for us to answer. */
function isOfJwt(ctx: KoaContextWithOIDC): boolean {
  const { error } = (ctx.body ?? {}) as { readonly error?: string };
  return error === 'unsupported_token_type' && ctx.oidc.client !== undefined;
}

function registrationAnswer(rooms: AuthRooms, ctx: KoaContextWithOIDC): void {
  const body = ctx.body as Body;
  if (ctx.status >= 300) {
    rooms.record({ kind: 'client-registered', outcome: 'refused', address: ctx.ip, reason: String(body.error) });
    return;
  }
  const { smart_scope: scope } = body;
  for (const name of ownMetadata) if (name !== 'launch_uri') delete body[name];
  // It is kept hashed: what is shown once, when it is made, cannot be shown again.
  if (ctx.oidc.route !== 'registration') delete body.client_secret;
  body.scope = scope;
  if (ctx.oidc.route === 'client') return;
  const about = { kind: 'client', id: String(body.client_id), name: String(body.client_name ?? '') } as const;
  const kind = ctx.oidc.route === 'registration' ? 'client-registered' : 'client-changed';
  rooms.record({ kind, outcome: 'success', address: ctx.ip, about, scope: String(scope) });
}

async function deletionAnswer({ states, now, record }: AuthRooms, ctx: KoaContextWithOIDC): Promise<void> {
  const id = ctx.oidc.client?.clientId;
  if (ctx.status !== 204 || id === undefined) return;
  await revokeClient(states, id, now());
  record({ kind: 'client-revoked', outcome: 'success', address: ctx.ip, by: { client: id }, about: { kind: 'client', id } });
}

/** Where nobody is signed in there is nothing to ask: the library would have a script send an empty form. */
function nobodyAnswer({ pages }: AnswerRooms, ctx: KoaContextWithOIDC): void {
  const { session, params, client } = ctx.oidc;
  if (ctx.status !== 200 || session?.accountId !== undefined) return;
  const { post_logout_redirect_uri: uri, state } = (params ?? {}) as Record<string, string | undefined>;
  // The library has compared it with what the client is registered for.
  if (uri === undefined) {
    show(ctx, pages.signedOut(ctx.req, client?.clientName === undefined ? {} : { client: client.clientName }));
    return;
  }
  const to = new URL(uri);
  if (state !== undefined) to.searchParams.set('state', state);
  ctx.redirect(to.href);
  ctx.status = 303;
}

/** Source: RFC 6749 3.2, RFC 7662 2.1, RFC 7009 2.1, RFC 7591 3 */
const posted: ReadonlySet<string> = new Set(['/token', '/introspect', '/revoke', '/register']);

function notFound({ issuer, pages }: AnswerRooms, ctx: KoaContextWithOIDC): void {
  // Whoever types the issuer's address into a browser looks for their own page.
  if (ctx.method === 'GET' && ctx.path === '/' && ctx.accepts('json', 'html') === 'html') {
    ctx.redirect(`${issuer}/grants`);
    return;
  }
  const description = `nothing is answered here by ${ctx.method}`;
  const isForPost = posted.has(ctx.path);
  if (isForPost) ctx.set('Allow', 'POST');
  if (ctx.accepts('json', 'html') === 'html') show(ctx, pages.error(ctx.req, { code: 'invalid_request', description }));
  else ctx.body = { error: 'invalid_request', error_description: description };
  ctx.status = isForPost ? 405 : 404;
}

/** What was given for the time of the session ends with it. */
async function signOutAnswer(rooms: AuthRooms, ctx: KoaContextWithOIDC): Promise<void> {
  const { session } = ctx.oidc;
  if (session === undefined || (session as { readonly destroyed?: boolean }).destroyed !== true) return;
  await endSession(rooms, session.uid);
  const { accountId: account } = session;
  rooms.record({ kind: 'sign-out', outcome: 'success', address: ctx.ip, by: await agentWith(rooms.states, account, undefined) });
}

export async function endSession(rooms: AuthRooms, uid: string): Promise<void> {
  for (const { grant } of await contextsWith(rooms.states, `session:${uid}`)) await revokeGrant(rooms, grant);
}

/**
 * `response_mode=form_post`: the library's page has one script, which posts its form, and a button where scripts are off. It may do that alone.
 * Source: OAuth 2.0 Form Post Response Mode 2
 */
function postedAnswer(_rooms: AnswerRooms, ctx: KoaContextWithOIDC): void {
  const [, script] = (typeof ctx.body === 'string' && /<script>([\s\S]*?)<\/script>/.exec(ctx.body)) || [];
  if (ctx.oidc.params?.response_mode !== 'form_post' || script === undefined) return;
  const source = createHash('sha256').update(script).digest('base64');
  const policy = `default-src 'none'; script-src 'sha256-${source}'; base-uri 'none'; frame-ancestors 'none'`;
  ctx.set({ ...always, 'Content-Security-Policy': policy, 'X-Frame-Options': 'DENY' });
}

function discoveryAnswer(rooms: AuthRooms, ctx: KoaContextWithOIDC): void {
  publicAnswer(rooms, ctx);
  Object.assign(ctx.body as Body, authorizationServer(rooms));
}

/** Half the time for which a new key is published before it signs: see `keys.ts`. */
function publicAnswer(_rooms: AuthRooms, ctx: KoaContextWithOIDC): void {
  ctx.set('Cache-Control', 'public, max-age=300');
}
