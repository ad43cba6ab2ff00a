/** Source: SMART App Launch 2.2 app-launch.html#refresh-access-token, token-introspection.html; RFC 6749 6, RFC 7009, RFC 7662, RFC 9700 4.14 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { lockAccount } from '../../src/auth/accounts.js';
import { addClient } from '../../src/auth/clients.js';
import { revokeClient } from '../../src/auth/revoke.js';
import {
  type AuthServer,
  addPerson,
  assertion,
  authorizeUrl,
  Browser,
  jwtBearer,
  launch,
  makeKeys,
  post,
  startAuth,
  systemToken,
  types,
} from './auth-server.js';

const keys = makeKeys('ES384', 'k1');
const redirectUris = ['http://app.example/cb'];
let server: AuthServer;
let secret = '';

beforeAll(async () => {
  server = await startAuth();
  const { states } = server;
  server.person.account = (await addPerson(states, 'doctor')).id;
  for (const id of ['app', 'other', 'doomed']) await addClient(states, { id, name: id, kind: 'public', redirectUris }, { types });
  const added = await addClient(
    states,
    { id: 'site', name: 'Site', kind: 'secret', redirectUris, postLogoutUris: ['http://app.example/bye'] },
    { types },
  );
  secret = added.secret ?? '';
  const scopes = ['system/*.rs', '__introspect'];
  await addClient(states, { id: 'lab', name: 'Lab', kind: 'asymmetric', jwks: { keys: [keys.jwk] }, scopes }, { types });
});
afterAll(() => server.close());

const offline = { scope: 'openid fhirUser launch/patient patient/Observation.rs patient/Condition.rs offline_access' };
const token = (form: Record<string, string>, headers = {}) => post(`${server.issuer}/token`, form, headers);
const refresh = (refreshToken: string, more: Record<string, string> = { client_id: 'app' }) =>
  token({ grant_type: 'refresh_token', refresh_token: refreshToken, ...more });
const isActive = async (accessToken: string) => (await post(`${server.issuer}/introspect`, { token: accessToken, ...site() })).body.active;
const site = () => ({ client_id: 'site', client_secret: secret });

describe('a refresh token', () => {
  test('gives the same scopes and context again, and another refresh token', async () => {
    const { body } = await launch(server, 'app', offline);
    const again = await refresh(body.refresh_token);
    expect(again.body).toMatchObject({ scope: offline.scope, patient: 'p1', expires_in: 3600, token_type: 'Bearer' });
    expect(again.body.refresh_token).not.toBe(body.refresh_token);
    expect(again.headers.get('pragma')).toBe('no-cache');
    expect(decodeJwt(again.body.access_token).gid).toBe(decodeJwt(body.access_token).gid);
  });

  test('gives fewer scopes where fewer are asked for', async () => {
    const { body } = await launch(server, 'app', offline);
    const less = await refresh(body.refresh_token, { client_id: 'app', scope: 'patient/Observation.rs' });
    expect([less.status, less.body.scope]).toEqual([200, 'patient/Observation.rs']);
  });

  test('does not give what was not granted', async () => {
    const { body } = await launch(server, 'app', offline);
    const wider = [
      'patient/*.rs',
      'patient/Observation.cruds',
      'patient/Observation.rs user/*.rs',
      'system/*.rs',
      'patient/Condition.rs?x=y',
      'launch',
    ];
    for (const scope of wider) {
      const answer = await refresh(body.refresh_token, { client_id: 'app', scope });
      expect([scope, answer.status, answer.body.error]).toEqual([scope, 400, 'invalid_scope']);
    }
  });

  test('of an app without a secret works without client_id; of others it does not', async () => {
    const { body } = await launch(server, 'app', offline);
    expect((await refresh(body.refresh_token, {})).status).toBe(200);
    const other = await launch(server, 'site', offline, { authenticate: site() });
    expect((await refresh(other.body.refresh_token, {})).status).toBe(400);
    expect((await refresh(other.body.refresh_token, { client_id: 'site' })).status).toBe(401);
    expect((await refresh(other.body.refresh_token, site())).status).toBe(200);
  });

  test('is bound to its client', async () => {
    const { body } = await launch(server, 'app', offline);
    expect((await refresh(body.refresh_token, { client_id: 'other' })).body.error).toBe('invalid_grant');
  });

  test('that comes a second time ends all that came from it', async () => {
    const { body } = await launch(server, 'app', offline);
    const second = await refresh(body.refresh_token);
    expect(await isActive(second.body.access_token)).toBe(true);
    expect((await refresh(body.refresh_token)).body.error).toBe('invalid_grant');
    expect((await refresh(second.body.refresh_token)).body.error).toBe('invalid_grant');
    expect(await isActive(second.body.access_token)).toBe(false);
  });

  test('of online_access lives as long as the session, also beside another launch in it', async () => {
    const browser = new Browser();
    const online = { scope: 'launch/patient patient/Observation.rs online_access' };
    const first = await launch(server, 'app', online, { browser });
    await launch(server, 'app', online, { browser });
    const again = await refresh(first.body.refresh_token);
    expect(again.status).toBe(200);
    await signOut(browser);
    expect((await refresh(again.body.refresh_token)).status).toBe(400);
    expect(await isActive(again.body.access_token)).toBe(false);
  });

  test('of somebody who is locked out is of no use', async () => {
    const before = server.person.account;
    server.person.account = (await addPerson(server.states, 'leaver')).id;
    const { body } = await launch(server, 'app', offline);
    await lockAccount(server.states, 'leaver');
    expect((await refresh(body.refresh_token)).status).toBe(400);
    server.person.account = before;
  });

  test('gives what its client is still registered for', async () => {
    const { body } = await launch(server, 'app', offline);
    const item = await server.states.get('client', 'app');
    if (item === undefined) throw new Error('no client');
    const narrower = { ...JSON.parse(item.value), smart_scope: 'launch/patient offline_access patient/Condition.rs' };
    await server.states.put({ ...item, value: JSON.stringify(narrower) });
    expect((await refresh(body.refresh_token)).body.scope).toBe('launch/patient patient/Condition.rs offline_access');
    await server.states.put(item);
  });

  test('outlives the session where it was given for offline use', async () => {
    const browser = new Browser();
    const { body } = await launch(server, 'app', offline, { browser });
    await signOut(browser);
    expect((await refresh(body.refresh_token)).status).toBe(200);
  });
});

async function signOut(browser: Browser, query = '') {
  const page = await (await browser.ask(`${server.issuer}/logout${query}`)).text();
  const [, action = '', xsrf = ''] = /action="([^"]+)".*value="([^"]+)"/.exec(page) ?? [];
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return browser.go(action, { method: 'POST', body: new URLSearchParams({ xsrf, logout: 'yes' }).toString(), headers });
}

describe('signing out', () => {
  test('ends the session, says so, and sends back only where the app is registered for', async () => {
    const browser = new Browser();
    const { body } = await launch(server, 'site', {}, { browser, authenticate: site() });
    const told = new URLSearchParams({ id_token_hint: body.id_token, post_logout_redirect_uri: 'http://app.example/bye', state: 's' });
    const { location } = await signOut(browser, `?${told}`);
    expect(location?.href).toBe('http://app.example/bye?state=s');
    expect(await isActive(body.access_token)).toBe(false);
    const elsewhere = new URLSearchParams({ id_token_hint: body.id_token, post_logout_redirect_uri: 'http://evil.example/' });
    expect((await browser.ask(`${server.issuer}/logout?${elsewhere}`)).status).toBe(400);
    server.person.asked = [];
    await launch(server, 'site', {}, { browser, authenticate: site() });
    expect(server.person.asked[0]?.prompt).toBe('login');
  });
});

describe('a client with a secret', () => {
  test.each([
    ['in the header', () => ({ headers: { authorization: `Basic ${btoa(`site:${secret}`)}` }, form: {} })],
    ['in the form', () => ({ headers: {}, form: site() })],
  ])('proves who it is by it %s', async (_, how) => {
    const { headers, form } = how();
    expect((await launch(server, 'site', {}, { headers, authenticate: form })).status).toBe(200);
  });

  test('is refused with another secret, or none', async () => {
    const wrong: readonly Record<string, string>[] = [{ client_id: 'site', client_secret: 'wrong' }, { client_id: 'site' }];
    for (const authenticate of wrong) {
      const { status, body } = await launch(server, 'site', {}, { authenticate });
      expect([status, body.error]).toEqual([401, 'invalid_client']);
    }
    const { status } = await launch(server, 'site', {}, { authenticate: {}, headers: { authorization: `Basic ${btoa('site:wrong')}` } });
    expect(status).toBe(401);
  });

  test('is not kept in clear', async () => {
    const item = await server.states.get('client', 'site');
    expect(item?.value).toContain('scrypt$');
    expect(item?.value).not.toContain(secret);
  });
});

describe('introspection', () => {
  const ask = (form: Record<string, string>, headers = {}) => post(`${server.issuer}/introspect`, form, headers);

  test('tells a client that proves who it is what the token says, and with its context', async () => {
    const { body } = await launch(server, 'app', offline);
    const told = await ask({ token: body.access_token, ...site() });
    const said = { active: true, scope: offline.scope, client_id: 'app', patient: 'p1', iss: server.issuer, sub: server.person.account };
    expect(told.body).toMatchObject({ ...said, fhirUser: `${server.base}/Practitioner/d1`, exp: expect.any(Number), token_type: 'Bearer' });
    expect((await ask({ token: body.refresh_token, ...site() })).body).toMatchObject({ active: true, client_id: 'app' });
  });

  test('tells the same to whoever holds a token for it, and nobody else', async () => {
    const { body } = await launch(server, 'app', offline);
    const own = await systemToken(server, 'lab', keys, 'system/*.rs __introspect');
    const bearer = (value: string) => ({ authorization: `bearer ${value}` });
    expect((await ask({ token: body.access_token }, bearer(own.body.access_token))).body).toMatchObject({ active: true, patient: 'p1' });
    expect((await ask({ token: body.refresh_token }, bearer(own.body.access_token))).body).toMatchObject({ active: true });
    expect((await ask({ token: 'x' }, bearer(own.body.access_token))).body).toEqual({ active: false });
    const lesser = await systemToken(server, 'lab', keys, 'system/*.rs');
    const refused = await ask({ token: body.access_token }, bearer(lesser.body.access_token));
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([403, expect.stringContaining('insufficient_scope')]);
    expect((await ask({ token: body.access_token }, bearer(body.access_token))).status).toBe(403);
    expect((await ask({ token: body.access_token }, bearer('x.y.z'))).status).toBe(401);
    expect((await ask({ token: body.access_token })).status).toBe(400);
  });

  test('tells an app without a secret of its own tokens alone', async () => {
    const { body } = await launch(server, 'app', offline);
    expect((await ask({ token: body.access_token, client_id: 'app' })).body.active).toBe(true);
    expect((await ask({ token: body.access_token, client_id: 'other' })).body).toEqual({ active: false });
  });

  test('says who the person is where that was agreed to alone', async () => {
    for (const [scope, told] of [
      ['openid fhirUser', `${server.base}/Practitioner/d1`],
      ['openid', undefined],
    ] as const) {
      const { body } = await launch(server, 'app', { scope: `${scope} launch/patient patient/Observation.rs` });
      expect((await ask({ token: body.access_token, client_id: 'app' })).body.fhirUser).toBe(told);
    }
  });

  test('says of what is no access token that it is not active, and no more', async () => {
    const { body } = await launch(server, 'app', offline);
    const [head, payload, signature = ''] = body.access_token.split('.');
    const changed = `${head}.${payload}.${signature.slice(0, -4)}AAAA`;
    for (const one of [body.id_token, 'x', changed, `${head}.${payload}.`])
      expect((await ask({ token: one, ...site() })).body).toEqual({ active: false });
  });
});

describe('revocation', () => {
  const revoke = (form: Record<string, string>) => post(`${server.issuer}/revoke`, form);

  test.each(['access_token', 'refresh_token'])('of the %s ends the grant: nothing of it is of use', async (which) => {
    const { body } = await launch(server, 'app', offline);
    expect((await revoke({ token: body[which], client_id: 'app' })).status).toBe(200);
    expect(await isActive(body.access_token)).toBe(false);
    expect((await refresh(body.refresh_token)).status).toBe(400);
  });

  test('of a system’s token ends that token', async () => {
    const [one, other] = [await systemToken(server, 'lab', keys, 'system/*.rs'), await systemToken(server, 'lab', keys, 'system/*.rs')];
    const proof = { client_assertion: await assertion('lab', `${server.issuer}/revoke`, keys), client_assertion_type: jwtBearer };
    expect((await revoke({ token: one.body.access_token, ...proof })).status).toBe(200);
    expect([await isActive(one.body.access_token), await isActive(other.body.access_token)]).toEqual([false, true]);
  });

  test('of another client’s token does nothing', async () => {
    const { body } = await launch(server, 'app', offline);
    for (const token of [body.access_token, body.refresh_token]) await revoke({ token, client_id: 'other' });
    expect(await isActive(body.access_token)).toBe(true);
    expect((await refresh(body.refresh_token)).status).toBe(200);
    expect((await revoke({ token: 'no-token', client_id: 'other' })).status).toBe(200);
  });

  test('of a client ends all that it was given', async () => {
    const { body } = await launch(server, 'doomed', offline);
    expect(await revokeClient(server.states, 'doomed')).toBe(true);
    expect(await isActive(body.access_token)).toBe(false);
    expect((await refresh(body.refresh_token, { client_id: 'doomed' })).status).toBe(401);
    expect((await new Browser().go(authorizeUrl(server, 'doomed').url)).response.status).toBe(400);
  });

  test('by its owner, who sees what was given to whom', async () => {
    const { body } = await launch(server, 'app', offline);
    const [newest] = await server.interactions().grants(server.person.account);
    expect(newest).toMatchObject({ client: { id: 'app', name: 'app' }, patient: 'p1', scopes: offline.scope.split(' ') });
    expect(await server.interactions().revokeGrant('somebody-else', newest?.id ?? '')).toBe(false);
    expect(await isActive(body.access_token)).toBe(true);
    expect(await server.interactions().revokeGrant(server.person.account, newest?.id ?? '')).toBe(true);
    expect(await isActive(body.access_token)).toBe(false);
    expect(server.logged).toEqual([]);
  });
});
