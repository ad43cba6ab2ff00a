/** What happens once only happens once, and a restart is not noticed: on both stores. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { addClient } from '../../src/auth/clients.js';
import { findLaunch, makeLaunch } from '../../src/auth/launch-handles.js';
import { stores } from '../stores.js';
import type { OpenedStore } from '../test-store.js';
import {
  type AuthServer,
  addPerson,
  assertion,
  authorizeUrl,
  Browser,
  codeForm,
  jwtBearer,
  launch,
  makeKeys,
  post,
  startAuth,
  types,
} from './auth-server.js';

const keys = makeKeys('ES384', 'k1');

describe.each(stores)('on $name', (on) => {
  let opened: OpenedStore;
  let server: AuthServer;

  beforeAll(async () => {
    opened = await on.open();
    const { states } = opened.store;
    server = await startAuth({ states });
    server.person.account = (await addPerson(states, 'doctor')).id;
    await addClient(states, { id: 'app', name: 'App', kind: 'public', redirectUris: ['http://app.example/cb'] }, { types });
    const lab = { id: 'lab', name: 'Lab', kind: 'asymmetric', jwks: { keys: [keys.jwk] }, scopes: ['system/*.rs'] } as const;
    await addClient(states, lab, { types });
  });
  afterAll(async () => {
    await server.close();
    await opened.close();
  });

  const together = (count: number, form: Record<string, string>) =>
    Promise.all(Array.from({ length: count }, () => post(`${server.issuer}/token`, form)));
  const statuses = (answers: readonly { readonly status: number }[]) => answers.map(({ status }) => status).sort();

  test('of ten that bring the same code one gets a token', async () => {
    const { url, verifier } = authorizeUrl(server, 'app');
    const { location } = await new Browser().go(url);
    const code = location?.searchParams.get('code') ?? '';
    const form = { ...codeForm(code, verifier), client_id: 'app' };
    expect(statuses(await together(10, form))).toEqual([200, ...Array(9).fill(400)]);
  });

  test('of twelve that bring the same assertion one gets a token', async () => {
    const client_assertion = await assertion('lab', `${server.issuer}/token`, keys);
    const form = { grant_type: 'client_credentials', scope: 'system/*.rs', client_assertion_type: jwtBearer, client_assertion };
    expect(statuses(await together(12, form))).toEqual([200, ...Array(11).fill(401)]);
  });

  test('of eight that bring the same refresh token one at most gets another, and what it got ends with it', async () => {
    const { body } = await launch(server, 'app', { scope: 'launch/patient patient/*.rs offline_access' });
    const form = (refresh_token: string) => ({ grant_type: 'refresh_token', refresh_token, client_id: 'app' });
    const answers = await together(8, form(body.refresh_token));
    const got = answers.filter(({ status }) => status === 200);
    expect(statuses(answers)).toEqual([...got.map(() => 200), ...Array(8 - got.length).fill(400)]);
    expect(got.length).toBeLessThanOrEqual(1);
    for (const tokens of [body, ...got.map((one) => one.body)]) {
      expect((await post(`${server.issuer}/introspect`, { token: tokens.access_token, client_id: 'app' })).body).toEqual({ active: false });
      expect((await post(`${server.issuer}/token`, form(tokens.refresh_token))).body.error).toBe('invalid_grant');
    }
  });

  test('of eight that bring the same launch one is let in', async () => {
    const made = { client: 'app', account: server.person.account, context: { patient: 'p7' } };
    const handle = await makeLaunch(opened.store.states, made, Date.now());
    const { url } = authorizeUrl(server, 'app', { scope: 'launch patient/Observation.rs', launch: handle });
    const ends = await Promise.all(Array.from({ length: 8 }, () => new Browser().go(url)));
    expect(ends.filter(({ location }) => location?.searchParams.has('code'))).toHaveLength(1);
    // The others are told through the app or by a page: that it was used, or that there is nothing more to agree to.
    const told = ends.map(({ location, response }) => location?.searchParams.get('error') ?? response.status);
    expect(told.filter((one) => ['invalid_request', 400, 404, 409].includes(one))).toHaveLength(7);
    expect(await findLaunch(opened.store.states, handle)).toBeUndefined();
  });

  test('sessions, grants, keys and refresh tokens outlast a restart', async () => {
    const browser = new Browser();
    const { body } = await launch(server, 'app', { scope: 'launch/patient patient/*.rs offline_access' }, { browser });
    const { person } = server;
    await server.close();
    server = await startAuth({ states: opened.store.states, port: Number(new URL(server.issuer).port) });
    Object.assign(server.person, { ...person, asked: [] });
    // The connections that were kept open are to the server that is no more.
    await fetch(`${server.issuer}/jwks`).catch(() => undefined);
    expect((await post(`${server.issuer}/introspect`, { token: body.access_token, client_id: 'app' })).body.active).toBe(true);
    const refreshed = await post(`${server.issuer}/token`, {
      grant_type: 'refresh_token',
      refresh_token: body.refresh_token,
      client_id: 'app',
    });
    expect(refreshed.body).toMatchObject({ patient: 'p1', scope: 'launch/patient patient/*.rs offline_access' });
    await launch(server, 'app', {}, { browser });
    expect(server.person.asked.map(({ prompt }) => prompt)).toEqual(['consent']);
    expect(server.logged).toEqual([]);
  });
});
