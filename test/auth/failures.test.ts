/** Whoever fails again and again waits. Source: RFC 6749 §10.10, RFC 6585 §4 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { addClient } from '../../src/auth/clients.js';
import { type AuthServer, makeKeys, post, startAuth, systemToken, types } from './auth-server.js';

const keys = makeKeys('ES384', 'e1');
let server: AuthServer;
let clock = 0;

beforeAll(async () => {
  server = await startAuth({ now: () => Date.now() + clock, failuresPerMinute: 5 });
  const scopes = ['system/Observation.rs'];
  await addClient(server.states, { id: 'lab', name: 'Laboratory', kind: 'asymmetric', jwks: { keys: [keys.jwk] }, scopes }, { types });
});
afterAll(() => server.close());

const guess = (client: string) =>
  post(`${server.issuer}/token`, { grant_type: 'client_credentials', client_id: client, client_secret: 'guessed' });

describe('the token endpoint', () => {
  test('lets whoever succeeds come as often as they like', async () => {
    for (let times = 0; times < 8; times++) expect((await systemToken(server, 'lab', keys, 'system/Observation.rs')).status).toBe(200);
  });

  test('has whoever fails again and again wait, for that client alone, and says for how long', async () => {
    for (let times = 0; times < 5; times++) expect((await guess('other')).status).toBe(401);
    const { status, headers, body } = await guess('other');
    expect([status, body.error]).toEqual([429, 'temporarily_unavailable']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await systemToken(server, 'lab', keys, 'system/Observation.rs')).status).toBe(200);
    // What the page of an app may read: that it has to wait, and for how long.
    const inPage = await fetch(`${server.issuer}/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'client_credentials', client_id: 'other', client_secret: 'guessed' }),
      headers: { origin: 'http://app.example' },
    });
    expect([inPage.status, inPage.headers.get('access-control-allow-origin')]).toEqual([429, '*']);
    expect(inPage.headers.get('access-control-expose-headers')).toContain('Retry-After');
    const basic = `Basic ${Buffer.from('other:guessed').toString('base64')}`;
    expect((await post(`${server.issuer}/revoke`, { token: 'x' }, { authorization: basic })).status).toBe(429);
    expect(server.events.filter(({ kind }) => kind === 'lock-out')).toMatchObject([{ by: { client: 'other' }, address: '127.0.0.1' }]);
    clock = 61_000;
    expect((await guess('other')).status).toBe(401);
    clock = 0;
  });

  test('counts a client as one, however its id is written in the header', async () => {
    const ask = (id: string) =>
      post(
        `${server.issuer}/token`,
        { grant_type: 'client_credentials' },
        { authorization: `Basic ${Buffer.from(`${id}:guessed`).toString('base64')}` },
      );
    for (const id of ['nightly', 'n%69ghtly', '%6eightly', '%6Eightly', 'nightl%79']) expect((await ask(id)).status).toBe(401);
    for (const id of ['night%6cy', 'nightly']) expect((await ask(id)).status).toBe(429);
    expect((await guess('nightly')).status).toBe(429);
    expect((await ask('nightly&')).status).toBe(401);
  });

  test('has nobody wait for what cannot be guessed: codes and tokens that grew too old, assertions, tokens that ask about tokens', async () => {
    const form = { grant_type: 'client_credentials', client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer' };
    for (const assertion of ['x', '..', 'a.bnVsbA.c', 'a.ew.c', 'a.eyJzdWIiOiJsYWIifQ.c', 'x', 'x']) {
      expect([400, 401]).toContain((await post(`${server.issuer}/token`, { ...form, client_assertion: assertion })).status);
      expect((await post(`${server.issuer}/token`, { grant_type: 'refresh_token', refresh_token: 'x' })).status).toBe(400);
      expect((await post(`${server.issuer}/introspect`, { token: 'x' }, { authorization: 'Bearer x' })).status).toBe(401);
    }
    expect((await systemToken(server, 'lab', keys, 'system/Observation.rs')).status).toBe(200);
    expect(server.logged).toEqual([]);
  });
});

test('launches are guessed at as slowly', async () => {
  const guessed = () => post(`${server.issuer}/launch`, {}, { authorization: `Basic ${Buffer.from('ehr:guessed').toString('base64')}` });
  for (let times = 0; times < 5; times++) expect((await guessed()).status).toBe(401);
  expect((await guessed()).status).toBe(429);
});

test('registration is guessed at as slowly', async () => {
  const register = () =>
    fetch(`${server.issuer}/register`, {
      method: 'POST',
      body: '{}',
      headers: { authorization: 'Bearer x', 'content-type': 'application/json' },
    });
  const statuses: number[] = [];
  for (let times = 0; times < 7; times++) statuses.push((await register()).status);
  expect(statuses.slice(0, 1)).toEqual([401]);
  expect(statuses.slice(-1)).toEqual([429]);
});
