/** Source: RFC 7591, RFC 7592; SMART App Launch 2.2 app-launch.html#register-app-with-ehr */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { addRegistrationToken } from '../../src/auth/registration-tokens.js';
import { type AuthServer, addPerson, launch, makeKeys, post, startAuth, systemToken, types } from './auth-server.js';

const keys = makeKeys('ES384', 'k1');
const redirect_uris = ['http://app.example/cb'];
let server: AuthServer;
let forApps = '';
let forSystems = '';

beforeAll(async () => {
  server = await startAuth();
  server.person.account = (await addPerson(server.states, 'doctor')).id;
  forApps = await addRegistrationToken(server.states, {}, { types });
  forSystems = await addRegistrationToken(
    server.states,
    { scope: 'system/Observation.rs', role: 'system-integration', institution: 'h1' },
    { types },
  );
});
afterAll(() => server.close());

async function register(said: object, token = forApps, [method, url] = ['POST', `${server.issuer}/register`]) {
  const headers = { 'content-type': 'application/json', ...(token === '' ? {} : { authorization: `Bearer ${token}` }) };
  const response = await fetch(url, {
    method,
    headers,
    ...(method === 'GET' || method === 'DELETE' ? {} : { body: JSON.stringify(said) }),
  });
  const text = await response.text();
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
  return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as any };
}

const app = {
  client_name: 'App',
  redirect_uris,
  token_endpoint_auth_method: 'none',
  scope: 'launch/patient patient/Observation.rs offline_access',
};

describe('a client that registers itself', () => {
  test('with a registration token is known at once', async () => {
    const { status, body } = await register(app);
    expect([status, body.scope, body.client_secret]).toEqual([201, app.scope, undefined]);
    expect(body).toMatchObject({ client_name: 'App', redirect_uris, grant_types: ['authorization_code', 'refresh_token'] });
    expect(Object.keys(body).filter((name) => /smart|limit|role|institution|may_/.test(name))).toEqual([]);
    const token = await launch(server, body.client_id, { scope: app.scope });
    expect([token.status, token.body.scope]).toEqual([200, app.scope]);
    expect(server.events).toContainEqual(
      expect.objectContaining({ kind: 'client-registered', about: expect.objectContaining({ id: body.client_id }) }),
    );
  });

  test.each(['', 'no-such-token'])('with the token %j is refused', async (token) => {
    const { status, body } = await register(app, token);
    expect([status, body.error]).toEqual([expect.any(Number), expect.stringMatching(/^invalid_(token|request)$/)]);
    expect([400, 401]).toContain(status);
  });

  test.each([
    ['a scope that is none', { ...app, scope: 'patient/Observation.sr' }],
    ['scopes of systems for a public client', { ...app, scope: 'system/Observation.rs' }],
    ['scopes beyond the token', { ...app, token_endpoint_auth_method: 'client_secret_basic', scope: 'system/Observation.rs' }],
    ['no redirect URI', { ...app, redirect_uris: [] }],
    ['a redirect URI with a fragment', { ...app, redirect_uris: ['http://app.example/#x'] }],
    ['a redirect URI that runs in the browser', { ...app, redirect_uris: ['javascript:alert(1)'] }],
    ['a private address of keys that is no URL', { ...app, token_endpoint_auth_method: 'private_key_jwt', jwks_uri: 'file:///etc/passwd' }],
    ['scopes that are a number', { ...app, scope: 5 }],
    ['a launch URI that is none', { ...app, launch_uri: 'x' }],
    ['another method of authentication', { ...app, token_endpoint_auth_method: 'client_secret_jwt' }],
    ['the implicit flow', { ...app, response_types: ['token'] }],
    ['a secret key', { ...app, token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [{ kty: 'oct', k: 'AAAA', kid: '1' }] } }],
  ])('with %s is refused', async (_, said) => {
    const { status, body } = await register(said);
    expect([status, body.error]).toEqual([400, expect.stringMatching(/^invalid_(client_metadata|redirect_uri)$/)]);
  });

  test('has a name that can be shown as it is', async () => {
    expect((await register({ ...app, client_name: '生长曲线 “Ärzte” 👩‍⚕️' })).status).toBe(201);
    for (const client_name of ['\u202egnp.evil', 'a\nb', 'a\u2066b', 'x'.repeat(101)]) {
      const { status, body } = await register({ ...app, client_name });
      expect([status, body.error]).toEqual([400, 'invalid_client_metadata']);
    }
  });

  test('does not say of itself what only an administrator may', async () => {
    const said = {
      ...app,
      role: 'system-admin',
      institution: 'h9',
      may_launch: true,
      scope_limit: 'system/*.cruds',
      smart_scope: 'user/*.cruds',
    };
    const { body } = await register(said);
    const kept = JSON.parse((await server.states.get('client', body.client_id))?.value ?? '');
    expect([kept.role, kept.institution, kept.may_launch, kept.smart_scope]).toEqual([undefined, undefined, undefined, app.scope]);
    expect(kept.scope_limit).not.toContain('system/');
  });

  test('has what its token says of systems', async () => {
    const said = {
      client_name: 'Lab',
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys: [keys.jwk] },
      grant_types: ['client_credentials'],
    };
    const { status, body } = await register({ ...said, scope: 'system/Observation.rs' }, forSystems);
    expect([status, body.redirect_uris, body.response_types]).toEqual([201, [], []]);
    const token = await systemToken(server, body.client_id, keys, 'system/Observation.rs');
    expect(token.status).toBe(200);
  });

  test('without scopes may ask to read', async () => {
    const { scope: _, ...said } = app;
    expect((await register(said)).body.scope.split(' ')).toEqual(expect.arrayContaining(['openid', 'patient/*.rs', 'user/*.rs']));
  });

  test('with a secret is shown it once; it is kept hashed, and it works', async () => {
    const { body } = await register({ ...app, token_endpoint_auth_method: 'client_secret_basic' });
    expect(body.client_secret).toMatch(/^[\w-]{43}$/);
    expect((await server.states.get('client', body.client_id))?.value).not.toContain(body.client_secret);
    const authenticate = { client_id: body.client_id, client_secret: body.client_secret };
    expect((await launch(server, body.client_id, { scope: app.scope }, { authenticate })).status).toBe(200);
    const read = await register({}, body.registration_access_token, ['GET', body.registration_client_uri]);
    expect([read.status, read.body.client_secret, read.body.scope]).toEqual([200, undefined, app.scope]);
    const put: [string, string] = ['PUT', body.registration_client_uri];
    const change = {
      ...app,
      token_endpoint_auth_method: 'client_secret_basic',
      client_id: body.client_id,
      client_secret: body.client_secret,
    };
    expect((await register({ ...change, client_secret: 'wrong' }, body.registration_access_token, put)).status).toBe(400);
    expect((await register(change, body.registration_access_token, put)).status).toBe(200);
    expect((await launch(server, body.client_id, { scope: app.scope }, { authenticate })).status).toBe(200);
  });

  test('reads, changes and deletes its registration, within the same bounds', async () => {
    const { body } = await register(app);
    const at = (method: string) => [method, body.registration_client_uri] as [string, string];
    const changed = { ...app, client_id: body.client_id, client_name: 'Renamed' };
    const token = body.registration_access_token;
    expect((await register({ ...changed, scope: 'system/Observation.rs' }, token, at('PUT'))).status).toBe(400);
    const put = await register({ ...changed, role: 'system-admin' }, token, at('PUT'));
    expect([put.status, put.body.client_name, put.body.scope]).toEqual([200, 'Renamed', app.scope]);
    expect(JSON.parse((await server.states.get('client', body.client_id))?.value ?? '').role).toBeUndefined();
    const given = await launch(server, body.client_id, { scope: app.scope });
    expect((await register({}, 'wrong', at('DELETE'))).status).toBe(401);
    expect((await register({}, put.body.registration_access_token, at('DELETE'))).status).toBe(204);
    const by = { client: body.client_id };
    const revoked = { kind: 'client-revoked', outcome: 'success', by, about: { kind: 'client', id: body.client_id } };
    expect(server.events.filter(({ kind }) => kind === 'client-revoked')).toEqual([expect.objectContaining(revoked)]);
    const refresh = { grant_type: 'refresh_token', refresh_token: given.body.refresh_token, client_id: body.client_id };
    expect((await post(`${server.issuer}/token`, refresh)).status).toBe(401);
    expect(server.logged).toEqual([]);
  });

  test('does not read or change another one', async () => {
    const [one, other] = [await register(app), await register(app)];
    const read = await register({}, one.body.registration_access_token, ['GET', other.body.registration_client_uri]);
    expect(read.status).toBe(401);
  });
});
