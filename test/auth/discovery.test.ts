/** Source: SMART App Launch 2.2 conformance.html; OpenID Connect Discovery 1.0; OpenID Connect Core 1.0 10.1.1 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeProtectedHeader } from 'jose';
import { addClient } from '../../src/auth/clients.js';
import { keysAt, rotateKeys } from '../../src/auth/keys.js';
import { type AuthServer, addPerson, launch, post, startAuth, types } from './auth-server.js';

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
    expect(told.capabilities).toEqual(expect.arrayContaining(['launch-ehr', 'launch-standalone', 'permission-v2', 'sso-openid-connect']));
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
