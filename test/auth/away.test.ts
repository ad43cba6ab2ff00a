/** While the store is away: RFC 6749 4.1.2.1 and 5.2, RFC 9110 15.6.4 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { addClient } from '../../src/auth/clients.js';
import { StoreUnavailable } from '../../src/store/port.js';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import type { StateStore } from '../../src/store/state.js';
import { type AuthServer, addPerson, authorizeUrl, launch, makeKeys, startAuth, systemToken, types } from './auth-server.js';

const keys = makeKeys('ES384', 'e1');
let store: Awaited<ReturnType<typeof openSqliteStore>>;
let server: AuthServer;
let away = false;

/** Goes away when it is told to. */
function leaving(states: StateStore): StateStore {
  return new Proxy(states, {
    get(target, name, receiver) {
      const verb = Reflect.get(target, name, receiver);
      if (typeof verb !== 'function') return verb;
      return async (...said: unknown[]) => {
        if (away) throw new StoreUnavailable('There is no answer from mongodb://somewhere');
        return verb.apply(target, said);
      };
    },
  });
}

beforeAll(async () => {
  store = await openSqliteStore(':memory:');
  server = await startAuth({ states: leaving(store.states) });
  server.person.account = (await addPerson(server.states, 'doctor')).id;
  await addClient(server.states, { id: 'app', name: 'App', kind: 'public', redirectUris: ['http://app.example/cb'] }, { types });
  const scopes = ['system/Observation.rs'];
  await addClient(server.states, { id: 'lab', name: 'Lab', kind: 'asymmetric', jwks: { keys: [keys.jwk] }, scopes }, { types });
});
afterAll(async () => {
  await server.close();
  await store.close();
});

const form = (fields: Readonly<Record<string, string>>, headers = {}) => ({ method: 'POST', body: new URLSearchParams(fields), headers });
const bearer = { authorization: 'Bearer abc' };
const json = { ...bearer, 'content-type': 'application/json' };

describe('while the store is away', () => {
  test.each<readonly [string, string, () => RequestInit]>([
    [
      'a code',
      'token',
      () => form({ grant_type: 'authorization_code', code: 'c', client_id: 'app', redirect_uri: 'http://app.example/cb' }),
    ],
    ['a refresh token', 'token', () => form({ grant_type: 'refresh_token', refresh_token: 'r' })],
    ['a client with a secret', 'token', () => form({ grant_type: 'client_credentials', client_id: 'lab', client_secret: 's' })],
    ['what is asked about', 'introspect', () => form({ token: 'abc', client_id: 'app' })],
    ['what is revoked', 'revoke', () => form({ token: 'abc', client_id: 'app' })],
    ['who registers', 'register', () => ({ method: 'POST', body: '{"redirect_uris":["https://a.example/"]}', headers: json })],
    ['who makes a launch', 'launch', () => form({}, { authorization: `Basic ${Buffer.from('app:s').toString('base64')}` })],
  ])('%s is answered with 503, and when to ask again', async (_who, path, init) => {
    away = true;
    const answer = await fetch(`${server.issuer}/${path}`, init());
    away = false;
    expect([answer.status, await answer.json()]).toEqual([503, expect.objectContaining({ error: 'temporarily_unavailable' })]);
    expect(answer.headers.get('retry-after')).toBe('10');
  });

  test('a browser is shown a page', async () => {
    const { url } = authorizeUrl(server, 'app');
    away = true;
    const answer = await fetch(url, { headers: { accept: 'text/html' }, redirect: 'manual' });
    away = false;
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '10']);
    const text = await answer.text();
    expect(text).toContain('temporarily_unavailable');
    expect(text).not.toContain('mongodb');
  });

  test('nothing is lost: what was asked for is given afterwards', async () => {
    expect((await launch(server, 'app')).status).toBe(200);
    expect((await systemToken(server, 'lab', keys, 'system/Observation.rs')).status).toBe(200);
  });
});
