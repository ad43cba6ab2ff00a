/**
 * What is typed, registered or stored by others stays text on every page; every page is whole, labelled and without scripts; no form but our
 * own is taken. Source: OWASP ASVS 5.3.3, 4.2.2; WCAG 2.1 (1.3.1, 3.1.1, 3.3.1, 3.3.2, 4.1.1)
 */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Account, addAccount, changeAccount } from '../../src/auth/accounts.js';
import type { Asked } from '../../src/auth/interactions.js';
import { newVisitor, type VisitedPage, type Visitor } from '../web-visitor.js';
import { appUrl, asks, cheap, type PagesServer, startPages } from './pages-server.js';
import { faultsOf } from './read-page.js';

const evil = `"><script>alert(1)</script><img src=x onerror=alert(1)>'\`&lt;\0\u0085{{7*7}}\u202e</style></title>`;
const password = 'Mondschein-7';
const client = {
  id: evil,
  name: evil,
  uri: evil,
  policyUri: `javascript:alert(1)//${evil}`,
  tosUri: `https://x.example/"onclick="alert(1)`,
  redirectOrigin: 'https://app.example.org',
};
const patient = { id: 'p1', name: evil, gender: evil, birthDate: evil, identityNumber: evil };
const encounter = { id: 'e1', status: evil, kind: evil, place: evil, start: evil, end: evil };
const all = 'openid offline_access patient/*.cruds patient/Observation.cruds patient/Condition.rs?category=http://x|%22%3E launch/patient';

let server: PagesServer;
let doctor: Account;
let visitor: Visitor;
let opened = 0;

beforeAll(async () => {
  server = await startPages({ patients: [patient, { id: 'p2', name: `${evil}2` }], encounters: [encounter] });
  doctor = await addAccount(server.states, { name: 'doctor', displayName: evil, role: 'clinician', password }, { cost: cheap });
});
afterAll(() => server.close());
beforeEach(() => {
  visitor = newVisitor();
  server.clock.now += 2 * 86_400_000;
  delete server.desk.session;
});

async function open(scope: string, more: Partial<Asked> = {}, query = ''): Promise<VisitedPage> {
  const uid = `safe-${++opened}`;
  server.desk.asked = asks(scope, { uid, client, account: doctor.id, ...more });
  return visitor.visit(`${server.url}/interaction/${uid}${query}`);
}

const q = `?q=${encodeURIComponent('<script>')}`;
const emergency = { emergency: true };
const pages: readonly (readonly [string, () => Promise<VisitedPage>])[] = [
  ['sign-in', () => open(all, { prompt: 'login', loginHint: evil })],
  ['sign-in, refused', async () => visitor.send(await open(all, { prompt: 'login' }), { name: evil, password: evil })],
  ['a code', async () => signIn({ totp: { secret: 'A'.repeat(32), step: 0, recovery: [] } })],
  [
    'a code, refused',
    async () =>
      visitor.send(await signIn({ totp: { secret: 'A'.repeat(32), step: 0, recovery: [] } }), { recovery: evil }, { form: 'recovery' }),
  ],
  ['a new password', async () => signIn({ mustChangePassword: true })],
  [
    'a new password, refused',
    async () => visitor.send(await signIn({ mustChangePassword: true }), { 'new-password': evil, repeated: 'x' }, { form: 'new-password' }),
  ],
  ['patients', () => open(all, { choosePatient: true })],
  ['patients found', () => open(all, { choosePatient: true }, q)],
  ['no patient found', () => open(all, { choosePatient: true }, `?q=${encodeURIComponent(`no ${evil}`)}&lang=en`)],
  ['visits', () => open(`${all} launch/encounter`, { chooseEncounter: true, launch: { patient: 'p1' } })],
  ['emergency', () => open(`${all} __btg`, emergency)],
  ['emergency, refused', async () => visitor.send(await open(`${all} __btg`, emergency), { reason: evil.slice(0, 4) }, { form: 'reason' })],
  ['consent', () => open(all, { launch: { patient: 'p1' } })],
  [
    'consent in an emergency',
    async () =>
      visitor.send(
        await open('user/*.cruds __btg', { ...emergency, launch: { patient: 'p1' } }),
        { purpose: ['BTG'], reason: evil },
        { form: 'reason' },
      ),
  ],
  ['consent in English', () => open(all, { launch: { patient: 'p1' } }, '?lang=en')],
  ['the account', () => owner('/grants')],
  ['an authenticator', async () => visitor.send(await owner('/grants'), { proof: password }, { form: 'proof' })],
  [
    'over',
    async () => {
      server.desk.asked = undefined;
      return visitor.visit(`${server.url}/interaction/gone?x=${encodeURIComponent(evil)}`);
    },
  ],
];

async function signIn(more: Partial<Account>): Promise<VisitedPage> {
  const name = `somebody${++opened}`;
  await addAccount(server.states, { name, role: 'clinician', password }, { cost: cheap });
  await changeAccount(server.states, name, (found) => ({ ...found, ...more }));
  return visitor.send(await open(all, { prompt: 'login' }), { name, password });
}

async function owner(path: string): Promise<VisitedPage> {
  server.desk.session = doctor.id;
  server.desk.grants = [{ id: evil, client: { id: evil, name: evil }, scopes: ['patient/*.rs'], patient: evil, madeAt: 0, expires: 0 }];
  return visitor.visit(server.url + path);
}

describe.each(pages)('the page: %s', (_name, asked) => {
  test('is whole, labelled, and no word of others is more than a word; it runs, loads and frames nothing', async () => {
    const page = await asked();
    expect(faultsOf(page.html)).toEqual([]);
    expect(page.html).not.toMatch(/<script|<img|onerror="|[\0\u202e]/);
    const style = /<style>([\s\S]*?)<\/style>/.exec(page.html)?.[1] ?? '';
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain(
      `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; frame-ancestors 'none'`,
    );
    expect(policy).not.toContain('unsafe');
    const headers = ['x-frame-options', 'x-content-type-options', 'referrer-policy', 'cache-control', 'content-type'].map((name) =>
      page.headers.get(name),
    );
    expect(headers).toEqual(['DENY', 'nosniff', 'same-origin', 'no-store', 'text/html; charset=utf-8']);
  });
});

describe('forms of others', () => {
  const tokenOf = ({ forms }: VisitedPage) => forms.flatMap(({ fields }) => fields).find(({ name }) => name === 'token')?.value ?? '';
  async function post(
    page: VisitedPage,
    step: string,
    token: string,
    headers: Record<string, string> = {},
    cookie = cookieOf.get(page),
  ): Promise<Response> {
    return fetch(`${page.url}/${step}`, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...(cookie && { cookie }), ...headers },
      body: new URLSearchParams({ token, agree: 'yes', scope: 'patient/Patient.rs' }),
    });
  }
  const cookieOf = new WeakMap<VisitedPage, string>();
  async function withCookie(): Promise<VisitedPage> {
    const page = await open('patient/Patient.rs');
    cookieOf.set(
      page,
      page.headers
        .getSetCookie()
        .map((line) => line.split(';')[0])
        .join('; '),
    );
    delete server.desk.given;
    return page;
  }

  test('are refused: without token or cookie, with those of another page or browser, from another site', async () => {
    const other = await withCookie();
    visitor = newVisitor();
    const page = await withCookie();
    const token = tokenOf(page);
    const origin = new URL(server.url).origin;
    const tried = [
      await post(page, 'consent', ''),
      await post(page, 'consent', token, {}, ''),
      await post(page, 'consent', tokenOf(other)),
      await post(page, 'consent', token, {}, cookieOf.get(other)),
      await post(page, 'consent', token, { origin: 'https://evil.example' }),
      await post(page, 'consent', token, { origin: 'null' }),
      await post(page, 'consent', token, { origin, 'sec-fetch-site': 'cross-site' }),
      await post(page, 'consent', token, { origin, 'sec-fetch-site': 'same-site' }),
    ];
    expect(tried.map(({ status }) => status)).toEqual(Array(8).fill(403));
    expect(server.desk.given).toBeUndefined();
    expect((await post(page, 'consent', token, { origin, 'sec-fetch-site': 'same-origin' })).status).toBe(303);
    expect(server.desk.given).toEqual({ scopes: ['patient/Patient.rs'] });
  });

  test('cookies are for the browser alone, and for nobody else’s forms', async () => {
    const page = await withCookie();
    for (const line of page.headers.getSetCookie()) expect(line).toMatch(/; Path=\/auth; HttpOnly; SameSite=Lax/);
    const secure = await startPages({ issuer: 'https://fhir.example.org/auth' });
    secure.desk.asked = asks('openid', { prompt: 'login', uid: 'x' });
    const [line] = (await fetch(`${secure.url}/interaction/x`)).headers.getSetCookie();
    expect(line).toMatch(/; Path=\/auth; HttpOnly; SameSite=Lax; Secure/);
    await secure.close();
  });

  test('too large, of another kind, by other methods, to other steps', async () => {
    const page = await withCookie();
    const [cookie, token] = [cookieOf.get(page) ?? '', tokenOf(page)];
    const form = { cookie, 'content-type': 'application/x-www-form-urlencoded' };
    const ask = async (method: string, path: string, headers: Record<string, string>, body?: string) =>
      (await fetch(page.url + path, { method, headers, redirect: 'manual', ...(body !== undefined && { body }) })).status;
    expect(await ask('POST', '/consent', form, `token=${token}&x=${'x'.repeat(300_000)}`)).toBe(413);
    expect(await ask('POST', '/consent', { ...form, 'content-type': 'application/json' }, '{}')).toBe(415);
    expect(await ask('DELETE', '', form)).toBe(405);
    expect(await ask('PUT', '/consent', form, '')).toBe(405);
    expect(await ask('POST', '/nothing', form, `token=${token}`)).toBe(404);
    expect(await ask('GET', '/consent', form)).toBe(404);
    expect(await ask('HEAD', '', form)).toBe(200);
    expect((await fetch(`${server.url}/interaction/another`, { headers: form })).status).toBe(404);
  });
});

describe('the language', () => {
  const heading = ({ html }: VisitedPage) => /<html lang="([^"]+)">[\s\S]*<h1>([^<]+)<\/h1>/.exec(html)?.slice(1);
  const signInPage = (language: string, more: Partial<Asked> = {}, query = '') => {
    visitor = newVisitor(language);
    return open('openid', { prompt: 'login', ...more }, query);
  };

  test.each([
    ['zh-CN,zh;q=0.9,en;q=0.5', 'zh-CN', '登录'],
    ['en-GB,en;q=0.9,zh;q=0.8', 'en', 'Sign in'],
    ['zh;q=0.1,en;q=0.2', 'en', 'Sign in'],
    ['de', 'zh-CN', '登录'],
    ['en;q=0, zh', 'zh-CN', '登录'],
    [';;;,,q=', 'zh-CN', '登录'],
  ])('follows the browser: %s', async (header, language, title) => {
    expect(heading(await signInPage(header))).toEqual([language, title]);
  });

  test('follows the app before the browser, and the person before both', async () => {
    expect(heading(await signInPage('zh', { languages: ['fr', 'en-US'] }))).toEqual(['en', 'Sign in']);
    const switched = await signInPage('zh', {}, '?lang=en');
    expect(heading(switched)).toEqual(['en', 'Sign in']);
    expect(switched.html).toContain('lang=zh" lang="zh-CN" hreflang="zh-CN">中文</a>');
    // It is remembered.
    expect(heading(await visitor.visit(switched.url.replace(/\?.*/, '')))).toEqual(['en', 'Sign in']);
  });

  test('is switched with the search kept', async () => {
    const found = await open('patient/Patient.rs', { choosePatient: true }, '?q=%E5%BC%A0&lang=en');
    expect(found.html).toMatch(/<a href="\/auth\/interaction\/safe-\d+\?q=%E5%BC%A0&#38;lang=zh"/);
  });
});

test('forms of the page where a password is typed lead here and to the app alone', async () => {
  const page = await open('openid', { prompt: 'login' });
  expect(page.headers.get('content-security-policy')).toMatch(/; form-action 'self' https:\/\/app\.example\.org$/);
  expect(appUrl).toContain('https://app.example.org');
});
