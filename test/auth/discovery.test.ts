/** Source: SMART App Launch 2.2 conformance.html; OpenID Connect Discovery 1.0; OpenID Connect Core 1.0 10.1.1 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeProtectedHeader } from 'jose';
import { addClient } from '../../src/auth/clients.js';
import { keysAt, rotateKeys } from '../../src/auth/keys.js';
import { makeLaunch } from '../../src/auth/launch-handles.js';
import { type AuthServer, addPerson, authorizeUrl, Browser, launch, makeKeys, post, startAuth, systemToken, types } from './auth-server.js';

const keys = makeKeys('ES384', 'k1');
let server: AuthServer;
let clock = 0;

beforeAll(async () => {
  server = await startAuth({ now: () => Date.now() + clock });
  server.person.account = (await addPerson(server.states, 'doctor')).id;
  await addClient(server.states, { id: 'app', name: 'App', kind: 'public', redirectUris: ['http://app.example/cb'] }, { types });
});
afterAll(() => server.close());

// biome-ignore lint/suspicious/noExplicitAny: answers of every shape
const read = async (path: string): Promise<any> => (await fetch(server.issuer + path)).json();

describe('discovery', () => {
  test('tells what SMART requires, and every address of it answers', async () => {
    // biome-ignore lint/suspicious/noExplicitAny: it is what others read
    const told = server.auth.smartConfiguration as any;
    expect(told).toMatchObject({
      issuer: server.issuer,
      grant_types_supported: ['authorization_code', 'client_credentials'],
      code_challenge_methods_supported: ['S256'],
      response_types_supported: ['code'],
      token_endpoint_auth_signing_alg_values_supported: ['RS384', 'ES384'],
      token_endpoint_auth_methods_supported: expect.arrayContaining(['private_key_jwt', 'client_secret_basic']),
    });
    const posted = ['token_endpoint', 'introspection_endpoint', 'revocation_endpoint', 'registration_endpoint'];
    for (const name of posted) expect([400, 401]).toContain((await fetch(told[name], { method: 'POST' })).status);
    for (const name of posted) {
      const got = await fetch(told[name]);
      expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST']);
    }
    expect((await fetch(told.jwks_uri)).status).toBe(200);
    expect((await fetch(told.authorization_endpoint)).status).toBe(400);
    expect((await fetch(told.end_session_endpoint)).status).toBe(200);
    expect(Object.values(told).filter((value) => typeof value === 'string' && !value.startsWith(server.issuer))).toEqual([]);
  });

  test('lists the capabilities that the tests of this folder show, and no others', () => {
    const { capabilities } = server.auth.smartConfiguration as { readonly capabilities: readonly string[] };
    expect([...capabilities].sort()).toEqual([
      'authorize-post',
      'client-confidential-asymmetric',
      'client-confidential-symmetric',
      'client-public',
      'context-banner',
      'context-ehr-encounter',
      'context-ehr-patient',
      'context-standalone-encounter',
      'context-standalone-patient',
      'context-style',
      'launch-ehr',
      'launch-standalone',
      'permission-offline',
      'permission-online',
      'permission-patient',
      'permission-user',
      'permission-v1',
      'permission-v2',
      'sso-openid-connect',
    ]);
  });

  test('lists scopes that are granted, each of them, to clients that are registered for it', async () => {
    const { scopes_supported: supported } = server.auth.smartConfiguration as { readonly scopes_supported: readonly string[] };
    const named = ['openid', 'fhirUser', 'profile', 'offline_access', 'online_access', 'launch', 'launch/patient', 'launch/encounter'];
    const wild = (context: string) => ['cruds', 'rs', '*', 'read'].map((acts) => `${context}/*.${acts}`);
    const [ofPeople, ofSystems] = [
      [...named, '__btg', ...wild('patient'), ...wild('user')],
      ['__introspect', ...wild('system')],
    ];
    expect([...supported].sort()).toEqual([...ofPeople, ...ofSystems].sort());
    const { states, person } = server;
    await addClient(
      states,
      { id: 'all', name: 'All', kind: 'public', redirectUris: ['http://app.example/cb'], scopes: ofPeople },
      { types },
    );
    await addClient(states, { id: 'hub', name: 'Hub', kind: 'asymmetric', jwks: { keys: [keys.jwk] }, scopes: ofSystems }, { types });
    const emergency = { reason: '昏迷', purpose: 'BTG' };
    const context = { patient: 'p1', encounter: 'e1' };
    const plain = person.give;
    for (const scope of ofPeople) {
      person.give = ({ scopes }) => ({ scopes: scopes.map(({ text }) => text), ...context, ...(scope === '__btg' ? { emergency } : {}) });
      const made =
        scope === 'launch' ? { launch: await makeLaunch(states, { client: 'all', account: person.account, context }, Date.now()) } : {};
      const { status, body } = await launch(server, 'all', { scope: `${scope} user/Patient.r`, ...made });
      expect([scope, status, body.scope.split(' ')]).toEqual([scope, 200, expect.arrayContaining([scope])]);
      expect([scope, body.refresh_token !== undefined]).toEqual([scope, /^(offline|online)_access$/.test(scope)]);
    }
    person.give = plain;
    for (const scope of ofSystems) {
      const { status, body } = await systemToken(server, 'hub', keys, scope);
      expect([scope, status, body.scope]).toEqual([scope, 200, scope]);
      expect((await new Browser().go(authorizeUrl(server, 'all', { scope }).url)).location?.searchParams.get('error')).toBe(
        'invalid_scope',
      );
    }
  });

  test.each(['openid-configuration', 'oauth-authorization-server'])('says the same at %s, to every origin', async (name) => {
    const response = await fetch(`${server.issuer}/.well-known/${name}`, { headers: { origin: 'http://any.example' } });
    expect(response.headers.get('access-control-allow-origin')).toMatch(/^(\*|http:\/\/any\.example)$/);
    const told = (await response.json()) as Record<string, unknown>;
    const smart = server.auth.smartConfiguration as Record<string, unknown>;
    const differ = Object.keys(smart).filter((key) => JSON.stringify(told[key]) !== JSON.stringify(smart[key]));
    expect(differ).toEqual(['grant_types_supported', 'capabilities']);
    expect(told).toMatchObject({ id_token_signing_alg_values_supported: ['RS256'], subject_types_supported: ['public'] });
    expect(told.authorization_response_iss_parameter_supported).toBe(true);
  });

  test('has a style for apps to follow, which everybody may read, and which is for good at its address', async () => {
    expect(server.auth.smartConfiguration).toMatchObject({ capabilities: expect.arrayContaining(['context-style']) });
    const { body } = await launch(server, 'app');
    const style = await fetch(body.smart_style_url);
    expect([style.status, style.headers.get('content-type'), style.headers.get('access-control-allow-origin')]).toEqual([
      200,
      'application/json',
      '*',
    ]);
    expect(style.headers.get('cache-control')).toContain('immutable');
    expect(await style.json()).toMatchObject({ color_background: expect.stringMatching(/^#/), dim_font_size: '16px' });
    const told = await post(`${server.issuer}/introspect`, { token: body.access_token, client_id: 'app' });
    expect(told.body.smart_style_url).toBe(body.smart_style_url);
  });

  test('publishes public keys alone', async () => {
    const { keys } = await read('/jwks');
    expect(keys).toHaveLength(1);
    expect(Object.keys(keys[0]).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
  });
});

describe('a rotation of the keys by another process', () => {
  const kidsOf = async () => (await read('/jwks')).keys.map(({ kid }: { kid: string }) => kid);
  const grant = { scope: 'openid launch/patient patient/Observation.rs offline_access' };

  test('is followed: published, then signing, then the old one goes; what the old one signed stays good for its time', async () => {
    const { body } = await launch(server, 'app', grant);
    const [old] = await kidsOf();
    const added = await rotateKeys(server.states, { now: Date.now() + clock });
    // A server that does not know a key yet looks for it.
    clock += 1500;
    expect(await server.auth.issuer.keyOf(added.kid)).toBeDefined();
    expect(await kidsOf()).toEqual([old, added.kid]);
    clock += 11 * 60_000;
    expect(await kidsOf()).toEqual([added.kid, old]);
    const refreshed = await post(`${server.issuer}/token`, {
      grant_type: 'refresh_token',
      refresh_token: body.refresh_token,
      client_id: 'app',
    });
    expect(decodeProtectedHeader(refreshed.body.access_token).kid).toBe(added.kid);
    expect((await post(`${server.issuer}/introspect`, { token: body.access_token, client_id: 'app' })).body.active).toBe(true);
    clock += 3600_000;
    expect(await kidsOf()).toEqual([added.kid]);
    expect(await server.auth.issuer.keyOf(String(old))).toBeUndefined();
  });

  test('of keys that others know ends at once what they signed', async () => {
    const [old] = await kidsOf();
    const { kid } = await rotateKeys(server.states, { now: Date.now() + clock, compromised: true });
    clock += 1500;
    await server.auth.issuer.keyOf(kid);
    expect(await kidsOf()).toEqual([kid]);
    expect(await server.auth.issuer.keyOf(String(old))).toBeUndefined();
  });

  test('is a matter of the clock alone', () => {
    const key = (kid: string, signsFrom: number) => ({ kid, signsFrom, jwk: {} });
    const set = { signing: [key('a', 0), key('b', 100), key('c', 200)], cookies: [] };
    const at = (now: number) => keysAt(set, now, 50).map(({ kid }) => kid);
    expect([at(10), at(100), at(149), at(150), at(200), at(260)]).toEqual([
      ['a', 'b', 'c'],
      ['b', 'a', 'c'],
      ['b', 'a', 'c'],
      ['b', 'c'],
      ['c', 'b'],
      ['c'],
    ]);
  });
});
