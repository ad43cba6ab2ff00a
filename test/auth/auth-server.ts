/** An authorization server by itself on a free port, with pages that agree to what a test tells them; and apps that come to it. */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT } from 'jose';
import type { SecurityEvent } from '../../src/audit/event.js';
import { type Account, addAccount } from '../../src/auth/accounts.js';
import { type Auth, createAuth } from '../../src/auth/auth.js';
import type { Asked, Given, Interactions, Pages } from '../../src/auth/interactions.js';
import { createDenied } from '../../src/auth/verify/denied.js';
import { storeFault } from '../../src/interactions/store-fault.js';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import type { StateStore } from '../../src/store/state.js';

/** What the library finds fault with in its setting up. Not that it is meant for a later Node. */
const notices: string[] = [];
for (const name of ['info', 'warn'] as const) {
  const plain = console[name];
  console[name] = (...said: unknown[]) => {
    const isNotice = /oidc-provider (NOTICE|WARNING)/.test(String(said[0])) && !String(said[0]).includes('Unsupported runtime');
    if (isNotice) notices.push(String(said[0]));
    else plain(...said);
  };
}

export const types = { isResourceType: (name: string) => ['Patient', 'Observation', 'Encounter', 'Condition'].includes(name) };
const cost = { n: 16, r: 8, p: 1 };

export interface AuthServer {
  readonly issuer: string;
  readonly base: string;
  /** Where it truly listens. */
  readonly door: string;
  readonly states: StateStore;
  readonly auth: Auth;
  readonly interactions: () => Interactions;
  readonly events: SecurityEvent[];
  readonly logged: unknown[];
  /** What the pages will do; `asked` is what they were told last. */
  readonly person: Person;
  close(): Promise<void>;
}

export interface Person {
  account: string;
  give: (asked: Asked) => Given | 'refuse';
  asked: Asked[];
}

export interface AuthServerOptions {
  readonly states?: StateStore;
  readonly port?: number;
  readonly now?: () => number;
  readonly trustProxy?: boolean;
  /** As clients behind a proxy see it. */
  readonly publicUrl?: string;
  readonly outboundFetch?: typeof fetch;
  readonly failuresPerMinute?: number;
  readonly lifetimes?: Partial<Parameters<typeof createAuth>[0]['lifetimes']>;
}

export async function startAuth(options: AuthServerOptions = {}): Promise<AuthServer> {
  const store = options.states === undefined ? await openSqliteStore(':memory:') : undefined;
  const states = options.states ?? (store as NonNullable<typeof store>).states;
  const server = createServer();
  const port = await listen(server, options.port ?? 0);
  const here = options.publicUrl ?? `http://127.0.0.1:${port}`;
  const [issuer, base] = [`${here}/auth`, `${here}/fhir`];
  const [events, logged]: [SecurityEvent[], unknown[]] = [[], []];
  const person: Person = { account: '', asked: [], give: ({ scopes }) => ({ scopes: scopes.map(({ text }) => text), patient: 'p1' }) };
  const denied = await createDenied(states);
  let interactions: Interactions | undefined;
  const auth = await createAuth({
    issuer,
    base,
    states,
    denied,
    now: options.now ?? Date.now,
    lifetimes: { accessToken: 3600, systemToken: 300, refreshToken: 86_400, session: 3600, ...options.lifetimes },
    trustProxy: options.trustProxy ?? false,
    storeFault,
    types,
    ...(options.failuresPerMinute === undefined ? {} : { failuresPerMinute: options.failuresPerMinute }),
    mayBreakGlass: (role) => role === 'clinician',
    outboundFetch: options.outboundFetch ?? fetch,
    record: (event) => void events.push(event),
    logger: { error: (fields, text) => void logged.push(fields, text) },
    pages(made) {
      interactions = made;
      return agreeingPages(made, person);
    },
  });
  server.on('request', auth.handler);
  const close = async () => {
    auth.close();
    denied.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await store?.close();
    if (notices.length > 0) throw new Error(notices.join('\n'));
  };
  return {
    issuer,
    base,
    door: `http://127.0.0.1:${port}`,
    states,
    auth,
    interactions: () => interactions as Interactions,
    events,
    logged,
    person,
    close,
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)));
}

/** Stands for a person who fills in the forms. */
function agreeingPages(interactions: Interactions, person: Person): Pages {
  const page = (html: string) => ({ html, headers: { 'Content-Security-Policy': "default-src 'none'" } });
  return {
    async serve(req, res, path) {
      if (!path.startsWith('/interaction/')) return false;
      const asked = await interactions.asked(req, res);
      if (asked === undefined) return false;
      person.asked.push(asked);
      if (asked.prompt === 'login') await interactions.finishSignIn(req, res, { account: person.account, methods: ['pwd'] });
      else {
        const given = person.give(asked);
        if (given === 'refuse') await interactions.refuse(req, res);
        else await interactions.finishConsent(req, res, given);
      }
      return true;
    },
    error: (_req, { code, description }) => page(`<h1>${code}</h1><p>${escaped(description ?? '')}</p>`),
    signOut: (_req, { action, xsrf }) => page(`<form action="${action}"><input name="xsrf" value="${xsrf}"></form>`),
    signedOut: () => page('<h1>signed out</h1>'),
  };
}

function escaped(text: string): string {
  return text.replace(/[<>&"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

export async function addPerson(states: StateStore, name: string, role = 'clinician'): Promise<Account> {
  return addAccount(
    states,
    { name, role, password: 'a long enough pass phrase 1', fhirUser: 'Practitioner/d1', institution: 'h1' },
    { cost },
  );
}

/** What a browser keeps: cookies by name and path. */
export class Browser {
  readonly #cookies = new Map<string, { readonly value: string; readonly path: string }>();

  /** Follows the server's own redirects; stops where the app is to be asked, or at a page. */
  async go(url: string, init: RequestInit = {}): Promise<{ readonly location?: URL; readonly response: Response }> {
    let [next, asked] = [url, init];
    for (;;) {
      const response = await this.ask(next, asked);
      const location = response.headers.get('location');
      if (location === null) return { response };
      const to = new URL(location, next);
      if (to.host !== new URL(url).host) return { response, location: to };
      [next, asked] = [to.href, {}];
    }
  }

  async ask(url: string, init: RequestInit = {}): Promise<Response> {
    const { pathname } = new URL(url);
    const fits = [...this.#cookies.values()].length === 0 ? [] : [...this.#cookies].filter(([, { path }]) => pathname.startsWith(path));
    const cookie = fits.map(([name, { value }]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { ...init, redirect: 'manual', headers: { ...init.headers, ...(cookie === '' ? {} : { cookie }) } });
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(/; */);
      const [name = '', value = ''] = pair.split(/=(.*)/s);
      const path = attributes.find((one) => /^path=/i.test(one))?.slice(5) ?? '/';
      if (value === '') this.#cookies.delete(name);
      else this.#cookies.set(name, { value, path });
    }
    return response;
  }
}

export interface Authorization {
  readonly url: string;
  readonly verifier: string;
}

export function authorizeUrl(
  server: Pick<AuthServer, 'issuer' | 'base'>,
  client: string,
  more: Readonly<Record<string, string | undefined>> = {},
): Authorization {
  const verifier = randomBytes(32).toString('base64url');
  const parameters: Readonly<Record<string, string | undefined>> = {
    response_type: 'code',
    client_id: client,
    redirect_uri: 'http://app.example/cb',
    scope: 'openid fhirUser launch/patient patient/Observation.rs',
    state: 'some-state',
    aud: server.base,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...more,
  };
  const given = Object.entries(parameters).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  return { url: `${server.issuer}/authorize?${new URLSearchParams(given as [string, string][])}`, verifier };
}

export interface TokenAnswer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any;
}

export async function post(
  url: string,
  form: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<TokenAnswer> {
  const response = await fetch(url, { method: 'POST', body: new URLSearchParams(form), headers });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

/** From the first request to the tokens. */
export async function launch(
  server: AuthServer,
  client: string,
  more: Readonly<Record<string, string | undefined>> = {},
  { browser = new Browser(), authenticate = { client_id: client } as Readonly<Record<string, string>>, headers = {} } = {},
): Promise<TokenAnswer> {
  const { url, verifier } = authorizeUrl(server, client, more);
  const { location, response } = await browser.go(url);
  const code = location?.searchParams.get('code');
  if (code === null || code === undefined) throw new Error(`no code: ${location?.href ?? `${response.status} ${await response.text()}`}`);
  const redirect = more.redirect_uri ?? 'http://app.example/cb';
  const form = { ...codeForm(code, verifier), redirect_uri: redirect, ...authenticate };
  return post(`${server.issuer}/token`, form, headers);
}

/** What a public client sends for a code that came to the app's redirect URI. */
export function codeForm(code: string, verifier: string): Record<string, string> {
  return { grant_type: 'authorization_code', code, redirect_uri: 'http://app.example/cb', code_verifier: verifier };
}

export interface Keys {
  readonly kid: string;
  readonly alg: 'RS384' | 'ES384';
  readonly privateKey: KeyObject;
  readonly jwk: Readonly<Record<string, unknown>>;
}

export function makeKeys(alg: 'RS384' | 'ES384', kid: string): Keys {
  const { privateKey, publicKey } =
    alg === 'RS384' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ec', { namedCurve: 'P-384' });
  return { kid, alg, privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' } };
}

const seconds = () => Math.floor(Date.now() / 1000);

export async function assertion(
  client: string,
  audience: string,
  keys: Keys,
  claims: Readonly<Record<string, unknown>> = {},
  header: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const said = { iss: client, sub: client, aud: audience, jti: randomBytes(12).toString('hex'), exp: seconds() + 300, ...claims };
  return new SignJWT(said).setProtectedHeader({ alg: keys.alg, kid: keys.kid, typ: 'JWT', ...header }).sign(keys.privateKey);
}

export const jwtBearer = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

export async function systemToken(server: Pick<AuthServer, 'issuer'>, client: string, keys: Keys, scope: string): Promise<TokenAnswer> {
  const form = { grant_type: 'client_credentials', scope, client_assertion_type: jwtBearer };
  const url = `${server.issuer}/token`;
  return post(url, { ...form, client_assertion: await assertion(client, url, keys) });
}
