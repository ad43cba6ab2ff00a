/** Source: SMART App Launch 2.2 app-launch.html#obtain-authorization-code; RFC 6749 4.1, RFC 7636, RFC 9207, RFC 9700 */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { addClient } from '../../src/auth/clients.js';
import { talk } from '../http/raw-socket.js';
import { type AuthServer, addPerson, authorizeUrl, Browser, codeForm, launch, post, startAuth, types } from './auth-server.js';

let server: AuthServer;

beforeAll(async () => {
  server = await startAuth();
  const { states } = server;
  server.person.account = (await addPerson(states, 'doctor')).id;
  const redirectUris = ['http://app.example/cb'];
  await addClient(states, { id: 'app', name: 'App', kind: 'public', redirectUris }, { types });
  await addClient(states, { id: 'other', name: 'Other', kind: 'public', redirectUris }, { types });
  await addClient(
    states,
    { id: 'device', name: 'Device', kind: 'public', redirectUris: ['http://127.0.0.1/cb', 'app.example:/cb'] },
    { types },
  );
});
afterAll(() => server.close());

async function ask(more: Readonly<Record<string, string | undefined>>, suffix = '') {
  const { location, response } = await new Browser().go(authorizeUrl(server, 'app', more).url + suffix);
  return { location, status: response.status, text: location === undefined ? await response.text() : '', headers: response.headers };
}

describe('an authorization request', () => {
  test.each([
    ['no aud', { aud: undefined }, 'invalid_request'],
    ['an aud that is another server', { aud: 'https://other.example/fhir' }, 'invalid_request'],
    ['an aud that begins like ours', { aud: 'BASE/more' }, 'invalid_request'],
    ['a resource that is another server', { resource: 'https://other.example/fhir' }, 'invalid_target'],
    ['no state', { state: undefined }, 'invalid_request'],
    ['no challenge', { code_challenge: undefined, code_challenge_method: undefined }, 'invalid_request'],
    ['a plain challenge', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['a challenge without a method', { code_challenge_method: undefined }, 'invalid_request'],
    ['the implicit flow', { response_type: 'token' }, 'unsupported_response_type'],
    ['no scope', { scope: undefined }, 'invalid_scope'],
    ['prompt none while nobody is signed in', { prompt: 'none' }, 'login_required'],
  ])('with %s is sent back to the app with an error, its state and who says so', async (_, more, error) => {
    const { location } = await ask(
      Object.fromEntries(Object.entries(more).map(([name, value]) => [name, value?.replace('BASE', server.base)])),
    );
    expect(location?.origin + (location?.pathname ?? '')).toBe('http://app.example/cb');
    // What would have come in the fragment is told there.
    const told = location?.hash ? new URLSearchParams(location.hash.slice(1)) : location?.searchParams;
    expect([told?.get('error'), told?.get('code')]).toEqual([error, null]);
    expect(told?.get('iss')).toBe(server.issuer);
    expect(told?.get('state')).toBe('state' in more ? null : 'some-state');
  });

  test('with very many scopes that nobody may ask for is sent back to an address of bearable length', async () => {
    const scope = Array.from({ length: 500 }, (_, at) => `system/Observation.rs?code=x${at}`).join(' ');
    const [address = '', form = ''] = authorizeUrl(server, 'app', { scope }).url.split('?');
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const { location } = await new Browser().go(address, { method: 'POST', body: form, headers });
    expect(location?.searchParams.get('error')).toBe('invalid_scope');
    expect(form.length).toBeGreaterThan(12_000);
    expect(location?.href.length).toBeLessThan(2000);
  });

  test('with form_post is answered by a form that its own script alone may post, and by a button without scripts', async () => {
    const { url } = authorizeUrl(server, 'app', { response_mode: 'form_post' });
    const { response } = await new Browser().go(url);
    const html = await response.text();
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store']);
    const [, script = ''] = /<script>([\s\S]*?)<\/script>/.exec(html) ?? [];
    const source = createHash('sha256').update(script).digest('base64');
    const policy = `default-src 'none'; script-src 'sha256-${source}'; base-uri 'none'; frame-ancestors 'none'`;
    expect(response.headers.get('content-security-policy')).toBe(policy);
    expect(html).toMatch(/<form method="post" action="http:\/\/app.example\/cb">[\s\S]*name="code"[\s\S]*<button [^>]*type="submit">/);
    expect(html).toContain('name="state" value="some-state"');
  });

  test('a slash behind aud is forgiven, and resource is taken for it', async () => {
    expect((await launch(server, 'app', { aud: `${server.base}/` })).status).toBe(200);
    expect((await launch(server, 'app', { aud: undefined, resource: server.base })).status).toBe(200);
    expect((await launch(server, 'app', { resource: `${server.base}/` })).status).toBe(200);
  });

  const callback = 'http://app.example/cb';
  test.each([
    `${callback}/`,
    `${callback}?a=1`,
    `${callback}/../evil`,
    `${callback}#f`,
    'http://app.example:80/cb',
    'https://app.example/cb',
    'http://APP.example/cb',
    'http://app.example@evil.example/cb',
    'http://app.example.evil.example/cb',
    'http://evil.example\\@app.example/cb',
    `${callback}%0d%0aSet-Cookie:x=1`,
    'javascript:alert(1)',
    '',
  ])('is not sent to %j, which is not what is registered: a page says so, without a link', async (redirectUri) => {
    const { location, status, text, headers } = await ask({ redirect_uri: redirectUri });
    expect([location, status]).toEqual([undefined, 400]);
    expect(text).not.toMatch(/href|http-equiv|evil|<script/i);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect([headers.get('cache-control'), headers.get('referrer-policy')]).toEqual(['no-store', 'no-referrer']);
  });

  test('of an app on a device goes back to its own scheme, and is compared as exactly', async () => {
    const { location } = await new Browser().go(authorizeUrl(server, 'device', { redirect_uri: 'app.example:/cb' }).url);
    expect([location?.protocol, location?.pathname, location?.searchParams.get('code')]).toEqual([
      'app.example:',
      '/cb',
      expect.any(String),
    ]);
    expect(server.person.asked.at(-1)?.client.redirectOrigin).toBe('app.example:');
    const { url } = authorizeUrl(server, 'device', { redirect_uri: 'http://127.0.0.1:5000/cb' });
    expect((await new Browser().go(url)).response.status).toBe(400);
  });

  test.each([
    '&redirect_uri=http://evil.example/',
    '&state=2',
    '&scope=openid',
    '&client_id=other',
    '&aud=x',
    '&launch=x&launch=y',
    '&prompt=none&prompt=none',
  ])('with a parameter twice (%s) gives no code', async (suffix) => {
    const { location } = await ask({}, suffix);
    expect(location?.searchParams.get('code') ?? null).toBeNull();
  });

  test.each(['state', 'login_hint', 'ui_locales', 'client_id', 'redirect_uri', 'scope', 'aud', 'launch'])(
    'with a script in %s runs nothing',
    async (name) => {
      const { location, text } = await ask({ [name]: '"><script>alert(1)</script>' });
      expect(text).not.toContain('<script');
      expect(location?.host ?? 'app.example').toBe('app.example');
    },
  );

  test('with line ends in its state gets them back encoded, and no field of the head is its own', async () => {
    const state = 'a\r\nX-Split: 1\r\nSet-Cookie: split=1\r\n\r\n<b>b</b>';
    const { location } = await ask({ state });
    expect([location?.searchParams.get('state'), location?.searchParams.get('code')]).toEqual([state, expect.any(String)]);
    const { pathname, search } = new URL(authorizeUrl(server, 'app', { state, code_challenge: undefined }).url);
    const form = search.slice(1);
    const ends = `Host: ${new URL(server.issuer).host}\r\nConnection: close\r\n`;
    const posted = `${ends}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${form.length}\r\n\r\n${form}`;
    for (const asked of [`GET ${pathname}${search} HTTP/1.1\r\n${ends}\r\n`, `POST ${pathname} HTTP/1.1\r\n${posted}`]) {
      const answer = await talk(server.door, { pieces: [asked] });
      expect(answer).toMatch(/^HTTP\/1\.1 303 .*\r\n[\s\S]*^location: \S*state=a%0D%0AX-Split/im);
      expect(answer).not.toMatch(/^(x-split|set-cookie: split)/im);
    }
  });

  test('of no client we know is answered by a page', async () => {
    const { location, status } = await ask({ client_id: 'nobody' });
    expect([location, status]).toEqual([undefined, 400]);
  });

  test('that is finished in another browser than it began in gives nothing', async () => {
    const asked = await new Browser().ask(authorizeUrl(server, 'app').url);
    const page = asked.headers.get('location') ?? '';
    expect(page).toMatch(/\/auth\/interaction\//);
    expect((await new Browser().ask(new URL(page, server.issuer).href)).status).toBe(404);
  });
});

describe('a code', () => {
  async function code(more = {}): Promise<Record<string, string>> {
    const { url, verifier } = authorizeUrl(server, 'app', more);
    const { location } = await new Browser().go(url);
    const given = location?.searchParams.get('code') ?? '';
    return { ...codeForm(given, verifier), client_id: 'app' };
  }

  test.each([
    ['without a verifier', { code_verifier: '' }],
    ['with another verifier', { code_verifier: 'x'.repeat(43) }],
    ['with another redirect URI', { redirect_uri: 'http://app.example/cb2' }],
    ['by another client', { client_id: 'other' }],
    ['that is none', { code: 'x'.repeat(43) }],
  ])('is not exchanged %s', async (_, wrong) => {
    const { status, body } = await post(`${server.issuer}/token`, { ...(await code()), ...wrong });
    expect([status, body.error]).toEqual([400, expect.stringMatching(/^invalid_(grant|request)$/)]);
  });

  test('is not exchanged for the challenge in the place of the verifier, nor without the field', async () => {
    const exchange = async (change: (verifier: string) => Record<string, string>) => {
      const { code_verifier: verifier = '', ...rest } = await code();
      const { status, body } = await post(`${server.issuer}/token`, { ...rest, ...change(verifier) });
      return [status, body.error, body.access_token];
    };
    const challengeOf = (verifier: string) => createHash('sha256').update(verifier).digest('base64url');
    expect(await exchange((verifier) => ({ code_verifier: challengeOf(verifier) }))).toEqual([400, 'invalid_grant', undefined]);
    expect(await exchange(() => ({}))).toEqual([400, 'invalid_grant', undefined]);
    expect(await exchange((verifier) => ({ code_verifier: verifier }))).toEqual([200, undefined, expect.any(String)]);
  });

  test('is exchanged once: a second time takes back what the first was given', async () => {
    const form = await code({ scope: 'launch/patient patient/Observation.rs offline_access' });
    const first = await post(`${server.issuer}/token`, form);
    expect((await post(`${server.issuer}/token`, form)).status).toBe(400);
    const refresh = { grant_type: 'refresh_token', refresh_token: first.body.refresh_token, client_id: 'app' };
    expect((await post(`${server.issuer}/token`, refresh)).status).toBe(400);
    const asked = await post(`${server.issuer}/introspect`, { token: first.body.access_token, client_id: 'app' });
    expect(asked.body).toEqual({ active: false });
  });

  test('is exchanged once of ten that try at the same moment', async () => {
    const form = await code();
    const answers = await Promise.all(Array.from({ length: 10 }, () => post(`${server.issuer}/token`, form)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.every(({ status }) => status === 200 || status === 400)).toBe(true);
  });
});

describe('the host', () => {
  test('is the issuer’s: another one that is asked for is refused', async () => {
    const { request } = await import('node:http');
    const { port } = new URL(server.issuer);
    const ask = (headers: Record<string, string>) =>
      new Promise<number>((resolve) => {
        const path = '/auth/.well-known/openid-configuration';
        request({ port, path, host: '127.0.0.1', headers }, (res) => resolve(res.resume().statusCode ?? 0)).end();
      });
    expect(await ask({ host: 'evil.example' })).toBe(421);
    expect(await ask({ host: 'evil.example', 'x-forwarded-host': new URL(server.issuer).host })).toBe(421);
    expect(await ask({ 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' })).toBe(200);
    expect(server.logged).toEqual([]);
  });

  test('is what a trusted proxy was asked for, and addresses and cookies are of the public one', async () => {
    const behind = await startAuth({ publicUrl: 'https://health.example/x', trustProxy: true });
    const headers = { 'x-forwarded-host': 'health.example', 'x-forwarded-proto': 'http', 'x-forwarded-for': '203.0.113.7, 198.51.100.2' };
    const told = await fetch(`${behind.door}/x/auth/.well-known/openid-configuration`, { headers });
    expect(await told.json()).toMatchObject({
      issuer: 'https://health.example/x/auth',
      token_endpoint: 'https://health.example/x/auth/token',
    });
    await addClient(behind.states, { id: 'app', name: 'App', kind: 'public', redirectUris: ['http://app.example/cb'] }, { types });
    const { search } = new URL(authorizeUrl(behind, 'app').url);
    const asked = await fetch(`${behind.door}/x/auth/authorize${search}`, { headers, redirect: 'manual' });
    expect(asked.headers.get('location')).toMatch(/^\/x\/auth\/interaction\//);
    expect(asked.headers.getSetCookie().every((cookie) => /; path=\/x\/auth.*; secure; httponly/i.test(cookie))).toBe(true);
    await fetch(`${behind.door}/x/auth/authorize?client_id=app&redirect_uri=http://app.example/cb`, { headers, redirect: 'manual' });
    expect(behind.events.at(-1)).toMatchObject({ kind: 'launch', outcome: 'refused', address: '198.51.100.2' });
    await behind.close();
  });
});

describe('what is not there', () => {
  test.each(['/nothing', '/token', '/authorize/x/y', '/%zz', '/interaction/x', '//', '/..%2f..'])(
    'is told so at %s, and nothing fails',
    async (path) => {
      expect([400, 404, 405]).toContain((await fetch(server.issuer + path)).status);
      expect(server.logged).toEqual([]);
    },
  );
});
